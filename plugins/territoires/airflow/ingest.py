"""The factory of the DAGs that take up deliveries: one for each operator, one group of four tasks for each contract.

A task handles the waiting deliveries of its type in order of arrival, rather than one mapped task for each: a thousand
files cost five tasks for each batch, and order within a type needs no lock. A type of which nothing waits costs no
task. Only delivery numbers travel through XCom. A delivery that fails in one step is passed over by the next ones
(trigger rule ``ALL_DONE_MIN_ONE_SUCCESS``): those beside it go on to the end.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable, Param, TaskGroup, TriggerRule, task
from airflow.sdk.exceptions import AirflowException, AirflowSkipException

from territoires.airflow import policies
from territoires.airflow.assets import delivery_asset, inbox_asset
from territoires.airflow.held_tasks import FIND_UNDECIDED, ask_engineers, find_undecided
from territoires.airflow.mail_tasks import send_all
from territoires.airflow.watching import watch
from territoires.settings import Settings

if TYPE_CHECKING:
    from territoires.delivery.platform import Platform

log = logging.getLogger(__name__)

Step = Callable[["Platform", int, str | None], object]

NEXT_BATCH: Final = "poursuivre"
_GO_ON: Final = TriggerRule.ALL_DONE_MIN_ONE_SUCCESS
"""For a step whose type has deliveries, whatever the step before did: skipped with it, where there are none."""


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
    from territoires.airflow.stores import open_platform
    from territoires.failures import told
    from territoires.warehouse.engine import keep_connections

    platform = open_platform()
    failed: list[str] = []
    with keep_connections():
        for delivery_id in delivery_ids:
            try:
                step(platform, delivery_id, run_id)
            except Exception as error:  # noqa: BLE001 - whatever ails one delivery, the others have their turn first
                # The type alone: the text of a database error can quote a row, and rows can hold personal data.
                log.error("delivery %s: %s", delivery_id, told(error))  # noqa: TRY400 - as said above
                failed.append(f"{delivery_id} ({told(error)})")
    if failed:
        raise StepFailed(f"deliveries that failed: {', '.join(failed)}; see journal.etape and docs/runbook.md")


@task.branch(task_id="recevoir", task_display_name="Recevoir les dépôts", trigger_rule=TriggerRule.ALL_DONE)
def receive_all(
    operator: str, run_id: str | None = None, deliveries: list[str] | None = None, **context: object
) -> list[str]:
    """Claim, archive and journal every whole file, reject what waited too long, and make up the batch of this run.

    Pushes the numbers of the batch's deliveries, an XCom for each type; returns the tasks that have something to do.
    """
    from territoires.airflow.stores import open_platform
    from territoires.delivery.batch import next_batch
    from territoires.delivery.held import expire_held, waiting
    from territoires.delivery.receive import receive
    from territoires.warehouse import journal
    from territoires.warehouse.engine import keep_connections

    platform = open_platform()
    with keep_connections():
        with platform.connect("echeances") as connection:
            connection.autocommit = True
            expire_held(connection, operator, journal.now(connection))
        receive(platform, operator, run_id, deliveries)
        with platform.connect("lot") as connection:
            batch = next_batch(connection, operator, deliveries)
            undecided = waiting(connection, operator, deliveries)
    instance: Any = context["ti"]
    for delivery, numbers in batch.deliveries.items():
        instance.xcom_push(key=delivery, value=numbers)
    followed = [f"{delivery}.lire" for delivery in batch.deliveries]
    if followed or undecided:
        followed.append(FIND_UNDECIDED)
    if batch.left:
        log.info("%s deliveries wait for the next run", batch.left)
        followed.append(NEXT_BATCH)
    return followed


@task(task_id="lire", task_display_name="Lire", pool="livraisons")
def read_all(delivery_ids: list[int] | None, run_id: str | None = None) -> None:
    """Read each delivery into its work area."""
    from territoires.delivery.read import read_delivery

    for_each(read_delivery, delivery_ids, run_id)


@task(task_id="valider", task_display_name="Valider", pool="livraisons", trigger_rule=_GO_ON)
def validate_all(delivery_ids: list[int] | None, run_id: str | None = None) -> None:
    """Validate each delivery with the suite of its contract."""
    from territoires.delivery.validate import keep_judges, validate_delivery

    with keep_judges():
        for_each(validate_delivery, delivery_ids, run_id)


@task(task_id="charger", task_display_name="Charger", pool="livraisons", trigger_rule=_GO_ON)
def load_all(delivery_ids: list[int] | None, run_id: str | None = None) -> None:
    """Load each delivery, one transaction for each."""
    from territoires.delivery.load import load_delivery

    for_each(load_delivery, delivery_ids, run_id)


@task(task_id="repondre", task_display_name="Répondre", trigger_rule=_GO_ON)
def answer_all(delivery_ids: list[int] | None, run_id: str | None = None) -> None:
    """Answer each operator, whatever the steps before did."""
    from territoires.delivery.answer import answer_delivery

    for_each(answer_delivery, delivery_ids, run_id)


def ingest_dag(
    operator: str, deliveries: Sequence[str], title: str, doc_md: str, params: dict[str, Param] | None = None
) -> DAG:
    """Return the DAG that takes up the *deliveries* of *operator*; *title* is its French display name."""
    dag_id, types = policies.ingest_dag_id(operator, deliveries[0]), list(deliveries)
    own = f"{operator}/{deliveries[0]}" in policies.OWN_DAGS
    inbox = inbox_asset(f"{operator}/{deliveries[0]}" if own else operator, str(Settings.from_env().inbound))
    with DAG(
        dag_id=dag_id,
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
        params=params,
        deadline=policies.answered_in_time(),
        tags=[policies.TAG_INGESTION, policies.TAG_IMPACT_HIGH, operator],
    ) as dag:
        received: Any = receive_all(operator, deliveries=types)
        watcher = watch("its deliveries are taken up again by the next run")
        undecided: Any = find_undecided(operator, types)
        mails = send_all()
        for delivery in deliveries:
            with TaskGroup(group_id=delivery):
                ids: Any = received[delivery]
                steps = [read_all(ids), validate_all(ids), load_all(ids)]
                answer = answer_all.override(outlets=[delivery_asset(operator, delivery)])(ids)
                steps[0] >> steps[1] >> steps[2] >> answer >> [undecided, mails]
                [*steps, answer] >> watcher
        next_batch = EmptyOperator(task_id=NEXT_BATCH, task_display_name="Lancer le lot suivant", outlets=[inbox])
        received >> [undecided, next_batch, watcher]
        [undecided, ask_engineers(undecided), mails] >> watcher
    return dag
