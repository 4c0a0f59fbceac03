"""House rules of our DAGs, each with its reason; tests/dags hold every DAG to them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import pendulum

if TYPE_CHECKING:
    from airflow.sdk.definitions.deadline import DeadlineAlert

TIMEZONE: Final = "Europe/Paris"
START: Final = pendulum.datetime(2026, 1, 1, tz=TIMEZONE)
OWNER: Final = "equipe-donnees"

EVERY_TEN_MINUTES: Final = "*/10 * * * *"
"""Sweep of the inbound folders behind the trigger: what a stopped triggerer missed waits ten minutes at most."""
EVERY_MORNING: Final = "0 6 * * *"
"""bi is rebuilt each morning even if nothing came: ages, terms and lateness move with the calendar."""
WORKING_MORNINGS: Final = "0 7 * * 1-5"
"""Reminders and digest are there when offices open, after the morning's build; on Saturday nobody would read them."""
MONDAY_EARLY: Final = "0 5 * * 1"
"""Registers change a few times a year; Monday before office hours leaves the week to mend a refused one."""
SATURDAY_EVENING: Final = "0 20 * * 6"
"""The labour market is asked for six hours, while nobody else needs the machine; it changes on unannounced days."""

DECISIONS_AT_ONCE: Final = 1000
"""Held deliveries that may wait for an engineer at the same time, each in a run of its own."""
ANSWERED_WITHIN: Final = timedelta(minutes=15)
"""A run of an operator that is not done by then is told to the engineers: answers take seconds, a whole batch of small
files two minutes, the largest file a few; the tries after a failure three more."""
ALERT: Final = "territoires.airflow.deadlines.alert_engineers"

POOLS: Final[dict[str, tuple[int, str]]] = {
    "livraisons": (2, "Étapes qui tiennent une livraison en mémoire : une par cœur d'une petite machine."),
    "registres": (1, "Téléchargements : un à la fois, les serveurs publics sont lents et partagés."),
    "france_travail": (1, "Appels à l'API de France Travail : une collecte à la fois."),
    "entrepot": (1, "Reconstructions de bi : la suivante attend la précédente."),
}

TAG_INGESTION: Final = "ingestion"
TAG_REGISTER: Final = "registre"
TAG_WAREHOUSE: Final = "entrepot"
TAG_FOLLOW_UP: Final = "suivi"
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


OWN_DAGS: Final[dict[str, str]] = {"pole_emploi/besoins_main_oeuvre": "ingest_bmo"}
"""Types of delivery that have a DAG of their own, as the platform also fetches them. Their operator's DAG leaves them
alone: what came of a type is taken up by one DAG, whose runs do not overlap."""


def ingest_dag_id(operator: str, delivery: str) -> str:
    """Return the id of the DAG that takes up a type of delivery."""
    return OWN_DAGS.get(f"{operator}/{delivery}", f"ingest_{operator}")


def answered_in_time() -> DeadlineAlert:
    """Return the alert on a run that takes up deliveries: it is not done ``ANSWERED_WITHIN`` after it was queued."""
    # Seconds, which those who only read the rules need not spend.
    from airflow.sdk.definitions.callback import AsyncCallback
    from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

    return DeadlineAlert(
        name="réponse tardive",
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=ANSWERED_WITHIN,
        callback=AsyncCallback(ALERT),
    )
