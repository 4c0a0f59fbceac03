"""The state folder: secrets, the record of what runs, one command at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from territoires.local.console import LocalError
from territoires.local.state import State
from territoires.settings import Settings


@pytest.fixture
def state(tmp_path: Path) -> State:
    settings = Settings.from_env({"TI_STATE": str(tmp_path / "état")})
    made = State(settings.state)
    made.make(settings)
    return made


def test_secrets_are_made_once_and_are_readable_by_their_owner_alone(state: State) -> None:
    first = state.secrets()
    assert state.secrets() == first
    assert (state.root / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_secrets_that_cannot_be_read_are_not_replaced(state: State) -> None:
    path = state.root / "secrets.json"
    path.write_text('{"postgres": "x"')
    with pytest.raises(LocalError, match=r"secrets\.json"):
        state.secrets()
    assert path.read_text() == '{"postgres": "x"'


def test_the_record_gives_back_processes_and_settings_without_passwords(state: State) -> None:
    url = "postgresql+psycopg://bi:motdepasse@127.0.0.1/entrepot"
    settings = Settings.from_env({"TI_STATE": str(state.root), "TI_PG_PORT": "6000", "TI_BI_URL": url})
    state.record(settings, {"postgres": 12})
    pids, recorded = state.recorded()
    assert pids == {"postgres": 12}
    assert Settings.from_env(recorded).pg_port == 6000
    assert "motdepasse" not in (state.run / "platform.json").read_text()


def test_nothing_is_recorded_before_the_first_start_and_after_a_stop(state: State) -> None:
    assert state.recorded() == ({}, {})
    state.record(Settings.from_env({"TI_STATE": str(state.root)}), {"postgres": 12})
    state.forget()
    state.forget()
    assert state.recorded() == ({}, {})


def test_two_commands_do_not_work_at_once(state: State) -> None:
    with state.locked(), pytest.raises(LocalError, match="autre commande"), State(state.root).locked():
        pass
    with state.locked():
        pass


def test_an_object_store_is_not_made_as_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_env({"TI_STATE": str(tmp_path / "s"), "TI_WORK": "s3://seau/travail"})
    State(settings.state).make(settings)
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
