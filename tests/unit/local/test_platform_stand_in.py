"""What stands in for France Travail's API, as a process of the platform: started where it is needed, and ended."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from territoires.local.platform import STAND_IN, Platform
from tests.conftest import local_settings


@pytest.fixture
def platform(tmp_path: Path) -> Platform:
    return Platform.open(local_settings(tmp_path / "état"))


def test_it_answers_the_connection_that_airflow_is_given_and_ends_with_the_platform(platform: Platform) -> None:
    pids: dict[str, int] = {}
    try:
        [(variable, text)] = platform._stand_in(pids).items()
        connection = json.loads(text)
        form = {
            "grant_type": "client_credentials",
            "client_id": connection["login"],
            "client_secret": connection["password"],
            "scope": "api_stats-offres-demandes-emploiv1 offresetdemandesemploi",
        }
        for _ in range(2):  # the first answer of the demonstration's server is a fault, so that a retry is seen
            answer = requests.post(connection["extra"]["token_url"], data=form, timeout=5)
        assert answer.json()["token_type"] == "Bearer"
        refused = requests.post(
            connection["extra"]["token_url"], data=form | {"client_secret": "secret-de-demonstration"}, timeout=5
        )
        assert refused.status_code in {400, 401}
    finally:
        platform.down()
    assert variable == "AIRFLOW_CONN_FRANCE_TRAVAIL"
    assert connection["port"] == platform.settings.stand_in_port
    assert list(pids) == [STAND_IN]
    assert not (platform.state.run / "france_travail.json").exists()


def test_it_is_not_started_beside_a_connection_that_is_given_or_where_it_is_not_wanted(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    pids: dict[str, int] = {}
    unwanted = replace(platform, settings=replace(platform.settings, stand_in_port=0))
    assert unwanted._stand_in(pids) == {}
    monkeypatch.setenv("AIRFLOW_CONN_FRANCE_TRAVAIL", '{"conn_type": "http"}')
    assert platform._stand_in(pids) == {}
    assert pids == {}
