"""Codes as tools leave them."""

from __future__ import annotations

import pyarrow as pa
import pytest
from reading_samples import FIELDS, field

from territoires.reading.code_cells import fixed_digits, tidy_code, tidy_codes

SIREN = field("siren", identifier="siren")
CODE = field("code", pattern=r"^BDT-\d{4}$")
COMMUNE = field("commune", pattern=r"^(?:\d{5}|2[AB]\d{3})$")


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("200029999", "200029999"),
        ("200029999.0", "200029999"),
        ("200029999,00", "200029999"),
        ("552 100 554", "552100554"),
        ("552.100.554", "552100554"),
        ("552-100-554", "552100554"),
        ("552 100 000", "552100000"),
        ("552.100.000", "552100000"),
        ("200 029 999.0", "200029999"),
        ("20002999,5", "20002999,5"),
        ("1,23E+13", "1,23E+13"),
        ("inconnu", "inconnu"),
        ("5602012", "5602012"),
    ],
)
def test_what_tools_do_to_a_siren_is_undone(cell: str, code: str) -> None:
    assert tidy_code(cell, SIREN) == code


def test_a_pattern_keeps_what_it_lets_in_and_mends_the_rest() -> None:
    assert tidy_code("BDT\u20112020", CODE) == "BDT-2020"
    assert tidy_code("54431.0", COMMUNE) == "54431"
    assert tidy_code("2A004", COMMUNE) == "2A004"
    assert tidy_code("1.0", field("version", pattern=r"^\d\.\d$")) == "1.0"


def test_whole_columns_keep_their_blocks_and_free_text_is_left_alone() -> None:
    column = pa.chunked_array([["200029999.0", None], ["552 100 554", "x"]], pa.string())
    assert tidy_codes(column, SIREN).to_pylist() == ["200029999", None, "552100554", "x"]
    assert tidy_codes(column, field("libelle")) is column
    clean = pa.chunked_array([["200029999"]], pa.string())
    assert tidy_codes(clean, SIREN) is clean


def test_columns_of_a_fixed_number_of_digits() -> None:
    fields = {column.name: fixed_digits(column) for column in FIELDS}
    assert fields["siren"] == 9
    assert fields["libelle"] is None
    assert fixed_digits(field("insee", pattern=r"^[0-9]{5}$")) == 5
