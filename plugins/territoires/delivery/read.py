"""Second step: the archived content becomes a table of raw cells and a typed frame, or is refused with reasons."""

from __future__ import annotations

from dataclasses import asdict

import pandas as pd

from territoires.anomalies import UnreadableFile
from territoires.contracts.model import Contract
from territoires.delivery.corrections import is_complement
from territoires.delivery.platform import Platform
from territoires.delivery.receive import refuse
from territoires.reading import Reading, convert, read
from territoires.warehouse import journal
from territoires.warehouse.engine import Row


def read_delivery(platform: Platform, delivery_id: int, run_id: str | None = None) -> None:
    """Read delivery *delivery_id* into its work area; a delivery that is past this step is left alone."""
    with platform.connect("lire") as connection:
        connection.autocommit = True
        row = journal.delivery(connection, delivery_id)
        if row["statut"] not in journal.UNFINISHED:
            return
        contract = platform.contract_for(row)
        work = platform.work(delivery_id)
        told = row["lignes_lues"] is not None and row["contrat_version"] == contract.version
        if row["statut"] == "en_lecture" and told and work.is_read():
            return  # a former try of this batch read it, and the journal knows what it found
        work.clear()
        journal.update(connection, delivery_id, statut="en_lecture", contrat_version=contract.version)
        with journal.step(platform.warehouse_url, delivery_id, "lire", run_id) as outcome:
            try:
                reading, frame = read_content(platform, row, contract)
            except UnreadableFile as error:
                outcome.refused_with = error.anomalies[0].code
                refuse(connection, delivery_id, error.anomalies)
                return
            work.save_reading(reading, frame)
            outcome.rows = len(frame) + len(reading.broken)
            complement = is_complement(connection, row, reading)
            journal.update(connection, delivery_id, **facts(reading), complement=complement, lignes_lues=outcome.rows)


def read_content(platform: Platform, row: Row, contract: Contract) -> tuple[Reading, pd.DataFrame]:
    """Read the archived content of a delivery by one version of its contract; return the reading and its typed frame.

    Raises:
        UnreadableFile: it cannot become rows.
        FileNotFoundError: the archive does not hold it.
    """
    others = tuple(other for other in platform.contracts.values() if other.name != contract.name)
    with platform.archive.local(row["sha256"]) as path:
        reading = read(path, row["nom_fichier"], contract, others=others)
        return reading, convert(reading, contract)


def facts(reading: Reading) -> dict[str, object]:
    """Return what the journal keeps of how a content was read, by its columns."""
    source = asdict(reading.source)
    return {
        "format": source["format"],
        "encodage": source["encoding"],
        "separateur": source["separator"],
        "feuille": source["sheet"],
        "ligne_entete": source["header_line"],
        "anomalies": journal.anomalies_json(reading.anomalies),
    }
