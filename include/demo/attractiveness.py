"""Business France's projects of foreign companies in the territories, from the first contact to the plant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from demo.dice import Dice
from demo.formats import Layout
from demo.lives import day_between, drawn
from demo.model import Row, Territory
from demo.story import Story, csv_writer, xlsx_writer

OPERATOR, DELIVERY = "business_france", "projets_attractivite"
COLUMNS = (
    "id_projet", "id_ti", "pays_origine", "secteur_naf", "type_projet", "investissement_eur", "emplois_prevus", "etape",
    "date_etape",
)  # fmt: skip
_COUNTRIES = (("DE", 24.0), ("US", 20.0), ("IT", 12.0), ("BE", 9.0), ("CH", 9.0), ("JP", 8.0), ("GB", 8.0), ("NL", 6.0),
              ("CN", 4.0))  # fmt: skip
_SECTORS = ("25.62B", "28.99B", "22.29A", "20.59Z", "26.51B", "10.89Z", "29.32Z", "30.30Z")
_STAGES = ("prospect", "visite", "decision", "installe")
_COUNT = 130


@dataclass(frozen=True, slots=True)
class Project:
    """One project, and the day on which it reached each stage; a lost one ends where it stands."""

    row: Row
    days: tuple[date, ...]
    lost: date | None

    def at(self, day: date) -> Row | None:
        """Return the row as known on *day*; None before the first contact."""
        reached = [(stage, when) for stage, when in zip(_STAGES, self.days, strict=False) if when <= day]
        if not reached:
            return None
        stage, when = reached[-1]
        if self.lost is not None and self.lost <= day:
            stage, when = "perdu", self.lost
        return self.row | {"etape": stage, "date_etape": when}


def attractiveness_story(seed: int, territories: Sequence[Territory]) -> Story:
    """Return the files in order, and what is current in the warehouse after them."""
    projects = _projects(Dice(seed, "projets"), territories)
    story = Story(OPERATOR, DELIVERY, ("id_projet",), "BusinessFrance_projets")
    first, second = date(2020, 6, 30), date(2021, 6, 30)

    def known(cut: date) -> list[Row]:
        return story.changed(row for project in projects if (row := project.at(cut)))

    rows = known(first)
    right = story.part(
        first + timedelta(days=8), "2020-S1.csv", "Deux pays écrits en toutes lettres.", rows,
        csv_writer(Layout(COLUMNS), "cp1252"), kind="pays_en_lettres",
        damage=lambda row: row | {"pays_origine": "Allemagne"},
        refused={story.key_of(row) for row in [row for row in rows if row["pays_origine"] == "DE"][:2]},
    )  # fmt: skip
    story.deliver(
        first + timedelta(days=15), "2020-S1_corrige.csv", "Les deux lignes refusées, avec le code du pays.", right,
        csv_writer(Layout(COLUMNS), "cp1252"), kind="pays_corriges",
    )  # fmt: skip
    story.deliver(
        second + timedelta(days=8), "2021-S1.xlsx", "Classeur ordinaire.", known(second), xlsx_writer(Layout(COLUMNS))
    )
    return story


def _projects(dice: Dice, territories: Sequence[Territory]) -> list[Project]:
    projects = []
    for rank, territory in enumerate(drawn(dice, territories, _COUNT), start=1):
        begin = day_between(dice, date(2019, 3, 6), date(2021, 5, 31))
        days = [begin]
        for _ in _STAGES[1:]:
            days.append(days[-1] + timedelta(days=dice.whole(30, 220)))
        row: Row = {
            "id_projet": f"BF-{begin.year}-{rank:05d}",
            "id_ti": territory.id_ti,
            "pays_origine": dice.weighted(_COUNTRIES),
            "secteur_naf": dice.pick(_SECTORS),
            "type_projet": dice.pick(("creation", "extension", "reprise")),
            "investissement_eur": Decimal(int(dice.lognormal(2_400_000, 1.0))).quantize(Decimal("0.01")),
            "emplois_prevus": dice.whole(3, 160),
        }
        lost = days[1] + timedelta(days=dice.whole(10, 60)) if dice.chance(0.25) else None
        projects.append(Project(row, tuple(days if lost is None else days[:2]), lost))
    return projects
