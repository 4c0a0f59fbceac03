"""The factory of the DAGs that take up deliveries: one for each operator, one group of four tasks for each contract.

A task handles every waiting delivery of its type in order of arrival, rather than one mapped task for each: a thousand
files cost five tasks, and order within a type needs no lock. Only delivery numbers travel through XCom. A delivery that
fails in one step is passed over by the next ones (trigger rule ``ALL_DONE``): those beside it go on to the end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable, Param, TaskGroup, TriggerRule, task
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowSkipException

from territoires.airflow import policies
from territoires.airflow.assets import delivery_asset, inbox_asset
from territoires.settings import Settings

if TYPE_CHECKING:
    from territoires.delivery.platform import Platform

log = logging.getLogger(__name__)

Step = Callable[["Platform", int, str | None], object]

PARAMS = {
    "id_livraison": Param(None, type=["null", "integer"], title="Livraison en attente à décider (numéro)"),
    "decision": Param("approuvee", enum=["approuvee", "rejetee"], title="Décision"),
    "motif": Param("", type="string", title="Motif, gardé au journal et dit à l'opérateur s'il est rejeté"),
}


class StepFailed(AirflowException):
    """At least one delivery of the batch could not go through a step, for a reason of ours."""


def for_each(step: Step, delivery_ids: Sequence[int] | None, run_id: str | None) -> None:
    """Run *step* on each delivery in order; one that fails does not keep the next from its turn.

    Raises:
        AirflowSkipException: there is no delivery.
        StepFailed: some failed; a retry runs them again and passes over those that are done.
    """
    if not delivery_ids:
        raise AirflowSkipException("no delivery of this type waits")
    from territoires.delivery.platform import Platform

    platform = Platform.from_settings()
    failed: list[str] = []
    for delivery_id in delivery_ids:
        try:
            step(platform, delivery_id, run_id)
        except Exception as error:  # noqa: BLE001 - whatever ails one delivery, the others have their turn first
            # The type alone: the text of a database error can quote a row, and rows can hold personal data.
            log.error("delivery %s: %s", delivery_id, type(error).__name__)  # noqa: TRY400 - as said above
            failed.append(f"{delivery_id} ({type(error).__name__})")
    if failed:
        raise StepFailed(f"deliveries that failed: {', '.join(failed)}; see journal.etape and docs/runbook.md")


@task(task_id="recevoir", task_display_name="Recevoir les dépôts")
def receive_all(
    operator: str, deliveries: list[str], run_id: str | None = None, **context: object
) -> dict[str, list[int]]:
    """Claim, archive and journal every whole file; return the numbers of the unanswered deliveries by type."""
    from territoires.delivery.platform import Platform
    from territoires.delivery.receive import receive
    from territoires.warehouse import journal

    platform = Platform.from_settings()
    params: Any = context["params"]
    run: Any = context["dag_run"]
    if params["id_livraison"] is not None:
        decision = journal.Decision(
            delivery_id=params["id_livraison"],
            operator=operator,
            decision=params["decision"],
            reason=params["motif"],
            who=str(run.triggering_user_name or "inconnu"),
            run_id=run_id or "",
        )
        with platform.connect("decider") as connection:
            connection.autocommit = True
            try:
                journal.decide(connection, decision)
            except journal.NotDecidable as error:
                raise AirflowFailException(str(error)) from error  # no retry can change it
    found = receive(platform, operator, run_id)
    return {delivery: found.get(delivery, []) for delivery in deliveries}


@task(task_id="lire", task_display_name="Lire", pool="livraisons")
def read_all(delivery_ids: list[int] | None, run_id: str | None = None) -> None:
    """Read each delivery into its work area."""
    from territoires.delivery.read import read_delivery

    for_each(read_delivery, delivery_ids, run_id)


@task(task_id="valider", task_display_name="Valider", pool="livraisons", trigger_rule=TriggerRule.ALL_DONE)
def validate_all(delivery_ids: list[int] | None, run_id: str | None = None) -> None:
    """Validate each delivery with the suite of its contract."""
    from territoires.delivery.validate import validate_delivery

    for_each(validate_delivery, delivery_ids, run_id)


@task(task_id="charger", task_display_name="Charger", pool="livraisons", trigger_rule=TriggerRule.ALL_DONE)
def load_all(delivery_ids: list[int] | None, run_id: str | None = None) -> None:
    """Load each delivery, one transaction for each."""
    from territoires.delivery.load import load_delivery

    for_each(load_delivery, delivery_ids, run_id)


@task(task_id="repondre", task_display_name="Répondre", trigger_rule=TriggerRule.ALL_DONE)
def answer_all(delivery_ids: list[int] | None, run_id: str | None = None) -> None:
    """Answer each operator, whatever the steps before did."""
    from territoires.delivery.answer import answer_delivery

    for_each(answer_delivery, delivery_ids, run_id)


@task(task_id="veiller", task_display_name="Signaler un échec", trigger_rule=TriggerRule.ONE_FAILED, retries=0)
def watch() -> None:
    """Fail the run when any task failed: answers come last and succeed, and would make a failed run look green."""
    raise AirflowException("a step failed; its deliveries are taken up again by the next run")


def ingest_dag(operator: str, deliveries: Sequence[str], title: str, doc_md: str) -> DAG:
    """Return the DAG that takes up the *deliveries* of *operator*; *title* is its French display name."""
    inbox = inbox_asset(operator, str(Settings.from_env().inbound / operator))
    with DAG(
        dag_id=f"ingest_{operator}",
        dag_display_name=title,
        description=f"Prend en charge les dépôts de {operator} : {', '.join(deliveries)}",
        doc_md=doc_md,
        schedule=AssetOrTimeSchedule(
            timetable=CronTriggerTimetable(policies.EVERY_TEN_MINUTES, timezone=policies.TIMEZONE), assets=inbox
        ),
        start_date=policies.START,
        catchup=False,
        # One run at a time: it claims files in order of arrival, and two would load one type out of order.
        max_active_runs=1,
        default_args=policies.DEFAULT_ARGS,
        params=PARAMS,
        tags=[policies.TAG_INGESTION, policies.TAG_IMPACT_HIGH, operator],
    ) as dag:
        received = receive_all(operator, list(deliveries))
        watcher = watch()
        received >> watcher
        for delivery in deliveries:
            with TaskGroup(group_id=delivery):
                ids: Any = received[delivery]  # type: ignore[index]
                steps = [read_all(ids), validate_all(ids), load_all(ids)]
                answer = answer_all.override(outlets=[delivery_asset(operator, delivery)])(ids)
                steps[0] >> steps[1] >> steps[2] >> answer
                [*steps, answer] >> watcher
    return dag
