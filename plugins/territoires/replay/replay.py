"""A replay from its request to its end: prepared, then applied or given up. Each step can be killed and run again.

One replay at a time: there is one schema for candidates. A candidate waits for its approval without holding anything;
what is loaded meanwhile makes it out of date, and then it is not applied.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final, Literal

import psycopg
from psycopg import sql

from territoires.delivery.platform import Platform
from territoires.replay import candidate, difference
from territoires.replay.plan import ReplayImpossible, plan, state
from territoires.replay.report import report
from territoires.replay.request import Request
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.sql import statement

Status = Literal["en_cours", "candidat", "applique", "rejete", "sans_effet", "perime", "impossible", "abandonne"]

_LOCK: Final = 0x7E881A
"""Key of the advisory lock held by whoever makes a candidate, applies it or drops it."""
_PATIENCE: Final = "30s"
"""How long a step waits for another replay; beyond, the caller tries again later."""


class ReplayRunning(Exception):
    """Another replay is being made or applied; try again when it is done."""


class NotWaiting(Exception):
    """A replay that waits for no decision: unknown, given up, or out of date. The text is in French."""


class StaleCandidate(Exception):
    """Deliveries were loaded since the candidate was begun, or refused rows decided: it is to be made anew."""

    def __init__(self, replay_id: int) -> None:
        super().__init__(
            f"Depuis que le rejeu n° {replay_id} est préparé, une livraison de ce type a été chargée ou une ligne "
            "refusée a changé de statut : rien n'est remplacé, lancez un nouveau rejeu."
        )


@dataclass(frozen=True, slots=True)
class Prepared:
    """A replay whose candidate is made: its number, whether it would change anything, and its report in Markdown."""

    replay_id: int
    changes: bool
    report: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided of a replay: who, and why."""

    who: str
    reason: str


def prepare(platform: Platform, request: Request, run_id: str | None = None) -> Prepared:
    """Make the candidate that is asked for, in the place of any former one, and compare it with what stands.

    Raises:
        ReplayImpossible: it cannot be made; the journal says why.
        StaleCandidate: something of its type was loaded meanwhile: nobody is asked to approve what cannot be applied.
        ReplayRunning: another one is under way.
    """
    with _alone(platform) as connection:
        replay_id = _start(connection, request, run_id)
        candidate.drop(connection)
        try:
            found = plan(connection, platform, request)
            _set(connection, replay_id, depuis=found.since, etat_initial=found.state)
            ceilings = candidate.fold(connection, platform, found)
        except ReplayImpossible as error:
            candidate.drop(connection)
            _set(connection, replay_id, statut="impossible", message=str(error), fin=journal.now(connection))
            raise
        with connection.transaction():
            changes = difference.write(connection, replay_id, found, ceilings)
            told = report(connection, replay_id)
            status: Status = "candidat" if changes else "sans_effet"
            if state(connection, found.contract.operator, found.contract.delivery) != found.state:
                status = "perime"
            _set(connection, replay_id, statut=status, fin=None if status == "candidat" else journal.now(connection))
        if status != "candidat":
            candidate.drop(connection)
        if status == "perime":
            raise StaleCandidate(replay_id)
    return Prepared(replay_id, changes, told)


def apply(platform: Platform, replay_id: int, verdict: Verdict) -> Row:
    """Put the candidate in the place of what stands, in one transaction; return its row of ``journal.rejeu``.

    Run again after it was done, it does nothing. Nobody is written to.

    Raises:
        StaleCandidate: something was loaded since; the candidate is dropped, nothing is changed.
        NotWaiting: there is nothing to apply.
        ReplayRunning: another one is under way.
    """
    with _alone(platform) as connection:
        with connection.transaction():
            row = _waiting(connection, replay_id, or_already="applique")
            if row["statut"] == "applique":
                return row
            journal.lock(connection, f"{row['operateur']}/{row['livraison']}")
            stale = state(connection, row["operateur"], row["livraison"]) != row["etat_initial"]
            if not stale:
                _swap(connection, platform, row)
            candidate.drop(connection)
            _decide(connection, replay_id, "perime" if stale else "applique", verdict)
        if stale:
            raise StaleCandidate(replay_id)
    return row


