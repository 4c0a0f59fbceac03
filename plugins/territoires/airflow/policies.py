"""House rules of our DAGs, each with its reason; tests/dags hold every DAG to them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pendulum

TIMEZONE: Final = "Europe/Paris"
START: Final = pendulum.datetime(2026, 1, 1, tz=TIMEZONE)
OWNER: Final = "equipe-donnees"

EVERY_TEN_MINUTES: Final = "*/10 * * * *"
"""Sweep of the inbound folders behind the trigger: what a stopped triggerer missed waits ten minutes at most."""
EVERY_MORNING: Final = "0 6 * * *"
"""bi is rebuilt each morning even if nothing came: ages, terms and lateness move with the calendar."""
MONDAY_EARLY: Final = "0 5 * * 1"
"""Registers change a few times a year; Monday before office hours leaves the week to mend a refused one."""

POOLS: Final[dict[str, tuple[int, str]]] = {
    "livraisons": (2, "Étapes qui tiennent une livraison en mémoire : une par cœur d'une petite machine."),
    "registres": (1, "Téléchargements : un à la fois, les serveurs publics sont lents et partagés."),
    "entrepot": (1, "Reconstructions de bi : la suivante attend la précédente."),
}

TAG_INGESTION: Final = "ingestion"
TAG_REGISTER: Final = "registre"
TAG_WAREHOUSE: Final = "entrepot"
TAG_IMPACT_HIGH: Final = "impact:operateurs"
TAG_IMPACT_REPORTING: Final = "impact:restitution"
IMPACT_TAGS: Final = frozenset({TAG_IMPACT_HIGH, TAG_IMPACT_REPORTING})

DEFAULT_ARGS: Final[dict[str, Any]] = {
    "owner": OWNER,
    # A database that restarts or a disk that fills heals within minutes: 10, 20, 40, 80 s. What does not heal so
    # is for an engineer, and the sweep tries again in any case.
    "retries": 4,
    "retry_delay": timedelta(seconds=10),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=2),
    # The largest file that readers accept takes minutes; a step that runs for half an hour hangs.
    "execution_timeout": timedelta(minutes=30),
}
