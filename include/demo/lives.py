"""Shared by the stories of the four operators: made companies, territories drawn, and the cuts of their files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from demo.dice import Dice, luhn_key, made_siren
from demo.model import MARK, Territory
from demo.names import RIVERS, TRADES


def made_siret(family: int, number: int) -> str:
    """Return a SIRET that passes Luhn but is made: a made SIREN, first establishment."""
    body = f"{made_siren(family, number)}0001"
    return body + luhn_key(body)


def company(dice: Dice) -> str:
    """Return the name of an invented company, which says that it is."""
    return f"{MARK} {dice.pick(TRADES)} {dice.pick(RIVERS)} SAS"


def drawn(dice: Dice, territories: Sequence[Territory], count: int) -> list[Territory]:
    """Return *count* territories: each once in a drawn order, then any."""
    everywhere = dice.shuffled(territories)
    return [everywhere[rank] if rank < len(everywhere) else dice.pick(everywhere) for rank in range(count)]


def day_between(dice: Dice, first: date, last: date) -> date:
    """Return a working day between *first* and *last* (a Saturday becomes a Thursday, a Sunday a Friday)."""
    day = first + timedelta(days=dice.whole(2, (last - first).days))
    return day - timedelta(days=2) if day.weekday() > 4 else day
