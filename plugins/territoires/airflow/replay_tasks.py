"""The tasks of ``replay_deliveries``: a candidate is made, a person reads what it changes, it is applied or dropped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from airflow.sdk import AssetAlias, Context, Param, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from territoires.airflow.approval import Answer, Approval, Question
from territoires.airflow.assets import delivery_asset

if TYPE_CHECKING:
    from territoires.replay import Verdict

PREPARE: Final = "preparer"
REPLAYED: Final = AssetAlias("rejeu")
"""Stands for the asset of the type that is replayed: only the run knows which."""
ANSWERED_WITHIN: Final = timedelta(days=1)
"""A candidate is out of date as soon as a delivery of its type is loaded, and other replays wait behind it."""
FOLDED_WITHIN: Final = timedelta(hours=6)
"""A type may have years of deliveries, each read again in the time that it once took."""


def form(types: Mapping[str, Sequence[str]]) -> dict[str, Param]:
    """Return the fields of the form by which a replay is asked for; *types* gives each operator's deliveries."""
    operators = sorted(types)
    deliveries = sorted({delivery for found in types.values() for delivery in found})
    day: dict[str, Any] = {"type": ["null", "string"], "format": "date"}
    return {
        "operateur": Param(None, type=["null", "string"], enum=[None, *operators], title="Opérateur"),
        "livraison": Param(None, type=["null", "string"], enum=[None, *deliveries], title="Type de livraison"),
        "du": Param(None, title="Reçues depuis le (compris) ; vide : depuis la première", **day),
        "au": Param(None, title="Reçues jusqu'au (compris) ; vide : jusqu'à la dernière", **day),
        "id_livraison": Param(
            None,
            type=["null", "integer"],
            minimum=1,
            title="Ou une seule livraison (numéro), sans rien d'autre au-dessus",
        ),
        "version": Param(
            None, type=["null", "string"], title="Version du contrat (2.0.0) ; vide : celle notée pour chaque livraison"
        ),
        "motif": Param(type="string", minLength=1, maxLength=1000, title="Motif, gardé au journal"),
    }


@task(task_id=PREPARE, task_display_name="Préparer le candidat", pool="livraisons", execution_timeout=FOLDED_WITHIN)
def prepare_candidate(params: dict[str, Any], run_id: str | None = None, **context: object) -> int:
    """Make the candidate; return the number of the replay. Skipped if nothing would change."""
    from territoires.airflow.stores import open_platform
    from territoires.replay import ReplayImpossible, RequestRefused, prepare, request_of

    platform = open_platform()
    run: Any = context["dag_run"]
    try:
        with platform.connect("rejeu") as connection:
            who = str(run.triggering_user_name or "inconnu")
            request = request_of(connection, params, platform.contracts, who)
        prepared = prepare(platform, request, run_id)
    except (RequestRefused, ReplayImpossible) as error:
        raise AirflowFailException(str(error)) from error  # no retry can change it
    if not prepared.changes:
        raise AirflowSkipException(f"replay {prepared.replay_id} would change nothing: there is nothing to approve")
    return prepared.replay_id


def _question(context: Context) -> Question:
    """Show what the replay would change."""
    from territoires.airflow.stores import open_platform
    from territoires.replay import report

    replay_id: int = context["ti"].xcom_pull(task_ids=PREPARE)
    with open_platform().connect("rejeu") as connection:
        body = report(connection, replay_id)
    return Question(f"Appliquer le rejeu n° {replay_id} ?", body, datetime.now(UTC) + ANSWERED_WITHIN)


@task(task_id="appliquer", task_display_name="Appliquer ou abandonner", pool="entrepot", outlets=[REPLAYED])
def conclude(replay_id: int, answer: Answer, **context: object) -> None:
    """Apply an approved candidate, which starts build_warehouse; drop one that was rejected or left unanswered."""
    from territoires.airflow.stores import open_platform
    from territoires.replay import NotWaiting, StaleCandidate, apply, give_up

    platform = open_platform()
    try:
        if not answer["approved"]:
            give_up(platform, replay_id, _verdict(answer))
            raise AirflowSkipException(f"replay {replay_id} was not approved: nothing is changed")
        row = apply(platform, replay_id, _verdict(answer))
    except (NotWaiting, StaleCandidate) as error:
        raise AirflowFailException(str(error)) from error
    events: Any = context["outlet_events"]
    events[REPLAYED].add(delivery_asset(row["operateur"], row["livraison"]), extra={"id_rejeu": replay_id})


def _verdict(answer: Answer) -> Verdict:
    from territoires.replay import Verdict

    reason = "Sans réponse dans le délai." if answer["timed_out"] else answer["reason"]
    return Verdict(answer["who"] or "personne", reason)


def replay() -> None:
    """Lay the tasks of ``replay_deliveries`` into the DAG that is being made."""
    prepared: Any = prepare_candidate()  # type: ignore[call-arg, misc]  # Airflow gives the rest
    asked = Approval(
        task_id="approuver",
        task_display_name="Attendre l'approbation d'un ingénieur",
        ask=_question,
        comment_title="Motif de la décision, gardé au journal",
    )
    answer: Any = asked.output
    prepared >> asked
    conclude(prepared, answer)
