from __future__ import annotations

from pathlib import Path

import pytest

from territoires.registers import occupations, suites
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source

HEADER = (
    '"code_rome","code_fiche_metier","code_ogr","libelle_rome","transition_eco","transition_num","transition_demo",'
    '"emploi_reglemente","emploi_cadre","code_rome_parent"'
)
ROWS = (
    '"H2901","385","278","Ajustage, à la main","Emploi Blanc","","","","","H2901"',
    '"H2916","385","9","Ajustage de précision","Emploi Vert","O","N","N","O","H2901"',
)
NAME = "unix_referentiel_code_rome_v460_utf8.csv"


def rome(folder: Path, *rows: str, name: str = NAME, header: str = HEADER) -> Path:
    path = folder / name
    path.write_text("\n".join([header, *(rows or ROWS), ""]), encoding="utf-8")
    return path


def read(path: Path, address: str = "file:///x") -> Parsed:
    return occupations.parse(path, path.name, source(Register.OCCUPATIONS, address))


def test_occupations_and_their_facts(tmp_path: Path) -> None:
    parsed = read(rome(tmp_path))
    assert (parsed.millesime, parsed.rows) == ("v460", 2)
    first, second = parsed.tables["rome"].to_dict("records")
    assert (first["code_rome"], first["libelle"], first["code_parent"]) == ("H2901", "Ajustage, à la main", "H2901")
    assert [second[name] for name in ("transition_numerique", "transition_demographique", "emploi_cadre")] == [
        True,
        False,
        True,
    ]
    assert parsed.tables["rome"]["emploi_reglemente"].isna().tolist() == [True, False]


def test_the_version_is_in_the_name_or_in_the_address(tmp_path: Path) -> None:
    path = rome(tmp_path, name="referentiel.csv")
    with pytest.raises(RefusedRegisterError, match="#millesime=v460"):
        read(path)
    assert read(path, "file:///x#millesime=v470").millesime == "v470"
    with pytest.raises(ValueError, match="v460"):
        source(Register.OCCUPATIONS, "file:///x#millesime=2024")


def test_a_mark_that_is_neither_yes_nor_no_refuses_the_file(tmp_path: Path) -> None:
    with pytest.raises(RefusedRegisterError, match="colonne transition_num : « oui »"):
        read(rome(tmp_path, ROWS[1].replace('"O"', '"oui"', 1)))


def test_other_columns_are_refused_with_the_difference(tmp_path: Path) -> None:
    with pytest.raises(RefusedRegisterError, match=r"forme inconnue de liste de métiers.*« code_rome_parent »"):
        read(rome(tmp_path, header=HEADER.replace("_parent", "_pere")))


def test_each_rule_of_the_occupations(tmp_path: Path) -> None:
    twice, small, orphan = ROWS[0], ROWS[0].replace("H2901", "h2902", 1), ROWS[1].replace("H2916", "H2917")
    rows = (*ROWS, twice, small, orphan.replace('"H2901"', '"X"'))
    outcomes = suites.check(read(rome(tmp_path, *rows)), (1, 100), None)
    assert {(one.column, one.rule, one.failed) for one in outcomes if one.failed} == {
        ("code_rome", "unique", 2),
        ("code_rome", "motif", 1),
        ("parent_connu", "coherence", 1),
    }
    assert not any(one.failed for one in suites.check(read(rome(tmp_path)), (1, 100), None))
