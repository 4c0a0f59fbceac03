"""A missed deadline of Airflow becomes a mail to the engineers, once."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowSkipException
from airflow.triggers.callback import CallbackTrigger

from territoires.airflow import policies
from territoires.airflow.mail_tasks import send_all
from tests.conftest import Entrepot


def missed(context: dict[str, Any]) -> list[str]:
    """Call back as the triggerer does."""

    async def states() -> list[str]:
        trigger = CallbackTrigger(policies.ALERT, {"context": context})
        return [str(event.payload["state"]) async for event in trigger.run()]

    return asyncio.run(states())


def test_a_missed_deadline_is_told_once_and_sent_by_the_next_task(
    entrepot: Entrepot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TI_STATE", str(tmp_path))
    monkeypatch.setenv("TI_WAREHOUSE_URL", entrepot.loader_url)
    context = {
        "dag_run": {"dag_id": "ingest_bpifrance", "dag_run_id": "scheduled__2026-11-23"},
        "deadline": {"id": "x", "deadline_time": datetime(2026, 11, 23, 9, 30, tzinfo=UTC)},
    }
    for _ in range(2):
        assert missed(context) == ["running", "success"]
    sent = send_all.function()
    assert sent == {"ecrit": 1}
    [written] = (tmp_path / "outbound" / "equipe-donnees" / "courriers").glob("*.eml")
    assert "ingest_bpifrance" in written.read_text("ascii")
    with pytest.raises(AirflowSkipException):
        send_all.function()
