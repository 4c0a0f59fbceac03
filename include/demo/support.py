"""Bpifrance's support of companies: accelerators, diagnostics, loans, guarantees, and young graduates hired.

Four files of cuts in four manners. The last one comes after the change of contract of 2024, under the new column
names and with a scheme that the former contract did not know: files of both eras load into one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from demo.dice import Dice
from demo.formats import Layout, euro_text, iso_day
from demo.lives import company, day_between, drawn, made_siret
from demo.model import Row, Territory
from demo.story import Story, Writer, csv_writer, xlsx_writer

OPERATOR, DELIVERY = "bpifrance", "accompagnements"
COLUMNS = (
    "id_accompagnement", "id_ti", "siret", "raison_sociale", "dispositif", "promotion", "montant_eur", "date_debut",
    "date_fin", "nb_recrutements_ecoles_ingenieurs", "nb_recrutements_ecoles_commerce", "statut",
)  # fmt: skip
_SCHEMES = (
    ("accelerateur_pme", 16.0), ("accelerateur_eti", 6.0), ("diagnostic", 30.0), ("pret", 22.0), ("garantie", 12.0),
    ("vte", 14.0),
)  # fmt: skip
_NEW_SCHEMES = (("accelerateur_industrie", 40.0), ("pret_vert", 60.0))
_MEDIAN_EUROS = {"diagnostic": 9_000, "pret": 320_000, "garantie": 150_000, "accelerateur_pme": 28_000,
                 "accelerateur_eti": 60_000, "vte": 4_000, "accelerateur_industrie": 45_000,
                 "pret_vert": 410_000}  # fmt: skip
_MONTHS = {"accelerateur_pme": 24, "accelerateur_eti": 24, "diagnostic": 4, "pret": 60, "garantie": 48, "vte": 14,
           "accelerateur_industrie": 18, "pret_vert": 72}  # fmt: skip
_COUNT, _COUNT_2024 = 360, 40
_FORMER_HEADERS = {"promotion": "cohorte"}
"""Under the contract's first version, a column bore another name."""


@dataclass(frozen=True, slots=True)
class Support:
    """One company in one scheme, and its life."""

    row: Row
    begin: date
    end: date
    abandoned: date | None

    def at(self, day: date) -> Row | None:
        """Return the row as known on *day*; None before it was studied, two months ahead of its beginning."""
        if day < self.begin - timedelta(days=60):
            return None
        if self.abandoned is not None and self.abandoned <= day:
            return self.row | {"statut": "abandonne", "date_fin": self.abandoned}
        if day < self.begin:
            return self.row | {"statut": "instruit"}
        return self.row | {"statut": "en_cours" if day < self.end else "termine"}


def support_story(seed: int, territories: Sequence[Territory]) -> Story:
    """Return the files in order, and what is current in the warehouse after them."""
    supports = _supports(
        Dice(seed, "accompagnements"), territories, _COUNT, _SCHEMES, (date(2019, 4, 1), date(2021, 11, 30))
    )
    recent = _supports(
        Dice(seed, "accompagnements/2024"),
        territories,
        _COUNT_2024,
        _NEW_SCHEMES,
        (date(2024, 1, 8), date(2024, 6, 28)),
    )
    former = Layout(COLUMNS, _FORMER_HEADERS)
    story = Story(OPERATOR, DELIVERY, ("id_accompagnement",), "Bpifrance_accompagnements")
    manners: tuple[tuple[date, str, str, Writer], ...] = (
        (date(2019, 12, 31), "csv", "Séparé par des barres verticales, cp1252.",
         csv_writer(former, "cp1252", "|")),
        (date(2020, 12, 31), "xlsx", "Classeur ordinaire.", xlsx_writer(former)),
        (date(2021, 12, 31), "csv", "Séparé par des virgules, dates ISO, montants « 1 234,56 € ».",
         csv_writer(Layout(COLUMNS, _FORMER_HEADERS, amount=euro_text, day=iso_day), "utf-8-sig", ",")),
    )  # fmt: skip
    for cut, ending, why, write in manners:
        story.deliver(cut + timedelta(days=12), f"{cut.year}.{ending}", why, _known(story, supports, cut), write)
    rows = _known(story, supports, date(2022, 12, 31))
    story.part(
        date(2023, 1, 12), "2022.csv", "Un SIRET sur quatre tronqué par le tableur ; les autres lignes sont bonnes.",
        rows, csv_writer(former, "cp1252"), kind="siret_tronques",
        damage=lambda row: row | {"siret": f"{row['siret']}"[:11]},
        refused={story.key_of(row) for row in rows[::4]}, decision="approuvee",
    )  # fmt: skip
    story.deliver(
        date(2024, 7, 10), "2024-S1.csv", "Colonnes et dispositifs de la version 2 du contrat.",
        _known(story, [*supports, *recent], date(2024, 6, 30)), csv_writer(Layout(COLUMNS)), kind="contrat_version_2",
    )  # fmt: skip
    return story


def _known(story: Story, supports: Sequence[Support], cut: date) -> list[Row]:
    return story.changed(row for support in supports if (row := support.at(cut)))


def _supports(
    dice: Dice, territories: Sequence[Territory], count: int, schemes: Sequence[tuple[str, float]],
    period: tuple[date, date],
) -> list[Support]:  # fmt: skip
    places = drawn(dice, territories, count)
    return [_support(dice, place, rank, schemes, period) for rank, place in enumerate(places, start=1)]


def _support(
    dice: Dice, territory: Territory, rank: int, schemes: Sequence[tuple[str, float]], period: tuple[date, date]
) -> Support:
    scheme = dice.weighted(schemes)
    begin = day_between(dice, *period)
    end = begin + timedelta(days=30 * _MONTHS[scheme])
    abandoned = begin + timedelta(days=dice.whole(20, 60)) if dice.chance(0.03) else None
    accelerator = scheme.startswith("accelerateur")
    hires = scheme == "vte" or accelerator
    row: Row = {
        "id_accompagnement": f"BPI-{begin.year}-{rank:05d}",
        "id_ti": territory.id_ti,
        "siret": made_siret(9 if begin.year < 2024 else 8, rank),
        "raison_sociale": company(dice),
        "dispositif": scheme,
        "promotion": f"Promotion {begin.year - 2018}" if accelerator else None,
        "montant_eur": Decimal(int(dice.lognormal(_MEDIAN_EUROS[scheme], 0.6))).quantize(Decimal("0.01")),
        "date_debut": begin,
        "date_fin": end,
        "nb_recrutements_ecoles_ingenieurs": dice.whole(0, 3) if hires else None,
        "nb_recrutements_ecoles_commerce": dice.whole(0, 2) if hires else None,
        "statut": "en_cours",
    }
    return Support(row, begin, end, abandoned)
