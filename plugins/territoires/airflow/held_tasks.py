"""The tasks of held deliveries: an engineer is asked, the answer is written, and the delivery goes on at once.

In the DAG of an operator: ``find_undecided`` and ``ask_engineers`` start one run of ``decide_deliveries`` for each
delivery that waits without one. In that DAG: ``decision``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from airflow.providers.standard.operators.trigger_dagrun import TriggerDagRunOperator
from airflow.sdk import Context, TriggerRule, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from territoires.airflow import policies
from territoires.airflow.approval import Answer, Approval, Question

if TYPE_CHECKING:
    from territoires.delivery.held import Waiting

DECIDE_DAG: Final = "decide_deliveries"
FIND_UNDECIDED: Final = "reperer"
DELIVERY: Final = "id_livraison"
"""The parameter of ``decide_deliveries``: which delivery it is about."""
ASKED_AT_ONCE: Final = 200
"""Runs that one run starts; the next run, ten minutes later at most, starts others."""
_UNDER_WAY: Final = ["queued", "running"]


def decision_run(held: Waiting) -> str:
    """Return the id of the run in which a held delivery is decided: there is one for each ceiling that holds it."""
    return f"livraison_{held.delivery_id}_{held.ceiling}"


@task(task_id=FIND_UNDECIDED, task_display_name="Repérer les livraisons à décider", trigger_rule=TriggerRule.ALL_DONE)
def find_undecided(operator: str, deliveries: list[str] | None = None, **context: object) -> list[dict[str, object]]:
    """Return what starts a decision for each held delivery (of some types) that nobody is asked about (any more).

    Whether somebody is asked, only Airflow knows: a run that was killed, deleted or lost with Airflow's own database is
    started again.
    """
    from territoires.airflow.stores import open_platform
    from territoires.delivery.held import waiting

    with open_platform().connect("reperer") as connection:
        held = waiting(connection, operator, deliveries)
    instance: Any = context["ti"]
    found: list[dict[str, object]] = []
    for one in held:
        run_id = decision_run(one)
        if len(found) < ASKED_AT_ONCE and not instance.get_dr_count(DECIDE_DAG, run_ids=[run_id], states=_UNDER_WAY):
            found.append({"trigger_run_id": run_id, "conf": {DELIVERY: one.delivery_id}})
    return found


def ask_engineers(undecided: Any) -> Any:  # noqa: ANN401 - both are Airflow's XComArg and mapped operator
    """Make the task that starts a run of ``decide_deliveries`` for each of *undecided*."""
    return TriggerDagRunOperator.partial(
        task_id="faire_decider",
        task_display_name="Demander une décision",
        trigger_dag_id=DECIDE_DAG,
        logical_date=None,
        # A run of that id that has ended without a decision is run again.
        reset_dag_run=True,
    ).expand_kwargs(undecided)


def _question(context: Context) -> Question:
    """Tell an engineer of the held delivery; skip if there is nothing to decide any more."""
    from territoires.airflow.stores import open_platform
    from territoires.delivery.held import case

    platform = open_platform()
    with platform.connect("decider") as connection:
        found = case(platform, connection, context["params"][DELIVERY])
    if found is None:
        raise AirflowSkipException("the delivery is not held (any more): nothing to decide")
    return Question(found.subject, found.body, found.until)


@task(task_id="consigner", task_display_name="Consigner la décision")
def write_down(answer: Answer | None, params: dict[str, Any], run_id: str | None = None) -> str:
    """Write the answer into the journal, and return the DAG that takes the delivery up again."""
    if answer is None:
        raise AirflowFailException("the question was marked as done without an answer: it will be asked again")
    from territoires.airflow.stores import open_platform
    from territoires.delivery.held import nobodys
    from territoires.warehouse import journal

    with open_platform().connect("decider") as connection:
        connection.autocommit = True
        row = journal.delivery(connection, params[DELIVERY])
        decision = nobodys(row)
        if not answer["timed_out"]:
            decision = journal.Decision(
                delivery_id=row["id_livraison"],
                operator=row["operateur"],
                decision="approuvee" if answer["approved"] else "rejetee",
                reason=answer["reason"],
                who=answer["who"] or "inconnu",
                run_id=run_id or "",
            )
        try:
            journal.decide(connection, decision)
        except journal.NotDecidable as error:
            raise AirflowSkipException(f"decided or replaced meanwhile: {error}") from error
    return policies.ingest_dag_id(row["operateur"], row["livraison"])


def decision() -> None:
    """Lay the tasks of ``decide_deliveries`` into the DAG that is being made."""
    asked = Approval(
        task_id="decider",
        task_display_name="Attendre la décision d'un ingénieur",
        ask=_question,
        comment_title="Motif, gardé au journal et dit à l'opérateur en cas de rejet",
    )
    handed: Any = asked.output
    written: Any = write_down(handed)  # type: ignore[call-arg, misc]  # Airflow gives the rest
    written >> TriggerDagRunOperator(
        task_id="reprendre",
        task_display_name="Reprendre la livraison",
        trigger_dag_id=str(written),  # a template: the DAG's list of what it starts takes nothing else
        trigger_run_id="{{ run_id }}",
        logical_date=None,
        reset_dag_run=True,
    )
