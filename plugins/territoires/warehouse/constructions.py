"""The journal of builds: which one made what BI reads, how far each came, what its checks found.

A build goes en_cours → candidate → verifiee → publiee. It may end as rejetee (a blocking check spoke), echouee (an
error), interrompue (killed) or depassee (a newer build took the candidate's place before it was published).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal

import psycopg
from psycopg import pq

from territoires.warehouse.engine import Connection

Status = Literal["en_cours", "candidate", "verifiee", "publiee", "rejetee", "echouee", "interrompue", "depassee"]

_LOCK = 0x7E8818
"""Key of the advisory lock held by whoever builds, checks or swaps."""

_PATIENCE = "30s"
"""How long a build waits for another one; beyond, the caller tries again later."""

_MEMORY = "128MB"
"""What a statement of a build may sort or hash in memory before it goes to disk. Builds run one at a time."""

_CLIENT_CHECK = "5s"
"""A server process whose client was killed must not go on building, with the lock, for minutes."""


class BuildRunning(Exception):
    """Another build holds the candidate; try again when it is done."""

    def __init__(self) -> None:
        super().__init__(f"another build holds the lock for more than {_PATIENCE}; try again later")


class UnknownBuild(LookupError):
    """The journal has no build of that number."""

    def __init__(self, build_id: int) -> None:
        self.build_id = build_id
        super().__init__(f"journal.construction has no build {build_id}")


@contextmanager
def alone(connection: Connection) -> Iterator[None]:
    """Hold the right to build for the length of the block; it is freed if the process dies.

    The lock belongs to the session rather than to a transaction: the snapshot of a build must be taken after it.

    Raises:
        BuildRunning: another build does not end.
        ValueError: *connection* is in a transaction: what it does now could not be committed step by step.
    """
    if connection.info.transaction_status != pq.TransactionStatus.IDLE:
        raise ValueError("a build needs a connection without an open transaction")
    try:
        with connection.transaction():
            connection.execute(
                "select set_config('lock_timeout', %s, true),"
                " set_config('client_connection_check_interval', %s, false)",
                [_PATIENCE, _CLIENT_CHECK],
            )
            connection.execute("select pg_advisory_lock(%s)", [_LOCK])
    except psycopg.errors.LockNotAvailable as error:
        raise BuildRunning from error
    try:
        yield
    finally:
        # A lost session has lost its lock too.
        with suppress(psycopg.OperationalError), connection.transaction():
            connection.execute("select pg_advisory_unlock(%s)", [_LOCK])


def start(connection: Connection, run_id: str | None) -> int:
    """Write a new build and return its number. Called with the lock: a build still « en_cours » was killed."""
    with connection.transaction():
        connection.execute(
            "update journal.construction set statut = 'interrompue', fin = clock_timestamp() where statut = 'en_cours'"
        )
        row = connection.execute(
            "insert into journal.construction (run_id) values (%s) returning id_construction", [run_id]
        ).fetchone()
    if row is None:
        raise RuntimeError("the journal did not number the build")
    return int(row["id_construction"])


def mark(connection: Connection, build_id: int, status: Status, message: str | None = None) -> None:
    """Set the status of a build; it ends unless it is to be checked or published yet."""
    connection.execute(
        "update journal.construction set statut = %(status)s, message = %(message)s,"
        " fin = case when %(status)s not in ('candidate', 'verifiee') then clock_timestamp() end"
        " where id_construction = %(id)s",
        {"status": status, "message": message, "id": build_id},
    )


def overtake(connection: Connection, build_id: int) -> None:
    """Tell the builds that waited to be checked or published that *build_id* took their place."""
    connection.execute(
        "update journal.construction set statut = 'depassee', fin = clock_timestamp()"
        " where statut in ('candidate', 'verifiee') and id_construction <> %s",
        [build_id],
    )


def status(connection: Connection, build_id: int) -> Status:
    """Return the status of a build, its row locked until the transaction ends.

    Raises:
        UnknownBuild: there is none of that number.
    """
    row = connection.execute(
        "select statut from journal.construction where id_construction = %s for update", [build_id]
    ).fetchone()
    if row is None:
        raise UnknownBuild(build_id)
    found: Status = row["statut"]
    return found


def bind(connection: Connection, build_id: int) -> None:
    """Tell the SQL files, until the transaction ends, which build they work for: a file takes no parameters.

    They join and sort millions of rows, one statement at a time, and are given the memory for it.
    """
    connection.execute(
        "select set_config('territoires.id_construction', %s, true), set_config('work_mem', %s, true),"
        " set_config('maintenance_work_mem', %s, true)",
        [str(build_id), _MEMORY, _MEMORY],
    )
