"""The quarantine: refused rows wait there until a delivery answers them, an engineer lifts them, or they expire.

One open row for each business key: a row that is refused again takes the place of the one that waited. Whoever
changes rows of a type holds the lock of that type: a load, a replay that puts its own in their place, an engineer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, astuple, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

import pyarrow as pa
from psycopg import sql
from psycopg.types.json import Json, Jsonb

from territoires.warehouse import journal
from territoires.warehouse.copying import copy_frame
from territoires.warehouse.engine import Connection
from territoires.warehouse.sql import Runner, statement

EXPIRES_AFTER: Final = timedelta(days=180)
"""House rule: a row that nobody has corrected in half a year will not be; its delivery stays in the archive."""

LINES_AT_ONCE: Final = 100_000
"""Lines that one form may name; more than that is « toutes »."""

Clue = Literal["reference", "cle", "nom", "contenu"]
"""What tells that a row answers an earlier one: our reference, the business key, the file's name and the line, or its
other cells."""


@dataclass(frozen=True, slots=True)
class QuarantinedRow:
    """A row for the quarantine: its line, its business key if readable, its raw cells by header, its reasons."""

    line: int
    key: str | None
    cells: dict[str, str | None]
    reasons: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Flag:
    """A warning on a row that is loaded; its ``remedy`` is for the receipt, the warehouse does not keep it."""

    line: int
    column: str
    rule: str
    value: str | None
    message: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A row of a delivery (``line``) that looks like an open row of the quarantine (``row_id``, its id_ligne)."""

    row_id: int
    line: int
    clue: Clue


@dataclass(frozen=True, slots=True)
class Answers:
    """What a delivery says of earlier rows, beside its keys.

    ``references`` has the columns ``ligne`` (of this delivery), ``id_livraison`` and ``ligne_origine`` (what that line
    says it corrects); None if the file has none.
    """

    references: pa.Table | None = None
    likenesses: Sequence[Likeness] = ()


class Refused:
    """The refused rows of one load, and the open rows of earlier deliveries that the load answers.

    ``run`` has the identifiers of the contract and the number and instant of the load; *schema* holds the tables
    ``ligne`` and ``signalement``.
    """

    def __init__(self, run: Runner, schema: str, answers: Answers) -> None:
        line = {"quarantaine": sql.Identifier(schema, "ligne")}
        self._run = Runner(run.connection, {**run.identifiers, **line}, run.values)
        self._schema = schema
        self._answers = answers
        self._awaited = bool(self._run.one("core/attend_correction.sql")["attend"])

    def put(self, rows: Sequence[QuarantinedRow], flags: Sequence[Flag]) -> None:
        """Write the refused rows, open, and the warnings on loaded ones."""
        into = sql.SQL("copy {} (id_livraison, ligne, cle, contenu, motifs) from stdin")
        told = sql.SQL("copy {} (id_livraison, ligne, colonne, regle, valeur, message) from stdin")
        delivery_id = self._run.values["id"]
        with self._run.connection.cursor() as cursor:
            with cursor.copy(into.format(sql.Identifier(self._schema, "ligne"))) as copy:
                for row in rows:
                    copy.write_row((delivery_id, row.line, row.key, Json(row.cells), Jsonb(row.reasons)))
            with cursor.copy(told.format(sql.Identifier(self._schema, "signalement"))) as copy:
                for flag in flags:
                    copy.write_row((delivery_id, flag.line, flag.column, flag.rule, flag.value, flag.message))

    def match(self) -> None:
        """Note which rows, accepted (all of them in ``depot``) or refused, answer open ones by key or by reference."""
        if not self._awaited:
            return
        self._run("core/creer_rapprochement.sql")
        self._run("core/rapprocher_cles.sql")
        if self._answers.references is not None:
            self._run("core/creer_renvoi.sql")
            copy_frame(self._run.connection, "renvoi", self._answers.references)
            self._run("core/rapprocher_renvois.sql")

    def close(self, *, whole_state: bool) -> int:
        """End the wait of every row that the load answers (``depot`` now holds new rows only).

        Returns how many rows of earlier deliveries it corrects.
        """
        corrected = 0
        if self._awaited:
            if self._answers.likenesses:
                row_ids, lines, clues = zip(*map(astuple, self._answers.likenesses), strict=True)
                alike = {"attendues": list(row_ids), "lignes": list(lines), "indices": list(clues)}
                run = replace(self._run, values={**self._run.values, **alike})
                run("core/rapprocher_ressemblances.sql")
            corrected = int(self._run.one("core/clore_quarantaine.sql")["corrigees"])
            if whole_state:
                self._run("core/expirer_quarantaine.sql")
        if self._run.one("core/suivie_par_chargee.sql")["suivie"]:
            self._run("core/clore_depassees.sql")
            self._run("core/reprendre_depassees.sql")
        return corrected


