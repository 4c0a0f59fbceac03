"""Asking a person: the term, the comment that must be given, and what the tasks behind are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.providers.standard.operators import hitl
from airflow.sdk.exceptions import TaskAwaitingInput

from territoires.airflow.approval import APPROVE, REJECT, Approval, Question

ADMIN = {"id": "7", "name": "admin"}


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What was written for the page of Airflow, each time."""
    found: list[dict[str, Any]] = []
    monkeypatch.setattr(hitl, "upsert_hitl_detail", lambda **detail: found.append(detail))
    return found


def approval(until: datetime) -> Approval:
    question = Question("Charger ?", "**29** lignes {{ refusées }}", until)
    return Approval(task_id="decider", ask=lambda _: question, comment_title="Motif")


def ask(task: Approval) -> timedelta:
    with pytest.raises(TaskAwaitingInput) as waiting:
        task.execute(context())
    timeout: timedelta = waiting.value.timeout
    return timeout


def context() -> Any:
    return {"task_instance": SimpleNamespace(id="ti")}


def response(option: str, comment: str | None, **more: object) -> dict[str, Any]:
    given = {} if comment is None else {"motif": comment}
    return {
        "chosen_options": [option],
        "params_input": given,
        "responded_at": datetime.now(UTC),
        "responded_by_user": ADMIN,
        **more,
    }


def test_the_question_is_asked_in_french_with_a_comment_that_the_page_demands(asked: list[dict[str, Any]]) -> None:
    ask(approval(datetime.now(UTC) + timedelta(days=3)))
    [detail] = asked
    assert detail["subject"] == "Charger ?"
    assert detail["body"] == "**29** lignes {{ refusées }}"  # nothing of it is a template
    assert detail["options"] == ["Approuver", "Rejeter"]
    assert detail["defaults"] == [REJECT]
    assert detail["params"]["motif"]["schema"]["minLength"] == 1


def test_the_term_is_the_question_s_and_one_that_has_passed_is_answered_at_once(asked: list[dict[str, Any]]) -> None:
    left = ask(approval(datetime.now(UTC) + timedelta(days=3)))
    assert timedelta(days=3) - timedelta(minutes=1) < left <= timedelta(days=3)
    assert ask(approval(datetime.now(UTC) - timedelta(days=3))) == timedelta(seconds=1)
    assert len(asked) == 2


@pytest.mark.parametrize(("option", "approved"), [(APPROVE, True), (REJECT, False)])
def test_an_answer_says_what_why_and_who(option: str, approved: bool) -> None:
    found = approval(datetime.now(UTC)).execute_complete(context(), response(option, "  registre en retard "))
    assert found == {"approved": approved, "reason": "registre en retard", "who": "admin", "timed_out": False}


@pytest.mark.parametrize("comment", ["", "   ", None])
def test_without_a_comment_it_is_asked_again(comment: str | None, asked: list[dict[str, Any]]) -> None:
    task = approval(datetime.now(UTC) + timedelta(days=1))
    with pytest.raises(TaskAwaitingInput):
        task.execute_complete(context(), response(APPROVE, comment))
    assert len(asked) == 1


def test_nobody_s_answer_is_a_rejection_by_nobody() -> None:
    event = response(REJECT, "", timedout=True, responded_by_user=None)
    found = approval(datetime.now(UTC)).execute_complete(context(), event)
    assert found == {"approved": False, "reason": "", "who": None, "timed_out": True}
