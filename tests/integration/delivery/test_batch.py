"""What one run takes of what waits, and which of its tasks have something to do."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from territoires.airflow import ingest
from territoires.delivery import batch
from territoires.delivery.batch import next_batch
from territoires.warehouse import journal
from tests.integration.delivery.conftest import Way, operation

BDT = "banque_des_territoires"


def follow(way: Way, monkeypatch: pytest.MonkeyPatch, operator: str = BDT) -> tuple[list[str], dict[str, list[int]]]:
    """Run the first task; return the tasks that it lets run, and the deliveries that it hands to each type."""
    monkeypatch.setattr("territoires.airflow.stores.open_platform", lambda: way.platform)
    handed: dict[str, list[int]] = {}
    instance = SimpleNamespace(xcom_push=lambda key, value: handed.update({key: value}))
    followed: list[str] = ingest.receive_all.function(operator, "run", ti=instance)
    return followed, handed


def test_a_batch_is_bounded_by_type_in_order_of_arrival(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        way.drop([operation(number)], name=f"{number}.csv")
    numbers = way.receive()
    monkeypatch.setattr(batch, "FILES", 3)
    with way.platform.connect() as connection:
        first = next_batch(connection, BDT)
        assert first.deliveries == {"investissements": numbers[:3]}
        assert first.left == 2
        assert next_batch(connection, "bpifrance") == batch.Batch({}, 0)
        monkeypatch.setattr(batch, "OCTETS", 1)
        assert next_batch(connection, BDT).deliveries == {"investissements": numbers[:1]}, "one is always taken"


def test_what_failed_through_a_whole_run_makes_way(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        way.drop([operation(number)], name=f"{number}.csv")
    numbers = way.receive()
    for _ in range(batch.TRIES):
        with pytest.raises(RuntimeError), journal.step(way.platform.warehouse_url, numbers[0], "lire"):
            raise RuntimeError
    monkeypatch.setattr(batch, "FILES", 2)
    with way.platform.connect() as connection:
        found = next_batch(connection, BDT)
    assert found == batch.Batch({"investissements": numbers[1:]}, 1)


def test_where_nothing_waits_no_other_task_runs(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    (way.platform.inbound / BDT / "investissements").mkdir(parents=True)
    assert follow(way, monkeypatch) == ([], {})


def test_only_types_that_have_deliveries_cost_tasks(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    way.drop([operation(1)])
    followed, handed = follow(way, monkeypatch)
    assert followed == ["investissements.lire", "reperer"]
    assert len(handed["investissements"]) == 1


def test_what_the_batch_leaves_starts_another_run(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(3):
        way.drop([operation(number)], name=f"{number}.csv")
    monkeypatch.setattr(batch, "FILES", 2)
    followed, handed = follow(way, monkeypatch)
    assert followed == ["investissements.lire", "reperer", "poursuivre"]
    assert len(handed["investissements"]) == 2


def test_a_held_delivery_past_its_term_is_answered_by_the_same_run(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    held = way.one([operation(n, id_ti="ti-9999") for n in range(6)] + [operation(n) for n in range(6, 11)])
    assert follow(way, monkeypatch) == (["reperer"], {}), "it waits: somebody is to be asked"
    with way.platform.connect() as connection:
        journal.update(connection, held["id_livraison"], a_decider_avant=held["en_attente_depuis"])
    followed, handed = follow(way, monkeypatch)
    assert followed == ["investissements.lire", "reperer"]
    assert handed == {"investissements": [held["id_livraison"]]}
