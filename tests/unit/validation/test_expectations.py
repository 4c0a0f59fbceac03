"""What our expectations hold for right, against plain Python."""

from __future__ import annotations

import operator
from collections import Counter
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from territoires.contracts.identifiers import is_siren, is_siret
from territoires.validation import judgements

TEXTS = st.lists(st.one_of(st.none(), st.text("ab1é -", max_size=4)), max_size=8)


def text(values: list[str | None]) -> pd.Series[Any]:
    """A column as ``convert`` makes it: pandas' str over Arrow."""
    chunked = pa.chunked_array([pa.array(values, type=pa.string())])
    return pd.Series(pd.StringDtype(na_value=np.nan).__from_arrow__(chunked))


@given(TEXTS)
def test_membership(values: list[str | None]) -> None:
    assert judgements.in_set(text(values), ["a", "é"]).tolist() == [v is None or v in {"a", "é"} for v in values]


def test_an_empty_list_holds_nothing() -> None:
    assert judgements.in_set(text(["a", None]), []).tolist() == [False, True]


@given(TEXTS)
def test_form_and_length(values: list[str | None]) -> None:
    column = text(values)
    assert judgements.at_most_long(column, 2).tolist() == [v is None or len(v) <= 2 for v in values]
    expected = [v is None or (v.isascii() and v.isalpha() and len(v) <= 2 and v != "") for v in values]
    assert judgements.matches(column, "^[ab]{1,2}$").tolist() == expected


def test_a_form_is_not_kept_by_a_line_break_at_the_end() -> None:
    """Python's $ matches before a last line break, RE2's does not: ``ti-4413\\n`` is no identifier."""
    assert judgements.matches(text(["ti-4413", "ti-4413\n"]), "^ti-[0-9]{4}$").tolist() == [True, False]


@given(st.lists(st.one_of(st.none(), st.from_regex(r"[0-9]{9}|[0-9]{0,12}|18002002[0-9]|[0-9]{8}\w", fullmatch=True))))
@example(["180020026", "18002002\u0666", "", None, " 80020026", "000000000"])
def test_siren_as_in_plain_python(values: list[str | None]) -> None:
    assert judgements.has_right_key(text(values), "siren").tolist() == [v is None or is_siren(v) for v in values]


@given(st.lists(st.one_of(st.none(), st.from_regex(r"[0-9]{14}|356000000[0-9]{5}|180020026[0-9]{5}", fullmatch=True))))
@example(["35600000000048", "35600000049837", "35600000049838", "1800200260001", None])
def test_siret_as_in_plain_python_with_la_poste(values: list[str | None]) -> None:
    assert judgements.has_right_key(text(values), "siret").tolist() == [v is None or is_siret(v) for v in values]


def test_keys_are_read_right_in_a_slice_of_a_larger_column() -> None:
    """Arrow keeps the bytes of the whole column behind a slice; reading from byte 0 would judge other rows."""
    whole = text(["", "123", None, "180020026", "180020027", "245400601"])
    assert judgements.has_right_key(whole.iloc[3:], "siren").tolist() == [True, False, True]
    large = pd.Series(whole.array.__arrow_array__().cast(pa.large_string()).to_pandas())
    assert judgements.has_right_key(large.iloc[2:], "siren").tolist() == [True, True, False, True]


@pytest.mark.parametrize("dtype", ["float64", "Int64"])
def test_bounds_of_numbers_are_both_included(dtype: str) -> None:
    column = pd.Series([-1, 0, 5, 10, 11, None], dtype=dtype)
    assert judgements.within(column, 0, 10).tolist() == [False, True, True, True, False, True]
    assert judgements.within(column, minimum=0).tolist() == [False, True, True, True, True, True]
    assert judgements.within(column, maximum=10).tolist() == [True, True, True, True, False, True]


