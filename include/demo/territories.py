"""The 136 territories of 05/03/2019, their EPCI and their communes.

Public facts kept: 124 territories on 22/11/2018, 12 more on 05/03/2019, 29 pilots; Val de Lorraine, its four EPCI and
their SIREN (DGCL, Epcicom). Everything else is made: the other labels, EPCI, communes and inhabitants, and which
territories are pilots or joined later. The identifiers have the real form, ``ti-`` region number.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from demo.dice import Dice, made_siren
from demo.model import Commune, Epci, Territory
from demo.names import CRAFTS, LAND, RIVERS

ANNOUNCED, JOINED = date(2018, 11, 22), date(2019, 3, 5)
VAL_DE_LORRAINE = "ti-4413"
OF_AN_EPT = "ti-1103"
"""Its members are EPT: parts of a métropole, without taxes of their own."""

_PILOTS, _JOINED_LATER = 29, 12
_VAL_DE_LORRAINE_EPCIS = (
    ("245400601", "CC du Bassin de Pompey"),
    ("200041515", "CC du Bassin de Pont-à-Mousson"),
    ("200070589", "CC de Seille et Grand Couronné"),
    ("200070738", "CC Mad et Moselle"),
)
# Region code of the COG -> number of territories, departments over which their communes spread, a point in the region.
REGIONS: dict[str, tuple[int, tuple[str, ...], tuple[float, float]]] = {
    "01": (1, ("971",), (-61.6, 16.2)),
    "02": (2, ("972",), (-61.0, 14.6)),
    "03": (3, ("973",), (-53.5, 4.5)),
    "04": (2, ("974",), (55.5, -21.1)),
    "11": (8, ("77", "78", "91", "95"), (2.4, 48.7)),
    "24": (7, ("18", "28", "36", "37", "41", "45"), (1.6, 47.5)),
    "27": (9, ("21", "25", "39", "58", "70", "71", "89", "90"), (4.8, 47.1)),
    "28": (8, ("14", "27", "50", "61", "76"), (0.2, 49.1)),
    "32": (13, ("02", "59", "60", "62", "80"), (2.7, 49.9)),
    "44": (14, ("08", "10", "51", "52", "54", "55", "57", "67", "68", "88"), (6.1, 48.8)),
    "52": (14, ("44", "49", "53", "72", "85"), (-0.8, 47.4)),
    "53": (9, ("22", "29", "35", "56"), (-2.8, 48.1)),
    "75": (13, ("16", "17", "19", "23", "24", "33", "40", "47", "64", "79", "86", "87"), (0.2, 45.2)),
    "76": (8, ("09", "11", "12", "30", "31", "32", "34", "46", "48", "65", "66", "81", "82"), (2.1, 43.7)),
    "84": (16, ("01", "03", "07", "15", "26", "38", "42", "43", "63", "69", "73", "74"), (4.5, 45.5)),
    "93": (7, ("04", "05", "06", "13", "83", "84"), (6.1, 43.9)),
    "94": (2, ("2A", "2B"), (9.1, 42.1)),
}


def make_territories(seed: int) -> tuple[Territory, ...]:
    """Return the 136 territories, by id; the same for the same *seed*."""
    dice = Dice(seed, "territoires")
    labels = iter(dice.shuffled([f"Démonstration - {land} des {craft}" for craft in CRAFTS for land in LAND]))
    ids = [f"ti-{region}{rank:02d}" for region, (count, _, _) in REGIONS.items() for rank in range(1, count + 1)]
    others = dice.shuffled([name for name in ids if name != VAL_DE_LORRAINE])
    pilots, late = set(others[:_PILOTS]), set(others[_PILOTS : _PILOTS + _JOINED_LATER])
    maker = PlaceMaker(dice)
    return tuple(
        Territory(
            id_ti=name,
            label="Val de Lorraine" if name == VAL_DE_LORRAINE else next(labels),
            pilot=name in pilots,
            joined=JOINED if name in late else ANNOUNCED,
            epcis=maker.epcis_of(name),
            # A few published perimeters name communes instead of EPCI; one of them here is enough to meet the case.
            listed_by_commune=name == "ti-0202",
            centre=_centre(name),
        )
        for name in ids
    )


def _centre(id_ti: str) -> tuple[float, float]:
    """Return a point of the region, on a grid of half a degree at most so that no two territories overlap."""
    count, _, (longitude, latitude) = REGIONS[id_ti[3:5]]
    rank = int(id_ti[5:]) - 1
    step = 0.4 if count > 3 else 0.15
    return round(longitude + (rank % 4 - 1.5) * step, 3), round(latitude + (rank // 4 - count / 8) * step, 3)


class PlaceMaker:
    """Makes EPCI and communes, numbering them so that no two share a code."""

    def __init__(self, dice: Dice, before: Sequence[Epci] = ()) -> None:
        """Go on numbering after the EPCI *before*."""
        self._dice = dice
        self._epcis = len(before)
        departments = [commune.department for epci in before for commune in epci.communes]
        self._communes = len(departments)
        self._in_department = {code: count - 1 for code, count in Counter(departments).items()}
        self._names = self._commune_names()

    def epcis_of(self, id_ti: str) -> tuple[Epci, ...]:
        """Return the EPCI of a territory."""
        region = id_ti[3:5]
        if id_ti == VAL_DE_LORRAINE:
            return tuple(
                Epci(siren, name, "CC", self._communes_in("54", region), real=True)
                for siren, name in _VAL_DE_LORRAINE_EPCIS
            )
        departments = REGIONS[region][1]
        home = departments[int(id_ti[5:]) % len(departments)]
        count = self._dice.whole(1, 2) if len(home) == 3 else self._dice.whole(1, 5)
        part = "EPT" if id_ti == OF_AN_EPT else None
        return tuple(self.epci(self._communes_in(home, region), part) for _ in range(count))

    def epci(self, communes: tuple[Commune, ...], legal_form: str | None = None) -> Epci:
        """Return an EPCI of *communes*, of the form that its inhabitants make it unless one is given."""
        self._epcis += 1
        size = sum(commune.population for commune in communes)
        form = legal_form or ("CA" if size > 50_000 else "CC")
        return Epci(made_siren(0, self._epcis), f"{form} {communes[0].name} et environs", form, communes)

    def _communes_in(self, department: str, region: str) -> tuple[Commune, ...]:
        return tuple(self.commune(department, region) for _ in range(self._dice.whole(3, 5)))

    def commune(self, department: str, region: str, median: float = 4_000) -> Commune:
        """Return the next commune of a department; *median* inhabitants are those of one in the middle of the list."""
        # Real communes stop at 909 (Pas-de-Calais) or, overseas where the number has two digits, at 62 (Guyane).
        rank = self._in_department[department] = self._in_department.get(department, -1) + 1
        code = f"{department}{63 + rank:02d}" if len(department) == 3 else f"{department}{910 + rank:03d}"
        if len(code) != 5:
            raise ValueError(f"no code left in department {department}")
        self._communes += 1
        population = int(self._dice.lognormal(median, 1.1)) + 60
        return Commune(code, next(self._names), department, region, made_siren(1, self._communes), population)

    def _commune_names(self) -> Iterator[str]:
        links = ("sur", "lès", "en", "sous")
        names = [f"Démonstration-{link}-{river}" for link in links for river in RIVERS]
        while True:
            yield from self._dice.shuffled(names)
