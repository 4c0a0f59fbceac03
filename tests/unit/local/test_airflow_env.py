"""The environment of Airflow's components."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from territoires.local.airflow_env import airflow_environment, plain_environment, with_urls
from territoires.local.state import Secrets, State
from territoires.settings import REPOSITORY, Settings


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv("AIRFLOW__CORE__EXECUTOR", "SomebodyElse")
    monkeypatch.setenv("PGPASSFILE", "/somewhere")
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example:3128")
    monkeypatch.setenv("NO_PROXY", "intranet.example")
    settings = Settings.from_env({"TI_STATE": str(tmp_path), "TI_AIRFLOW_PORT": "18099", "TI_PG_PORT": "15499"})
    State(settings.state).make(settings)
    secrets = State(settings.state).secrets()
    return airflow_environment(with_urls(settings, secrets), secrets)


def test_what_the_shell_holds_of_another_airflow_or_database_does_not_pass(environment: dict[str, str]) -> None:
    assert environment["AIRFLOW__CORE__EXECUTOR"] == "LocalExecutor"
    assert not {"PGPASSFILE", "PYTHONDONTWRITEBYTECODE"} & set(environment)


def test_the_way_out_is_kept_and_loopback_never_goes_through_it(environment: dict[str, str]) -> None:
    assert environment["HTTPS_PROXY"] == "http://proxy.example:3128"
    assert environment["NO_PROXY"].split(",") == ["intranet.example", "127.0.0.1", "localhost"]


def test_everything_listens_and_is_looked_for_on_loopback(environment: dict[str, str]) -> None:
    assert environment["AIRFLOW__API__HOST"] == "127.0.0.1"
    addresses = " ".join(text for name, text in environment.items() if name.startswith(("AIRFLOW", "TI_")))
    assert set(re.findall(r"(?:@|http://)([^:/]+):\d+", addresses)) == {"127.0.0.1"}


def test_tasks_work_as_the_loader_and_do_not_know_the_owner(environment: dict[str, str]) -> None:
    assert environment["TI_WAREHOUSE_URL"].startswith("postgresql+psycopg://entrepot_loader:")
    assert "TI_WAREHOUSE_OWNER_URL" not in environment
    assert Settings.from_env(environment).pg_port == 15499


def test_no_example_no_pause_and_our_own_code(environment: dict[str, str]) -> None:
    assert environment["AIRFLOW__CORE__LOAD_EXAMPLES"] == "False"
    assert environment["AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION"] == "False"
    assert environment["AIRFLOW__CORE__DAGS_FOLDER"] == str(REPOSITORY / "dags")
    assert str(REPOSITORY / "plugins") in environment["PYTHONPATH"].split(":")


def test_the_accounts_file_is_ours_alone_and_holds_the_made_password(
    environment: dict[str, str], tmp_path: Path
) -> None:
    path = Path(environment["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    assert path.stat().st_mode & 0o777 == 0o600
    assert json.loads(path.read_text()) == {"admin": State(tmp_path).secrets().admin}


def test_a_connection_of_the_shell_passes_only_under_an_id_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_FRANCE_TRAVAIL", "given")
    monkeypatch.setenv("AIRFLOW_CONN_SOMETHING_ELSE", "kept out")
    settings = Settings.from_env({"TI_STATE": str(tmp_path), "TI_SMTP_CONN_ID": "courrier"})
    State(settings.state).make(settings)
    own = {"AIRFLOW_CONN_FRANCE_TRAVAIL": "stand-in", "AIRFLOW_CONN_COURRIER": "own"}
    environment = airflow_environment(settings, State(settings.state).secrets(), connections=own)
    found = {name: text for name, text in environment.items() if name.startswith("AIRFLOW_CONN_")}
    assert found == {"AIRFLOW_CONN_FRANCE_TRAVAIL": "given", "AIRFLOW_CONN_COURRIER": "own"}


def test_a_component_beside_airflow_has_nothing_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AIRFLOW_CONN_FRANCE_TRAVAIL", "given")
    monkeypatch.setenv("TI_STATE", "/somewhere")
    found = plain_environment()
    assert not [name for name in found if name.startswith(("AIRFLOW", "TI_"))]
    assert str(REPOSITORY / "plugins") in found["PYTHONPATH"].split(":")


def test_keys_are_as_long_as_their_use_wants() -> None:
    secrets = Secrets.make()
    assert len(secrets.jwt.encode()) >= 64
    assert len(secrets.fernet) == 44
    assert Secrets.make() != secrets
