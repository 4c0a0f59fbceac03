"""INSEE's movements; the header is that of 2019 (lower case, mvtcommune-01012019.csv) and of the years since."""

from __future__ import annotations

from pathlib import Path

import pytest

from territoires.registers import movements, suites
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from tests.unit.registers.files import book, text

HEADER = (
    "MOD,DATE_EFF,TYPECOM_AV,COM_AV,TNCC_AV,NCC_AV,NCCENR_AV,LIBELLE_AV,"
    "TYPECOM_AP,COM_AP,TNCC_AP,NCC_AP,NCCENR_AP,LIBELLE_AP"
)
MERGER = "32,2019-01-01,COM,01091,0,X,X,Châtillon-en-Michaille,COM,01033,0,X,X,Valserhône"
RENAMED = "10,2020-03-15,COM,01033,0,X,X,Valserhone,COM,01033,0,X,X,Valserhône"


def read(path: Path) -> Parsed:
    return movements.parse(path, path.name, source(Register.MOVEMENTS, "file:///x"))


def breaches(parsed: Parsed) -> set[tuple[str, str, str]]:
    return {(one.column, one.rule, one.severity) for one in suites.check(parsed, (1, 9), None) if one.failed}


@pytest.mark.parametrize("header", [HEADER, HEADER.lower()])
def test_a_movement_said_twice_is_kept_once_and_told(tmp_path: Path, header: str) -> None:
    other = RENAMED.replace("Valserhone", "Bellegarde")
    parsed = read(text(tmp_path / "mvtcommune2021.csv", header, MERGER, RENAMED, MERGER, other, MERGER))
    assert (parsed.millesime, parsed.rows) == ("2021", 5)
    assert parsed.tables["mouvement_commune"].to_numpy().tolist() == [
        ["2019-01-01", "32", "COM", "01091", "Châtillon-en-Michaille", "COM", "01033", "Valserhône"],
        ["2020-03-15", "10", "COM", "01033", "Valserhone", "COM", "01033", "Valserhône"],
    ]
    assert parsed.warnings == (
        "2 lignes identiques à une autre, ignorées",
        "1 lignes qui diffèrent d'une autre par un nom, ignorées",
    )
    assert breaches(parsed) == set()


def test_days_are_read_in_both_french_forms_and_as_days_of_a_sheet(tmp_path: Path) -> None:
    french = read(text(tmp_path / "mvt2021.csv", HEADER, MERGER.replace("2019-01-01", "01/01/2019")))
    sheet = [HEADER.split(","), MERGER.split(",")]
    assert french.tables["mouvement_commune"]["date_effet"].tolist() == ["2019-01-01"]
    assert read(book(tmp_path / "mvt2021.xlsx", x=sheet)).tables["mouvement_commune"].iloc[0, 0] == "2019-01-01"


@pytest.mark.parametrize("day", ["2019-02-30", "19-01-01", ""])
def test_what_is_no_day_refuses_the_file(tmp_path: Path, day: str) -> None:
    with pytest.raises(RefusedRegisterError, match=f"date_eff : « {day} »"):
        read(text(tmp_path / "mvt2021.csv", HEADER, MERGER.replace("2019-01-01", day)))


def test_the_list_of_before_2019_is_another_one(tmp_path: Path) -> None:
    """historiqAAAA.txt has other modalities, and one side of a movement to a row: it is not guessed at."""
    header = "REG DEP AR CT COM MOD EFF JO C_LOFF C_LANC NBCOM RANGCOM COMECH".replace(" ", "\t")
    with pytest.raises(RefusedRegisterError, match="absentes : « date_eff », « typecom_av »"):
        read(text(tmp_path / "historiq2018.txt", header))


@pytest.mark.parametrize(
    ("old", "new", "breach"),
    [
        ("32,", "99,", ("modalite", "liste", "warning")),
        ("COM,01091", "VILLE,01091", ("type_avant", "liste", "warning")),
        ("01033", "0103X", ("code_apres", "motif", "error")),
        ("Valserhône", "", ("libelle_apres", "obligatoire", "error")),
        ("2019-01-01", "1789-01-01", ("jour_plausible", "coherence", "error")),
    ],
)
def test_rules(tmp_path: Path, old: str, new: str, breach: tuple[str, str, str]) -> None:
    assert breaches(read(text(tmp_path / "mvt2021.csv", HEADER, MERGER.replace(old, new)))) == {breach}
