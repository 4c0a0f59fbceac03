"""Dice, check digits and formats."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from demo.dice import Dice, luhn_key, made_siren
from demo.formats import Layout, csv_bytes, csv_text, euro_text, serial_day, xlsx_bytes, xlsx_cells
from demo.model import Row


def test_the_first_draws_never_change() -> None:
    """The whole demonstration hangs on these: a change of Python or of a line here would move every figure."""
    dice = Dice(20181122, "essai")
    assert [dice.whole(1, 100) for _ in range(6)] == [48, 8, 61, 22, 76, 100]


def test_streams_are_independent() -> None:
    assert Dice(1, "a").below(1) != Dice(1, "b").below(1)
    assert Dice(1, "a").below(1) == Dice(1, "a").below(1)


def test_draws_stay_in_their_bounds() -> None:
    dice = Dice(3, "bornes")
    assert {dice.whole(2, 4) for _ in range(200)} == {2, 3, 4}
    assert {dice.pick("ab") for _ in range(50)} == {"a", "b"}
    assert {dice.weighted((("jamais", 0.0), ("toujours", 1.0))) for _ in range(50)} == {"toujours"}
    assert sorted(dice.shuffled(range(10))) == list(range(10))
    assert all(dice.lognormal(100, 0.5) > 0 for _ in range(100))


@pytest.mark.parametrize("siren", ["732829320", "245400601", "200041515", "200070589", "200070738"])
def test_luhn_agrees_with_real_sirens(siren: str) -> None:
    assert luhn_key(siren[:8]) == siren[8]


def test_made_sirens_are_distinct_and_say_so() -> None:
    made = {made_siren(family, number) for family in range(10) for number in range(0, 10_000, 97)}
    assert len(made) == 10 * 104
    assert all(siren.startswith("999") and luhn_key(siren[:8]) == siren[8] for siren in made)
    with pytest.raises(ValueError, match="no made SIREN"):
        made_siren(10, 0)


def test_french_csv() -> None:
    rows: list[Row] = [{"a": Decimal("1234.50"), "b": date(2019, 3, 5), "c": 'un "mot" ; deux', "d": None, "e": True}]
    layout = Layout(("a", "b", "c", "d", "e"), {"a": "Montant"})
    assert csv_bytes(rows, layout, "cp1252") == (b'Montant;b;c;d;e\r\n1234,50;05/03/2019;"un ""mot"" ; deux";;oui\r\n')


def test_amount_as_french_spreadsheets_show_it() -> None:
    assert euro_text(Decimal("1234567.80")) == "1\u202f234\u202f567,80\u00a0€"
    assert euro_text(Decimal("0.05")) == "0,05\u00a0€"


def test_serial_days_are_those_of_excel() -> None:
    assert serial_day(date(2019, 3, 5)) == 43529
    assert serial_day(date(1900, 3, 1)) == 61


def test_cells_are_quoted_only_where_they_must_be() -> None:
    assert csv_text([["a,b", "c;d", "e\nf"]], separator=",", end="\n") == '"a,b",c;d,"e\nf"\n'


def test_workbooks_hold_typed_cells_and_no_time_of_writing() -> None:
    layout = Layout(("n", "d", "t"))
    cells = xlsx_cells({"n": Decimal("12.34"), "d": date(2019, 3, 5), "t": "x"}, layout)
    content = xlsx_bytes("Feuille", [layout.header(), cells])
    book = openpyxl.load_workbook(BytesIO(content))
    number, day, text = next(book["Feuille"].iter_rows(min_row=2, values_only=True))
    assert (number, text) == (12.34, "x")
    assert f"{day:%Y-%m-%d}" == "2019-03-05"
    assert f"{book.properties.created:%Y-%m-%d}" == f"{book.properties.modified:%Y-%m-%d}" == "2019-03-05"
