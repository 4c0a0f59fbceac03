"""Codes at a date, and periods that overlap: the vectorised form against the plain one."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from territoires.validation.judgements import lies_apart, overlaps, twins, valid_at

Period = tuple[str | None, date | None, date | None]

ORIGIN = date(2023, 11, 1)
DAYS = st.none() | st.integers(0, 12).map(lambda day: ORIGIN + timedelta(days=day))
CODES = st.sampled_from(["a", "b", "c", "inconnu"])


def days(values: list[date | None]) -> pd.Series:
    return pd.Series(pd.array([value and value.isoformat() for value in values], dtype="datetime64[s]"))


def texts(values: list[str | None]) -> pd.Series:
    return pd.Series(values, dtype="str")


@settings(deadline=None)
@given(
    rows=st.lists(st.tuples(st.none() | CODES, DAYS), max_size=12),
    spans=st.lists(st.tuples(st.sampled_from(["a", "b", "c"]), DAYS, DAYS), max_size=5),
)
def test_a_code_is_judged_at_the_day_of_its_row(
    rows: list[tuple[str | None, date | None]], spans: list[tuple[str, date | None, date | None]]
) -> None:
    """Spans of one code follow each other, as those of a register do."""
    apart = []
    for code, start, end in spans:
        if start and end and end <= start:
            continue  # no day at all: no register has such a span
        others = [span for span in apart if span[0] == code]
        if all((end or date.max) <= (o[1] or date.min) or (o[2] or date.max) <= (start or date.min) for o in others):
            apart.append((code, start, end))
    known = {code for code, _, _ in apart}

    def held(code: str | None, day: date | None) -> bool:
        if code is None or day is None or code not in known:
            return True
        return any(c == code and (s or date.min) <= day < (e or date.max) for c, s, e in apart)

    names, starts, ends = ([span[place] for span in apart] for place in range(3))
    found = valid_at(
        texts([code for code, _ in rows]),
        days([day for _, day in rows]),
        [str(name) for name in names],
        [start and start.isoformat() for start in starts],  # type: ignore[union-attr]
        [end and end.isoformat() for end in ends],  # type: ignore[union-attr]
    )
    assert found.tolist() == [held(code, day) for code, day in rows]


def test_a_code_that_is_never_valid_has_a_span_that_ends_before_all_days() -> None:
    found = valid_at(texts(["a", "b"]), days([ORIGIN, ORIGIN]), ["a"], [None], [date.min.isoformat()])
    assert found.tolist() == [False, True]


@settings(deadline=None)
@given(rows=st.lists(st.tuples(st.sampled_from(["ti-1", "ti-2", None]), DAYS, DAYS), max_size=12))
def test_periods_overlap_as_two_by_two(rows: list[Period]) -> None:
    def meet(one: Period, two: Period) -> bool:
        (group, start, end), (other, begin, stop) = one, two
        if group is None or group != other or start is None or begin is None:
            return False
        end, stop = end or date.max, stop or date.max
        return start <= end and begin <= stop and start <= stop and begin <= end

    columns = (
        pd.DataFrame({"id_ti": texts([row[0] for row in rows])}),
        days([row[1] for row in rows]),
        days([row[2] for row in rows]),
    )
    found = overlaps(*columns)
    for position, row in enumerate(rows):
        others = {other for other, two in enumerate(rows) if other != position and meet(row, two)}
        assert (found[position] in others) if others else (found[position] == -1)
    assert lies_apart(*columns).tolist() == (found < 0).tolist()


def test_many_periods_of_one_group_are_judged_in_one_pass() -> None:
    """All of one group and all overlapping: two by two they would be 10¹¹ pairs."""
    count = 300_000
    group = pd.DataFrame({"id_ti": texts(["ti-1"] * count)})
    start = pd.Series(np.datetime64("2019-01-01", "s") + np.arange(count) % 4000 * np.timedelta64(1, "D"))
    found = overlaps(group, start, pd.Series(np.full(count, np.datetime64("NaT"), dtype="datetime64[s]")))
    assert (found >= 0).all()
    assert (found != np.arange(count)).all()


def test_a_twin_has_the_same_key_and_is_another_row() -> None:
    frame = pd.DataFrame({"a": texts(["x", "y", "x", None, "x", None]), "b": texts(["1", "1", "1", "1", "2", "1"])})
    assert twins(frame).tolist() == [2, -1, 0, -1, -1, -1]


def test_a_year_stands_for_its_last_day() -> None:
    years = pd.Series(pd.array([2023, 2024, None, 2024], dtype="Int64"))
    codes = texts(["a", "a", "a", None])
    assert valid_at(codes, years, ["a"], [None], ["2024-01-01"]).tolist() == [True, False, True, True]
    assert valid_at(codes, years, ["a"], ["2023-12-31"], [None]).tolist() == [True, True, True, True]
