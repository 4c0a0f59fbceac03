"""The journal: which deliveries came, what each step did of them, and what became of their refused rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

from psycopg import sql
from psycopg.types.json import Jsonb

from territoires.anomalies import Anomaly
from territoires.failures import advice
from territoires.inbox import Deposit
from territoires.warehouse.engine import Connection, Row, connect
from territoires.warehouse.sql import statement

Status = Literal[
    "recue", "en_lecture", "refusee", "en_attente", "chargee", "chargee_partiellement", "doublon", "remplacee"
]
Step = Literal["recevoir", "lire", "valider", "charger", "repondre"]
UNFINISHED: tuple[Status, ...] = ("recue", "en_lecture")
LOADED: tuple[Status, ...] = ("chargee", "chargee_partiellement")


@dataclass(slots=True)
class Outcome:
    """What a step reports of one delivery: rows it went through, or why it refused the file."""

    rows: int | None = None
    refused_with: str | None = None
    message: str | None = None


def register(connection: Connection, deposit: Deposit) -> Row:
    """Write the delivery of *deposit* unless its key is known, and return its row of journal.livraison.

    The same content of the same type of delivery that is loaded, waits or is under way makes this one a duplicate.
    A content that was *refused* is tried again instead: registers and contracts may have changed since.
    """
    with connection.transaction():
        lock(connection, f"{deposit.operator}/{deposit.delivery}")
        row = connection.execute(statement("core/inscrire_livraison.sql"), asdict(deposit)).fetchone()
    if row is None:
        raise RuntimeError("the journal returned no delivery")
    return row


def lock(connection: Connection, name: str) -> None:
    """Wait to be alone in what *name* stands for (``operateur/livraison``), until the transaction ends."""
    connection.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])


def find(connection: Connection, delivery_id: int) -> Row | None:
    """Return the row of one delivery, None if the journal has none of this number."""
    return connection.execute("select * from journal.livraison where id_livraison = %s", [delivery_id]).fetchone()


def now(connection: Connection) -> datetime:
    """Return the instant on the server's clock, by which history is dated."""
    found: datetime = connection.execute("select clock_timestamp() as maintenant").fetchall()[0]["maintenant"]
    return found


def delivery(connection: Connection, delivery_id: int) -> Row:
    """Return the row of one delivery; LookupError if the journal has none of this number."""
    row = find(connection, delivery_id)
    if row is None:
        raise LookupError(f"no delivery {delivery_id} in the journal")
    return row


def delivery_for_update(connection: Connection, delivery_id: int) -> Row:
    """Return the row of one delivery as it stands now, locked until the transaction ends."""
    query = "select * from journal.livraison where id_livraison = %s for update"
    row = connection.execute(query, [delivery_id]).fetchone()
    if row is None:
        raise LookupError(f"no delivery {delivery_id} in the journal")
    return row


def unanswered(connection: Connection, operator: str) -> list[Row]:
    """List the operator's deliveries that have no answer yet, in order of arrival."""
    return connection.execute(
        "select id_livraison, livraison from journal.livraison"
        " where operateur = %s and repondue_le is null order by id_livraison",
        [operator],
    ).fetchall()


def newest_loaded(connection: Connection, row: Row) -> int:
    """Return the number of the newest loaded delivery of the same type as *row*, 0 if there is none."""
    query = (
        "select coalesce(max(id_livraison), 0) as numero from journal.livraison"
        " where operateur = %s and livraison = %s and statut = any(%s)"
    )
    found = connection.execute(query, [row["operateur"], row["livraison"], list(LOADED)]).fetchall()[0]
    return int(found["numero"])


def newest_whole_state(connection: Connection, row: Row, schema: str = "journal") -> int:
    """Return the number of the newest loaded delivery of the same type that is no complement, 0 if there is none."""
    query = sql.SQL(
        "select coalesce(max(id_livraison), 0) as numero from {}"
        " where operateur = %s and livraison = %s and statut = any(%s) and not complement"
    ).format(sql.Identifier(schema, "livraison"))
    found = connection.execute(query, [row["operateur"], row["livraison"], list(LOADED)]).fetchall()[0]
    return int(found["numero"])


def newest_states(connection: Connection, row: Row, parts: Sequence[str], schema: str = "journal") -> dict[str, int]:
    """Return, for each of *parts* that a loaded delivery of the same type is the state of, the number of the newest."""
    query = sql.SQL(
        "select parts.part, max(id_livraison) as numero from {} cross join unnest(perimetre) as parts (part)"
        " where operateur = %s and livraison = %s and statut = any(%s) and not complement and part = any(%s)"
        " group by parts.part"
    ).format(sql.Identifier(schema, "livraison"))
    found = connection.execute(query, [row["operateur"], row["livraison"], list(LOADED), list(parts)])
    return {one["part"]: int(one["numero"]) for one in found}


def held(connection: Connection, row: Row, parts: Sequence[str] | None) -> list[int]:
    """List the earlier deliveries of the same type as *row*, and of no other *parts*, that wait for a decision."""
    query = (
        "select id_livraison from journal.livraison"
        " where operateur = %s and livraison = %s and id_livraison < %s and statut = 'en_attente'"
        " and (%s::text[] is null or perimetre <@ %s) order by id_livraison"
    )
    mine = None if parts is None else list(parts)
    values = [row["operateur"], row["livraison"], row["id_livraison"], mine, mine]
    return [found["id_livraison"] for found in connection.execute(query, values)]


def note_corrections(connection: Connection, delivery_id: int, former: Sequence[int]) -> None:
    """Write which earlier deliveries a delivery corrects: by the rows that its load has closed, or *former* as such."""
    connection.execute(statement("core/noter_corrections.sql"), {"id": delivery_id})
    connection.execute(statement("core/noter_corrections_par_nom.sql"), {"id": delivery_id, "former": list(former)})


