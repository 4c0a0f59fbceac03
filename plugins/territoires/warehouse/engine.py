"""Connections to the warehouse by psycopg 3, from the SQLAlchemy URL that settings hold."""

from __future__ import annotations

from typing import Any

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


def connect(url: str, *, application: str = "territoires", autocommit: bool = False) -> Connection:
    """Open a connection whose rows are dicts; *url* is a SQLAlchemy URL (``postgresql+psycopg://…``).

    Raises:
        psycopg.OperationalError: the server cannot be reached or refuses the role.
    """
    parts = make_url(url)
    return psycopg.connect(
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
