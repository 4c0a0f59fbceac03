"""Periods of the year and the dates that follow from them; calendar days of Paris, without hours."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from territoires.contracts.model import Calendar, Period
from territoires.receipts.french import MONTHS

MONTHS_OF: Final[dict[Period, int]] = {"mois": 1, "trimestre": 3, "semestre": 6, "annee": 12}

EARLY_DAYS: Final = 5
"""A file received in the last days of a period already answers it: accounts are closed a little before the month is."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """One delivery that is expected.

    Attributes:
        code: ``2026-11``, ``2026-T4``, ``2026-S2`` or ``2026``; label: the same in French words.
        first, last: first and last day of the period.
        opens: first day on which a delivery answers it.
        due: day by which it is expected.
        late: first day on which it is late.
    """

    code: str
    label: str
    first: date
    last: date
    opens: date
    due: date
    late: date


def expectations(calendar: Calendar, since: date, today: date) -> Iterator[Expectation]:
    """Yield what is due on *since* or later, oldest first, up to the period that *today* belongs to.

    *since* is the day from which the type of delivery is followed, or the day after the last date kept of it.
    """
    start = _start(since - timedelta(days=calendar.due_days), calendar.period)
    while start <= today:
        found = _expectation(calendar, start)
        yield found
        start = found.last + timedelta(days=1)


def _expectation(calendar: Calendar, start: date) -> Expectation:
    end = _end(start, calendar.period)
    code, label = _names(start, calendar.period)
    due = end + timedelta(days=calendar.due_days)
    return Expectation(
        code=code,
        label=label,
        first=start,
        last=end,
        opens=end - timedelta(days=EARLY_DAYS - 1),
        due=due,
        late=due + timedelta(days=calendar.late_after_days),
    )


def _start(day: date, period: Period) -> date:
    """Return the first day of the period that *day* belongs to."""
    months = MONTHS_OF[period]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _end(start: date, period: Period) -> date:
    month = start.month + MONTHS_OF[period] - 1
    return date(start.year, month, monthrange(start.year, month)[1])


def _names(start: date, period: Period) -> tuple[str, str]:
    year = start.year
    if period == "mois":
        return f"{year}-{start.month:02d}", f"{MONTHS[start.month - 1]} {year}"
    if period == "annee":
        return str(year), f"année {year}"
    rank = (start.month - 1) // MONTHS_OF[period] + 1
    return f"{year}-{period[0].upper()}{rank}", f"{'1er' if rank == 1 else f'{rank}e'} {period} {year}"
