"""SQL statements live in files under include/sql; this finds, reads and runs them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, LiteralString

from psycopg import sql

from territoires.warehouse.engine import Connection, Row

SQL_ROOT = Path(__file__).resolve().parents[3] / "include" / "sql"


@cache
def statement(name: str) -> LiteralString:
    """Return the text of include/sql/*name* (``core/close_versions.sql``); FileNotFoundError if there is none.

    The text comes from the repository, never from input: that is why it may pass as a literal.
    """
    return (SQL_ROOT / name).read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs statement files with the same identifiers filled in (``{cible}``) and the same values bound (``%(id)s``)."""

    connection: Connection
    identifiers: Mapping[str, sql.Composable]
    values: Mapping[str, Any]

    def __call__(self, name: str) -> int:
        """Run a statement; return the number of rows that it touched."""
        return self.connection.execute(self._composed(name), self.values).rowcount

    def rows(self, name: str) -> list[Row]:
        """Run a query; return its rows."""
        return self.connection.execute(self._composed(name), self.values).fetchall()

    def one(self, name: str) -> Row:
        """Run a query that returns one row; return it."""
        [row] = self.rows(name)
        return row

    def _composed(self, name: str) -> sql.Composed:
        return sql.SQL(statement(name)).format(**self.identifiers)
