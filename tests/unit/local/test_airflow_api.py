"""The client of Airflow's API against a small server that answers as Airflow does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from territoires.local.airflow_api import AirflowApi
from territoires.local.console import LocalError
from territoires.local.processes import free_port

DAGS = [f"dag_{number:03}" for number in range(250)]


def asked(state: str) -> dict[str, Any]:
    """A question as the API tells it."""
    task = {"dag_id": "decide", "dag_run_id": f"livraison_7_{state}", "task_id": "demander", "map_index": -1}
    facts = {"subject": "Charger ?", "options": ["Oui", "Non"], "created_at": "2026-11-23T09:00:00Z"}
    return {**facts, "task_instance": {**task, "state": state}}


QUESTIONS = [asked("awaiting_input"), asked("failed")]


class Airflow(BaseHTTPRequestHandler):
    """Wants a token that it gave, pages its lists, remembers what was asked to change."""

    changes: list[tuple[str, str, Any]]

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if self.headers["Authorization"] != "Bearer jeton":
            self.answer(401, {})
        elif address.path == "/api/v2/dags":
            query = parse_qs(address.query)
            start, size = int(query["offset"][0]), int(query["limit"][0])
            page = [{"dag_id": name} for name in reversed(DAGS)][start : start + size]
            self.answer(200, {"dags": page, "total_entries": len(DAGS)})
        elif address.path == "/api/v2/pools":
            self.answer(200, {"pools": [{"name": "ancien"}], "total_entries": 1})
        elif address.path == "/api/v2/dags/~/dagRuns/~/hitlDetails":
            unanswered = parse_qs(address.query)["response_received"] == ["false"]
            self.answer(200, {"hitl_details": QUESTIONS if unanswered else [], "total_entries": len(QUESTIONS)})
        else:
            self.answer(404, {"detail": "introuvable"})

    def do_POST(self) -> None:
        body = self.body()
        if self.path == "/auth/token":
            right = body == {"username": "admin", "password": "juste"}
            self.answer(201 if right else 401, {"access_token": "jeton"})
        else:
            self.changes.append(("POST", self.path, body))
            self.answer(201, {"dag_run_id": "manuel", "state": "queued"})

    def do_PATCH(self) -> None:
        self.changes.append(("PATCH", self.path, self.body()))
        self.answer(200, {})

    def body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def answer(self, status: int, content: object) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Airflow.changes = []
    found = ThreadingHTTPServer(("127.0.0.1", 0), Airflow)
    threading.Thread(target=found.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{found.server_port}"
    found.shutdown()
    found.server_close()


def test_every_page_of_a_list_is_read_after_one_login(server: str) -> None:
    assert AirflowApi(server, "admin", "juste").dags() == DAGS


def test_a_wrong_password_is_said(server: str) -> None:
    with pytest.raises(LocalError, match="refuse le compte admin"):
        AirflowApi(server, "admin", "faux").dags()


def test_a_pool_that_is_there_is_changed_and_the_other_made(server: str) -> None:
    AirflowApi(server, "admin", "juste").make_pools({"ancien": (2, "a"), "nouveau": (1, "b")})
    assert [(method, path, body["slots"]) for method, path, body in Airflow.changes] == [
        ("PATCH", "/api/v2/pools/ancien", 2),
        ("POST", "/api/v2/pools", 1),
    ]


def test_a_refusal_is_an_error_with_its_reason(server: str) -> None:
    with pytest.raises(LocalError, match=r"404.*introuvable"):
        AirflowApi(server, "admin", "juste").import_errors()


def test_a_server_that_is_not_there_does_not_answer() -> None:
    api = AirflowApi(f"http://127.0.0.1:{free_port()}", "admin", "juste")
    assert not api.answers()
    with pytest.raises(LocalError, match="ne répond pas"):
        api.dags()


def test_a_proxy_of_the_machine_does_not_stand_between(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    assert len(AirflowApi(server, "admin", "juste").dags()) == len(DAGS)


def test_a_run_is_started_with_its_form(server: str) -> None:
    run = AirflowApi(server, "admin", "juste").trigger("rejouer", {"id_livraison": 3})
    assert (run.dag_id, run.run_id, run.state) == ("rejouer", "manuel", "queued")
    assert Airflow.changes == [
        ("POST", "/api/v2/dags/rejouer/dagRuns", {"logical_date": None, "conf": {"id_livraison": 3}})
    ]


def test_a_question_is_found_and_answered_but_not_one_of_a_task_that_ended(server: str) -> None:
    api = AirflowApi(server, "admin", "juste")
    [question] = api.questions()
    assert (question.subject, question.options) == ("Charger ?", ("Oui", "Non"))
    api.respond(question, "Non", {"motif": "essai"})
    path = "/api/v2/dags/decide/dagRuns/livraison_7_awaiting_input/taskInstances/demander/-1/hitlDetails"
    assert Airflow.changes == [("PATCH", path, {"chosen_options": ["Non"], "params_input": {"motif": "essai"}})]
