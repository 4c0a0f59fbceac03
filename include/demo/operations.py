"""The life of each invented operation of Banque des Territoires, from its identification to its last payment.

The envelope's path is the programme's: about 100 M€ a year, 400 M€ until the end of 2022 (`YEARLY_TARGETS`); what is
disbursed follows with the usual delay. Amounts are whole cents while they are made, so that sums are exact.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from demo.dice import Dice, made_siren
from demo.model import MARK, Row, Territory
from demo.names import TRADES, WORKS, places
from demo.territories import VAL_DE_LORRAINE

YEARLY_TARGETS = {2019: 82_400_000, 2020: 104_100_000, 2021: 108_600_000, 2022: 105_200_000}
"""Euros committed in each year, once amendments are in; the warehouse shows them to within one percent."""

_OPERATIONS_A_YEAR = {2019: 240, 2020: 300, 2021: 310, 2022: 290}
_MAIN_AXIS = {
    "formation": "recruter", "immobilier": "attirer", "foncier": "attirer", "friches": "attirer",
    "transports": "attirer", "numerique": "innover", "energie": "innover", "ingenierie": "simplifier",
}  # fmt: skip
_AXES = ("recruter", "innover", "attirer", "simplifier")
_DOMAINS = tuple(
    zip(_MAIN_AXIS, (16.0, 22.0, 12.0, 14.0, 8.0, 9.0, 9.0, 10.0), strict=True),
)  # weights: an impression of the first years, made for the demonstration
_NATURES = (("fonds_propres", 38.0), ("pret", 34.0), ("subvention", 14.0), ("ingenierie", 14.0))


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation and its whole life; `at` tells what is known of it at a date."""

    key: str
    id_ti: str
    siren: str | None
    label: str
    axis: str
    domain: str
    nature: str
    cents: int
    first_cents: int
    identified: date
    committed: date
    amended: date | None
    abandoned: date | None
    end: date
    payments: tuple[date, ...]

    def at(self, day: date) -> Row | None:
        """Return the operation's row as known on *day* in the evening; None before it was identified."""
        if day < self.identified:
            return None
        status, committed, disbursed = self._progress(day)
        return {
            "id_operation": self.key,
            "id_ti": self.id_ti,
            "siren_beneficiaire": self.siren,
            "libelle": self.label,
            "axe": self.axis,
            "domaine": self.domain,
            "nature": self.nature,
            "montant_engage_eur": _euros(committed),
            "montant_decaisse_eur": None if disbursed is None else _euros(disbursed),
            "date_engagement": self.committed,
            "date_fin_prevue": self.end,
            "statut": status,
        }

    def _progress(self, day: date) -> tuple[str, int, int | None]:
        """Return status, committed cents and disbursed cents on *day*."""
        if day < self.committed:
            return ("instruit" if day >= self.committed - timedelta(days=45) else "identifie"), 0, None
        if self.abandoned is not None and day >= self.abandoned:
            # Nothing was paid and the commitment falls: 0, so that every sum of commitments agrees on it.
            return "abandonne", 0, None
        committed = self.first_cents if self.amended is None or day < self.amended else self.cents
        paid = sum(payment <= day for payment in self.payments)
        if paid == 0:
            return "engage", committed, None
        if paid == len(self.payments):
            return "solde", committed, committed
        return "decaisse", committed, committed * paid // len(self.payments)


def make_operations(seed: int, territories: Sequence[Territory]) -> tuple[Operation, ...]:
    """Return every operation of 2019 to 2022, by commitment date."""
    dice = Dice(seed, "operations")
    companies = iter(range(2_000, 9_999))
    numbers = dict.fromkeys(_OPERATIONS_A_YEAR, 0)
    operations: list[Operation] = []
    for year, count in _OPERATIONS_A_YEAR.items():
        drafts = [
            _draft(dice, committed, id_ti, next(companies))
            for committed, id_ti in _calendar(dice, year, count, territories)
        ]
        kept = sum(draft.cents for draft in drafts if draft.abandoned is None)
        factor = YEARLY_TARGETS[year] * 100 / kept
        for draft in sorted(drafts, key=lambda draft: (draft.identified, draft.key)):
            opened = max(draft.identified.year, 2019)
            numbers[opened] += 1
            operations.append(_scaled(draft, factor, f"BDT-{opened}-{numbers[opened]:05d}"))
    return tuple(sorted(operations, key=lambda operation: (operation.committed, operation.key)))


