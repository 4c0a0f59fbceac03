from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from territoires.registers import epci
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from tests.unit.registers.files import EPCI_HEADER, EPCI_ROWS, workbook


def read(path: Path, options: str = "") -> Parsed:
    return epci.parse(path, path.name, source(Register.EPCI, f"file:///x{options}"))


def test_one_row_for_each_epci_and_for_each_commune(tmp_path: Path) -> None:
    parsed = read(workbook(tmp_path / "a.xlsx", EPCI_HEADER, EPCI_ROWS))
    assert (parsed.millesime, parsed.rows, parsed.warnings) == ("2024", 3, ())
    assert parsed.tables["epci"].astype(object).to_numpy().tolist() == [
        ["200029999", "CC Rives", "CC", "FPU", "01", 2, 30, 25],
        ["242020105", "CC Balagne", "CC", "FA", "2B", 1, 5, 4],
    ]
    first = parsed.tables["epci_commune"].astype(object).to_numpy().tolist()[0]
    assert first == ["200029999", "01304", "210103040", "Pont", "01", 10, 9]


def test_codes_held_as_numbers_have_their_zeros_again(tmp_path: Path) -> None:
    row: list[Any] = [1, 200029999, "CC", "CC", "FPU", 1, 1, 1, 1, 1304, 210103040.0, "Pont", 1, 1]
    parsed = read(workbook(tmp_path / "a.xlsx", EPCI_HEADER, [row]))
    member = parsed.tables["epci_commune"].iloc[0]
    assert member[["siren", "code_commune", "siren_commune", "code_departement"]].tolist() == [
        "200029999", "01304", "210103040", "01",
    ]  # fmt: skip


def test_case_title_rows_other_sheets_and_blank_rows_do_not_matter(tmp_path: Path) -> None:
    header = [name.upper() for name in reversed(EPCI_HEADER)]
    rows = [["EPCI 2024"], header, *[list(reversed(row)) for row in EPCI_ROWS], [None] * 14]
    parsed = read(workbook(tmp_path / "a.xlsx", [""], rows))
    assert parsed.rows == 3
    assert parsed.tables["epci"]["siren"].tolist() == ["200029999", "242020105"]


@pytest.mark.parametrize(
    ("changes", "options", "message"),
    [
        ({"insee": "insee_com"}, "", "absentes : « insee » .serait-ce « insee_com »"),
        ({"pmun_2024": "pmun_2023"}, "", "années 2023, 2024"),
        ({"pmun_2024": "pmun"}, "#millesime=2023", "le fichier décrit 2024, la configuration annonce 2023"),
        ({"ptot_2024": "population"}, "", "absentes : « ptot_AAAA »"),
    ],
)
def test_shapes_that_are_not_understood(tmp_path: Path, changes: dict[str, str], options: str, message: str) -> None:
    header = [changes.get(name, name) for name in EPCI_HEADER]
    with pytest.raises(RefusedRegisterError, match=message):
        read(workbook(tmp_path / "a.xlsx", header, EPCI_ROWS), options)


@pytest.mark.parametrize(("place", "value"), [(5, "beaucoup"), (13, 1.5)])
def test_counts_that_are_no_integers(tmp_path: Path, place: int, value: Any) -> None:
    row = [*EPCI_ROWS[0]]
    row[place] = value
    with pytest.raises(RefusedRegisterError, match="n'est pas un nombre"):
        read(workbook(tmp_path / "a.xlsx", EPCI_HEADER, [row]))


def test_a_sheet_named_after_another_year_is_told(tmp_path: Path) -> None:
    parsed = read(workbook(tmp_path / "a.xlsx", EPCI_HEADER, EPCI_ROWS, sheet="Epcicom2023"))
    assert parsed.millesime == "2024"
    assert "Epcicom2023" in parsed.warnings[0]


def test_what_is_no_list(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(b"dept;siren\n01;200029999\n")
    with pytest.raises(RefusedRegisterError, match=r"forme inconnue de liste d'EPCI.*colonnes trouvées : dept, siren"):
        read(path)
    with zipfile.ZipFile(path, "w") as parts:
        parts.writestr("lisezmoi.txt", "rien")
    with pytest.raises(RefusedRegisterError, match="forme inconnue de liste d'EPCI"):
        read(path)
