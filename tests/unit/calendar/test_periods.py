"""Dates of the calendar: months' ends, leap years, and what is asked of a type that is followed from some day on."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.calendar.periods import EARLY_DAYS, MONTHS_OF, expectations
from territoires.contracts.model import Calendar

DAY = timedelta(days=1)
CALENDARS = st.builds(
    Calendar,
    frequency=st.just("de temps en temps"),
    period=st.sampled_from(sorted(MONTHS_OF)),
    due_days=st.integers(0, 365),
    late_after_days=st.integers(1, 365),
)
DAYS = st.dates(date(1999, 1, 1), date(2101, 12, 31))


@given(CALENDARS, DAYS, st.integers(0, 1200))
def test_periods_follow_one_another_from_the_first_due_to_the_one_under_way(
    calendar: Calendar, since: date, age: int
) -> None:
    today = since + age * DAY
    found = list(expectations(calendar, since, today))
    for former, later in pairwise(found):
        assert later.first == former.last + DAY
    for one in found:
        months = (one.last.year - one.first.year) * 12 + one.last.month - one.first.month + 1
        assert (months, one.first.day, (one.last + DAY).day) == (MONTHS_OF[calendar.period], 1, 1)
        assert one.due - one.last == calendar.due_days * DAY
        assert one.late - one.due == calendar.late_after_days * DAY
        assert one.last - one.opens == (EARLY_DAYS - 1) * DAY
        assert one.due >= since
    assert found[0].first - DAY + calendar.due_days * DAY < since, "the period before was due before"
    assert found[-1].first <= today
    assert found[-1].last >= today, "the one under way is the last"
    assert len({one.code for one in found}) == len(found)


@pytest.mark.parametrize(
    ("period", "day", "facts"),
    [
        ("mois", date(2024, 2, 29), ("2024-02", "février 2024", date(2024, 2, 1), date(2024, 2, 29))),
        ("mois", date(2100, 2, 28), ("2100-02", "février 2100", date(2100, 2, 1), date(2100, 2, 28))),
        ("mois", date(2026, 12, 31), ("2026-12", "décembre 2026", date(2026, 12, 1), date(2026, 12, 31))),
        ("trimestre", date(2026, 10, 1), ("2026-T4", "4e trimestre 2026", date(2026, 10, 1), date(2026, 12, 31))),
        ("semestre", date(2026, 6, 30), ("2026-S1", "1er semestre 2026", date(2026, 1, 1), date(2026, 6, 30))),
        ("annee", date(2028, 2, 29), ("2028", "année 2028", date(2028, 1, 1), date(2028, 12, 31))),
    ],
)
def test_a_period_has_a_code_and_a_french_name(period: Any, day: date, facts: tuple[Any, ...]) -> None:
    *_, found = expectations(Calendar("", period, 10, 5), day, day)
    assert (found.code, found.label, found.first, found.last) == facts


def test_a_platform_that_starts_between_the_end_of_a_month_and_its_term_still_expects_that_month() -> None:
    calendar = Calendar("", "mois", 10, 5)
    on_the_term = expectations(calendar, date(2026, 11, 10), date(2026, 11, 10))
    assert [(one.code, one.due, one.late) for one in on_the_term] == [
        ("2026-10", date(2026, 11, 10), date(2026, 11, 15)),
        ("2026-11", date(2026, 12, 10), date(2026, 12, 15)),
    ]
    assert [one.code for one in expectations(calendar, date(2026, 11, 11), date(2026, 11, 11))] == ["2026-11"]
