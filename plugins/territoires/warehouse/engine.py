"""Connections to the warehouse by psycopg 3, from the SQLAlchemy URL that settings hold."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Any, TypeVar

import psycopg
from psycopg.rows import dict_row
from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import make_url

Row = dict[str, Any]
Connection = psycopg.Connection[Row]

CONNECT_TIMEOUT_S = 10
"""A server that does not answer within this time is down: Airflow retries, a person is told."""

ABANDONED_MS = 2_000
"""How often the server looks, in the middle of a statement, whether its client still lives: the statement of a killed
task must not go on for minutes with the locks that its retry waits for."""


class _Kept(psycopg.Connection[Row]):
    """A connection that goes back among the idle ones when it is closed."""

    idle: list[_Kept]

    def close(self) -> None:
        """Give it back as a new one would be, or end it if its session cannot be trusted any more."""
        if self in self.idle:
            return
        with suppress(psycopg.Error):
            self.rollback()
            self.autocommit = True
            self.execute("discard temp")
            self.idle.append(self)
            return
        self.end()

    def end(self) -> None:
        """Close it for good."""
        super().close()


_Kind = TypeVar("_Kind", bound=Connection)
_IDLE: ContextVar[dict[str, list[_Kept]] | None] = ContextVar("idle connections by URL", default=None)


@contextmanager
def keep_connections() -> Iterator[None]:
    """Within this block, ``connect`` hands out again what was closed in it, rather than open a session each time.

    A session costs 5 ms, and the way of a file needs nine. Each use has its own transactions and temporary tables;
    nothing of ours changes another setting of its session.
    """
    idle: dict[str, list[_Kept]] = {}
    token = _IDLE.set(idle)
    try:
        yield
    finally:
        _IDLE.reset(token)
        for connections in idle.values():
            for connection in connections:
                connection.end()


def connect(url: str, *, application: str = "territoires", autocommit: bool = False) -> Connection:
    """Open a connection whose rows are dicts; *url* is a SQLAlchemy URL (``postgresql+psycopg://…``).

    Raises:
        psycopg.OperationalError: the server cannot be reached or refuses the role.
    """
    kept = _IDLE.get()
    if kept is None:
        return _open(psycopg.Connection, url, application, autocommit)
    idle = kept.setdefault(url, [])
    while idle:
        connection = idle.pop()
        try:
            connection.execute("select set_config('application_name', %s, false)", [application])
        except psycopg.OperationalError:
            connection.end()  # its server was restarted since
            continue
        connection.autocommit = autocommit
        return connection
    opened = _open(_Kept, url, application, autocommit)
    opened.idle = idle
    return opened


def _open(kind: type[_Kind], url: str, application: str, autocommit: bool) -> _Kind:
    parts = make_url(url)
    return kind.connect(
        host=parts.host,
        port=parts.port,
        user=parts.username,
        password=parts.password,
        dbname=parts.database,
        connect_timeout=CONNECT_TIMEOUT_S,
        options=f"-c client_connection_check_interval={ABANDONED_MS}",
        application_name=application,
        autocommit=autocommit,
        row_factory=dict_row,
    )


def engine(url: str) -> Engine:
    """Return a SQLAlchemy engine on *url*, for tools that want one (Alembic, pandas)."""
    return create_engine(url, pool_pre_ping=True)
