"""The thin layer between Airflow and the mails: a connection becomes a server."""

from __future__ import annotations

import json
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException

from territoires.airflow.mail_tasks import smtp_server
from territoires.mail.transport import SmtpServer


def connection(monkeypatch: pytest.MonkeyPatch, **given: Any) -> None:
    extra = {"from_email": "suivi@ti.example", **given.pop("extra", {})}
    told = {"conn_type": "smtp", "host": "courrier.example", "extra": extra, **given}
    monkeypatch.setenv("AIRFLOW_CONN_SMTP_ESSAI", json.dumps(told))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("ssl", 465)),
        ({"port": 2465}, ("ssl", 2465)),
        ({"port": 587}, ("starttls", 587)),
        ({"extra": {"disable_ssl": True}}, ("starttls", 587)),
        ({"port": 25, "extra": {"disable_ssl": True, "disable_tls": True}}, ("none", 25)),
    ],
)
def test_a_connection_becomes_a_server(
    monkeypatch: pytest.MonkeyPatch, given: dict[str, Any], expected: tuple[str, int]
) -> None:
    connection(monkeypatch, login="suivi", password="secret", **given)
    server = smtp_server("smtp_essai")
    assert server is not None
    assert (server.security, server.port) == expected
    assert (server.host, server.sender, server.user, server.password) == (
        "courrier.example",
        "suivi@ti.example",
        "suivi",
        "secret",
    )
    assert server.verify


def test_without_the_connection_there_is_no_server_and_half_a_connection_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert smtp_server("smtp_absent") is None
    connection(monkeypatch, extra={"from_email": None})
    with pytest.raises(AirflowFailException, match="from_email"):
        smtp_server("smtp_essai")


def test_the_password_is_not_shown() -> None:
    assert "secret" not in repr(SmtpServer("h", 25, "a@b.example", password="secret"))