def followed(connection: Connection, row: Row) -> list[Row]:
    """Return the earlier deliveries that *row* corrects or of which rows still wait, with the numbers of those lines.

    Columns: ``id_livraison``, ``nom_fichier``, ``recue_le``, and the lists ``corrigees``, ``reprises``, ``ouvertes``.
    """
    values = {"id": row["id_livraison"], "operateur": row["operateur"], "livraison": row["livraison"]}
    return connection.execute(statement("core/suites.sql"), values).fetchall()


def settled_lines(connection: Connection, delivery_id: int) -> set[int]:
    """Return the lines of a delivery that were refused and that later deliveries have answered since."""
    found = connection.execute(statement("core/lignes_suivies.sql"), {"id": delivery_id})
    return {row["ligne"] for row in found}


def replace_held(connection: Connection, delivery_ids: Sequence[int], reason: str) -> None:
    """Say of held deliveries that a later one takes their place, and why (French); they are answered anew."""
    values = {"held": list(delivery_ids), "motif": reason}
    connection.execute(statement("core/remplacer_en_attente.sql"), values)


def update(connection: Connection, delivery_id: int, schema: str = "journal", /, **columns: object) -> None:
    """Set columns of journal.livraison for one delivery; names come from code, values are bound.

    *schema* is another one where a replay tries what would become of a delivery.
    """
    assignments = sql.SQL(", ").join(sql.SQL("{} = {}").format(sql.Identifier(n), sql.Placeholder(n)) for n in columns)
    query = sql.SQL("update {} set {} where id_livraison = {}").format(
        sql.Identifier(schema, "livraison"), assignments, sql.Placeholder("_id")
    )
    connection.execute(query, {**columns, "_id": delivery_id})


def hold(connection: Connection, delivery_id: int, ceiling: str, reason: str, days: int) -> None:
    """Make a delivery wait *days* at most for a decision; *ceiling* is what holds it, *reason* says so in French."""
    values = {"id": delivery_id, "code": ceiling, "motif": reason, "jours": days}
    connection.execute(statement("core/mettre_en_attente.sql"), values)


def anomalies_json(anomalies: Sequence[Anomaly]) -> Jsonb:
    """Return anomalies as the journal keeps them."""
    return Jsonb([asdict(anomaly) for anomaly in anomalies])


def anomalies_of(row: Mapping[str, Any]) -> tuple[Anomaly, ...]:
    """Read back the file-level anomalies of a row of journal.livraison."""
    return tuple(Anomaly(**kept) for kept in row["anomalies"])


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided of a held delivery: ``approuvee`` or ``rejetee``, why, who, and in which run.

    *who* is None where nobody decided within the contract's delay: such a delivery can only be rejected.
    """

    delivery_id: int
    operator: str
    decision: str
    reason: str
    who: str | None
    run_id: str


class NotDecidable(Exception):
    """A decision that cannot be taken: no reason, no such delivery of this operator, or one that does not wait."""


def decide(connection: Connection, decision: Decision) -> None:
    """Write the decision on a held delivery, which is then taken up again; once, however often a run retries.

    Only the ceiling that held the delivery is lifted: another one holds it again.

    Raises:
        NotDecidable: see there; nothing is written.
    """
    if decision.decision not in {"approuvee", "rejetee"} or not decision.reason.strip():
        raise NotDecidable("a decision is 'approuvee' or 'rejetee' and has a reason (motif)")
    if decision.who is None and decision.decision != "rejetee":
        raise NotDecidable("nobody's decision can only be a rejection")
    with connection.transaction():
        done = connection.execute(statement("core/decider_livraison.sql"), asdict(decision)).rowcount
        if done:
            return
        row = connection.execute(
            "select statut, decision_run from journal.livraison where id_livraison = %s and operateur = %s",
            [decision.delivery_id, decision.operator],
        ).fetchone()
    if row is None:
        raise NotDecidable(f"{decision.operator} has no delivery {decision.delivery_id}")
    if row["decision_run"] != decision.run_id:
        raise NotDecidable(f"delivery {decision.delivery_id} is not held but {row['statut']}: nothing to decide")


@contextmanager
def step(url: str, delivery_id: int, name: Step, run_id: str | None = None) -> Iterator[Outcome]:
    """Write the row of a step: begun, then how it ended. An earlier try that never ended is said interrupted.

    The step's own work is done on other connections, so that its failure cannot take this record with it.
    """
    outcome = Outcome()
    with connect(url, application=f"etape:{name}", autocommit=True) as connection:
        with connection.transaction():
            # Two runs at once, such as a retry beside a task that was thought dead, do not take the same number.
            lock(connection, f"etape/{delivery_id}")
            row = connection.execute(
                statement("core/commencer_etape.sql"), {"id": delivery_id, "etape": name, "run_id": run_id}
            ).fetchone()
        if row is None:
            raise RuntimeError("the journal did not number the step")
        try:
            yield outcome
        except Exception as error:
            _end(connection, row["id_etape"], "echouee", outcome.rows, type(error).__name__, advice(error))
            raise
        status = "refusee" if outcome.refused_with else "reussie"
        _end(connection, row["id_etape"], status, outcome.rows, outcome.refused_with, outcome.message)


def _end(
    connection: Connection, step_id: int, status: str, rows: int | None, code: str | None, message: str | None
) -> None:
    connection.execute(
        "update journal.etape set fin = clock_timestamp(), statut = %s, lignes = %s, code_erreur = %s, message = %s"
        " where id_etape = %s",
        [status, rows, code, message, step_id],
    )


def dumps(value: object) -> str:
    """Return *value* as JSON on one line, French letters kept."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
