"""The contracts of the territories, as the administration of the programme follows them.

The 29 pilots sign in the Semaine de l'industrie, 18 to 24 March 2019; 13 of them, in 8 regions, after a protocol. The
others sign until the end of 2020, and a few are still being prepared then: dates and signatories are made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from demo.dice import Dice
from demo.drops import Drop
from demo.formats import Layout, iso_day
from demo.model import MARK, Row, Territory
from demo.names import TRADES
from demo.story import Story, Writer, csv_writer, xlsx_writer

OPERATOR, DELIVERY = "programme", "contrats"
COLUMNS = ("id_contrat", "id_ti", "pilote", "statut", "date_protocole", "date_signature", "signataires")
INDUSTRY_WEEK = (date(2019, 3, 18), date(2019, 3, 24))

_PROTOCOLS, _PROTOCOL_REGIONS = 13, 8
_NEVER = date.max
_CUTS = (
    (date(2019, 3, 31), "cp1252"), (date(2019, 6, 30), "xlsx"), (date(2019, 9, 30), "utf-8"),
    (date(2019, 12, 31), "utf-8-sig"), (date(2020, 6, 30), "xlsx"), (date(2020, 12, 31), "cp1252"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Agreement:
    """One contract and its life."""

    key: str
    territory: Territory
    opened: date
    protocol: date | None
    signed: date
    amended: date
    signatories: str

    def at(self, day: date) -> Row | None:
        """Return the contract's row as known on *day*; None before its preparation began."""
        if day < self.opened:
            return None
        protocol = self.protocol if self.protocol is not None and self.protocol <= day else None
        signed = self.signed if self.signed <= day else None
        status = "projet" if protocol is None else "protocole"
        if signed is not None:
            status = "avenant" if self.amended <= day else "signe"
        return {
            "id_contrat": self.key,
            "id_ti": self.territory.id_ti,
            "pilote": self.territory.pilot,
            "statut": status,
            "date_protocole": protocol,
            "date_signature": signed,
            "signataires": self.signatories if signed is not None else None,
        }


def make_agreements(seed: int, territories: Sequence[Territory]) -> list[Agreement]:
    """Return one contract for each territory, pilots first; the same for the same *seed*."""
    return _agreements(Dice(seed, "contrats"), territories)


def contract_drops(agreements: Sequence[Agreement]) -> tuple[list[Drop], tuple[Row, ...]]:
    """Return the files in order and the rows that are current in the warehouse after them."""
    story = Story(OPERATOR, DELIVERY, ("id_contrat",), "contrats")
    for cut, manner in _CUTS:
        story.deliver(
            cut + timedelta(days=4), f"{cut:%Y-%m}.{'xlsx' if manner == 'xlsx' else 'csv'}",
            f"Contrats ouverts ou modifiés jusqu'au {cut:%d/%m/%Y} ; {manner}.",
            story.changed(row for agreement in agreements if (row := agreement.at(cut))), _writer(manner),
        )  # fmt: skip
    return story.drops, story.current()


def _writer(manner: str) -> Writer:
    if manner == "xlsx":
        return xlsx_writer(Layout(COLUMNS, yes_no=("Oui", "Non")))
    return csv_writer(Layout(COLUMNS, day=iso_day if manner == "utf-8" else Layout(COLUMNS).day), manner)


def _agreements(dice: Dice, territories: Sequence[Territory]) -> list[Agreement]:
    early = _protocol_pilots([territory for territory in territories if territory.pilot])
    drawn = sorted(territories, key=lambda territory: (not territory.pilot, territory.id_ti))
    agreements = []
    for number, territory in enumerate(drawn, start=1):
        if territory.pilot:
            opened, signed = date(2019, 1, 15), INDUSTRY_WEEK[0] + timedelta(days=dice.whole(0, 4))
            protocol = date(2019, 3, 6) + timedelta(days=dice.whole(0, 9)) if territory.id_ti in early else None
        else:
            opened = date(2019, 3, 6) + timedelta(days=dice.whole(0, 200))
            protocol = max(opened + timedelta(days=dice.whole(20, 120)), date(2019, 5, 2)) if dice.chance(0.6) else None
            signed = _NEVER if dice.chance(0.07) else (protocol or opened) + timedelta(days=dice.whole(60, 400))
        amended = signed + timedelta(days=dice.whole(200, 500)) if signed < _NEVER and dice.chance(0.08) else _NEVER
        agreements.append(
            Agreement(
                f"CTR-2019-{number:04d}", territory, opened, protocol, signed, amended, _signatories(dice, territory)
            )
        )
    return agreements


def _protocol_pilots(pilots: Sequence[Territory]) -> set[str]:
    """Return the ids of 13 pilots that spread over exactly 8 regions: one for each region, then the others of these."""
    by_region: dict[str, list[str]] = {}
    for pilot in pilots:
        by_region.setdefault(pilot.id_ti[3:5], []).append(pilot.id_ti)
    # The regions with most pilots, so that eight of them surely hold thirteen.
    regions = sorted(by_region, key=lambda region: (-len(by_region[region]), region))[:_PROTOCOL_REGIONS]
    order = [by_region[region][0] for region in regions] + [
        name for region in regions for name in by_region[region][1:]
    ]
    if len(regions) < _PROTOCOL_REGIONS or len(order) < _PROTOCOLS:
        raise ValueError("the pilots of this seed cannot give 13 protocols in 8 regions")
    return set(order[:_PROTOCOLS])


def _signatories(dice: Dice, territory: Territory) -> str:
    company = f"{MARK} {dice.pick(TRADES)} SAS"
    return " | ".join((f"État ({MARK})", f"Région ({MARK})", *(epci.name for epci in territory.epcis), company))
