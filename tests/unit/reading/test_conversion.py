"""Types of the frame, and that the fast paths read what the cell by cell path reads."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reading_samples import FIELDS, contract

from territoires.contracts.model import Contract
from territoires.reading import Reading, Source, convert
from territoires.reading.cells import parse_date, parse_integer, parse_number
from territoires.reading.conversion import formula_cells


def reading(columns: dict[str, list[str | None]], date1904: bool = False) -> Reading:
    table = pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()})
    lines = pa.array(range(2, table.num_rows + 2), pa.int32())
    source = Source("csv", "utf-8", ";", None, 1, date1904=date1904)
    return Reading(table, lines, {name: name for name in columns}, source)


def test_the_frame_has_the_types_and_companions_that_the_contract_says(small: Contract) -> None:
    frame = convert(
        reading(
            {
                "code": [" A1 ", None],
                "libelle": ["Friche\u00a0Nord", "  "],
                "montant": ["1 234,56 €", "beaucoup"],
                "nombre": ["12", "douze"],
                "date_fin": ["05/03/2019", "31/02/2019"],
                "actif": ["oui", "parfois"],
            }
        ),
        small,
    )
    assert {name: str(kind) for name, kind in frame.dtypes.items()} == {
        "code": "str",
        "libelle": "str",
        "libelle__formule": "bool",
        "montant": "float64",
        "montant__illisible": "bool",
        "nombre": "Int64",
        "nombre__illisible": "bool",
        "date_fin": "datetime64[s]",
        "date_fin__illisible": "bool",
        "actif": "boolean",
        "actif__illisible": "bool",
        "siren": "str",
    }
    first, second = frame.iloc[0], frame.iloc[1]
    assert (first["code"], first["libelle"], first["montant"], first["nombre"]) == ("A1", "Friche Nord", 1234.56, 12)
    assert (first["date_fin"], first["actif"]) == (pd.Timestamp("2019-03-05"), True)
    assert not first[[name for name in frame if "__" in name]].any()
    assert second[["code", "libelle", "montant", "nombre", "date_fin", "actif", "siren"]].isna().all()
    assert second[[name for name in frame if name.endswith("__illisible")]].all()


def test_empty_cells_are_unknown_and_not_unreadable(small: Contract) -> None:
    frame = convert(reading({"code": ["A1"], "montant": [None], "nombre": ["  "], "date_fin": ["\u00a0"]}), small)
    assert frame[["montant", "nombre", "date_fin", "actif"]].isna().all(axis=None)
    assert not frame[[name for name in frame if name.endswith("__illisible")]].any(axis=None)


def test_a_file_without_rows_converts(small: Contract) -> None:
    assert convert(reading({"code": []}), small).shape == (0, 12)


def test_day_numbers_follow_the_workbook_s_system(small: Contract) -> None:
    assert convert(reading({"date_fin": ["42067"]}, date1904=True), small)["date_fin"][0] == pd.Timestamp("2019-03-05")


NUMBERS = st.lists(
    st.one_of(
        st.none(),
        st.floats(-1e12, 1e12).map(lambda value: f"{value:.2f}"),
        st.integers(-(10**11), 10**11).map(lambda value: f"{value:,}".replace(",", "\u202f") + ",50 €"),
        st.sampled_from(
            ["1,234", "1.234,56", "abc", "1 2", "+5", "12,5000", "-0", "1e5", "−3", "€", "12EUR", "12 345", "1234 567"]
        ),
        st.text("0123456789,. -€", max_size=12),
    ),
    max_size=20,
)


@given(NUMBERS)
def test_fast_and_slow_paths_agree_on_numbers(cells: list[str | None]) -> None:
    frame = convert(reading({"montant": cells, "nombre": cells}), contract(FIELDS))
    for place, cell in enumerate(cells):
        text = (cell or "").strip()
        number, whole = parse_number(text, 2), parse_integer(text)
        got = frame["montant"][place]
        assert np.isnan(got) if number is None else got == float(number)
        assert frame["montant__illisible"][place] == (bool(text) and number is None)
        assert frame["nombre"][place] is pd.NA if whole is None else frame["nombre"][place] == whole
        assert frame["nombre__illisible"][place] == (bool(text) and whole is None)


@given(st.lists(st.one_of(st.none(), st.dates().map(str), st.text("0123456789/-. T:", max_size=10)), max_size=10))
def test_dates_of_the_frame_are_those_of_the_cells(cells: list[str | None]) -> None:
    frame = convert(reading({"date_fin": cells}), contract(FIELDS))
    for place, cell in enumerate(cells):
        day = parse_date(cell or "")
        assert pd.isna(frame["date_fin"][place]) if day is None else frame["date_fin"][place].date() == day
        assert frame["date_fin__illisible"][place] == (bool((cell or "").strip()) and day is None)


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        '=HYPERLINK("http://x")',
        "@SUM(A1)",
        "+A1",
        "-2+3+cmd|' /C calc'!A0",
        "- 1+cmd|'x'!A0",
        "＝1+1",
        "#N/A",
        "#REF!",
        "=",
        "+cmd|x",
        "-SOMME(A1)",
    ],
)
def test_texts_that_a_spreadsheet_would_run(text: str) -> None:
    assert formula_cells(pa.chunked_array([[text, "texte"]])).tolist() == [True, False]


@pytest.mark.parametrize(
    "text",
    [
        "+33 3 83 00 00 00",
        "+33 (0)3 83",
        "-12,50 €",
        "- Formation des jeunes",
        "-",
        "+",
        "a=b",
        "n° 1",
        "#1 du secteur",
        "3@4",
    ],
)
def test_phones_negative_numbers_and_dashes_are_no_formulas(text: str) -> None:
    assert formula_cells(pa.chunked_array([[text]])).tolist() == [False]


def test_a_tab_before_a_formula_does_not_hide_it(small: Contract) -> None:
    assert convert(reading({"libelle": ["\t=1+1", "\r@x", "\ttexte"]}), small)["libelle__formule"].tolist() == [
        True,
        True,
        False,
    ]


def test_only_free_text_has_a_formula_companion(small: Contract) -> None:
    frame = convert(reading({"code": ["A1"]}), small)
    assert [name for name in frame if name.endswith("__formule")] == ["libelle__formule"]


def test_text_that_needs_no_cleaning_shares_the_memory_of_the_file(small: Contract) -> None:
    before = pa.total_allocated_bytes()
    source = reading({"libelle": ["x" * 100] * 10_000})
    held = pa.total_allocated_bytes() - before
    frame = convert(source, small)
    assert pa.total_allocated_bytes() - before < 1.2 * held + 100_000 * len(frame.columns)