def _calendar(dice: Dice, year: int, count: int, territories: Sequence[Territory]) -> Iterator[tuple[date, str]]:
    """Yield the commitments of a *year*: date and territory; one a month at least for Val de Lorraine in 2019."""
    if year == 2019:
        for month in range(1, 13):
            yield _day_in(dice, year, month), VAL_DE_LORRAINE
        count -= 12
    # The convention is of March 2019; a decision committee meets more at the end of the year.
    months = [(month, 1.0 + month / 12) for month in range(3 if year == 2019 else 1, 13)]
    everywhere = dice.shuffled([territory.id_ti for territory in territories])
    for rank in range(count):
        id_ti = everywhere[rank] if rank < len(everywhere) else dice.pick(everywhere)
        yield _day_in(dice, year, dice.weighted(months)), id_ti


def _draft(dice: Dice, committed: date, id_ti: str, company: int) -> Operation:
    """Return one operation, its amounts not yet brought to the year's target and its key not yet final."""
    domain = dice.weighted(_DOMAINS)
    pace = dice.whole(60, 210)
    start = committed + timedelta(days=dice.whole(30, 260))
    payments = tuple(start + timedelta(days=pace * rank) for rank in range(dice.whole(1, 7)))
    cents = int(dice.lognormal(21_000_000, 0.9))
    amended = committed + timedelta(days=dice.whole(100, 400)) if dice.chance(0.04) else None
    abandoned = committed + timedelta(days=dice.whole(20, 29)) if dice.chance(0.04) else None
    return Operation(
        key=f"{company}",
        id_ti=id_ti,
        siren=None if dice.chance(0.05) else made_siren(2 + company // 10_000, company),
        label=_label(dice, domain),
        axis=_MAIN_AXIS[domain] if dice.chance(0.8) else dice.pick(_AXES),
        domain=domain,
        nature="ingenierie" if domain == "ingenierie" else dice.weighted(_NATURES),
        cents=cents,
        first_cents=int(cents * 0.85) if amended is not None else cents,
        identified=committed - timedelta(days=dice.whole(10, 150) if dice.chance(0.6) else 0),
        committed=committed,
        amended=amended,
        abandoned=abandoned,
        end=payments[-1] + timedelta(days=dice.whole(30, 400)),
        payments=payments,
    )


def _scaled(draft: Operation, factor: float, key: str) -> Operation:
    """Return *draft* under its final *key*, its amounts multiplied by *factor* and rounded to the cent."""
    values = {name: getattr(draft, name) for name in Operation.__slots__}
    values |= {"key": key, "cents": round(draft.cents * factor), "first_cents": round(draft.first_cents * factor)}
    return Operation(**values)


def _label(dice: Dice, domain: str) -> str:
    where = dice.pick(places())
    if dice.chance(0.3):
        return f"{MARK} - {dice.pick(WORKS[domain])} {where}, avec {MARK} {dice.pick(TRADES)} SAS"
    return f"{MARK} - {dice.pick(WORKS[domain])} {where}"


def _day_in(dice: Dice, year: int, month: int) -> date:
    """Return a working day of the month (a Saturday becomes a Thursday, a Sunday a Friday)."""
    day = date(year, month, dice.whole(3, calendar.monthrange(year, month)[1]))
    return day - timedelta(days=2) if day.weekday() > 4 else day


def _euros(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2).quantize(Decimal("0.01"))
