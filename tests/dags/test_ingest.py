"""The factory of the ingest DAGs: what a task does of its deliveries, and how the tasks hang together."""

from __future__ import annotations

import logging
from itertools import pairwise
from pathlib import Path

import pytest
from airflow.sdk import TriggerRule
from airflow.sdk.exceptions import AirflowSkipException

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
    dag = ingest_dag("programme", ["contrats"], "Livraisons", "doc")
    steps = [f"contrats.{name}" for name in ("lire", "valider", "charger", "repondre")]
    assert set(dag.task_ids) == {"recevoir", "veiller", *steps}
    for former, later in pairwise(steps):
        assert later in dag.get_task(former).downstream_task_ids
    assert dag.get_task("contrats.repondre").trigger_rule == TriggerRule.ALL_DONE
    assert [asset.name for asset in dag.get_task("contrats.repondre").outlets] == ["programme/contrats"]
    for name in ("valider", "charger"):  # one delivery that fails must not stop those beside it
        assert dag.get_task(f"contrats.{name}").trigger_rule == TriggerRule.ALL_DONE
    watched = dag.get_task("veiller")
    assert watched.trigger_rule == TriggerRule.ONE_FAILED
    assert watched.upstream_task_ids == {"recevoir", *steps}
    assert watched.retries == 0
