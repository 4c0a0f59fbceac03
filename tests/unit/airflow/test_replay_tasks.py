"""The tasks of a replay: what a run does of a request, of an answer, and of what cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from territoires import replay
from territoires.airflow import replay_tasks, stores
from territoires.airflow.approval import Answer
from territoires.contracts import delivery_types, load_all
from territoires.replay import Prepared, RequestRefused, StaleCandidate, Verdict

YES = Answer(approved=True, reason="vu", who="anne", timed_out=False)
NO = Answer(approved=False, reason="à revoir", who="anne", timed_out=False)
NOBODY = Answer(approved=False, reason="", who=None, timed_out=True)


class Platform:
    contracts = load_all()

    def connect(self, _: str) -> Any:
        return nullcontext()


class Events(dict[Any, Any]):
    """Where Airflow gathers the events of aliases."""

    def __init__(self) -> None:
        self.added: list[tuple[str, Any]] = []
        super().__init__({replay_tasks.REPLAYED: self})

    def add(self, asset: Any, extra: Any) -> None:
        self.added.append((asset.name, extra))


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, ...]]:
    """What was asked of the engine."""
    found: list[tuple[Any, ...]] = []

    def apply(_: Any, number: int, verdict: Verdict) -> dict[str, str]:
        found.append(("apply", number, verdict))
        return {"operateur": "bpifrance", "livraison": "accompagnements"}

    monkeypatch.setattr(stores, "open_platform", Platform)
    monkeypatch.setattr(replay, "apply", apply)
    monkeypatch.setattr(replay, "give_up", lambda _, number, verdict: found.append(("give_up", number, verdict)))
    return found


def conclude(answer: Answer, events: Events) -> None:
    function: Callable[..., None] = replay_tasks.conclude.function
    function(7, answer, outlet_events=events)


def test_an_approved_candidate_is_applied_and_bi_is_told_of_the_type(done: list[tuple[Any, ...]]) -> None:
    events = Events()
    conclude(YES, events)
    assert done == [("apply", 7, Verdict("anne", "vu"))]
    assert events.added == [("bpifrance/accompagnements", {"id_rejeu": 7})]


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [(NO, Verdict("anne", "à revoir")), (NOBODY, Verdict("personne", "Sans réponse dans le délai."))],
)
def test_one_that_is_rejected_or_left_unanswered_is_dropped_and_nothing_is_told(
    done: list[tuple[Any, ...]], answer: Answer, verdict: Verdict
) -> None:
    events = Events()
    with pytest.raises(AirflowSkipException):
        conclude(answer, events)
    assert (done, events.added) == ([("give_up", 7, verdict)], [])


@pytest.mark.usefixtures("done")
def test_a_candidate_out_of_date_fails_without_another_try(monkeypatch: pytest.MonkeyPatch) -> None:
    def stale(*_: object) -> None:
        raise StaleCandidate("lancez un nouveau rejeu")

    monkeypatch.setattr(replay, "apply", stale)
    with pytest.raises(AirflowFailException, match="lancez un nouveau rejeu"):
        conclude(YES, Events())


@pytest.mark.usefixtures("done")
@pytest.mark.parametrize("changes", [True, False])
def test_a_replay_that_would_change_nothing_asks_nobody(monkeypatch: pytest.MonkeyPatch, changes: bool) -> None:
    asked: dict[str, Any] = {}

    def request_of(_: Any, form: dict[str, Any], contracts: Any, who: str) -> str:
        asked.update(form=form, contracts=contracts, who=who)
        return "request"

    monkeypatch.setattr(replay, "request_of", request_of)
    monkeypatch.setattr(replay, "prepare", lambda _, request, run: Prepared(7, changes, f"{request} {run}"))
    run = SimpleNamespace(triggering_user_name="anne")
    function: Callable[..., int] = replay_tasks.prepare_candidate.function
    if changes:
        assert function({"motif": "essai"}, run_id="r", dag_run=run) == 7
    else:
        with pytest.raises(AirflowSkipException):
            function({"motif": "essai"}, run_id="r", dag_run=run)
    assert (asked["form"], asked["who"]) == ({"motif": "essai"}, "anne")


@pytest.mark.usefixtures("done")
def test_a_form_that_cannot_be_followed_fails_at_once_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> None:
        raise RequestRefused("Écrivez un motif.")

    monkeypatch.setattr(replay, "request_of", refused)
    with pytest.raises(AirflowFailException, match="Écrivez un motif"):
        replay_tasks.prepare_candidate.function({}, run_id="r", dag_run=SimpleNamespace(triggering_user_name=None))


def test_the_form_offers_what_the_contracts_know() -> None:
    fields = replay_tasks.form(delivery_types())
    assert set(fields) == {"operateur", "livraison", "du", "au", "id_livraison", "version", "motif"}
    assert "bpifrance" in fields["operateur"].schema["enum"]
    assert "accompagnements" in fields["livraison"].schema["enum"]
    for name, field in fields.items():
        if name == "motif":
            assert field.schema["minLength"] == 1  # no run without a reason
        else:
            assert field.resolve() is None
