"""Child processes: started in a session of their own, marked in their environment, found and ended by that mark."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

import psutil

from territoires.local.console import LocalError
from territoires.settings import variable

MARK = "TI_INSTANCE"
"""Environment variable that holds the state folder's path in every process of a platform."""
COMPONENT = "TI_COMPONENT"
TAIL_LINES = 25
_EXEC_S = 2.0


class Interrupted(BaseException):
    """The command was told to end (SIGTERM, SIGHUP, Ctrl-C): what it started must end too."""


def _raise_interrupted(number: int, _frame: FrameType | None) -> None:
    raise Interrupted(signal.Signals(number).name)


@contextmanager
def interruptions_raise() -> Iterator[None]:
    """Turn SIGTERM, SIGHUP and Ctrl-C into ``Interrupted`` within the block."""
    caught = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = {number: signal.signal(number, _raise_interrupted) for number in caught}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def interruptions_wait() -> Iterator[None]:
    """Ignore SIGTERM, SIGHUP and Ctrl-C within the block: half a stop is worse than a slow one."""
    caught = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)
    before = {number: signal.signal(number, signal.SIG_IGN) for number in caught}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def spawn(
    name: str, command: Sequence[str], environment: Mapping[str, str], instance: Path, log: Path
) -> psutil.Process:
    """Start *command* in the background, its output appended to *log*, marked as *name* of *instance*."""
    with log.open("ab") as output:
        started = subprocess.Popen(
            list(command),
            env={**environment, MARK: str(instance), COMPONENT: name},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=instance,
        )
    found = psutil.Process(started.pid)
    _wait_for_mark(found)
    # It may outlive us: without this, the object's end would complain of a process that nobody waited for.
    started.returncode = 0
    return found


def _wait_for_mark(process: psutil.Process) -> None:
    """Wait until the kernel shows the environment of a program that has just been started: for a moment it is empty."""
    limit = time.monotonic() + _EXEC_S
    with suppress(psutil.Error):
        while MARK not in process.environ() and time.monotonic() < limit:
            time.sleep(0.001)


def belongs(process: psutil.Process, instance: Path) -> bool:
    """Tell whether a live process carries the mark of *instance*."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE and process.environ().get(MARK) == str(instance)
    except (psutil.Error, OSError):
        return False


def alive(pid: int, instance: Path) -> bool:
    """Tell whether *pid* is still the process that was started for *instance*, and not another that took its number."""
    try:
        return belongs(psutil.Process(pid), instance)
    except psutil.NoSuchProcess:
        return False


def marked(instance: Path) -> list[psutil.Process]:
    """List the live processes of *instance*, without this one and those it descends from."""
    own = {os.getpid(), *(parent.pid for parent in psutil.Process().parents())}
    return [process for process in psutil.process_iter() if process.pid not in own and belongs(process, instance)]


def component(process: psutil.Process) -> str:
    """Return the name that a marked process, or the one it descends from, was started under."""
    try:
        return process.environ().get(COMPONENT, "")
    except (psutil.Error, OSError):
        return ""


def top(processes: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Return those whose parent is not among *processes*: each of them ends its own children in good order."""
    pids = {process.pid for process in processes}
    return [process for process in processes if process.is_running() and process.ppid() not in pids]


def end(processes: Sequence[psutil.Process], number: signal.Signals, patience_s: float) -> list[psutil.Process]:
    """Send *number* to each process and wait up to *patience_s* seconds; return those that still live."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(number)
    _, left = psutil.wait_procs(processes, timeout=patience_s)
    return list(left)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """Return the last lines of a log, decoded with escapes for whatever is no UTF-8."""
    if not log.exists():
        return "(pas de journal)"
    return "\n".join(log.read_bytes().decode("utf-8", "backslashreplace").splitlines()[-lines:])


def free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nobody listens on now.

    It lies below those that a system gives to outgoing connections (from 32768 on Linux, 49152 on others): between this
    call and the moment when a server listens there, a connection could otherwise be given the very same.
    """
    while True:
        port = 10_000 + secrets.randbelow(22_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def require_free_port(port: int, setting: str, what: str) -> None:
    """Check that *port* can be listened on.

    Raises:
        LocalError: it is taken, or not ours to take; the message names the variable of *setting*.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            probe.listen(1)
        except OSError as error:
            name = variable(setting)
            raise LocalError(
                f"Le port {port} ({what}) ne peut pas être ouvert : {error.strerror}.\n"
                f"Choisissez-en un autre, par exemple : {name}={port + 1} make up"
            ) from error