@dataclass(frozen=True, slots=True)
class Lifting:
    """What an engineer gives up: the open rows of one delivery (all, or those of ``lines``), why, who, in which run."""

    delivery_id: int
    lines: Sequence[int] | None
    reason: str
    who: str
    run_id: str


class NotLiftable(Exception):
    """Nothing can be lifted: no reason, or a line that does not wait for a correction. Nothing is written."""


def lines_named(text: str) -> list[int] | None:
    """Read line numbers as a form gives them: ``12, 15 à 18`` (or ``15-18``); ``toutes`` is None.

    Raises:
        NotLiftable: it cannot be read, or names more than ``LINES_AT_ONCE`` lines.
    """
    if text.strip().casefold() == "toutes":
        return None
    found: set[int] = set()
    for part in re.split(r"[,;]|\bet\b", text):
        match = re.fullmatch(r"\s*(\d{1,9})(?:\s*(?:-|–|à|a)\s*(\d{1,9}))?\s*", part)
        if match is None:
            raise NotLiftable(f"lines {part.strip()!r} cannot be read: write « 12, 15 à 18 », or « toutes »")
        first, last = int(match[1]), int(match[2] or match[1])
        if not 0 <= last - first < LINES_AT_ONCE - len(found):
            raise NotLiftable(f"lines {part.strip()!r}: from the first to the last, {LINES_AT_ONCE} in all at most")
        found.update(range(first, last + 1))
    return sorted(found)


def lift(connection: Connection, lifting: Lifting) -> int:
    """Lift open rows of the quarantine; return how many this run has lifted, however often it is tried.

    Raises:
        NotLiftable: see there.
    """
    if not lifting.reason.strip():
        raise NotLiftable("a reason (motif) is needed: it is kept with the rows")
    lines = None if lifting.lines is None else sorted(set(lifting.lines))
    with connection.transaction():
        if row := journal.find(connection, lifting.delivery_id):
            journal.lock(connection, f"{row['operateur']}/{row['livraison']}")
        values = {**asdict(lifting), "lines": lines}
        lifted = {row["ligne"] for row in connection.execute(statement("core/lever_quarantaine.sql"), values)}
        missing = sorted(set(lines or ()) - lifted)
        if missing or not lifted:
            which = f"lines {', '.join(map(str, missing))}" if missing else "no row"
            raise NotLiftable(f"delivery {lifting.delivery_id}: {which} of it wait(s) for a correction")
    return len(lifted)


def expire_old(connection: Connection, now: datetime) -> dict[int, int]:
    """End the wait of the rows that have been open for ``EXPIRES_AFTER`` at *now*; a second call finds nothing.

    Returns:
        How many rows expired of each delivery, by number.
    """
    values = {"now": now, "before": now - EXPIRES_AFTER}
    with connection.transaction():
        for row in connection.execute(statement("core/types_a_expirer.sql"), values).fetchall():
            journal.lock(connection, row["nom"])
        found = connection.execute(statement("core/expirer_anciennes.sql"), values).fetchall()
    return {row["id_livraison"]: row["lignes"] for row in found}
