"""What lies around the territories: other communes and EPCI, a métropole, employment areas, and what happened before.

All of it is made. The territories are left as they are, so that nothing drawn for them changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from demo.dice import Dice
from demo.facts import REGION_OF
from demo.model import Basin, Commune, Country, Epci, Territory
from demo.names import CRAFTS, LAND
from demo.past import make_past
from demo.territories import REGIONS, PlaceMaker

_SMALL = 1_500
"""Inhabitants of a commune in the middle of the list, outside the territories."""
_TWO_BASINS = 34
"""Communes from which a department has two employment areas rather than one."""
_FIRST_BASIN = 70
"""Real employment areas stop at 61 in a region (Auvergne-Rhône-Alpes)."""
_METROPOLIS = ("95", "94")
_ISLAND, _OVERSEAS = "29", "973"


def make_country(seed: int, territories: Sequence[Territory]) -> Country:
    """Return the made France around *territories*; the same for the same *seed*."""
    dice = Dice(seed, "pays")
    inside = [epci for territory in territories for epci in territory.epcis]
    epts = tuple(epci for epci in inside if epci.legal_form == "EPT")
    maker = PlaceMaker(dice, inside)
    departments = sorted({commune.department for epci in inside for commune in epci.communes})
    outside = [_around(dice, maker, code) for code in departments for _ in range(2 if len(code) == 3 else 3)]
    metropolis = _metropolis(maker, epts)
    alone = (maker.commune(_ISLAND, REGION_OF[_ISLAND], _SMALL),)
    epcis = (*(epci for epci in inside if epci not in epts), *outside, metropolis)
    unplaced = next(epci.communes[-1:] for epci in outside if epci.communes[0].department == _OVERSEAS)
    basins = _basins(Dice(seed, "bassins"), epcis, alone, unplaced)
    movements, passage, delegates = make_past(territories, outside)
    return Country(epcis, epts, alone, basins, unplaced, movements, passage, delegates)


def _around(dice: Dice, maker: PlaceMaker, department: str) -> Epci:
    region = REGION_OF[department]
    return maker.epci(tuple(maker.commune(department, region, _SMALL) for _ in range(dice.whole(3, 5))))


def _metropolis(maker: PlaceMaker, epts: Sequence[Epci]) -> Epci:
    """Return the métropole of which *epts* are parts: their communes, and others of its two departments."""
    others = tuple(maker.commune(code, REGION_OF[code], _SMALL) for code in _METROPOLIS for _ in range(3))
    return maker.epci((*(commune for ept in epts for commune in ept.communes), *others), "METRO")


def _basins(
    dice: Dice, epcis: Iterable[Epci], alone: Iterable[Commune], unplaced: Iterable[Commune]
) -> tuple[Basin, ...]:
    """Cut the departments into one or two areas each, which part some EPCI and now and then unite two departments."""
    names = iter(dice.shuffled([f"DÉMONSTRATION {land} DES {craft}".upper() for land in LAND for craft in CRAFTS]))
    groups: dict[str, list[Sequence[Commune]]] = {}
    left_out = set(unplaced)
    for members in (*(epci.communes for epci in epcis), *((commune,) for commune in alone)):
        for department in dict.fromkeys(commune.department for commune in members):
            kept = [commune for commune in members if commune.department == department and commune not in left_out]
            groups.setdefault(department, []).append(kept)
    basins = []
    for region in REGIONS:
        parts: list[list[Commune]] = []
        for rank, department in enumerate(sorted(code for code in groups if REGION_OF[code] == region)):
            first, *second = _parts(dice, groups[department])
            if rank % 3 == 1:
                parts[-1] += first
            else:
                parts.append(first)
            parts += second
        basins += [
            Basin(f"{region}{number}", next(names), tuple(sorted(part, key=lambda commune: commune.code)))
            for number, part in enumerate(parts, start=_FIRST_BASIN)
        ]
    return tuple(basins)


def _parts(dice: Dice, groups: Sequence[Sequence[Commune]]) -> list[list[Commune]]:
    """Share a department's EPCI out between its areas; one commune in seven goes with its neighbours elsewhere."""
    if sum(map(len, groups)) < _TWO_BASINS:
        return [[commune for group in groups for commune in group]]
    parts: list[list[Commune]] = [[], []]
    for rank, group in enumerate(groups):
        for commune in group:
            parts[(rank + dice.chance(1 / 7)) % 2].append(commune)
    return parts
