"""Periods that the source knows on a given day: quarters (``2025T4``) and years (``2024``), and their labels.

A quarter is published ten weeks after its end, a year on the first of October of the next: so the capture of
11 March 2026 knew 2025T4 and 2024.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Literal

PeriodType = Literal["TRIMESTRE", "ANNEE"]
_FORMS: dict[PeriodType, re.Pattern[str]] = {
    "TRIMESTRE": re.compile(r"[0-9]{4}T[1-4]"),
    "ANNEE": re.compile(r"[0-9]{4}"),
}
_AFTER_QUARTER = timedelta(days=70)


def is_period(kind: PeriodType, code: str) -> bool:
    """Tell whether *code* is written as periods of that kind are."""
    return _FORMS[kind].fullmatch(code) is not None


def published_on(kind: PeriodType, code: str) -> date:
    """Return the day on which the figures of a period appeared."""
    year = int(code[:4])
    if kind == "ANNEE":
        return date(year + 1, 10, 1)
    quarter = int(code[-1])
    ended = date(year + quarter // 4, quarter % 4 * 3 + 1, 1) - timedelta(days=1)
    return ended + _AFTER_QUARTER


def known_periods(kind: PeriodType, first_year: int, as_of: date) -> tuple[str, ...]:
    """List the periods published by *as_of*, oldest first."""
    years = range(first_year, as_of.year + 1)
    codes = (
        [str(year) for year in years]
        if kind == "ANNEE"
        else [f"{year}T{quarter}" for year in years for quarter in range(1, 5)]
    )
    return tuple(code for code in codes if published_on(kind, code) <= as_of)


def label_of(kind: PeriodType, code: str) -> str:
    """Return the label of a period as the source words it."""
    if kind == "ANNEE":
        return f"ANNEE {code}"
    year, quarter = code.split("T")
    return f"{quarter}{'er' if quarter == '1' else 'ème'} trimestre {year}"
