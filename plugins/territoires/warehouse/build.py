"""From core to what BI reads: a candidate is built, checked, then published whole, or not at all.

Who builds: the loader's role. The owner made the three schemas (``magasin``, ``magasin_candidat``, ``bi``) and lets the
loader make tables and views in them; nothing else. Tables therefore move from the candidate to the store one by one,
in one transaction, rather than the schemas being renamed: to rename a schema takes the right to create schemas in the
database, and who has it can lay one in somebody else's search_path. Nor does the build run as the owner, who could
drop the history that it reads.

Each of the three steps holds an advisory lock, is committed on its own and can be run again: ``build_candidate`` starts
from nothing, ``check`` writes its findings anew, ``swap`` of a published build does nothing. Killed at any moment, they
leave the former views as they were.
"""

from __future__ import annotations

from typing import Final

import psycopg
from psycopg import sql

from territoires.warehouse import checks, constructions, publication
from territoires.warehouse.engine import Connection
from territoires.warehouse.sql import statement

PREPARATION: Final = ("registres", "situation", "besoins", "temoins")
"""Files of include/sql/bi/preparation, in order: what registers know, where facts stand, recruitment needs and the
perimeters by which they are spread, totals to check against."""

VIEWS: Final = (
    "construction",
    "engagement",
    "investissement",
    "accompagnement",
    "action_recrutement",
    "projet_attractivite",
    "contrat",
    "fiche_action",
    "referent",
    "convention",
    "territoire",
    "repartition_bassin",
    "besoin_main_oeuvre_national",
    "besoin_main_oeuvre_territoire",
    "tension_metier_territoire",
    "adequation_formation",
    "enveloppe_annuelle",
    "livraison",
    "quarantaine_ouverte",
    "fiabilite",
    "calendrier_livraisons",
    "fait_programme",
)
"""Views of bi in the order of building, each a file of include/sql/bi: territories count the facts before them."""

_SWAP_TRIES: Final = 3


class CheckFailed(Exception):
    """Blocking checks found rows: the candidate is not published, bi stays as it was. Facts are in journal.controle."""

    def __init__(self, build_id: int, findings: tuple[checks.Finding, ...]) -> None:
        self.build_id, self.findings = build_id, findings
        told = ", ".join(f"{f.check.name} ({f.message or f'{f.rows} rows'})" for f in findings)
        super().__init__(f"build {build_id} is not published: {told}")


class NotReady(Exception):
    """A step was asked of a build that is not there yet, or no more: not built, or its checks did not pass."""

    def __init__(self, build_id: int, status: str) -> None:
        self.build_id, self.status = build_id, status
        super().__init__(f"build {build_id} is « {status} »: begin again with a new build")


class SwapBlocked(Exception):
    """Readers hold the views; the swap gave way so as not to block the others. Try again in a while."""

    def __init__(self, build_id: int) -> None:
        self.build_id = build_id
        super().__init__(f"readers hold the views of bi: build {build_id} is to be published later")


def build(connection: Connection, run_id: str | None = None) -> int:
    """Build, check and publish in one go; return the number of the build.

    Raises:
        CheckFailed, SwapBlocked, constructions.BuildRunning: as each step says.
    """
    build_id = build_candidate(connection, run_id)
    check(connection, build_id)
    swap(connection, build_id)
    return build_id


def build_candidate(connection: Connection, run_id: str | None = None) -> int:
    """Build the candidate tables anew, all from one snapshot of the warehouse; return the number of the build.

    Raises:
        constructions.BuildRunning: another build is under way.
        psycopg.Error: a statement failed; the build is « echouee » and the former candidate is still there.
    """
    with constructions.alone(connection):
        build_id = constructions.start(connection, run_id)
        running: list[str] = []
        try:
            with connection.transaction():
                connection.execute("set transaction isolation level repeatable read")
                constructions.bind(connection, build_id)
                _fill_candidate(connection, build_id, running)
                constructions.overtake(connection, build_id)
                constructions.mark(connection, build_id, "candidate")
        except psycopg.Error as error:
            if not connection.closed:
                # Neither the message nor the detail of the error: they can quote a row.
                fact = f"{running[-1] if running else 'candidat'} : {type(error).__name__} ({error.sqlstate})"
                with connection.transaction():
                    constructions.mark(connection, build_id, "echouee", fact)
            raise
    return build_id


