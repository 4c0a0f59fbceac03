"""Fourth step: one transaction brings the accepted rows into core, the refused ones into quarantine, and says so."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from territoires.contracts.model import Contract
from territoires.delivery.platform import Platform
from territoires.delivery.refusals import Refusals
from territoires.delivery.work import LINE, Work
from territoires.warehouse import journal
from territoires.warehouse.load import Counts, Load, QuarantinedRow, TooManyClosings, load


def load_delivery(platform: Platform, delivery_id: int, run_id: str | None = None) -> bool:
    """Load what ``validate_delivery`` left; True if this call loaded it, False if there was nothing (more) to do.

    Killed at any moment, it leaves the warehouse as it was; run again, it loads once: the status of the delivery is
    read and written within the transaction that loads.
    """
    with platform.connect("charger") as connection:
        row = journal.delivery(connection, delivery_id)
        connection.rollback()
        if row["statut"] != "en_lecture" or not platform.work(delivery_id).is_validated():
            return False
        contract = platform.contract(row["operateur"], row["livraison"])
        with journal.step(platform.warehouse_url, delivery_id, "charger", run_id) as outcome:
            job = _job(
                platform.work(delivery_id), contract, delivery_id, closing="plafond_fermeture" in row["plafonds_leves"]
            )
            try:
                with connection.transaction():
                    journal.lock(connection, contract.name)
                    if journal.delivery_for_update(connection, delivery_id)["statut"] != "en_lecture":
                        return False
                    if contract.mode == "complet" and (newer := journal.newest_loaded(connection, row)) > delivery_id:
                        journal.update(connection, delivery_id, **_replaced(newer))
                        outcome.refused_with = "remplacee"
                        return False
                    counts = load(connection, job)
                    journal.update(connection, delivery_id, **_loaded(job, counts))
            except TooManyClosings as error:
                outcome.refused_with, outcome.message = "plafond_fermeture", _closing_message(error)
                with connection.transaction():
                    journal.update(
                        connection,
                        delivery_id,
                        statut="en_attente",
                        code_motif="plafond_fermeture",
                        motif=outcome.message,
                    )
                return False
            outcome.rows = counts.added + counts.changed
    return True


def _job(work: Work, contract: Contract, delivery_id: int, *, closing: bool) -> Load:
    frame, validation = work.frame([*contract.headers, LINE]), work.validation()
    found, warned = work.refusals()
    refused_keys = frame.loc[~validation.accepted, list(contract.primary_key)]
    readable = refused_keys.notna().all(axis=1)
    return Load(
        delivery_id=delivery_id,
        contract=contract,
        accepted=frame[validation.accepted].rename(columns={LINE: "ligne"}),
        refused=_quarantined(found),
        flags=warned,
        refused_keys=refused_keys[readable],
        # A wrong key may stand for any of the current ones, just as an unreadable one.
        keys_unread=found.keys.count(None),
        closing_allowed=closing,
    )


def _quarantined(found: Refusals) -> list[QuarantinedRow]:
    return [
        QuarantinedRow(row.line, key, dict(row.cells), [asdict(reason) for reason in row.reasons])
        for row, key in zip(found.rows, found.keys, strict=True)
    ]


def _loaded(job: Load, counts: Counts) -> dict[str, object]:
    refused = len(job.refused)
    status = "chargee"
    if refused:
        status = "chargee_partiellement" if len(job.accepted) else "refusee"
    nothing = {"code_motif": "aucune_ligne", "motif": "Aucune ligne ne respecte le contrat."}
    return {
        "statut": status,
        "lignes_ajoutees": counts.added,
        "lignes_modifiees": counts.changed,
        "lignes_inchangees": counts.unchanged,
        "lignes_closes": counts.closed,
        "lignes_corrigees": counts.corrected,
        "chargee_le": pd.Timestamp.now(tz="UTC").to_pydatetime(),
        **(nothing if status == "refusee" else {"code_motif": None, "motif": None}),
    }


def _replaced(newer: int) -> dict[str, object]:
    """An older whole state must not undo a newer one that was loaded while it waited."""
    return {
        "statut": "remplacee",
        "code_motif": "remplacee",
        "motif": f"La livraison n° {newer}, reçue après celle-ci et déjà chargée, donne un état complet plus récent.",
    }


def _closing_message(error: TooManyClosings) -> str:
    return (
        f"Le fichier donne l'état complet, mais {error.closing} lignes en vigueur sur {error.current} "
        f"n'y figurent plus : au-delà du plafond de {100 * error.ceiling:.0f} % du contrat."
    )
