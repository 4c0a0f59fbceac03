"""What whole columns tell of the tool that spoilt them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reading_samples import FIELDS, codes, contract, field

from territoires.anomalies import UnreadableFile
from territoires.contracts.model import Contract, ForeignKey
from territoires.reading import Reading, convert

HEADER = "code;libelle;montant;nombre;date_fin;actif;siren\n"

ReadBytes = Callable[..., Reading]


def file(*cells: str, column: str = "date_fin") -> str:
    """A file with one row for each of *cells*, which stands in *column*."""
    names = HEADER.strip().split(";")
    good = {"code": "A1", "libelle": "Friche", "montant": "12,50"}
    return HEADER + "".join(";".join((good | {column: cell}).get(name, "") for name in names) + "\n" for cell in cells)


@pytest.mark.parametrize("sign", ["/", "-", "."])
def test_months_before_days_refuse_the_file_where_a_day_may_be_either(
    refusal: Callable[..., UnreadableFile], sign: str
) -> None:
    """02/13/2019 proves an American export: 03/04/2019 beside it is then the 4th of March, and was read as 3 April."""
    (found,) = refusal(file("2019-01-01", f"03{sign}04{sign}2019", f"02{sign}13{sign}2019")).anomalies
    assert (found.code, found.line, found.column) == ("dates_americaines", 4, "date_fin")
    assert f"« 03{sign}04{sign}2019 »" in found.message


@pytest.mark.parametrize(
    "days",
    [
        ["13/02/2019", "03/04/2019", "02/13/2019"],
        ["05/05/2019", "02/13/2019"],
        ["2019-01-02", "02/13/2019"],
        ["03/04/2019", "05/06/2019"],
    ],
)
def test_one_odd_date_among_french_ones_is_only_a_row_s_fault(read_bytes: ReadBytes, days: list[str]) -> None:
    assert read_bytes(file(*days)).raw.num_rows == len(days)


@pytest.mark.parametrize("number", ["43529", "43529.0"])
def test_bare_day_numbers_are_flagged_in_text(read_bytes: ReadBytes, number: str) -> None:
    (found,) = read_bytes(file(number, "05/03/2019")).anomalies
    assert (found.code, found.line, found.column, found.value) == ("date_numero_serie", 2, "date_fin", number)
    assert "05/03/2019" in found.message


@pytest.mark.parametrize("text", ["1,23457E+13", "1.23E+13", "1E+8"])
def test_a_code_that_a_spreadsheet_has_rounded_is_told_and_not_made_up(
    read_bytes: ReadBytes, small: Contract, text: str
) -> None:
    reading = read_bytes(file(text, column="siren"))
    assert codes(reading) == ["chiffres_perdus"]
    assert convert(reading, small)["siren"].tolist() == [text]


@pytest.mark.parametrize(("text", "shown"), [("5602012", "5602012"), ("5602012.0", "5602012.0"), ("42", "42")])
def test_lost_zeros_are_told_and_not_put_back(read_bytes: ReadBytes, text: str, shown: str) -> None:
    (found,) = read_bytes(file("123456782", text, column="siren")).anomalies
    assert (found.code, found.line, found.value) == ("zeros_perdus", 3, shown)
    assert "format Texte" in found.remedy


def test_zeros_that_a_register_gives_back_are_left_to_it(read_bytes: ReadBytes) -> None:
    """`validation.zeros` restores them with a warning of its own; two that disagree would be one too many."""
    commune = contract([*FIELDS[:3], field("commune", pattern=r"^\d{5}$")])
    named = contract([*FIELDS[:3], field("commune", pattern=r"^\d{5}$")], keys=(ForeignKey("commune", "commune"),))
    text = "code;libelle;montant;commune\nA1;x;1;1004\n"
    assert codes(read_bytes(text, expected=commune)) == ["zeros_perdus"]
    assert codes(read_bytes(text, expected=named)) == []


@pytest.mark.parametrize("text", ["RÃ©habilitation", "Lâ€™usine", "CÅ“ur", "Pr\ufffdt", "Ãtat"[:1] + "\u2030tat"])
def test_letters_that_a_former_tool_has_spoilt_are_told(read_bytes: ReadBytes, text: str) -> None:
    (found,) = read_bytes(file("Réhabilitation", text, column="libelle")).anomalies
    assert (found.code, found.line, found.value) == ("accents_abimes", 3, text)


@pytest.mark.parametrize("text", ["JOÃO", "Âge", "à 12 €", "Ã", "l’été", "œuvre"])
def test_letters_that_people_write_are_not_called_spoilt(read_bytes: ReadBytes, text: str) -> None:
    assert codes(read_bytes(file(text, column="libelle"))) == []