def test_bounds_of_dates_are_both_included() -> None:
    column = pd.Series(["2018-11-21", "2018-11-22", None, "2019-01-01"], dtype="datetime64[s]")
    assert judgements.within(column, minimum="2018-11-22").tolist() == [False, True, True, True]
    assert judgements.within(column, maximum="2018-11-22").tolist() == [True, True, True, False]


@given(st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "c", ""])), max_size=9))
def test_a_key_stands_once(values: list[str | None]) -> None:
    times = Counter(values)
    column = text(values)
    assert judgements.stands_once(column.to_frame("k")).tolist() == [v is None or times[v] == 1 for v in values]


@given(
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.sampled_from(["a", "b"])),
            st.one_of(st.none(), st.sampled_from(["2019-01-01", "2020-01-01"])),
            st.one_of(st.none(), st.integers(0, 2)),
        ),
        max_size=12,
    )
)
def test_a_key_of_several_columns_stands_once(rows: list[tuple[Any, ...]]) -> None:
    times = Counter(rows)
    first, second, third = ([row[part] for row in rows] for part in range(3))
    frame = pd.DataFrame(
        {"t": text(first), "d": pd.Series(second, dtype="datetime64[s]"), "n": pd.Series(third, dtype="Int64")}
    )
    assert judgements.stands_once(frame).tolist() == [None in row or times[row] == 1 for row in rows]


SIGNS = {"<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq}


@pytest.mark.parametrize("sign", SIGNS)
@given(st.lists(st.tuples(*[st.one_of(st.none(), st.integers(-2, 2))] * 2), max_size=6))
def test_two_columns_compare_where_both_are_present(sign: str, rows: list[tuple[int | None, int | None]]) -> None:
    held = [None in row or bool(SIGNS[sign](*row)) for row in rows]
    left, right = ([row[part] for row in rows] for part in range(2))
    numbers = pd.Series(left, dtype="float64"), pd.Series(right, dtype="Int64")
    assert judgements.compares(*numbers, sign).tolist() == held
    dates = [
        pd.Series([None if n is None else f"2019-01-{n + 10}" for n in part], dtype="datetime64[s]")
        for part in (left, right)
    ]
    assert judgements.compares(*dates, sign).tolist() == held


def test_two_texts_compare_as_equal_or_not() -> None:
    assert judgements.compares(text(["a", "a", None]), text(["a", "b", "b"]), "==").tolist() == [True, False, True]


def test_a_column_is_wanted_only_where_another_calls_it() -> None:
    when = text(["solde", "solde", "engage", None])
    amount = pd.Series([1.0, None, None, None])
    assert judgements.present_when(amount, when, ["decaisse", "solde"]).tolist() == [True, False, True, True]


@pytest.mark.parametrize("values", [[], [None, None]])
def test_columns_without_any_value_are_right(values: list[None]) -> None:
    nothing = [True] * len(values)
    column = text(values)
    assert judgements.in_set(column, ["a"]).tolist() == nothing
    assert judgements.matches(column, "^a$").tolist() == nothing
    assert judgements.at_most_long(column, 1).tolist() == nothing
    assert judgements.has_right_key(column, "siren").tolist() == nothing
    assert judgements.stands_once(column.to_frame("k")).tolist() == nothing
    assert judgements.present_when(column, column, ["a"]).tolist() == nothing
    assert judgements.within(pd.Series(values, dtype="float64"), 0, 1).tolist() == nothing
    assert judgements.compares(column, column, "==").tolist() == nothing


def test_no_judgement_loses_the_index() -> None:
    """Great Expectations takes rows by the index of the answer: another index would refuse other rows."""
    column = text(["a", "b"]).set_axis([7, 9])
    for found in (
        judgements.in_set(column, ["a"]),
        judgements.matches(column, "^a$"),
        judgements.stands_once(column.to_frame("k")),
        judgements.present_when(column, column, ["a"]),
    ):
        assert found.index.tolist() == [7, 9]
