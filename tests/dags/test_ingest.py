"""The factory of the ingest DAGs: what a task does of its deliveries, and how the tasks hang together."""

from __future__ import annotations

import importlib
import inspect
import logging
from itertools import pairwise
from pathlib import Path

import pytest
from airflow.sdk import TriggerRule
from airflow.sdk.exceptions import AirflowSkipException

from territoires.airflow import policies
from territoires.airflow.ingest import StepFailed, for_each, ingest_dag
from territoires.delivery.platform import Platform


@pytest.fixture
def platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TI_STATE", str(tmp_path))
    monkeypatch.setenv("TI_WAREHOUSE_URL", "postgresql+psycopg://loader@127.0.0.1:1/entrepot")


def test_without_a_delivery_a_step_is_skipped() -> None:
    for nothing in ([], None):
        with pytest.raises(AirflowSkipException):
            for_each(lambda *_: pytest.fail("no step should run"), nothing, "run")


@pytest.mark.usefixtures("platform")
def test_a_delivery_that_fails_keeps_no_other_from_its_turn_and_its_cells_from_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[int] = []

    def step(_: Platform, number: int, run_id: str | None) -> None:
        assert run_id == "run"
        seen.append(number)
        if number == 2:
            raise ValueError("cellule : dupont@demo.example")

    with caplog.at_level(logging.DEBUG), pytest.raises(StepFailed, match=r"2 \(ValueError\)") as caught:
        for_each(step, [1, 2, 3], "run")
    assert seen == [1, 2, 3]
    assert "dupont" not in caplog.text + str(caught.value)


@pytest.mark.usefixtures("platform")
def test_each_contract_has_its_four_steps_in_order_and_an_answer_whatever_happened() -> None:
    dag = ingest_dag("programme", ["contrats", "conventions"], "Livraisons", "doc")
    steps = {
        delivery: [f"{delivery}.{name}" for name in ("lire", "valider", "charger", "repondre")]
        for delivery in ("contrats", "conventions")
    }
    around = {"recevoir", "reperer", "faire_decider", "poursuivre", "envoyer", "veiller"}
    assert set(dag.task_ids) == {*around, *steps["contrats"], *steps["conventions"]}
    for own in steps.values():
        for former, later in pairwise(own):
            assert later in dag.get_task(former).downstream_task_ids
        # A step whose type has deliveries runs though the one before failed, and is skipped where it was skipped.
        rules = [dag.get_task(name).trigger_rule for name in own]
        assert rules == [TriggerRule.ALL_SUCCESS, *[TriggerRule.ALL_DONE_MIN_ONE_SUCCESS] * 3]
        assert "reperer" in dag.get_task(own[-1]).downstream_task_ids
    assert [asset.name for asset in dag.get_task("contrats.repondre").outlets] == ["programme/contrats"]
    assert {name for name in dag.task_ids if name.endswith(".lire")} < dag.get_task("recevoir").downstream_task_ids


@pytest.mark.usefixtures("platform")
def test_any_failure_fails_the_run() -> None:
    dag = ingest_dag("programme", ["contrats"], "Livraisons", "doc")
    watched = dag.get_task("veiller")
    assert watched.trigger_rule == TriggerRule.ONE_FAILED
    assert watched.upstream_task_ids == set(dag.task_ids) - {"veiller", "poursuivre"}
    assert watched.retries == 0


@pytest.mark.usefixtures("platform")
def test_the_next_batch_is_started_by_what_starts_the_first() -> None:
    dag = ingest_dag("programme", ["contrats"], "Livraisons", "doc")
    [started] = dag.get_task("poursuivre").outlets
    assert started.name == "depots/programme"
    assert dag.timetable.asset_condition == started


@pytest.mark.usefixtures("platform")
def test_a_run_that_is_late_is_told_to_the_engineers() -> None:
    [alert] = ingest_dag("programme", ["contrats"], "Livraisons", "doc").deadline
    assert alert.interval == policies.ANSWERED_WITHIN
    assert alert.callback.path == policies.ALERT
    module, _, name = policies.ALERT.rpartition(".")
    assert inspect.iscoroutinefunction(getattr(importlib.import_module(module), name))
