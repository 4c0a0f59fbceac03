"""The health check of the deployment against a server that answers as Airflow's does."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from deploy.healthy import healthy

HEALTH = {
    "metadatabase": {"status": "healthy"},
    "scheduler": {"status": "healthy", "latest_scheduler_heartbeat": "2026-11-22T22:00:00+00:00"},
    "triggerer": {"status": "unhealthy", "latest_triggerer_heartbeat": "2026-11-22T20:00:00+00:00"},
    "dag_processor": None,
}


class Airflow(HTTPServer):
    """Answers the two health pages; the second one only if ``executes``."""

    executes = True


class Pages(BaseHTTPRequestHandler):
    server: Airflow

    def do_GET(self) -> None:
        known = {"/api/v2/monitor/health": HEALTH}
        if self.server.executes:
            known["/execution/health"] = {}
        body = json.dumps(known.get(self.path)).encode()
        self.send_response(200 if self.path in known else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, ARG002 - as its base has it
        return


@pytest.fixture
def airflow() -> Iterator[Airflow]:
    server = Airflow(("127.0.0.1", 0), Pages)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    ("component", "expected"),
    [("api-server", True), ("scheduler", True), ("triggerer", False), ("dag_processor", False), ("worker", False)],
)
def test_a_component_is_as_healthy_as_airflow_says(airflow: Airflow, component: str, expected: bool) -> None:
    assert healthy(component, f"http://127.0.0.1:{airflow.server_port}") is expected


def test_an_api_server_that_cannot_serve_tasks_yet_is_not_healthy(airflow: Airflow) -> None:
    airflow.executes = False
    with pytest.raises(OSError, match="503"):
        healthy("api-server", f"http://127.0.0.1:{airflow.server_port}")


def test_a_proxy_of_the_machine_is_not_asked(airflow: Airflow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert healthy("scheduler", f"http://127.0.0.1:{airflow.server_port}")


def test_no_server_is_an_os_error() -> None:
    with pytest.raises(OSError, match="refused"):
        healthy("scheduler", "http://127.0.0.1:9")
