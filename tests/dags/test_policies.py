"""Every DAG keeps the house rules of ``territoires.airflow.policies``; a rule that cannot fail is no rule."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG

from territoires.airflow import policies

REPOSITORY = Path(__file__).resolve().parents[2]
DAGS = REPOSITORY / "dags"
EXPECTED = {
    "ingest_banque_des_territoires",
    "ingest_bmo",
    "ingest_bpifrance",
    "ingest_business_france",
    "ingest_pole_emploi",
    "ingest_programme",
    "decide_deliveries",
    "ingest_marche_travail",
    "ingest_territories",
    "build_warehouse",
    "lift_quarantine",
    "replay_deliveries",
    "watch_deliveries",
}
HEAVY = ("pandas", "pyarrow", "great_expectations", "numpy", "scipy", "psycopg", "requests", "openpyxl", "jinja2")
PARSE_BUDGET_S = 1.0


@pytest.fixture(scope="module")
def bag() -> DagBag:
    return DagBag(dag_folder=str(DAGS))


@pytest.fixture(scope="module")
def dags(bag: DagBag) -> list[DAG]:
    return list(bag.dags.values())


def test_the_bag_holds_exactly_our_dags_and_no_error(bag: DagBag) -> None:
    assert bag.import_errors == {}
    assert set(bag.dags) == EXPECTED


def test_each_dag_has_an_owner_an_impact_and_a_french_name(dags: list[DAG]) -> None:
    for dag in dags:
        assert policies.IMPACT_TAGS & set(dag.tags), dag.dag_id
        assert dag.dag_display_name != dag.dag_id
        assert dag.description
        assert {task.owner for task in dag.tasks} == {policies.OWNER}, dag.dag_id


def test_each_dag_is_documented_as_an_incident_card(dags: list[DAG]) -> None:
    for dag in dags:
        doc = dag.doc_md or ""
        for part in ("Ce que fait", "Entrées", "Si elle échoue", "Que faire", "Responsable"):
            assert part in doc, f"{dag.dag_id}: « {part} » is missing"


def test_each_task_retries_and_ends(dags: list[DAG]) -> None:
    for dag in dags:
        for task in dag.tasks:
            assert task.execution_timeout is not None, f"{dag.dag_id}.{task.task_id}"
            if task.task_id != "veiller":  # it only says that another task failed
                assert task.retries >= 2, f"{dag.dag_id}.{task.task_id}"


def test_runs_neither_overlap_nor_catch_up(dags: list[DAG]) -> None:
    for dag in dags:
        waits_for_people = dag.dag_id == "decide_deliveries"  # a run for each held delivery, all of them to be seen
        assert dag.max_active_runs == (policies.DECISIONS_AT_ONCE if waits_for_people else 1), dag.dag_id
        assert dag.catchup is False, dag.dag_id


def test_pools_are_those_that_the_platform_makes(dags: list[DAG]) -> None:
    used = {task.pool for dag in dags for task in dag.tasks} - {"default_pool"}
    assert used == set(policies.POOLS)


@pytest.mark.parametrize("path", sorted(DAGS.glob("*.py")), ids=lambda path: path.name)
def test_a_dag_file_is_thin(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 80


def test_parsing_is_quick_and_imports_nothing_heavy() -> None:
    """Airflow parses each file every 30 seconds and again in each task: an import there is paid thousands of times.

    A DAG file that imports great_expectations was measured at 12.6 s.
    """
    program = """
import importlib.util, json, pathlib, sys, time
import airflow.sdk
from airflow.triggers.base import BaseEventTrigger
from airflow.sdk import DAG, Asset, AssetWatcher, TaskGroup, task
from airflow.providers.standard.operators import hitl, trigger_dagrun  # as the scheduler has them: plugins/
Asset(name="amorce", uri="entrepot://amorce")  # likewise the schemes of all providers
before = set(sys.modules)
start = time.perf_counter()
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.py")):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    spec.loader.exec_module(importlib.util.module_from_spec(spec))
print(json.dumps([time.perf_counter() - start, sorted(set(sys.modules) - before)]))
"""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "plugins"), "AIRFLOW__LOGGING__LOGGING_LEVEL": "ERROR"}
    command = [sys.executable, "-c", program, str(DAGS)]
    outputs = [
        subprocess.run(command, capture_output=True, text=True, check=True, env=environment, timeout=120).stdout
        for _ in range(2)  # the first writes the .pyc files, as any installation has them
    ]
    seconds, imported = json.loads(outputs[-1].splitlines()[-1])
    assert not [name for name in imported if name.split(".")[0] in HEAVY]
    assert seconds < PARSE_BUDGET_S
