"""What a replay would change: each number before and after, written in the journal and told in French."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from psycopg import sql

from territoires.contracts.model import Contract
from territoires.replay.candidate import SCHEMA, plan_identifiers
from territoires.replay.plan import Plan, Stop
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.sql import Runner, statement

Kind = Literal["lignes", "mesure", "statut", "quarantaine"]

STATUS_COLUMNS: Final = ("statut", "etape")
"""Columns of contracts that say how far a business object has come."""


@dataclass(frozen=True, slots=True)
class Gap:
    """One number before and after: rows, the sum of a measure, rows by status."""

    kind: Kind
    name: str
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        """By how much it grows."""
        return self.after - self.before


def measures(contract: Contract) -> tuple[str, ...]:
    """Return the columns of a contract that add up."""
    return tuple(column.name for column in contract.fields if column.type in {"number", "integer"})


def write(connection: Connection, replay_id: int, plan: Plan, ceilings: dict[int, tuple[str, ...]]) -> bool:
    """Compare the candidate with what stands, and write it in the journal; return whether anything would change."""
    connection.execute("delete from journal.rejeu_ecart where id_rejeu = %s", [replay_id])
    connection.execute("delete from journal.rejeu_livraison where id_rejeu = %s", [replay_id])
    gaps = _gaps(connection, plan)
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into journal.rejeu_ecart (id_rejeu, nature, nom, avant, apres) values (%s, %s, %s, %s, %s)",
            [(replay_id, gap.kind, gap.name, gap.before, gap.after) for gap in gaps],
        )
    changed = [
        _write_delivery(connection, replay_id, rank, stop, ceilings[stop.id])
        for rank, stop in enumerate(plan.stops, start=1)
    ]
    return any(changed) or any(gap.change for gap in gaps) or _rows_differ(connection, plan)


def _gaps(connection: Connection, plan: Plan) -> list[Gap]:
    run = Runner(connection, plan_identifiers(plan), {})
    rows = [*run.rows("core/rejeu_comparer_lignes.sql"), *run.rows("core/rejeu_comparer_quarantaine.sql")]
    for name in measures(plan.contract):
        rows += _of_column(connection, plan, name).rows("core/rejeu_comparer_mesure.sql")
    for name in STATUS_COLUMNS:
        if name in plan.contract.headers:
            rows += _of_column(connection, plan, name).rows("core/rejeu_comparer_statut.sql")
    return [Gap(row["nature"], row["nom"], Decimal(row["avant"]), Decimal(row["apres"])) for row in rows]


def _of_column(connection: Connection, plan: Plan, name: str) -> Runner:
    column = {"colonne_mesuree": sql.Identifier(name), "nom_mesure": sql.Literal(name)}
    return Runner(connection, plan_identifiers(plan) | column, {})


def _write_delivery(connection: Connection, replay_id: int, rank: int, stop: Stop, ceilings: tuple[str, ...]) -> bool:
    query = sql.SQL("select * from {} where id_livraison = %s").format(sql.Identifier(SCHEMA, "livraison"))
    [after] = connection.execute(query, [stop.id]).fetchall()
    before, told = _said(stop.row), _said(after)
    connection.execute(
        statement("core/rejeu_noter_livraison.sql"),
        {
            "rejeu": replay_id,
            "id": stop.id,
            "rang": rank,
            "choisie": stop.chosen,
            "instant": stop.instant,
            "plafonds": list(ceilings),
            **{f"{name}_avant": value for name, value in before.items()},
            **{f"{name}_apres": value for name, value in told.items()},
        },
    )
    return before != told


def _said(row: Row) -> dict[str, object]:
    return {
        "version": row["contrat_version"],
        "statut": row["statut"],
        "acceptees": row["lignes_acceptees"] or 0,
        "refusees": row["lignes_refusees"] or 0,
    }


def _rows_differ(connection: Connection, plan: Plan) -> bool:
    """Tell whether rows differ where all numbers are the same."""
    query = sql.SQL(statement("core/rejeu_differe.sql")).format(**plan_identifiers(plan))
    return any(connection.execute(query).fetchall()[0].values())
