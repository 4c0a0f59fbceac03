"""The watcher: fails a run when any of its tasks failed, where a last task succeeds whatever happened before it."""

from __future__ import annotations

from airflow.sdk import TriggerRule, task
from airflow.sdk.exceptions import AirflowException


@task(task_id="veiller", task_display_name="Signaler un échec", trigger_rule=TriggerRule.ONE_FAILED, retries=0)
def watch(what_next: str) -> None:
    """Fail the run when a task before this one failed: what comes last succeeds, and would make it look green."""
    raise AirflowException(f"a step failed; {what_next}")
