"""Fourth step: one transaction brings the accepted rows into core, the refused ones into quarantine, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territoires.contracts.model import Contract
from territoires.contracts.versions import present_names
from territoires.delivery.corrections import covers, handed_back, likenesses, namesakes
from territoires.delivery.platform import Platform
from territoires.delivery.refusals import Refusals
from territoires.delivery.work import LINE, Work
from territoires.reading import Reading
from territoires.receipts.french import count, integer
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.load import WAREHOUSE, Counts, Load, TooManyClosings, load
from territoires.warehouse.quarantine import Answers, Flag, QuarantinedRow


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
            work = platform.work(delivery_id)
            job = job_of(row, contract, Judged.left_in(work, platform.contract_for(row)))
            try:
                with connection.transaction():
                    journal.lock(connection, contract.name)
                    if journal.delivery_for_update(connection, delivery_id)["statut"] != "en_lecture":
                        return False
                    reading = work.reading(with_rows=False)
                    job, newer = not_overtaken(connection, row, job, reading)
                    if newer:
                        journal.update(connection, delivery_id, **replaced(newer, row))
                        outcome.refused_with = "remplacee"
                        return False
                    alike = likenesses(connection, row, work.reading)
                    job = replace(job, answers=Answers(reading.references, alike))
                    instant = journal.now(connection)
                    counts = load(connection, job, instant=instant)
                    loaded = loaded_as(job, counts, instant)
                    journal.update(connection, delivery_id, **loaded)
                    named = _replaced(connection, platform, row, job) if loaded["statut"] in journal.LOADED else []
                    journal.note_corrections(connection, delivery_id, named)
            except TooManyClosings as error:
                outcome.refused_with, outcome.message = "plafond_fermeture", _closing_message(error)
                with connection.transaction():
                    journal.hold(connection, delivery_id, outcome.refused_with, outcome.message, contract.decision_days)
                return False
            outcome.rows = counts.added + counts.changed
    return True


@dataclass(frozen=True, slots=True)
class Judged:
    """A delivery as a *version* of its contract judged it: its frame with ``LINE``, and which of its rows load."""

    version: Contract
    frame: pd.DataFrame
    accepted: NDArray[np.bool_]
    refused: Refusals
    flags: Sequence[Flag]

    @classmethod
    def left_in(cls, work: Work, version: Contract) -> Judged:
        """Return what ``validate_delivery`` left."""
        refused, flags = work.refusals()
        return cls(version, work.frame([*version.headers, LINE]), work.validation().accepted, refused, flags)


def not_overtaken(
    connection: Connection, row: Row, job: Load, reading: Reading, schema: str = WAREHOUSE.journal
) -> tuple[Load, int]:
    """Return *job* without what later whole states have said already; where that is all of it, the newest of them.

    A complement is as old as the delivery whose rows it brings back. The number is 0 where the delivery has something
    to say.
    """
    if job.contract.mode != "complet":
        return job, 0
    base = handed_back(row, reading) if row["complement"] else set()
    since = max(base, default=row["id_livraison"])
    if job.parts is None:
        newest = journal.newest_whole_state(connection, row, schema)
        return job, newest if newest > since else 0
    found = journal.newest_states(connection, row, job.parts, schema)
    newer = {part: number for part, number in found.items() if number > since}
    if newer and len(newer) == len(job.parts):
        return job, max(newer.values())
    return job.without(newer), 0


def _replaced(connection: Connection, platform: Platform, row: Row, job: Load) -> list[int]:
    """Return the earlier deliveries, nothing of which is loaded, whose place this one takes by the name of its file.

    Beside that, held ones that it contains, or that its whole state overtakes, are told that nobody needs to decide.
    """
    alike = namesakes(connection, row, job.contract)
    loaded = f"La livraison n° {job.delivery_id}, reçue après celle-ci et déjà chargée,"
    if job.whole_state:
        overtaken, reason = journal.held(connection, row, job.parts), f"{loaded} donne un état complet plus récent."
    else:
        keys = list(job.contract.primary_key)
        given = pd.concat([job.accepted[keys], job.refused_keys[keys]])
        overtaken = [number for number in alike.held if covers(platform.work(number), given)]
        reason = f"{loaded} contient toutes ses lignes."
    if overtaken:
        journal.replace_held(connection, overtaken, reason)
    return [*alike.refused, *(set(alike.held) & set(overtaken))]


def job_of(row: Row, contract: Contract, judged: Judged) -> Load:
    """Return what a delivery brings, in the columns of *contract*, the present version of the one that judged it.

    Columns that this version has beyond the other stay empty.
    """
    frame, found = judged.frame, judged.refused
    refused_keys = frame.loc[~judged.accepted, list(contract.primary_key)]
    readable = refused_keys.notna().all(axis=1)
    columns = {**present_names(judged.version, contract), LINE: "ligne"}
    return Load(
        delivery_id=row["id_livraison"],
        contract=contract,
        accepted=frame.loc[judged.accepted, list(columns)].rename(columns=columns),
        refused=_quarantined(found),
        flags=judged.flags,
        refused_keys=refused_keys[readable],
        # A wrong key may stand for any of the current ones, just as an unreadable one.
        keys_unread=found.keys.count(None),
        closing_allowed="plafond_fermeture" in row["plafonds_leves"],
        complement=row["complement"],
    )


def _quarantined(found: Refusals) -> list[QuarantinedRow]:
    return [
        QuarantinedRow(row.line, key, dict(row.cells), [asdict(reason) for reason in row.reasons])
        for row, key in zip(found.rows, found.keys, strict=True)
    ]


def loaded_as(job: Load, counts: Counts, instant: datetime) -> dict[str, object]:
    """Return what the journal says of a delivery once *job* is loaded at *instant*, by its columns."""
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
        "chargee_le": instant,
        **(nothing if status == "refusee" else {"code_motif": None, "motif": None}),
    }


def replaced(newer: int, row: Row) -> dict[str, object]:
    """Return what the journal says of a delivery that a newer whole state has overtaken.

    An older state must not undo a newer one, nor a row of it come back, that was loaded while it waited.
    """
    reason = f"La livraison n° {newer}, reçue après celle-ci et déjà chargée, donne un état complet plus récent."
    if row["complement"]:
        reason = f"Les lignes de ce fichier viennent d'un état que la livraison n° {newer} a remplacé depuis en entier."
    return {"statut": "remplacee", "code_motif": "remplacee", "motif": reason}


def _closing_message(error: TooManyClosings) -> str:
    gone = f"{count(error.closing, 'ligne')} en vigueur sur {integer(error.current)}"
    verb = "n'y figure plus" if error.closing < 2 else "n'y figurent plus"
    agreed = f"c'est plus que les {100 * error.ceiling:.0f} % convenus pour cette livraison"
    return f"Ce fichier donne l'état complet, mais {gone} {verb} : {agreed}."
