"""What happened to made communes before 2019: one of each kind that a reader of INSEE's lists must understand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from demo.model import Commune, Epci, Movement, State, Territory
from demo.territories import VAL_DE_LORRAINE

Past = tuple[tuple[Movement, ...], dict[str, str], dict[State, str]]
"""Movements; the code of 2019 by each code that they ended; the commune of 2019 by each part that it still has."""

_NAME, _SPLIT, _NEW_COMMUNE, _DEPARTMENT = "10", "21", "32", "41"
_ENDED = "998"
"""Number, in its department, of a commune that is no more: the highest are left free by those of 2019."""


def make_past(territories: Sequence[Territory], outside: Sequence[Epci]) -> Past:
    """Return a merger in Val de Lorraine and, outside the territories, a split, a new name and a new department."""
    heart = next(territory for territory in territories if territory.id_ti == VAL_DE_LORRAINE)
    merged = heart.epcis[0].communes[0]
    split, separated, *_ = _communes_of(outside, "67")
    renamed, moved = next(_communes_of(outside, "59")), next(_communes_of(outside, "44"))
    movements = [
        *_split(date(2014, 1, 1), split, separated),
        *_merger(date(2016, 1, 1), merged),
        Movement(_NAME, date(2017, 12, 25), State("COM", renamed.code, f"{renamed.name}-le-Sec"), _state(renamed)),
        Movement(_DEPARTMENT, date(2018, 1, 1), State("COM", f"49{_ENDED}", moved.name), _state(moved)),
    ]
    ended = {_ended(merged): merged.code, f"49{_ENDED}": moved.code}
    parts = [move.after for move in movements if move.after.kind == "COMD"]
    return tuple(movements), ended, dict.fromkeys(parts, merged.code)


def _communes_of(epcis: Sequence[Epci], department: str) -> Iterator[Commune]:
    return (commune for epci in epcis for commune in epci.communes if commune.department == department)


def _state(commune: Commune) -> State:
    return State("COM", commune.code, commune.name)


def _ended(commune: Commune) -> str:
    return f"{commune.department}{_ENDED}"


def _merger(day: date, commune: Commune) -> Iterator[Movement]:
    """Two communes become *commune*, under the code of the first, and stay as its parts."""
    for code, name in ((commune.code, f"{commune.name}-le-Bas"), (_ended(commune), f"{commune.name}-le-Haut")):
        before = State("COM", code, name)
        yield Movement(_NEW_COMMUNE, day, before, _state(commune))
        yield Movement(_NEW_COMMUNE, day, before, State("COMD", code, name))


def _split(day: date, stays: Commune, leaves: Commune) -> Iterator[Movement]:
    """A commune of two names gives one of them back to *leaves*."""
    before = State("COM", stays.code, f"{stays.name}-et-{leaves.name}")
    yield Movement(_SPLIT, day, before, _state(leaves))
    yield Movement(_SPLIT, day, before, _state(stays))
