"""Pôle emploi's recruitment actions: forums, immersions, training before hiring, visits of companies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from demo.dice import Dice
from demo.formats import Cell, Layout, xlsx_bytes, xlsx_cells
from demo.lives import day_between, drawn
from demo.model import MARK, Row, Territory
from demo.registers import OCCUPATIONS
from demo.story import SHEET, Story, csv_writer

OPERATOR, DELIVERY = "pole_emploi", "actions_recrutement"
COLUMNS = (
    "id_action", "id_ti", "type_action", "code_rome", "date_action", "code_commune", "nb_participants", "nb_embauches",
    "partenaires",
)  # fmt: skip
_KINDS = (
    ("forum", 18.0), ("immersion", 20.0), ("mrs", 10.0), ("poei", 16.0), ("poec", 10.0), ("visite_entreprise", 20.0),
    ("semaine_industrie", 6.0),
)  # fmt: skip
_PARTNERS = ("UIMM", "Chambre de commerce et d'industrie", "Lycée professionnel", "Mission locale", "Région")
_COUNT = 420
_CUTS = (date(2019, 9, 30), date(2020, 12, 31), date(2021, 12, 31))


def recruitment_story(seed: int, territories: Sequence[Territory]) -> Story:
    """Return the files in order, and what is current in the warehouse after them."""
    actions = _actions(Dice(seed, "actions"), territories)
    story = Story(OPERATOR, DELIVERY, ("id_action",), "PoleEmploi_actions")
    first, second, third = (
        story.changed(row for row in actions if _before(row, cut, former))
        for cut, former in zip(_CUTS, (date.min, *_CUTS), strict=False)
    )
    story.deliver(
        _CUTS[0] + timedelta(days=10), "2019-09.csv", "Point-virgule, cp1252.", first,
        csv_writer(Layout(COLUMNS), "cp1252"),
    )  # fmt: skip
    story.deliver(
        _CUTS[1] + timedelta(days=10), "2020.xlsx", "Classeur où les codes de commune ont perdu leur zéro initial.",
        second, _numeric_communes, kind="zeros_perdus",
    )  # fmt: skip
    story.part(
        _CUTS[2] + timedelta(days=10), "2021.csv", "Deux actions sous un code de métier qui n'existe pas.", third,
        csv_writer(Layout(COLUMNS)), kind="rome_inconnu", damage=lambda row: row | {"code_rome": "N9999"},
        refused={story.key_of(row) for row in [row for row in third if row["code_rome"]][:2]},
    )  # fmt: skip
    return story


def _before(row: Row, cut: date, former: date) -> bool:
    day = row["date_action"]
    return isinstance(day, date) and former < day <= cut


def _actions(dice: Dice, territories: Sequence[Territory]) -> list[Row]:
    actions: list[Row] = []
    for rank, territory in enumerate(drawn(dice, territories, _COUNT), start=1):
        kind = dice.weighted(_KINDS)
        day = day_between(dice, date(2019, 6, 21), _CUTS[-1])
        people = dice.whole(4, 120 if kind in {"forum", "semaine_industrie"} else 18)
        communes = [commune for epci in territory.epcis for commune in epci.communes]
        actions.append(
            {
                "id_action": f"PE-{day.year}-{rank:05d}",
                "id_ti": territory.id_ti,
                "type_action": kind,
                "code_rome": None if kind == "semaine_industrie" else dice.pick(list(OCCUPATIONS)),
                "date_action": day,
                "code_commune": dice.pick(communes).code,
                "nb_participants": people,
                "nb_embauches": None if kind == "visite_entreprise" else dice.whole(0, people // 3),
                "partenaires": f"{MARK} {dice.pick(_PARTNERS)}",
            }
        )
    return actions


def _numeric_communes(rows: Sequence[Row]) -> bytes:
    """Return a workbook in which every commune code that looks like a number has become one."""
    layout = Layout(COLUMNS)
    place = COLUMNS.index("code_commune")
    lines: list[Sequence[Cell]] = [layout.header()]
    for row in rows:
        cells = xlsx_cells(row, layout)
        code = str(cells[place])
        cells[place] = int(code) if code.isdigit() else code
        lines.append(cells)
    return xlsx_bytes(SHEET, lines)
