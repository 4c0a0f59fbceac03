"""Checks of a candidate before BI may read it: each is a file of include/sql/quality named as a sentence.

A file is one query without a final semicolon that returns the rows which make its sentence false: none is good news.
In ``bloquant/`` they stop the publication, in ``avertissement/`` they are told. Rows are kept as examples in the
journal, so a check selects keys and numbers, never personal data. A sentence that holds for many tables is written
once, with a placeholder for the table (``territoires.warehouse.subjects``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from territoires.warehouse import subjects
from territoires.warehouse.engine import Connection
from territoires.warehouse.sql import SQL_ROOT, statement

_EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One sentence to hold true: its name, the file below include/sql, and whether it stops the publication."""

    name: str
    file: str
    blocking: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found: offending rows in all, and at most five of them as examples.

    ``outcome`` is reussi (none), en_defaut (some) or en_erreur (the query itself failed: ``message`` has its SQLSTATE).
    """

    check: Check
    outcome: Literal["reussi", "en_defaut", "en_erreur"]
    rows: int = 0
    examples: tuple[dict[str, Any], ...] = ()
    message: str | None = None

    @property
    def stops(self) -> bool:
        """Whether the candidate may not be published because of this."""
        return self.check.blocking and self.outcome != "reussi"


def every_check() -> tuple[Check, ...]:
    """List the checks, blocking ones first, each kind by name."""
    folders = (("bloquant", True), ("avertissement", False))
    return tuple(
        Check(path.stem, f"quality/{folder}/{path.name}", blocking)
        for folder, blocking in folders
        for path in sorted((SQL_ROOT / "quality" / folder).glob("*.sql"))
    )


def run(connection: Connection, check: Check) -> Finding:
    """Run one check within the caller's transaction, which stays usable if the check's query fails."""
    defects = subjects.expand(connection, statement(check.file))
    if defects is None:
        return Finding(check, "en_erreur", message="aucune table à contrôler")
    query = sql.SQL(
        "with defaut as materialized ({query}) select (select count(*) from defaut) as lignes,"
        " coalesce((select jsonb_agg(e.ligne) from (select to_jsonb(defaut) as ligne from defaut limit {limit}) as e),"
        " '[]') as exemples"
    ).format(query=defects, limit=sql.Literal(_EXAMPLES))
    try:
        with connection.transaction():
            row = connection.execute(query).fetchall()[0]
    except psycopg.OperationalError:
        raise  # the connection or the server is gone: that says nothing of the data
    except psycopg.Error as error:
        return Finding(check, "en_erreur", message=f"{type(error).__name__} ({error.sqlstate})")
    return Finding(check, "en_defaut" if row["lignes"] else "reussi", int(row["lignes"]), tuple(row["exemples"]))


def record(connection: Connection, build_id: int, findings: tuple[Finding, ...]) -> None:
    """Write what the checks of a build found, in place of what an earlier try wrote."""
    connection.execute("delete from journal.controle where id_construction = %s", [build_id])
    with connection.cursor() as cursor:
        cursor.executemany(
            "insert into journal.controle"
            " (id_construction, controle, bloquant, statut, lignes_en_defaut, exemples, message)"
            " values (%s, %s, %s, %s, %s, %s, %s)",
            [
                (build_id, f.check.name, f.check.blocking, f.outcome, f.rows, Jsonb(list(f.examples)), f.message)
                for f in findings
            ],
        )
