"""INSEE's passage table: the long form (data of dataforgoodfr/13_odis), and the workbooks that INSEE publishes.

Those have NIVGEO, CODGEO_2003 … CODGEO_AAAA and LIBGEO columns on row 6 of the sheets COM and ARM; so do the readers of
table_passage_annuelle_2024.xlsx and _2026.xlsx found in public repositories (``skip = 5``, ``header=5``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from territoires.registers import passage, suites
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from tests.unit.registers.files import book, text

LONG = "Année;Niveau;Type;Ancien Code Officiel;Code Courant Officiel"
TITLES: list[list[Any]] = [["Table de passage annuelle"], ["Géographie"], ["Source"], [], ["Niveau", "Code 2003"]]
WIDE = ["NIVGEO", "CODGEO_2003", "LIBGEO_2003", "CODGEO_2016", "CODGEO_2024", "LIBGEO_2024"]


def read(path: Path, options: str = "") -> Parsed:
    return passage.parse(path, path.name, source(Register.PASSAGE, f"file:///x{options}"))


def rows(parsed: Parsed) -> list[list[Any]]:
    frame = parsed.tables["passage_commune"].astype(object)
    return frame.where(frame.notna(), None).to_numpy().tolist()


def test_the_long_form_says_no_year_of_the_old_code(tmp_path: Path) -> None:
    path = text(
        tmp_path / "passage.csv",
        LONG,
        "2025;COM;commune;51136;51136",
        "2025;COM;commune;51136;51612",
        "2025;COM;commune;51136;51612",
        "2025;ARM;arrondissement municipal;75101;75101",
        "2025;DEP;département;75;75",
        encoding="utf-8-sig",
        end="\r\n",
    )
    parsed = read(path)
    assert parsed.millesime == "2025"
    assert rows(parsed) == [
        ["51136", "51136", None, None],
        ["51136", "51612", None, None],
        ["75101", "75101", None, None],
    ]
    with pytest.raises(RefusedRegisterError, match="le fichier décrit 2025, la configuration annonce 2024"):
        read(path, "#millesime=2024")


def test_the_workbook_by_year(tmp_path: Path) -> None:
    """01091 merged into 01033 after 2016; 51136 split into itself and 51612; 14697 has no code before 2016."""
    com = [
        *TITLES,
        WIDE,
        ["COM", "01033", "Bellegarde", "01033", "01033", "Valserhône"],
        ["COM", "01091", "Châtillon", "01091", "01033", "Valserhône"],
        ["COM", "51136", "Cheniers", "51136", "51136", "Cheniers"],
        ["COM", "51136", "Cheniers", "51612", "51612", "Villers"],
        ["COM", None, None, "14697", "14697", "Tilly"],
    ]
    arm = [*TITLES, WIDE, ["ARM", "75101", "Paris 1er", "75101", "75101", "Paris 1er"]]
    documentation = [["Variables"], ["CODGEO_2003", "Code"]]
    parsed = read(book(tmp_path / "table_passage_annuelle_2024.xlsx", COM=com, ARM=arm, Documentation=documentation))
    assert parsed.millesime == "2024"
    assert sorted(rows(parsed)) == [
        ["01033", "01033", 2003, 2024],
        ["01091", "01033", 2003, 2016],
        ["14697", "14697", 2016, 2024],
        ["51136", "51136", 2003, 2024],
        ["51136", "51612", 2003, 2003],
        ["51612", "51612", 2016, 2024],
        ["75101", "75101", 2003, 2024],
    ]
    assert {one.text for one in suites.check(parsed, (1, 9), None) if one.failed} == set()


def test_the_table_by_year_as_text_and_the_one_between_two_geographies(tmp_path: Path) -> None:
    lines = ["NIVGEO;CODGEO_2003;CODGEO_2024", "COM;1091;1033", "COM;1033;1033"]
    assert sorted(rows(read(text(tmp_path / "a.csv", *lines)))) == [
        ["01033", "01033", 2003, 2024],
        ["01091", "01033", 2003, 2003],
    ]
    two = text(tmp_path / "b.csv", "CODGEO_INI;CODGEO_2024;LIBGEO_2024", "01091;01033;Valserhône")
    parsed = read(two)
    assert parsed.millesime == "2024"
    assert sorted(rows(parsed)) == [["01033", "01033", 2024, 2024], ["01091", "01033", None, None]]


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (("Année;Niveau;Type;Ancien Code;Code Courant Officiel",), "absentes : « ancien_code_officiel »"),
        ((LONG, "2024;COM;c;01001;01001", "2025;COM;c;01001;01001"), "années 2024, 2025"),
        ((LONG, "2025;DEP;d;01;01"), "aucune commune"),
        (("CODGEO_2024;Code en 2024",), "aucune commune"),
    ],
)
def test_tables_that_are_refused(tmp_path: Path, lines: tuple[str, ...], message: str) -> None:
    with pytest.raises(RefusedRegisterError, match=message):
        read(text(tmp_path / "a.csv", *lines))


def test_rules(tmp_path: Path) -> None:
    lines = [LONG, "2025;COM;c;01001;01002", "2025;COM;c;01003;0100X", "2025;COM;c;0100X;0100X"]
    outcomes = suites.check(read(text(tmp_path / "a.csv", *lines)), (1, 9), None)
    found = {(one.column, one.rule, one.severity) for one in outcomes if one.failed}
    assert found == {
        ("code_ancien", "motif", "error"),
        ("code_courant", "motif", "error"),
        ("courant_connu", "coherence", "warning"),
    }
