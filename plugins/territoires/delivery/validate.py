"""Third step: the contract's suite says which rows may load; past the ceiling of refusals the delivery is held."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Final

import pandas as pd
from psycopg import sql

from territoires.contracts.model import Contract
from territoires.delivery.hints import Hints
from territoires.delivery.platform import Platform
from territoires.delivery.refusals import Refusals, flags, refusals
from territoires.reading import Reading
from territoires.receipts.french import count, integer
from territoires.registers.codes import Codes
from territoires.registers.lookup import codes_of
from territoires.validation.suite import compile_suite, unjudged
from territoires.validation.validate import Examiner, Rule, Validation
from territoires.validation.zeros import restore_zeros
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.load import WAREHOUSE, parts_of
from territoires.warehouse.quarantine import Flag
from territoires.warehouse.sql import statement

_log = logging.getLogger(__name__)

_OPTIONAL: Final = frozenset({"commune", "rome", "fap", "bassin"})
"""Registers that an installation may do without: while one holds nothing, its rules are left out and the delivery goes
on, since nobody would ever come to load it. Without the territories no delivery means anything: it waits for them."""
_MAY_BE_EMPTY: Final = frozenset({"contrat"})
"""Registers that deliveries fill: where none is known, none is known."""


class RegisterNotLoaded(Exception):
    """A rule needs a register that holds nothing yet: the step is to be run again once it is loaded."""


def validate_delivery(platform: Platform, delivery_id: int, run_id: str | None = None) -> None:
    """Validate what ``read_delivery`` left; a delivery that it left nothing of is left alone, for the next run.

    Raises:
        RegisterNotLoaded: a foreign key cannot be checked yet.
    """
    with platform.connect("valider") as connection:
        connection.autocommit = True
        row = journal.delivery(connection, delivery_id)
        work = platform.work(delivery_id)
        if row["statut"] != "en_lecture" or not work.is_read():
            return
        contract = platform.contract_for(row)
        with journal.step(platform.warehouse_url, delivery_id, "valider", run_id) as outcome:
            judged = judge_for(connection, contract).judge(work.reading(), work.frame())
            if judged.restored:
                work.save_frame(judged.frame)
            work.save_validation(judged.validation)
            work.save_refusals(judged.refused, judged.flags)
            outcome.rows = judged.rows
            _write(connection, row, judged)
            platform.archive.note(
                row["sha256"], f"livraison-{delivery_id}.validation.json", journal.dumps(judged.validation.report)
            )
            held = too_many_refused(contract, judged)
            # Rows that were refused once and still are, in a file that holds nothing else, say nothing new.
            if held and not row["complement"] and "plafond_refus" not in row["plafonds_leves"]:
                outcome.refused_with, outcome.message = "plafond_refus", held
                journal.hold(connection, delivery_id, outcome.refused_with, held, contract.decision_days)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the suite of a contract says of a delivery: its frame (zeros ``restored`` in some cells), verdicts, words.

    ``broken`` rows could not be cut into cells; rules whose register is not there are ``left_out``; ``parts`` are those
    of the table that the delivery speaks of (``parts_of``).
    """

    frame: pd.DataFrame
    restored: int
    validation: Validation
    refused: Refusals
    flags: Sequence[Flag]
    broken: int
    left_out: tuple[Rule, ...]
    parts: list[str] | None

    @property
    def rows(self) -> int:
        """Number of rows of the file."""
        return len(self.validation.accepted) + self.broken

    @property
    def counts(self) -> dict[str, int]:
        """Numbers of rows and of warnings, by the columns of the journal that hold them."""
        return {
            "lignes_acceptees": int(self.validation.accepted.sum()),
            "lignes_refusees": self.validation.refused + self.broken,
            "avertissements": len(self.flags),
        }

    @property
    def columns(self) -> dict[str, object]:
        """What the journal keeps of it, by its columns."""
        return {**self.counts, "perimetre": self.parts}


