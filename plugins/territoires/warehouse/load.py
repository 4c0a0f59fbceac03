"""The load of one delivery: accepted rows into their versioned table, refused rows into quarantine, in one transaction.

Only what changed is written. A key whose values are the same as in its current version is left alone; a key whose
values differ has its version closed and a new one opened. Values are compared as they are rather than by a hash of
them: PostgreSQL compares the columns that it has already read, exactly, for less than a hash would cost to make.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.csv
from psycopg import Copy, sql
from psycopg.types.json import Json, Jsonb

from territoires.contracts.model import Contract
from territoires.warehouse.engine import Connection
from territoires.warehouse.sql import statement


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row for the quarantine: its line, its business key if readable, its raw cells by header, its reasons."""

    line: int
    key: str | None
    cells: dict[str, str | None]
    reasons: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Flag:
    """A warning on a row that is loaded."""

    line: int
    column: str
    rule: str
    value: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Load:
    """Everything that a delivery brings into the warehouse.

    ``accepted`` has one column for each field of the contract, typed, and ``ligne``; ``refused_keys`` has the columns
    of the primary key, for the refused rows whose key could be read; ``keys_unread`` counts the others.
    """

    delivery_id: int
    contract: Contract
    accepted: pd.DataFrame
    refused: Sequence[QuarantinedRow]
    flags: Sequence[Flag]
    refused_keys: pd.DataFrame
    keys_unread: int
    closing_allowed: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """What the load did, in rows of the versioned table (and of the quarantine for ``corrected``)."""

    added: int
    changed: int
    unchanged: int
    closed: int
    corrected: int


class TooManyClosings(Exception):
    """A whole-state delivery would close more current rows than its contract lets pass without an approval."""

    def __init__(self, closing: int, current: int, ceiling: float) -> None:
        self.closing, self.current, self.ceiling = closing, current, ceiling
        super().__init__(f"{closing} of {current} current rows would be closed, above {ceiling:.0%}")


def load(connection: Connection, job: Load) -> Counts:
    """Bring *job* into the warehouse within the caller's transaction; nothing is committed here.

    Raises:
        TooManyClosings: the delivery is the whole state and drops too many keys; the caller rolls back.
        psycopg.Error: the database refused; the caller rolls back.
    """
    tables = _identifiers(job.contract)
    instant = connection.execute("select clock_timestamp() as maintenant").fetchall()[0]["maintenant"]
    values = {"instant": instant, "id": job.delivery_id, "nom": job.contract.name}
    run = _Runner(connection, tables, values)
    run("core/creer_depot.sql")
    _copy_frame(connection, "depot", job.accepted)
    connection.execute("analyze depot")
    # A file of which no row is accepted tells nothing of what is to be closed.
    whole_state = job.contract.mode == "complet" and len(job.accepted) > 0
    closed = _close_absent(run, job) if whole_state else 0
    corrected = run("core/corriger_quarantaine.sql")
    if whole_state:
        run("core/expirer_quarantaine.sql")
    changed = run("core/fermer_versions_modifiees.sql")
    run("core/confirmer_inchangees.sql")
    unchanged = run("core/oublier_inchangees.sql")
    opened = run("core/ouvrir_versions.sql")
    _quarantine(connection, job)
    return Counts(opened - changed, changed, unchanged, closed, corrected)


class _Runner:
    """Runs a statement file with the identifiers of one contract filled in; returns the rows it touched."""

    def __init__(self, connection: Connection, tables: dict[str, sql.Composable], values: dict[str, Any]) -> None:
        self.connection, self.tables, self.values = connection, tables, values

    def __call__(self, name: str) -> int:
        query = sql.SQL(statement(name)).format(**self.tables)
        return self.connection.execute(query, self.values).rowcount

    def one(self, name: str) -> dict[str, Any]:
        """Run a query that returns one row."""
        return self.connection.execute(sql.SQL(statement(name)).format(**self.tables), self.values).fetchall()[0]


def _identifiers(contract: Contract) -> dict[str, sql.Composable]:
    names = contract.headers
    key = contract.primary_key
    same = [sql.SQL("v.{0} = d.{0}").format(sql.Identifier(name)) for name in key]
    text_key = [sql.SQL("d.{}::text").format(sql.Identifier(name)) for name in key]

    def listed(prefix: str, columns: Sequence[str]) -> sql.Composable:
        return sql.SQL(", ").join(sql.SQL(prefix + "{}").format(sql.Identifier(name)) for name in columns)

    return {
        "cible": sql.Identifier("core", contract.table),
        "colonnes": listed("", names),
        "colonnes_cle": listed("", key),
        "valeurs_version": listed("v.", names),
        "valeurs_depot": listed("d.", names),
        "meme_cle": sql.SQL(" and ").join(same),
        "cle_depot": sql.SQL(" || '|' || ").join(text_key),
    }


def business_key(values: Iterable[object]) -> str:
    """Return the text form of a business key, the same as SQL's ``a::text || '|' || b::text``."""
    return "|".join(str(value) for value in values)


def _close_absent(run: _Runner, job: Load) -> int:
    """Close the current rows whose key the whole state no longer has; a refused row's key is still there."""
    if job.keys_unread:
        return 0  # an unreadable key may be any of the current ones: closing would be a guess
    run("core/creer_presente.sql")
    _copy_frame(run.connection, "presente", job.refused_keys)
    found = run.one("core/compter_absentes.sql")
    closing, current = found["absentes"], found["courantes"]
    if not job.closing_allowed and closing > job.contract.closing_ceiling * current:
        raise TooManyClosings(closing, current, job.contract.closing_ceiling)
    return run("core/fermer_absentes.sql")


def _quarantine(connection: Connection, job: Load) -> None:
    with connection.cursor() as cursor:
        with cursor.copy("copy quarantaine.ligne (id_livraison, ligne, cle, contenu, motifs) from stdin") as copy:
            for row in job.refused:
                copy.write_row((job.delivery_id, row.line, row.key, Json(row.cells), Jsonb(row.reasons)))
        target = "copy quarantaine.signalement (id_livraison, ligne, colonne, regle, valeur, message) from stdin"
        with cursor.copy(target) as copy:
            for flag in job.flags:
                copy.write_row((job.delivery_id, flag.line, flag.column, flag.rule, flag.value, flag.message))


class _Sink:
    """What pyarrow writes CSV into: each block goes straight to the COPY, no whole text in memory."""

    closed = False

    def __init__(self, copy: Copy) -> None:
        self._copy = copy

    def write(self, block: bytes) -> int:
        self._copy.write(block)
        return len(block)

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        return


def _copy_frame(connection: Connection, table: str, frame: pd.DataFrame) -> None:
    """COPY *frame* into a table with columns of the same names; NA becomes NULL, dates lose their midnight."""
    columns = sql.SQL(", ").join(map(sql.Identifier, frame.columns))
    query = sql.SQL("copy {} ({}) from stdin (format csv)").format(sql.Identifier(table), columns)
    content = pa.Table.from_pandas(frame, preserve_index=False)
    for position, column in enumerate(content.schema):
        if pa.types.is_timestamp(column.type):
            content = content.set_column(position, column.name, content.column(position).cast(pa.date32()))
    options = pa.csv.WriteOptions(include_header=False, batch_size=16_384)
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        pa.csv.write_csv(content, pa.PythonFile(_Sink(copy), mode="w"), write_options=options)
