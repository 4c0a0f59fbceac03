"""The action sheets of the signed contracts, along the four axes of the programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from demo.agreements import Agreement
from demo.dice import Dice
from demo.formats import Layout, xlsx_bytes, xlsx_cells
from demo.model import MARK, Row
from demo.names import TRADES, places
from demo.story import SHEET, Story, csv_writer

OPERATOR, DELIVERY = "programme", "fiches_actions"
COLUMNS = (
    "id_fiche", "id_contrat", "axe", "intitule", "maitre_ouvrage", "partenaires", "budget_eur", "financeurs",
    "echeance", "statut",
)  # fmt: skip
_CUTS = (date(2019, 6, 30), date(2020, 6, 30))
_TITLES = {
    "recruter": ("Faire connaître les métiers de l'usine", "École de production", "Loger les apprentis"),
    "innover": ("Plateau technique partagé", "Diagnostic numérique des PME", "Fabrique de prototypes"),
    "attirer": ("Remettre une friche en état", "Offre de bâtiments relais", "Promouvoir le territoire"),
    "simplifier": ("Guichet unique des autorisations", "Référent procédures", "Inventaire des sites prêts"),
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """One action sheet and its life, from the signature of its contract."""

    row: Row
    signed: date
    begun: date
    ended: date

    def at(self, day: date) -> Row | None:
        """Return the row as known on *day*; None before the contract was signed."""
        if day < self.signed:
            return None
        return self.row | {"statut": "prevue" if day < self.begun else "en_cours" if day < self.ended else "realisee"}


def sheet_story(seed: int, agreements: Sequence[Agreement]) -> Story:
    """Return the files in order, and what is current in the warehouse after them."""
    sheets = _sheets(Dice(seed, "fiches"), agreements)
    story = Story(OPERATOR, DELIVERY, ("id_fiche",), "fiches_actions")
    first, second = _CUTS
    story.deliver(
        first + timedelta(days=9), "2019-06.xlsx", "Classeur dont la dernière ligne est un total.",
        story.changed(row for sheet in sheets if (row := sheet.at(first))), _with_total, kind="total_en_bas",
    )  # fmt: skip
    story.deliver(
        second + timedelta(days=9), "2020-06.csv", "Point-virgule, cp1252.",
        story.changed(row for sheet in sheets if (row := sheet.at(second))), csv_writer(Layout(COLUMNS), "cp1252"),
    )  # fmt: skip
    return story


def _sheets(dice: Dice, agreements: Sequence[Agreement]) -> list[Sheet]:
    sheets: list[Sheet] = []
    for agreement in agreements:
        if agreement.signed > _CUTS[-1]:
            continue
        for axis in dice.shuffled(list(_TITLES))[: dice.whole(2, 4)]:
            begun = agreement.signed + timedelta(days=dice.whole(30, 300))
            due = begun + timedelta(days=dice.whole(200, 900))
            row: Row = {
                "id_fiche": f"FA-{len(sheets) + 1:05d}",
                "id_contrat": agreement.key,
                "axe": axis,
                "intitule": f"{MARK} - {dice.pick(_TITLES[axis])} {dice.pick(places())}",
                "maitre_ouvrage": agreement.territory.epcis[0].name,
                "partenaires": f"{MARK} UIMM | {MARK} {dice.pick(TRADES)} SAS",
                "budget_eur": Decimal(int(dice.lognormal(180_000, 0.9))).quantize(Decimal("0.01")),
                "financeurs": f"État ({MARK}) | Région ({MARK})",
                "echeance": due,
            }
            sheets.append(Sheet(row, agreement.signed, begun, due))
    return sheets


def _with_total(rows: Sequence[Row]) -> bytes:
    """Return a workbook that ends, after a blank line, with the sum of the budgets."""
    layout = Layout(COLUMNS)
    total = sum((amount for row in rows if isinstance(amount := row["budget_eur"], Decimal)), Decimal())
    last = ["Total" if column == "id_fiche" else float(total) if column == "budget_eur" else None for column in COLUMNS]
    blank = [None] * len(COLUMNS)
    return xlsx_bytes(SHEET, [layout.header(), *(xlsx_cells(row, layout) for row in rows), blank, last])
