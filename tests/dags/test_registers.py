"""The registers are announced together, whatever befalls one of them, and a failure is seen."""

from __future__ import annotations

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import TriggerRule

from territoires.registers.catalogue import Register
from territoires.settings import REPOSITORY


def test_registers_are_announced_once_after_all_of_them() -> None:
    dag = DagBag(dag_folder=str(REPOSITORY / "dags" / "ingest_territories.py")).dags["ingest_territories"]
    loads = {f"{register.value}.charger" for register in Register}
    announced = dag.get_task("annoncer")
    assert announced.upstream_task_ids == loads
    # One that fails or does not change keeps the others from nothing; if none changed, nothing is announced.
    assert announced.trigger_rule == TriggerRule.ALL_DONE_MIN_ONE_SUCCESS
    assert [asset.name for asset in announced.outlets] == ["registres/territoires"]
    assert not [task.task_id for task in dag.tasks if task.outlets and task is not announced]
    watcher = dag.get_task("veiller")
    assert watcher.upstream_task_ids == {*loads, "annoncer"}
    assert watcher.trigger_rule == TriggerRule.ONE_FAILED
