"""The morning's DAG, and the mails behind the answers: what runs after what, and whatever happened before."""

from __future__ import annotations

from pathlib import Path

from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import TriggerRule

from territoires.airflow.ingest import ingest_dag
from territoires.settings import REPOSITORY


def test_reminders_follow_the_calendar_the_digest_always_comes_and_mails_go_last() -> None:
    path = Path(REPOSITORY) / "dags" / "watch_deliveries.py"
    dag = DagBag(dag_folder=str(path)).dags["watch_deliveries"]
    assert set(dag.task_ids) == {"calendrier", "expirer", "relancer", "bilan", "envoyer", "veiller"}
    assert dag.get_task("relancer").upstream_task_ids == {"calendrier", "expirer"}
    assert dag.get_task("bilan").upstream_task_ids == {"relancer"}
    assert dag.get_task("envoyer").upstream_task_ids == {"bilan"}
    for name in ("bilan", "envoyer"):
        assert dag.get_task(name).trigger_rule == TriggerRule.ALL_DONE
    assert dag.get_task("veiller").upstream_task_ids == {"calendrier", "expirer", "relancer", "bilan", "envoyer"}


def test_each_run_of_an_operator_sends_what_its_answers_wrote_and_shows_a_server_that_is_away() -> None:
    dag = ingest_dag("programme", ["contrats", "conventions"], "Livraisons", "doc")
    sending = dag.get_task("envoyer")
    assert sending.upstream_task_ids == {"contrats.repondre", "conventions.repondre"}
    assert sending.trigger_rule == TriggerRule.ALL_DONE
    assert "envoyer" in dag.get_task("veiller").upstream_task_ids
