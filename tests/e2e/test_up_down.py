"""``make up``, ``make drop`` and ``make down``: codes, repetition, and nothing left behind whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from demo import make_demo
from demo.model import DemoFile
from territoires.local.platform import Platform
from territoires.local.processes import marked
from territoires.local.state import State
from tests.conftest import local_settings
from tests.e2e.machine import Machine

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    found = Machine(local_settings(tmp_path_factory.mktemp("up") / "état"))
    yield found
    found.make("down")


@pytest.fixture(scope="module")
def up(machine: Machine) -> Machine:
    code, output = machine.make("up")
    assert code == 0, output
    return machine


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DemoFile]:
    """One file of investments for each status that can come of it when it is the first dropped."""
    made = make_demo(tmp_path_factory.mktemp("livraisons")).files
    wanted = [file for file in made if file.operator == "banque_des_territoires" and file.delivery == "investissements"]
    return {"en_attente" if file.decision else file.expected_status: file for file in reversed(wanted)}


def dropped(machine: Machine, file: Path, *more: str) -> tuple[int, str]:
    return machine.make("drop", f"FILE={file}", "TO=banque_des_territoires/investissements", *more)


def test_up_again_changes_nothing_and_says_so(up: Machine) -> None:
    before, _ = State(up.settings.state).recorded()
    code, output = up.make("up")
    assert code == 0
    assert "Déjà en marche" in output
    assert State(up.settings.state).recorded()[0] == before
    assert set(before.values()) <= {process.pid for process in marked(up.settings.state)}


def test_only_loopback_is_listened_on(up: Machine) -> None:
    listening: set[str] = set()
    for process in marked(up.settings.state):
        with contextlib.suppress(psutil.NoSuchProcess):  # a task's process ends between the listing and the question
            connections = process.net_connections("inet")
            listening |= {one.laddr.ip for one in connections if one.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_no_import_error_and_every_pool_is_there(up: Machine) -> None:
    api = Platform.open(up.settings).api()
    assert api.import_errors() == {}
    assert {"ingest_banque_des_territoires", "ingest_territories", "build_warehouse"} <= set(api.dags())


@pytest.mark.parametrize(("status", "code"), [("chargee", 0), ("refusee", 1), ("en_attente", 2)])
def test_drop_leaves_with_the_code_of_the_receipt(
    status: str, code: int, up: Machine, files: dict[str, DemoFile]
) -> None:
    left, output = dropped(up, files[status].path)
    assert left == code, output
    assert f"code de sortie : {code}" in output
    assert "DEMONSTRATION" in output


def test_the_same_again_is_a_duplicate_of_what_was_accepted(up: Machine, files: dict[str, DemoFile]) -> None:
    dropped(up, files["chargee"].path)
    left, output = dropped(up, files["chargee"].path)
    assert left == 0, output


def test_without_answer_in_time_the_code_is_none_of_the_others(up: Machine, files: dict[str, DemoFile]) -> None:
    left, output = dropped(up, files["chargee_partiellement"].path, "TIMEOUT=0.1")
    assert left == -signal.SIGALRM
    assert "code de sortie : 3" in output


def test_clean_refuses_while_it_runs(up: Machine) -> None:
    code, output = up.make("clean")
    assert code != 0
    assert "make down" in output
    assert (up.settings.state / "secrets.json").exists()


def test_down_ends_everything_twice_without_harm(up: Machine) -> None:
    assert up.make("down")[0] == 0
    assert up.left() == []
    code, output = up.make("down")
    assert code == 0
    assert "Rien ne tournait" in output


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_start_that_is_interrupted_leaves_nothing(number: signal.Signals, machine: Machine) -> None:
    started = machine.start("up")
    machine.wait_for(started, "✓ PostgreSQL")
    os.killpg(started.pid, number)
    assert started.wait(60) != 0
    assert machine.left() == []


def test_after_a_start_that_was_killed_down_finds_what_it_left(machine: Machine) -> None:
    started = machine.start("up")
    machine.wait_for(started, "✓ base d'Airflow")
    os.killpg(started.pid, signal.SIGKILL)
    started.wait(10)
    assert machine.left()
    assert machine.make("down")[0] == 0
    assert machine.left() == []


def test_a_component_that_ends_while_starting_is_named_with_its_log(machine: Machine) -> None:
    started = machine.start("up")
    machine.wait_for(started, "✓ base d'Airflow")
    [server] = [found for found in marked(machine.settings.state) if found.environ()["TI_COMPONENT"] == "api-server"]
    server.kill()
    assert started.wait(60) != 0
    assert "api-server s'est arrêté" in machine.output(started)
    assert machine.left() == []
