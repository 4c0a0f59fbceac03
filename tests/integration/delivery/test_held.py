"""Held deliveries: what an engineer reads, how an answer is written, what becomes of those that nobody decides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from territoires.airflow import held_tasks
from territoires.airflow.approval import Answer
from territoires.delivery.held import case, expire_held, waiting
from territoires.warehouse import journal
from tests.integration.delivery.conftest import Way, operation

BDT = "banque_des_territoires"
CELL = "ti-9999"
APPROVED = Answer(approved=True, reason="registre en retard", who="admin", timed_out=False)
NOBODY = Answer(approved=False, reason="", who=None, timed_out=True)


@pytest.fixture
def held(way: Way, monkeypatch: pytest.MonkeyPatch) -> int:
    """A held delivery of eleven rows, six of them refused, on a platform that tasks find too."""
    monkeypatch.setattr("territoires.airflow.stores.open_platform", lambda: way.platform)
    rows = [operation(n, id_ti=CELL) for n in range(6)] + [operation(n) for n in range(6, 11)]
    return int(way.one(rows, name="a`|<b>.csv")["id_livraison"])


def write(number: int, answer: Answer | None, run_id: str = "run") -> str:
    found: str = held_tasks.write_down.function(answer, params={"id_livraison": number}, run_id=run_id)
    return found


def undecided(active: set[str], operator: str = BDT) -> list[dict[str, Any]]:
    """Return what would be started, where Airflow has runs *active*."""
    instance = SimpleNamespace(get_dr_count=lambda _, run_ids, states: len(active & set(run_ids)) * bool(states))
    found: list[dict[str, Any]] = held_tasks.find_undecided.function(operator, ti=instance)
    return found


def expire(way: Way, now: datetime, operator: str = BDT) -> list[int]:
    with way.platform.connect() as connection:
        return expire_held(connection, operator, now)


def test_an_engineer_reads_counts_rules_and_the_term_but_no_cell(way: Way, held: int) -> None:
    with way.platform.connect() as connection:
        found = case(way.platform, connection, held)
    assert found is not None
    assert found.subject == (
        f"Charger la livraison n° {held} ? Banque des Territoires : Investissements de la Banque des Territoires"
    )
    told = ("6\xa0lignes sur 11 sont à corriger", "plus que les 10 %", "| `registre` | 6 | 11 |", way.row(held)["recu"])
    for words in told:
        assert words in found.body
    assert CELL not in found.body
    assert "`aˋ|<b>.csv`" in found.body, "a file's name is no markup"
    assert found.until == way.row(held)["a_decider_avant"]
    assert timedelta(days=6, hours=23) < found.until - datetime.now(UTC) < timedelta(days=7)


def test_a_decision_is_asked_for_once_and_again_when_its_run_is_lost(held: int) -> None:
    [one] = undecided(active=set())
    assert one == {"trigger_run_id": f"livraison_{held}_plafond_refus", "conf": {"id_livraison": held}}
    assert undecided(active={one["trigger_run_id"]}) == []
    assert undecided(active=set()) == [one], "the same run: two can never be started"
    assert undecided(active=set(), operator="bpifrance") == []


def test_an_approval_is_kept_and_the_delivery_goes_on_past_that_ceiling(way: Way, held: int) -> None:
    assert write(held, APPROVED) == "ingest_banque_des_territoires"
    row = way.row(held)
    assert (row["decision"], row["decision_motif"], row["decision_par"]) == (
        "approuvee",
        "registre en retard",
        "admin",
    )
    [row] = way.go()
    assert (row["statut"], row["plafonds_leves"]) == ("chargee_partiellement", ["plafond_refus"])
    with pytest.raises(AirflowSkipException):
        write(held, APPROVED, "another run")
    with way.platform.connect() as connection:
        assert case(way.platform, connection, held) is None


def test_a_question_marked_as_done_by_hand_decides_nothing(way: Way, held: int) -> None:
    with pytest.raises(AirflowFailException):
        write(held, None)
    assert way.row(held)["statut"] == "en_attente"


def test_nobody_s_answer_rejects_calmly_and_says_so(way: Way, held: int) -> None:
    write(held, NOBODY)
    [row] = way.go()
    assert (row["statut"], row["code_motif"], row["decision_par"]) == ("refusee", "delai_decision", None)
    receipt = " ".join(way.receipt(row).split())
    assert "n'est pas venu dans le délai prévu" in receipt
    assert "Rien n'est perdu" in receipt


def test_without_airflow_s_answer_the_sweep_rejects_what_is_past_its_term(way: Way, held: int) -> None:
    term = way.row(held)["a_decider_avant"]
    assert expire(way, term - timedelta(seconds=1)) == []
    assert expire(way, term, operator="bpifrance") == []
    assert expire(way, term) == [held]
    assert expire(way, term) == []
    assert way.row(held)["code_motif"] == "delai_decision"


def test_nobody_can_only_reject(way: Way, held: int) -> None:
    decision = journal.Decision(held, BDT, "approuvee", "délai", None, "delai")
    with way.platform.connect() as connection, pytest.raises(journal.NotDecidable):
        journal.decide(connection, decision)


def test_another_ceiling_is_another_decision(way: Way, held: int) -> None:
    with way.platform.connect() as connection:
        before = waiting(connection, BDT)
        journal.hold(connection, held, "plafond_fermeture", "trop de lignes closes", 2)
        after = waiting(connection, BDT)
    assert [held_tasks.decision_run(one) for one in (*before, *after)] == [
        f"livraison_{held}_plafond_refus",
        f"livraison_{held}_plafond_fermeture",
    ]
    assert way.row(held)["a_decider_avant"] - datetime.now(UTC) < timedelta(days=2)
