"""Children are marked, found with all they started, and ended."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from pathlib import Path

import psutil
import pytest

from territoires.local.console import LocalError
from territoires.local.processes import (
    Interrupted,
    alive,
    component,
    end,
    free_port,
    interruptions_raise,
    interruptions_wait,
    marked,
    require_free_port,
    spawn,
    tail,
    top,
)

_SLEEP = "import time; time.sleep(60)"
_PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_SLEEP!r}])"
_DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('prêt', flush=True); {_SLEEP}"


def start(program: str, instance: Path) -> psutil.Process:
    return spawn("essai", [sys.executable, "-c", program], os.environ, instance, instance / "journal.log")


def wait_until(condition: object) -> None:
    limit = time.monotonic() + 10
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < limit
        time.sleep(0.05)


def test_what_a_child_starts_is_found_by_its_mark_and_only_in_its_own_instance(tmp_path: Path) -> None:
    other = tmp_path / "autre"
    other.mkdir()
    parent, stranger = start(_PARENT, tmp_path), start(_SLEEP, other)
    try:
        wait_until(lambda: len(marked(tmp_path)) == 2)
        found = marked(tmp_path)
        assert stranger.pid not in {process.pid for process in found}
        assert [process.pid for process in top(found)] == [parent.pid]
        assert {component(process) for process in found} == {"essai"}
        assert os.getsid(parent.pid) == parent.pid
    finally:
        end([*marked(tmp_path), *marked(other)], signal.SIGKILL, 5)
    assert marked(tmp_path) == []
    assert not alive(parent.pid, tmp_path)


def test_the_number_of_a_process_that_is_not_ours_does_not_count_as_alive(tmp_path: Path) -> None:
    assert not alive(os.getpid(), tmp_path)


def test_who_does_not_listen_is_returned(tmp_path: Path) -> None:
    deaf = start(_DEAF, tmp_path)
    wait_until(lambda: "prêt" in tail(tmp_path / "journal.log"))
    assert end([deaf], signal.SIGTERM, 0.3) == [deaf]
    assert end([deaf], signal.SIGKILL, 5) == []
    assert end([deaf], signal.SIGKILL, 5) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_each_way_of_interrupting_raises_and_the_former_handler_comes_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with pytest.raises(Interrupted, match=number.name), interruptions_raise():
        signal.raise_signal(number)
    assert signal.getsignal(number) == before


def test_a_stop_is_not_interrupted() -> None:
    with interruptions_raise(), interruptions_wait():
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_taken_port_is_an_error_that_names_the_setting() -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        with pytest.raises(LocalError, match=rf"{port} \(PostgreSQL\)[\s\S]*TI_PG_PORT="):
            require_free_port(port, "pg_port", "PostgreSQL")
    require_free_port(free_port(), "pg_port", "PostgreSQL")


def test_the_end_of_a_log_is_shown_whatever_bytes_it_holds(tmp_path: Path) -> None:
    log = tmp_path / "journal.log"
    assert tail(log) == "(pas de journal)"
    log.write_bytes(b"un\ndeux\xff\ntrois\n")
    assert tail(log, 2) == "deux\\xff\ntrois"
