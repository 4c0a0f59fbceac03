"""Great Expectations suite of a campaign: its answers as a whole, and the values that it wrote, before they count.

Each answer was checked when it was read (``answers``); this looks at what only shows in the whole.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

from territoires.france_travail.collect import FEW_FAILED, MOST_FAILED
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
MOST_LOST: Final = 0.2
FEW_LOST: Final = 20
"""Share of the questions that had data in the last good campaign and now meet 400 or 404, and their number: beyond both
an address or the codes have changed while the campaign went on."""
MOST_TURNED_DOWN: Final = 0.5
"""Share of an indicator's questions that meet 400 or 404: beyond it a person should look at how they are asked."""
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
            "part_echec": MOST_FAILED,
            "echecs_toleres": FEW_FAILED,
            "part_perdue": MOST_LOST,
            "pertes_tolerees": FEW_LOST,
            "part_ecartee": MOST_TURNED_DOWN,
        },
    ).fetchall()
    return examine("collecte_marche", {"indicateur_marche": (pd.DataFrame(facts), _rules())})


def _rules() -> list[Expectation]:
    return [
        count(1, _MOST_TERRITORIES),
        true("repondu", f"questions posées, au plus {MOST_FAILED:.0%} (ou {FEW_FAILED}) sans réponse"),
        true("sans_echec", "toutes les questions ont une réponse", "warning"),
        true("conserve", f"au plus {MOST_LOST:.0%} (ou {FEW_LOST}) réponses 400 ou 404 où il y avait des données"),
        true("entendu", f"au plus {MOST_TURNED_DOWN:.0%} de réponses 400 ou 404", "warning"),
        true("forme_connue", f"au plus {MOST_UNSOUND:.0%} (ou {FEW_UNSOUND}) réponses dont la forme ne tient pas"),
        true("avec_donnees", "au moins une réponse avec des données", "warning"),
        true("periode_passee", "aucune période à venir"),
        true("periode_recente", f"périodes des {FORMER_YEARS} dernières années", "warning"),
        true("masque_tenu", "aucun nombre sous un masque"),
        true("rang_de_1_a_5", "rangs de tension de 1 à 5"),
        true("arrondi", "nombres arrondis à la dizaine", "warning"),
        true("total_connu", "totaux connus, ou masqués", "warning"),
    ]
