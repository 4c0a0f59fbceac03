"""The fold done anew, in the schema ``core_candidat``: what the table of a type would be if its deliveries came again.

Everything that a load reads or writes stands there under the names that it has in the warehouse, so that the load of a
replay is the load of a delivery (``warehouse.load``), in other schemas and at another instant. One delivery is held in
memory at a time, and each is committed: a fold that is killed leaves tables that nobody reads, and that the next one
drops.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

import psycopg
from psycopg import sql

from territoires.contracts.model import Contract
from territoires.delivery.corrections import likenesses
from territoires.delivery.load import loaded_as, not_overtaken, replaced
from territoires.delivery.platform import Platform
from territoires.delivery.receive import refuse
from territoires.delivery.validate import note_rules
from territoires.replay.plan import Plan, ReplayImpossible, Stop
from territoires.replay.reread import Reader, Reread
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection
from territoires.warehouse.load import Counts, Load, Target, TooManyClosings, load
from territoires.warehouse.quarantine import Answers
from territoires.warehouse.sql import statement

SCHEMA: Final = "core_candidat"
CANDIDATE: Final = Target(core=SCHEMA, quarantine=SCHEMA, journal=SCHEMA)

_NOT_READ: Final = dict.fromkeys(("lignes_lues", "lignes_acceptees", "lignes_refusees", "avertissements"))
_NOT_LOADED: Final = dict.fromkeys(
    (*(f"lignes_{what}" for what in ("ajoutees", "modifiees", "inchangees", "closes", "corrigees")), "chargee_le")
)
"""Columns of the journal that stay empty where a delivery cannot be read, or is not loaded: it may have been before."""

log = logging.getLogger(__name__)


def drop(connection: Connection) -> None:
    """Drop whatever candidate there is."""
    with connection.transaction():
        found = connection.execute(
            "select c.relname from pg_class as c where c.relnamespace = %s::regnamespace and c.relkind = 'r'", [SCHEMA]
        ).fetchall()
        for row in found:
            connection.execute(sql.SQL("drop table {}").format(sql.Identifier(SCHEMA, row["relname"])))


def fold(connection: Connection, platform: Platform, plan: Plan) -> dict[int, tuple[str, ...]]:
    """Make the candidate of *plan*; return, for each delivery, the ceilings of its contract that it now goes beyond.

    Raises:
        ReplayImpossible: a delivery cannot be loaded once more; what was made so far is of no use.
    """
    drop(connection)
    with connection.transaction():
        connection.execute(sql.SQL(statement("core/rejeu_preparer.sql")).format(**plan_identifiers(plan)))
    reader = Reader(platform, connection, plan)
    ceilings: dict[int, tuple[str, ...]] = {}
    for stop in plan.stops:
        try:
            with connection.transaction():
                ceilings[stop.id] = _load(connection, stop, reader.read(stop))
        except (psycopg.errors.DataError, psycopg.errors.IntegrityError) as error:
            # Its text can quote a row: the kind of error alone.
            raise ReplayImpossible(
                f"La livraison n° {stop.id} ne se charge plus dans la table d'aujourd'hui ({type(error).__name__})."
            ) from error
        log.info("delivery %s folded", stop.id)
    return ceilings


def plan_identifiers(plan: Plan) -> dict[str, sql.Composable]:
    """Return the identifiers of a plan."""
    chosen = [stop.id for stop in plan.stops if stop.chosen]
    return identifiers(plan.contract, plan.since, [stop.id for stop in plan.stops], chosen)


def identifiers(
    contract: Contract, since: datetime, folded: Sequence[int], chosen: Sequence[int]
) -> dict[str, sql.Composable]:
    """Return what the statements of a replay are filled in with: tables, columns, deliveries, first instant."""
    told = (*contract.headers, "valide_de", "valide_a", "id_livraison", "ligne", "id_livraison_fin")
    return {
        "cible": sql.Identifier("core", contract.table),
        "candidat": sql.Identifier(SCHEMA, contract.table),
        "nom_cible": sql.Literal(f"core.{contract.table}"),
        "colonnes": sql.SQL(", ").join(map(sql.Identifier, ("id_version", *told, "confirmee_par"))),
        "colonnes_version": sql.SQL(", ").join(map(sql.Identifier, told)),
        "depuis": sql.Literal(since),
        "suivantes": sql.SQL("{}::bigint[]").format(sql.Literal(list(folded))),
        "choisies": sql.SQL("{}::bigint[]").format(sql.Literal(list(chosen))),
        "operateur": sql.Literal(contract.operator),
        "livraison": sql.Literal(contract.delivery),
    }


def _load(connection: Connection, stop: Stop, found: Reread) -> tuple[str, ...]:
    """Load one delivery into the candidate, within the caller's transaction, as ``load_delivery`` does for good."""
    if found.job is None or found.reading is None:
        refuse(connection, stop.id, found.unreadable, SCHEMA)
        journal.update(connection, stop.id, SCHEMA, **_NOT_READ, **_NOT_LOADED, **found.columns)
        return ()
    if found.judgement is not None:
        note_rules(connection, stop.id, found.judgement, SCHEMA)
    reading = found.reading
    rest, newer = not_overtaken(connection, stop.row, found.job, reading, SCHEMA)
    if newer:
        journal.update(connection, stop.id, SCHEMA, **found.columns, **_NOT_LOADED, **replaced(newer, stop.row))
        return ()
    alike = likenesses(connection, stop.row, lambda: reading, SCHEMA)
    job = replace(rest, answers=Answers(reading.references, alike))
    counts, ceilings = _within_ceilings(connection, stop, job)
    journal.update(connection, stop.id, SCHEMA, **{**found.columns, **loaded_as(job, counts, stop.instant)})
    connection.execute(statement("core/rejeu_lever.sql"), {"id": stop.id})
    return (*found.ceilings, *ceilings)


def _within_ceilings(connection: Connection, stop: Stop, job: Load) -> tuple[Counts, tuple[str, ...]]:
    """Load *job*; one that closes too many rows is loaded all the same, and said: the replay awaits an approval."""
    if stop.chosen:
        try:
            with connection.transaction():
                return load(connection, job, target=CANDIDATE, instant=stop.instant), ()
        except TooManyClosings:
            beyond: tuple[str, ...] = ("plafond_fermeture",)
    else:
        beyond = ()  # it was loaded: nobody has to decide of it once more
    allowed = replace(job, closing_allowed=True)
    return load(connection, allowed, target=CANDIDATE, instant=stop.instant), beyond
