from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from territoires.registers import ept, suites
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from tests.unit.registers.files import workbook

TITLES: list[list[Any]] = [
    ["France - Composition communale"],
    ["Mise en ligne le 29/06/2023       Géographie au 01/01/2023"],
    ["@Insee"],
    ["Code géographique", "Libellé géographique", "EPT", "Libellé de l'EPT", "Département", "Région"],
]
HEADER = ["CODGEO", "LIBGEO", "EPT", "LIBEPT", "DEP", "REG"]
ROWS: list[list[Any]] = [
    ["94080", "Vincennes", "200057941", "Paris Est Marne et Bois", "94", "11"],
    ["91027", "Athis-Mons", 200058014.0, "Grand-Orly Seine Bièvre", "91", "11"],
    ["94022", "Choisy-le-Roi", "200058014", "Grand-Orly Seine Bièvre", "94", "11"],
]
NONE = [["75056", "Paris", "ZZZZZZZZZ", "Sans objet", "75", "11"], ["01004", "Ambérieu", "ZZZZZZZZZ", "Sans objet"]]


def read(path: Path, rows: list[list[Any]], options: str = "") -> Parsed:
    workbook(path, ["Établissement public territorial"], [*TITLES, HEADER, *rows], sheet="Composition_communale")
    return ept.parse(path, path.name, source(Register.EPT, f"file:///x{options}"))


def test_communes_of_each_ept(tmp_path: Path) -> None:
    parsed = read(tmp_path / "ept.xlsx", ROWS)
    assert (parsed.millesime, parsed.rows) == ("2023", 3)
    assert parsed.tables["ept"].to_numpy().tolist() == [
        ["200057941", "Paris Est Marne et Bois"],
        ["200058014", "Grand-Orly Seine Bièvre"],
    ]
    assert parsed.tables["ept_commune"].to_numpy().tolist()[1] == ["200058014", "91027", "Athis-Mons"]


def test_later_lists_have_all_communes_of_france(tmp_path: Path) -> None:
    parsed = read(tmp_path / "ept.xlsx", [*NONE, *ROWS])
    assert (parsed.rows, len(parsed.tables["ept"])) == (3, 2)
    assert not any(one.failed for one in suites.check(parsed, (1, 10), None))


def test_the_year_is_that_of_the_title(tmp_path: Path) -> None:
    assert read(tmp_path / "ept_2025.xlsx", ROWS).millesime == "2023"
    with pytest.raises(RefusedRegisterError, match="le fichier décrit 2023, la configuration annonce 2025"):
        read(tmp_path / "ept.xlsx", ROWS, "#millesime=2025")


def test_another_shape_is_refused_with_the_difference(tmp_path: Path) -> None:
    path = workbook(tmp_path / "ept.xlsx", ["CODGEO", "LIBGEO", "EPTS", "LIBEPT"], [row[:4] for row in ROWS])
    with pytest.raises(RefusedRegisterError, match=r"forme inconnue de liste d'EPT ; .*absentes : « ept » \(serait-ce"):
        ept.parse(path, path.name, source(Register.EPT, "file:///x"))


def test_each_rule_of_the_ept(tmp_path: Path) -> None:
    twice = ["94080", "Vincennes", "200058014", "Grand-Orly", "94", "11"]
    wrong = ["9402", None, "2000580", "X", "94", "11"]
    outcomes = suites.check(read(tmp_path / "ept.xlsx", [*ROWS, twice, wrong]), (1, 10), None)
    assert {(one.table, one.column, one.rule, one.failed) for one in outcomes if one.failed} == {
        ("ept", "siren", "unique", 2),
        ("ept", "siren", "motif", 1),
        ("ept_commune", "code_commune", "unique", 2),
        ("ept_commune", "nom_commune", "obligatoire", 1),
    }
