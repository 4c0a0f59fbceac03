"""The objectives of the four conventions signed on 05/03/2019, one row each.

Public facts: about 100 M€ a year until 2022 from Banque des Territoires, one contact of each operator for each of the
136 territories. The other targets are made.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from demo.formats import Layout
from demo.model import MARK, Row
from demo.story import Story, csv_writer

OPERATOR, DELIVERY = "programme", "conventions"
COLUMNS = ("operateur", "date_signature", "indicateur", "unite", "cible", "annee_debut", "annee_fin")
SIGNED = date(2019, 3, 5)
_CONTACT = "Référent unique par territoire"
_OBJECTIVES = (
    ("banque_des_territoires", "Montant engagé", "eur", 400_000_000),
    ("banque_des_territoires", _CONTACT, "referents", 136),
    ("bpifrance", _CONTACT, "referents", 136),
    ("bpifrance", f"{MARK} - Entreprises accompagnées", "entreprises", 350),
    ("bpifrance", f"{MARK} - Jeunes diplômés recrutés", "recrutements", 400),
    ("business_france", _CONTACT, "referents", 136),
    ("business_france", f"{MARK} - Projets accompagnés", "projets", 120),
    ("pole_emploi", _CONTACT, "referents", 136),
    ("pole_emploi", f"{MARK} - Actions de recrutement", "actions", 400),
)


def convention_story() -> Story:
    """Return the one file, and what is current in the warehouse after it."""
    story = Story(OPERATOR, DELIVERY, ("operateur", "indicateur", "annee_debut"), "conventions")
    rows: list[Row] = [
        {
            "operateur": operator,
            "date_signature": SIGNED,
            "indicateur": indicator,
            "unite": unit,
            "cible": Decimal(target).quantize(Decimal("0.01")),
            "annee_debut": 2019,
            "annee_fin": 2022,
        }
        for operator, indicator, unit, target in _OBJECTIVES
    ]
    story.deliver(
        date(2019, 3, 8), "2019-03.csv", "Les objectifs des quatre conventions du 05/03/2019.", rows,
        csv_writer(Layout(COLUMNS)), whole=True,
    )  # fmt: skip
    return story
