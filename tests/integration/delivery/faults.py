"""Faults at a chosen moment: a process of its own that is killed, or whose disk is full, at its nth act.

An act is whatever leaves a trace outside of the process: a file opened for writing, made, renamed or removed, which the
interpreter announces to audit hooks before it happens, and whatever is sent to PostgreSQL. To go through all of them is
to go through all the states that a killed process can leave behind.
"""

from __future__ import annotations

import errno
import gc
import os
import re
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

Fault = Callable[[], None]
KILLED = -signal.SIGKILL
FULL = 28
"""Exit code of a process whose act ended with "no space left" (the number of ENOSPC)."""
BORNE = 29
"""Exit code of a process that came to its end although a fault befell it."""
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = {"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"}


def kill() -> None:
    """End this process at once, as ``kill -9`` does."""
    os.kill(os.getpid(), signal.SIGKILL)


def no_space() -> None:
    """Refuse a write as a full disk does."""
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def in_child(act: Callable[[], object]) -> int:
    """Run *act* in a fork of this process; return what it returns if that is a number, the exit code of its failure, or
    the negative signal.
    """
    return together(act)[0]


def together(*acts: Callable[[], object]) -> list[int]:
    """Run *acts* at the same time, each in a fork of this process; see ``in_child``."""
    gc.freeze()  # the collector of a child is to touch no page of ours
    children = [_begin(act) for act in acts]
    gc.unfreeze()
    return [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]


def _begin(act: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            found = act()
            code = found if isinstance(found, int) else 0
        except OSError as error:
            code = FULL if error.errno == errno.ENOSPC else 1
        except BaseException:  # noqa: BLE001 - nothing of the test's process may go on in its fork
            traceback.print_exc()
        finally:
            os._exit(code)
    return child


class Acts:
    """Counts the acts of this process and lets *fault* befall the nth; used in a fork, for it cannot be undone.

    Files count below *root* alone; statements count where *database* says so.
    """

    def __init__(self, root: Path, number: int, fault: Fault, *, database: bool = True) -> None:
        self._root, self._left, self._fault = str(root), number, fault
        self.befallen = False
        sys.addaudithook(self._hear)
        if database:
            wait = psycopg.Connection.wait

            def counted(connection: Any, *args: Any, **kwargs: Any) -> Any:
                self._count()
                return wait(connection, *args, **kwargs)

            psycopg.Connection.wait = counted  # type: ignore[method-assign]

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITES
        if (writes or event in _CHANGES) and os.fsdecode(_path(arguments[0])).startswith(self._root):
            self._count()

    def _count(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.befallen = True
            self._fault()


def _path(argument: Any) -> Any:
    return argument if isinstance(argument, str | bytes | os.PathLike) else b""


def every_act(root: Path, fault: Fault, act: Callable[[], object], *, database: bool = True) -> Iterator[int]:
    """Run *act* in a process for each of its acts, with *fault* at that act; yield the number of each.

    The test says in between what it finds, and brings things back. It ends when an act no longer exists: the whole of
    *act* was done undisturbed then.
    """
    for number in range(1, 400):

        def faulty(number: int = number) -> int:
            acts = Acts(root, number, fault, database=database)
            act()
            return BORNE if acts.befallen else 0

        code = in_child(faulty)
        if code == 0:
            assert number > 1, "nothing was done at all"
            return
        assert code in ({KILLED} if fault is kill else {FULL, BORNE}), f"act {number} ended otherwise: {code}"
        yield number
    pytest.fail("the process never came to its end")


def kill_during(statement: str, after_s: float) -> None:
    """Let this process be killed *after_s* seconds into the first statement or COPY that begins with *statement*."""
    begins = re.compile(rf"(\s|--.*\n)*{statement}")

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def run(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Any:
            text = query if isinstance(query, str) else query.as_string(cursor)
            if begins.match(text):
                threading.Timer(after_s, kill).start()
            return real(cursor, query, *args, **kwargs)

        return run

    for name in ("execute", "copy"):
        setattr(psycopg.Cursor, name, watched(getattr(psycopg.Cursor, name)))
