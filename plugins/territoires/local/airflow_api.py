"""Airflow's REST API as the command line needs it: is it there, which DAGs and runs, make a pool, start, answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import requests

from territoires.local.console import LocalError

_TIMEOUT_S = 30
_PAGE = 100
ACTIVE = frozenset({"queued", "running"})
WAITING = frozenset({"awaiting_input", "deferred"})
"""States of a task that waits for a person's answer."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a DAG, with Airflow's word for its state (``queued``, ``running``, ``success``, ``failed``).

    ``queued_at`` is when Airflow took it up: a scheduled run's own date may lie long before.
    """

    dag_id: str
    run_id: str
    state: str
    queued_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What a task asks a person (human in the loop): its subject, the answers to choose from, and since when."""

    dag_id: str
    run_id: str
    task_id: str
    map_index: int
    subject: str
    options: tuple[str, ...]
    asked_at: datetime


class AirflowApi:
    """A logged-in client of the platform's own API server."""

    def __init__(self, base_url: str, username: str, password: str) -> None:
        """Log in later, at the first question: the server may not be up yet."""
        self._base_url = base_url
        self._credentials = {"username": username, "password": password}
        self._session = requests.Session()
        # A proxy of the machine must not stand between us and our own loopback.
        self._session.trust_env = False

    def answers(self) -> bool:
        """Tell whether the server answers, the part that tasks talk to included (its first answer takes seconds)."""
        try:
            return all(
                self._session.get(f"{self._base_url}{path}", timeout=_TIMEOUT_S).ok
                for path in ("/api/v2/monitor/health", "/execution/health")
            )
        except requests.RequestException:
            return False

    def heartbeat(self, component: str) -> datetime | None:
        """Return when Airflow last heard of ``scheduler``, ``dag_processor`` or ``triggerer``; None if not healthy."""
        facts = self._call("GET", "/monitor/health").get(component) or {}
        last = facts.get(f"latest_{component}_heartbeat")
        return datetime.fromisoformat(last) if last and facts.get("status") == "healthy" else None

    def dags(self) -> list[str]:
        """Return the ids of the active DAGs, sorted."""
        return sorted(dag["dag_id"] for dag in self._all("/dags", "dags"))

    def import_errors(self) -> dict[str, str]:
        """Return what could not be imported: DAG file → traceback."""
        found = self._all("/importErrors", "import_errors")
        return {str(error["filename"]): str(error["stack_trace"]) for error in found}

    def runs(self) -> list[Run]:
        """Return every run of every DAG."""
        found = self._all("/dags/~/dagRuns", "dag_runs")
        return [
            Run(
                dag_id=run["dag_id"],
                run_id=run["dag_run_id"],
                state=str(run["state"]),
                queued_at=datetime.fromisoformat(run["queued_at"]) if run.get("queued_at") else None,
            )
            for run in found
        ]

    def failed_tasks(self, run: Run) -> list[str]:
        """Return the tasks of *run* that failed themselves, not those that only waited for them."""
        path = f"/dags/{run.dag_id}/dagRuns/{run.run_id}/taskInstances"
        return [str(task["task_id"]) for task in self._all(path, "task_instances") if task["state"] == "failed"]

    def trigger(self, dag_id: str, conf: Mapping[str, object] | None = None) -> Run:
        """Start a run of a DAG now, its form filled in with *conf*."""
        run = self._call("POST", f"/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": dict(conf or {})})
        return Run(dag_id, str(run["dag_run_id"]), str(run["state"]))

    def conf(self, dag_id: str, run_id: str) -> dict[str, Any]:
        """Return the form with which a run was started."""
        conf: dict[str, Any] = self._call("GET", f"/dags/{dag_id}/dagRuns/{run_id}")["conf"] or {}
        return conf

    def questions(self) -> list[Question]:
        """Return what runs ask a person and nobody has answered yet."""
        found = self._all("/dags/~/dagRuns/~/hitlDetails", "hitl_details", "response_received=false")
        return [
            Question(
                dag_id=task["dag_id"],
                run_id=task["dag_run_id"],
                task_id=task["task_id"],
                map_index=task["map_index"],
                subject=one["subject"],
                options=tuple(one["options"]),
                asked_at=datetime.fromisoformat(one["created_at"]),
            )
            for one in found
            if (task := one["task_instance"])["state"] in WAITING
        ]

    def respond(self, question: Question, option: str, params: Mapping[str, object]) -> None:
        """Answer a question with one of its options, its form filled in with *params*."""
        path = f"/dags/{question.dag_id}/dagRuns/{question.run_id}/taskInstances/{question.task_id}"
        body = {"chosen_options": [option], "params_input": dict(params)}
        self._call("PATCH", f"{path}/{question.map_index}/hitlDetails", body)

    def make_pools(self, pools: Mapping[str, tuple[int, str]]) -> None:
        """Make the pools that are missing and set the others; *pools* gives (slots, description) by name."""
        present = {str(pool["name"]) for pool in self._all("/pools", "pools")}
        for name, (slots, description) in pools.items():
            body = {"name": name, "slots": slots, "description": description, "include_deferred": False}
            if name in present:
                self._call("PATCH", f"/pools/{name}", body)
            else:
                self._call("POST", "/pools", body)

    def _all(self, path: str, key: str, query: str = "") -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        while True:
            page = self._call("GET", f"{path}?limit={_PAGE}&offset={len(found)}&{query}")
            found += page[key]
            if not page[key] or len(found) >= page["total_entries"]:
                return found

    def _call(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        answer = self._request(method, path, body)
        if answer.status_code == requests.codes.unauthorized:
            self._log_in()
            answer = self._request(method, path, body)
        if not answer.ok:
            raise LocalError(f"Airflow refuse {method} {path} ({answer.status_code}) : {answer.text[:500]}")
        content: dict[str, Any] = answer.json()
        return content

    def _request(self, method: str, path: str, body: Mapping[str, object] | None) -> requests.Response:
        try:
            return self._session.request(method, f"{self._base_url}/api/v2{path}", json=body, timeout=_TIMEOUT_S)
        except requests.RequestException as error:
            raise LocalError(f"Airflow ne répond pas à {self._base_url} : {type(error).__name__}") from error

    def _log_in(self) -> None:
        answer = self._session.post(f"{self._base_url}/auth/token", json=self._credentials, timeout=_TIMEOUT_S)
        if answer.status_code != requests.codes.created:
            raise LocalError(f"Airflow refuse le compte {self._credentials['username']} ({answer.status_code}).")
        self._session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
