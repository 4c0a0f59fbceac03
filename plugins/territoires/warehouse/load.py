"""The load of one delivery: accepted rows into their versioned table, refused rows into quarantine, in one transaction.

Only what changed is written. A key whose values are the same as in its current version is left alone; a key whose
values differ has its version closed and a new one opened. Values are compared as they are rather than by a hash of
them: PostgreSQL compares the columns that it has already read, exactly, for less than a hash would cost to make.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pandas as pd
from psycopg import sql

from territoires.contracts.model import Contract
from territoires.warehouse.copying import copy_frame
from territoires.warehouse.engine import Connection
from territoires.warehouse.quarantine import Answers, Flag, QuarantinedRow, Refused
from territoires.warehouse.sql import Runner


@dataclass(frozen=True, slots=True)
class Load:
    """Everything that a delivery brings into the warehouse.

    ``accepted`` has one column for each field of the contract, typed, and ``ligne``; ``refused_keys`` has the columns
    of the primary key, for the refused rows whose key could be read; ``keys_unread`` counts the others. A
    ``complement`` is made of refused rows that we had handed back: it closes nothing, whatever the contract's mode.
    """

    delivery_id: int
    contract: Contract
    accepted: pd.DataFrame
    refused: Sequence[QuarantinedRow]
    flags: Sequence[Flag]
    refused_keys: pd.DataFrame
    keys_unread: int
    closing_allowed: bool
    complement: bool = False
    answers: Answers = field(default_factory=Answers)

    @property
    def whole_state(self) -> bool:
        """Whether keys of its parts that it lacks are gone. A file of which no row is accepted tells nothing of it."""
        return self.contract.mode == "complet" and not self.complement and len(self.accepted) > 0

    @property
    def parts(self) -> list[str] | None:
        """The parts of the table of which the accepted rows are the state (``parts_of``), None for all of it."""
        return parts_of(self.contract, self.accepted)

    def without(self, parts: Collection[str]) -> Load:
        """Return the load without the accepted rows of some of its parts."""
        kept = ~_part_of_each(self.contract, self.accepted).isin(list(parts))
        return replace(self, accepted=self.accepted[kept])


def parts_of(contract: Contract, rows: pd.DataFrame) -> list[str] | None:
    """Return which parts of its table *rows* belong to (``["2023", "2024"]``), None where files are not of parts."""
    if not contract.scope:
        return None
    known = rows[list(contract.scope)].dropna()
    return sorted(_part_of_each(contract, known).unique())


def _part_of_each(contract: Contract, rows: pd.DataFrame) -> pd.Series[str]:
    first, *others = (rows[name].astype("str") for name in contract.scope)
    for other in others:
        first = first.str.cat(other, sep="|")
    return first


@dataclass(frozen=True, slots=True)
class Counts:
    """What the load did, in rows of the versioned table (and of the quarantine for ``corrected``)."""

    added: int
    changed: int
    unchanged: int
    closed: int
    corrected: int


@dataclass(frozen=True, slots=True)
class Target:
    """The schemas of the versioned table, of the refused rows, and of the deliveries that are loaded or to be."""

    core: str
    quarantine: str
    journal: str


WAREHOUSE = Target(core="core", quarantine="quarantaine", journal="journal")


class TooManyClosings(Exception):
    """A whole-state delivery would close more current rows than its contract lets pass without an approval."""

    def __init__(self, closing: int, current: int, ceiling: float) -> None:
        self.closing, self.current, self.ceiling = closing, current, ceiling
        super().__init__(f"{closing} of {current} current rows would be closed, above {ceiling:.0%}")


def load(
    connection: Connection,
    job: Load,
    *,
    target: Target = WAREHOUSE,
    instant: datetime | None = None,
) -> Counts:
    """Bring *job* into the warehouse within the caller's transaction; nothing is committed here.

    Args:
        connection: in a transaction.
        job: what the delivery brings.
        target: the schemas to write to; a replay has its own.
        instant: from when the new versions hold, later than that of any load before it; None is now.

    Raises:
        TooManyClosings: the delivery is the whole state and drops too many keys; the caller rolls back.
        psycopg.Error: the database refused; the caller rolls back.
    """
    if instant is None:
        instant = connection.execute("select clock_timestamp() as maintenant").fetchall()[0]["maintenant"]
    values = {"instant": instant, "id": job.delivery_id, "nom": job.contract.name, "perimetre": job.parts}
    run = Runner(connection, _identifiers(job.contract, target), values)
    run("core/creer_depot.sql")
    copy_frame(connection, "depot", job.accepted)
    connection.execute("analyze depot")
    closed = _close_absent(run, job) if job.whole_state else 0
    refused = Refused(run, target.quarantine, job.answers)
    refused.put(job.refused, job.flags)
    refused.match()
    changed = run("core/fermer_versions_modifiees.sql")
    run("core/confirmer_inchangees.sql")
    unchanged = run("core/oublier_inchangees.sql")
    # What is left in depot is new: only now can it be told from what was there before.
    corrected = refused.close(whole_state=job.whole_state)
    opened = run("core/ouvrir_versions.sql")
    return Counts(opened - changed, changed, unchanged, closed, corrected)


def _identifiers(contract: Contract, target: Target) -> Mapping[str, sql.Composable]:
    names = contract.headers
    key = contract.primary_key
    same = [sql.SQL("v.{0} = d.{0}").format(sql.Identifier(name)) for name in key]

    def listed(prefix: str, columns: Sequence[str]) -> sql.Composable:
        return sql.SQL(", ").join(sql.SQL(prefix + "{}").format(sql.Identifier(name)) for name in columns)

    def text_key(prefix: str) -> sql.Composable:
        parts = [sql.SQL(prefix + "{}::text").format(sql.Identifier(name)) for name in key]
        return sql.SQL(" || '|' || ").join(parts)

    return {
        "cible": sql.Identifier(target.core, contract.table),
        "journal": sql.Identifier(target.journal, "livraison"),
        "colonnes": listed("", names),
        "colonnes_cle": listed("", key),
        "valeurs_version": listed("v.", names),
        "valeurs_depot": listed("d.", names),
        "du_perimetre": _within_scope(contract),
        "meme_cle": sql.SQL(" and ").join(same),
        "cle_depot": text_key("d."),
        "cle_version": text_key("v."),
    }


def _within_scope(contract: Contract) -> sql.Composable:
    """Say that a version ``v`` is of a part that the delivery gives."""
    if not contract.scope:
        return sql.SQL("true")
    same = [sql.SQL("v.{0} = p.{0}").format(sql.Identifier(name)) for name in contract.scope]
    return sql.SQL("exists (select 1 from depot as p where {})").format(sql.SQL(" and ").join(same))


def business_key(values: Iterable[object]) -> str:
    """Return the text form of a business key, the same as SQL's ``a::text || '|' || b::text``."""
    return "|".join(str(value) for value in values)


def _close_absent(run: Runner, job: Load) -> int:
    """Close the current rows whose key the whole state no longer has; a refused row's key is still there."""
    if job.keys_unread:
        return 0  # an unreadable key may be any of the current ones: closing would be a guess
    run("core/creer_presente.sql")
    copy_frame(run.connection, "presente", job.refused_keys)
    found = run.one("core/compter_absentes.sql")
    closing, current = found["absentes"], found["courantes"]
    if not job.closing_allowed and closing > job.contract.closing_ceiling * current:
        raise TooManyClosings(closing, current, job.contract.closing_ceiling)
    return run("core/fermer_absentes.sql")