def give_up(platform: Platform, replay_id: int, verdict: Verdict) -> None:
    """Drop the candidate of a replay that was rejected, or that nobody answered in time; nothing else is changed.

    Run again after it was done, it does nothing.

    Raises:
        NotWaiting: it was applied already, or waits for nothing.
        ReplayRunning: another one is under way.
    """
    with _alone(platform) as connection, connection.transaction():
        row = _waiting(connection, replay_id, or_already="rejete")
        if row["statut"] == "candidat":
            candidate.drop(connection)
            _decide(connection, replay_id, "rejete", verdict)


def _swap(connection: Connection, platform: Platform, row: Row) -> None:
    contract = platform.contract(row["operateur"], row["livraison"])
    deliveries = connection.execute(
        "select id_livraison, choisie from journal.rejeu_livraison where id_rejeu = %s order by rang", [row["id_rejeu"]]
    ).fetchall()
    folded = [one["id_livraison"] for one in deliveries]
    chosen = [one["id_livraison"] for one in deliveries if one["choisie"]]
    names = candidate.identifiers(contract, row["depuis"], folded, chosen) | {"rejeu": sql.Literal(row["id_rejeu"])}
    connection.execute(sql.SQL(statement("core/rejeu_appliquer.sql")).format(**names))
    for number in folded:
        named = connection.execute(statement("core/rejeu_corrections.sql"), {"id": number}).fetchall()
        connection.execute("delete from journal.correction where id_livraison = %s", [number])
        journal.note_corrections(connection, number, [one["id_livraison_corrigee"] for one in named])


def _start(connection: Connection, request: Request, run_id: str | None) -> int:
    values = {
        "operateur": request.contract.operator,
        "livraison": request.contract.delivery,
        "du": request.since,
        "au": request.until,
        "id_livraison": request.delivery_id,
        "version": request.version,
        "motif": request.reason,
        "par": request.who,
        "run_id": run_id,
    }
    with connection.transaction():
        row = connection.execute(statement("core/rejeu_inscrire.sql"), values).fetchone()
    if row is None:
        raise RuntimeError("the journal did not number the replay")
    return int(row["id_rejeu"])


def _waiting(connection: Connection, replay_id: int, *, or_already: Status) -> Row:
    """Return a replay that waits for its decision, or has it already; its row is locked until the transaction ends."""
    row = connection.execute("select * from journal.rejeu where id_rejeu = %s for update", [replay_id]).fetchone()
    if row is None or row["statut"] not in {"candidat", or_already}:
        status = f"est « {row['statut']} »" if row else "n'existe pas"
        raise NotWaiting(f"Le rejeu n° {replay_id} {status} : il n'attend aucune décision.")
    return row


def _decide(connection: Connection, replay_id: int, status: Status, verdict: Verdict) -> None:
    now = journal.now(connection)
    told = {"decide_par": verdict.who, "decision_motif": verdict.reason, "decide_le": now}
    _set(connection, replay_id, statut=status, fin=now, **told)


def _set(connection: Connection, replay_id: int, **columns: object) -> None:
    assignments = sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(n), sql.Placeholder(n)) for n in columns)
    query = sql.SQL("update journal.rejeu set {} where id_rejeu = {}").format(assignments, sql.Placeholder("_id"))
    with connection.transaction():
        connection.execute(query, {**columns, "_id": replay_id})


@contextmanager
def _alone(platform: Platform) -> Iterator[Connection]:
    """Open a connection that holds the right to replay for the length of the block; freed if the process dies.

    Raises:
        ReplayRunning: another replay does not end.
    """
    with platform.connect("rejeu") as connection:
        connection.autocommit = True
        try:
            with connection.transaction():
                connection.execute("select set_config('lock_timeout', %s, true)", [_PATIENCE])
                connection.execute("select pg_advisory_lock(%s)", [_LOCK])
        except psycopg.errors.LockNotAvailable as error:
            raise ReplayRunning(f"another replay holds the lock for more than {_PATIENCE}; try again later") from error
        try:
            yield connection
        finally:
            # A lost session has lost its lock too.
            with suppress(psycopg.OperationalError):
                connection.execute("select pg_advisory_unlock(%s)", [_LOCK])
