"""How one cell is read, by the conventions of French tools."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.reading.cells import excel_day, parse_boolean, parse_date, parse_integer, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1234", "1234"),
        ("1 234,56 €", "1234.56"),
        ("1\u00a0234,56\u00a0€", "1234.56"),
        ("1\u202f234\u202f567", "1234567"),
        ("1234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1,234,567", "1234567"),
        ("-12,5", "-12.5"),
        ("−12,5", "-12.5"),
        ("+12", "12"),
        ("12 EUR", "12"),
        ("12 euros", "12"),
        ("12,5000", "12.5"),
        ("0012", "12"),
        (" 12 ", "12"),
        ("€ 12,50", "12.5"),
        ("12 ¤", "12"),
        ("(12,50)", "-12.5"),
        ("(1 234,50 €)", "-1234.5"),
        ("12,50-", "-12.5"),
        ("1234.5600000000001", "1234.56"),
        ("0.30000000000000004", "0.3"),
    ],
)
def test_french_numbers_are_read(text: str, value: str) -> None:
    assert parse_number(text, 2) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "1,234",
        "1.200",
        "12,345",
        "1,23456",
        "1 2",
        "12 34",
        "1234 567",
        "1,2,3",
        "1.2.3",
        "",
        "€",
        "abc",
        "12k€",
        "1e5",
        "(-12)",
        "()",
        "1,5 M€",
        "1,23E+05",
        "1234.5667",
        "--1",
        ",5",
        "5,",
        "#N/A",
        "12%",
        "٣",
        "1" * 19,
        "1'234",
    ],
)
def test_doubtful_numbers_are_refused_rather_than_guessed(text: str) -> None:
    assert parse_number(text, 2) is None


def test_a_comma_alone_is_the_decimal_one_where_three_decimals_are_kept() -> None:
    assert parse_number("1,234", 3) == Decimal("1.234")
    assert parse_number("1,234", None) == Decimal("1.234")


@pytest.mark.parametrize(("text", "value"), [("12", 12), ("1 234", 1234), ("12,0", 12), ("12,00", 12), ("-3", -3)])
def test_whole_numbers_are_read(text: str, value: int) -> None:
    assert parse_integer(text) == value


@pytest.mark.parametrize("text", ["12,5", "12,000", "12.000", "1,5", "douze", "9" * 19])
def test_what_is_no_whole_number_is_refused(text: str) -> None:
    assert parse_integer(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "2019-03-05",
        "05/03/2019",
        "5/3/2019",
        "05-03-2019",
        "05.03.2019",
        "05 03 2019",
        "2019-03-05 00:00:00",
        "2019-03-05T00:00:00Z",
        "2019-03-05T00:00:00.000",
        "05/03/2019 00:00",
        "5 mars 2019",
        "43529",
        "43529.0",
        " 05/03/2019 ",
        "2019-03-05 14:30:00",
        "2019-03-05T14:30:00+01:00",
        "05/03/2019 à 14h30",
        "2019.03.05",
        "20190305",
        "05\u201103\u20112019",
        "mardi 5 mars 2019",
        "5-mars-2019",
    ],
)
def test_ways_of_writing_the_fifth_of_march_2019(text: str) -> None:
    assert parse_date(text) == date(2019, 3, 5)


@pytest.mark.parametrize(
    "text",
    [
        "05/03/19",
        "31/02/2019",
        "2019-02-29",
        "00/03/2019",
        "13/13/2019",
        "2019-03-05T23:30:00Z",
        "2019-03-05 25:00",
        "05/03/2019 2:30 PM",
        "2019/03-05",
        "20191305",
        "05032019",
        "43529.604",
        "05/03-2019",
        "mars 2019",
        "5 marsembre 2019",
        "",
        "2019",
        "4352",
        "435290",
        "05/03/2019 ?",
        "٠٥/٠٣/٢٠١٩",
        "1er mars 19",
    ],
)
def test_doubtful_or_impossible_days_are_refused(text: str) -> None:
    assert parse_date(text) is None


def test_the_first_of_the_month_in_words() -> None:
    assert parse_date("1er août 2020") == date(2020, 8, 1)
    assert parse_date("1 févr. 2020") == date(2020, 2, 1)


def test_excel_day_numbers_in_both_systems() -> None:
    """The same day is 43529 on Windows and 42067 in workbooks made on old Macs."""
    assert excel_day(43529, date1904=False) == date(2019, 3, 5)
    assert excel_day(42067, date1904=True) == date(2019, 3, 5)
    assert excel_day(61, date1904=False) == date(1900, 3, 1)
    assert excel_day(60, date1904=False) is None


@given(st.dates(min_value=date(1930, 1, 1), max_value=date(2150, 1, 1)))
def test_every_way_of_writing_a_day_gives_that_day(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    for text in (day.isoformat(), day.strftime("%d/%m/%Y"), f"{day.day}.{day.month}.{day.year}", str(serial)):
        assert parse_date(text) == day


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=2))
def test_every_way_of_writing_an_amount_gives_that_amount(amount: Decimal) -> None:
    spaced = f"{amount:,}".replace(",", "\u202f").replace(".", ",")
    german = f"{amount:,}".translate(str.maketrans(",.", ".,"))
    for text in (str(amount), str(amount).replace(".", ","), f"{spaced} €", f"{amount:,}", german):
        assert parse_number(text, 2) == amount


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("oui", True),
        ("OUI", True),
        ("o", True),
        ("Vrai", True),
        ("true", True),
        ("1", True),
        ("non", False),
        ("N", False),
        ("FAUX", False),
        ("false", False),
        ("0", False),
        ("X", True),
        ("1.0", True),
        ("0,0", False),
        ("no", False),
        ("peut-être", None),
    ],
)
def test_yes_and_no(text: str, value: bool | None) -> None:
    assert parse_boolean(text) is value
