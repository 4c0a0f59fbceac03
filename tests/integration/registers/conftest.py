"""A warehouse, an archive and a work area for the registers, and sources over local files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from psycopg.rows import tuple_row

from territoires.inbox.archive import Archive
from territoires.registers import pipeline
from territoires.registers.catalogue import Register
from territoires.registers.source import source
from territoires.registers.store import Loaded
from territoires.warehouse.engine import Connection, connect


@dataclass(frozen=True)
class Bench:
    """Runs the registers against a real PostgreSQL, as the loader."""

    connection: Connection
    archive: Archive
    work: str

    def run(self, register: Register, address: str, *, force: bool = False) -> Loaded | None:
        return pipeline.run(self.connection, source(register, address), self.archive, self.work, force=force)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.connection.cursor(row_factory=tuple_row) as cursor:
            return cursor.execute(query).fetchall()

    def value(self, query: str) -> Any:
        [(value,)] = self.rows(query)
        return value


@pytest.fixture
def bench(entrepot: Any, tmp_path: Path) -> Iterator[Bench]:
    with connect(entrepot.loader_url, autocommit=True) as connection:
        yield Bench(connection, Archive(tmp_path / "archive"), str(tmp_path / "work"))