class Judge:
    """One version of a contract and what the registers know, ready to judge any number of deliveries."""

    def __init__(self, contract: Contract, known: Mapping[str, Codes | None]) -> None:
        self.contract, self.known = contract, known
        self._examiner = Examiner(compile_suite(contract, known))

    def judge(self, reading: Reading, frame: pd.DataFrame) -> Judgement:
        """Judge a reading and its typed frame."""
        whole, restored = restore_zeros(frame, self.contract, self.known)
        validation = self._examiner.validate(whole)
        hints = Hints(whole, reading.lines, self.contract, self.known)
        return Judgement(
            frame=whole,
            restored=restored,
            validation=validation,
            refused=refusals(reading, validation, hints),
            flags=flags(reading, validation, hints),
            broken=len(reading.broken),
            left_out=unjudged(self.contract, self.known),
            parts=parts_of(self.contract, whole),
        )


_KEPT: ContextVar[dict[tuple[str, str], Judge] | None] = ContextVar("judges by contract and version", default=None)


@contextmanager
def keep_judges() -> Iterator[None]:
    """Within this block, deliveries are judged by the registers as the first of their contract found them.

    To read a register and to make a suite ready takes longer than to judge a small file.
    """
    token = _KEPT.set({})
    try:
        yield
    finally:
        _KEPT.reset(token)


def judge_for(connection: Connection, contract: Contract) -> Judge:
    """Return who judges by this version of a contract: see ``keep_judges``.

    Raises:
        RegisterNotLoaded: a foreign key cannot be checked yet.
    """
    kept = _KEPT.get()
    if kept is None:
        return Judge(contract, registers(connection, contract))
    name = (contract.name, contract.version)
    if name not in kept:
        kept[name] = Judge(contract, registers(connection, contract))
    return kept[name]


def registers(connection: Connection, contract: Contract) -> dict[str, Codes | None]:
    """Return what each register knows that the contract refers to, None for an optional one that holds nothing yet.

    Raises:
        RegisterNotLoaded: the territories are not loaded.
    """
    known: dict[str, Codes | None] = {}
    for name in sorted({key.register for key in contract.foreign_keys}):
        codes = codes_of(connection, name)
        if codes.known or name in _MAY_BE_EMPTY:
            known[name] = codes
        elif name in _OPTIONAL:
            _log.warning("the register %r is empty: its rules are left out", name)
            known[name] = None
        else:
            raise RegisterNotLoaded(f"the register {name!r} is empty; ingest_territories loads it")
    return known


def _write(connection: Connection, row: Row, judged: Judgement) -> None:
    with connection.transaction():
        connection.execute("delete from journal.resultat_regle where id_livraison = %s", [row["id_livraison"]])
        note_rules(connection, row["id_livraison"], judged)
        journal.update(connection, row["id_livraison"], **judged.columns)


def note_rules(connection: Connection, delivery_id: int, judged: Judgement, schema: str = WAREHOUSE.journal) -> None:
    """Write what each rule found in a delivery, into the table ``resultat_regle`` of *schema*."""
    query = sql.SQL(statement("core/noter_regle.sql")).format(resultats=sql.Identifier(schema, "resultat_regle"))
    found = [
        {
            "livraison": delivery_id,
            "colonne": rule.column,
            "regle": rule.code,
            "severite": rule.severity,
            "examinees": rule.examined,
            "en_defaut": rule.failed,
        }
        for rule in (*judged.validation.rules, *judged.left_out)
    ]
    with connection.cursor() as cursor:
        cursor.executemany(query, found)


def too_many_refused(contract: Contract, judged: Judgement) -> str | None:
    """Say that a delivery has more refused rows than its contract lets pass without a decision, or None.

    Where no row at all can load, there is nothing to decide.
    """
    refused = judged.counts["lignes_refusees"]
    few = refused <= max(contract.refusals_tolerated, contract.refusal_ceiling * judged.rows)
    if refused == judged.rows or few:
        return None
    share = f"{100 * refused / judged.rows:.0f} %"
    verb = "est" if refused < 2 else "sont"
    agreed = f"c'est plus que les {100 * contract.refusal_ceiling:.0f} % convenus pour cette livraison"
    return f"{count(refused, 'ligne')} sur {integer(judged.rows)} {verb} à corriger, soit {share} : {agreed}."
