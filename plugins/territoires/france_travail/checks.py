"""Great Expectations suite of a campaign: its answers as a whole, and the values that it wrote, before they count.

Each answer was checked when it was read (``answers``); this looks at what only shows in the whole.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from territoires.registers.rules.words import count, true
from territoires.registers.suites import Outcome, examine
from territoires.warehouse.engine import Connection
from territoires.warehouse.sql import statement

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

MOST_UNSOUND: Final = 0.05
FEW_UNSOUND: Final = 5
"""Share of an indicator's answers that do not hold, and their number: beyond both the API has changed, and a person
must look (as few refusals never hold a file, docs/decisions/0012)."""
FORMER_YEARS: Final = 2
"""An older last period was not renewed: figures come quarterly, tension yearly, both within a year."""
_MOST_TERRITORIES: Final = 5000


def check(connection: Connection, campaign: int, today: date) -> list[Outcome]:
    """Run the suite over *campaign*, an indicator and a territory at a time; return every rule's outcome.

    One of severity error that failed means that the campaign is not good.
    """
    import pandas as pd

    facts = connection.execute(
        statement("core/controler_collecte.sql"),
        {
            "id_collecte": campaign,
            "annee": today.year,
            "anciennete": FORMER_YEARS,
            "part_refusee": MOST_UNSOUND,
            "refus_toleres": FEW_UNSOUND,
        },
    ).fetchall()
    return examine("collecte_marche", {"indicateur_marche": (pd.DataFrame(facts), _rules())})


def _rules() -> list[Expectation]:
    return [
        count(1, _MOST_TERRITORIES),
        true("repondu", "toutes les questions ont une réponse"),
        true("forme_connue", f"au plus {MOST_UNSOUND:.0%} (ou {FEW_UNSOUND}) réponses dont la forme ne tient pas"),
        true("avec_donnees", "au moins une réponse avec des données", "warning"),
        true("periode_passee", "aucune période à venir"),
        true("periode_recente", f"périodes des {FORMER_YEARS} dernières années", "warning"),
        true("masque_tenu", "aucun nombre sous un masque"),
        true("rang_de_1_a_5", "rangs de tension de 1 à 5"),
        true("arrondi", "nombres arrondis à la dizaine", "warning"),
        true("total_connu", "totaux connus, ou masqués", "warning"),
    ]