def check(connection: Connection, build_id: int) -> tuple[checks.Finding, ...]:
    """Run every check on the candidate and record what they find; nothing is run for a build that was overtaken.

    Raises:
        CheckFailed: a blocking check found rows, or could not be run.
        NotReady: the build did not make a candidate.
        constructions.UnknownBuild: there is no such build.
    """
    with constructions.alone(connection):
        if not _holds_candidate(connection, build_id):
            return ()
        with connection.transaction():
            connection.execute("set transaction isolation level repeatable read, read only")
            constructions.bind(connection, build_id)
            findings = tuple(checks.run(connection, each) for each in checks.every_check())
        stopping = tuple(finding for finding in findings if finding.stops)
        told = ", ".join(finding.check.name for finding in stopping) or None
        with connection.transaction():
            checks.record(connection, build_id, findings)
            constructions.mark(connection, build_id, "rejetee" if stopping else "verifiee", told)
    if stopping:
        raise CheckFailed(build_id, stopping)
    return findings


def swap(connection: Connection, build_id: int) -> bool:
    """Publish a checked candidate in one transaction; False if a newer build overtook it, which publishes more.

    Raises:
        NotReady: its checks did not pass.
        SwapBlocked: readers hold the views; the former ones stay.
        constructions.UnknownBuild: there is no such build.
    """
    with constructions.alone(connection):
        for _ in range(_SWAP_TRIES):
            try:
                return _swap_once(connection, build_id)
            except (psycopg.errors.QueryCanceled, psycopg.errors.DeadlockDetected):
                continue  # the rollback let the waiting readers through
    raise SwapBlocked(build_id)


def _swap_once(connection: Connection, build_id: int) -> bool:
    if not _holds_candidate(connection, build_id):
        with connection.transaction():
            return constructions.status(connection, build_id) == "publiee"
    with connection.transaction():
        status = constructions.status(connection, build_id)
        if status != "verifiee":
            raise NotReady(build_id, status)
        publication.publish(connection)
        constructions.mark(connection, build_id, "publiee")
    return True


def _fill_candidate(connection: Connection, build_id: int, running: list[str]) -> None:
    publication.drop_tables(connection, publication.CANDIDATE)
    files = [f"bi/preparation/{name}.sql" for name in PREPARATION] + [f"bi/{name}.sql" for name in VIEWS]
    for file in files:
        running.append(file)
        connection.execute(statement(file))
    for name in VIEWS:
        table = sql.Identifier(publication.CANDIDATE, name)
        connection.execute(sql.SQL("analyze {}").format(table))
        connection.execute(
            sql.SQL(
                "insert into journal.temoin (id_construction, objet, mesure, valeur)"
                " select {id}, {name}, 'lignes', count(*) from {table}"
            ).format(id=sql.Literal(build_id), name=sql.Literal(name), table=table)
        )


def _holds_candidate(connection: Connection, build_id: int) -> bool:
    """Whether the candidate tables are those of *build_id*; False once they are published or were overtaken."""
    with connection.transaction():
        status = constructions.status(connection, build_id)
        row = connection.execute("select to_regclass('magasin_candidat.construction') is not null as la").fetchone()
        query = "select c.id_construction from magasin_candidat.construction as c where c.id_construction = %s"
        if row and row["la"] and connection.execute(query, [build_id]).fetchone():
            return True
    if status not in {"publiee", "depassee"}:
        raise NotReady(build_id, status)
    return False
