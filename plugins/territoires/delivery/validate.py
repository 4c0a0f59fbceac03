"""Third step: the contract's suite says which rows may load; past the ceiling of refusals the delivery is held."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from territoires.contracts.model import Contract
from territoires.delivery.platform import Platform
from territoires.delivery.refusals import flags, refusals
from territoires.registers import current_territory_ids
from territoires.validation.suite import compile_suite
from territoires.validation.validate import Validation, validate
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection
from territoires.warehouse.sql import statement


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
        contract = platform.contract(row["operateur"], row["livraison"])
        with journal.step(platform.warehouse_url, delivery_id, "valider", run_id) as outcome:
            suite = compile_suite(contract, registers(connection, contract))
            frame = work.frame()
            validation = validate(frame, suite)
            work.save_validation(validation)
            reading = work.reading()
            work.save_refusals(refusals(reading, frame, validation, contract), flags(reading, validation, contract))
            broken = len(reading.broken)
            outcome.rows = len(validation.accepted) + broken
            _write(connection, row, validation, broken)
            platform.archive.note(
                row["sha256"], f"livraison-{delivery_id}.validation.json", journal.dumps(validation.report)
            )
            held = _held(contract, row, validation, broken)
            if held:
                outcome.refused_with, outcome.message = "plafond_refus", held
                journal.update(connection, delivery_id, statut="en_attente", code_motif="plafond_refus", motif=held)


def registers(connection: Connection, contract: Contract) -> dict[str, Collection[str]]:
    """Return the values of each register that the contract refers to.

    Raises:
        RegisterNotLoaded: one of them is empty.
    """
    known: dict[str, Collection[str]] = {}
    for name in {key.register for key in contract.foreign_keys}:
        if name != "territoire":
            raise LookupError(f"no register is called {name!r}")
        known[name] = current_territory_ids(connection)
        if not known[name]:
            raise RegisterNotLoaded(f"the register {name!r} is empty; ingest_territories loads it")
    return known


def _write(connection: Connection, row: dict[str, Any], validation: Validation, broken: int) -> None:
    with connection.transaction():
        connection.execute("delete from journal.resultat_regle where id_livraison = %s", [row["id_livraison"]])
        with connection.cursor() as cursor:
            cursor.executemany(
                statement("core/noter_regle.sql"),
                [
                    {
                        "livraison": row["id_livraison"],
                        "colonne": rule.column,
                        "regle": rule.code,
                        "severite": rule.severity,
                        "examinees": rule.examined,
                        "en_defaut": rule.failed,
                    }
                    for rule in validation.rules
                ],
            )
        journal.update(
            connection,
            row["id_livraison"],
            lignes_acceptees=int(validation.accepted.sum()),
            lignes_refusees=validation.refused + broken,
            avertissements=sum(rule.failed for rule in validation.rules if rule.severity == "warning"),
        )


def _held(contract: Contract, row: dict[str, Any], validation: Validation, broken: int) -> str | None:
    """Say why the delivery waits for an engineer, or None. Where no row at all can load, there is nothing to decide."""
    total = len(validation.accepted) + broken
    refused = validation.refused + broken
    few = refused <= max(contract.refusals_tolerated, contract.refusal_ceiling * total)
    if "plafond_refus" in row["plafonds_leves"] or refused == total or few:
        return None
    share = f"{100 * refused / total:.0f} %"
    ceiling = f"{100 * contract.refusal_ceiling:.0f} %"
    return f"{refused} lignes refusées sur {total}, soit {share} : au-delà du plafond de {ceiling} du contrat."
