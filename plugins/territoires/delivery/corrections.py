"""How a file is known for the correction of earlier ones, where its business keys alone do not tell.

Four clues, in order of certainty: the reference that our files of refused rows carry, the business key (both are
matched in SQL, see ``warehouse.quarantine``), the file's name with the line, and the other cells of the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd
import pyarrow.compute as pc
from psycopg import sql

from territoires.contracts.model import Contract
from territoires.delivery.likeness import OpenRow, alike
from territoires.delivery.work import Work, WorkMissing
from territoires.reading import Reading
from territoires.receipts import names
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.load import WAREHOUSE
from territoires.warehouse.quarantine import Likeness
from territoires.warehouse.sql import Runner, statement

KEYLESS_ROWS: Final = 5_000
"""Open rows without key that a delivery is compared with, the newest first: what a person can still correct."""
_PERIOD_DAYS: Final[Mapping[str, int]] = {"mois": 31, "trimestre": 92, "semestre": 183, "annee": 366}


def is_complement(connection: Connection, row: Row, reading: Reading) -> bool:
    """Tell whether a file holds nothing but refused rows that we had handed back: each row says so, or its name does.

    Such a file adds to what is loaded. It is never the whole state, so nothing is closed for not being in it.
    """
    base = handed_back(row, reading)
    if not base:
        return False
    former = [journal.find(connection, number) for number in base]
    if not all(one and (one["operateur"], one["livraison"]) == (row["operateur"], row["livraison"]) for one in former):
        return False
    if reading.references is not None:
        return bool(pc.all(pc.is_in(reading.lines, reading.references["ligne"].combine_chunks())).as_py())
    refused = sum(int(one["lignes_refusees"] or 0) for one in former if one)
    return bool(reading.raw.num_rows + len(reading.broken) <= refused)


def handed_back(row: Row, reading: Reading) -> set[int]:
    """Return the deliveries whose refused rows this file says it holds, by its references or else by its name."""
    if reading.references is not None and reading.references.num_rows:
        return set(pc.unique(reading.references["id_livraison"]).to_pylist())
    number = names.handed_back(row["nom_fichier"])
    return set() if number is None else {number}


@dataclass(frozen=True, slots=True)
class Namesakes:
    """Earlier deliveries whose file has the same name, but for what people add to a copy, within one period.

    ``refused`` are those since the last one that was loaded, ``held`` wait for a decision: nothing of them is loaded.
    """

    refused: tuple[int, ...]
    held: tuple[int, ...]


def namesakes(connection: Connection, row: Row, contract: Contract) -> Namesakes:
    """Return the earlier deliveries that a file may take the place of, by its name; a complement takes nobody's."""
    if row["complement"]:
        return Namesakes((), ())
    family = names.family(row["nom_fichier"])
    values = {**row, "jours": _PERIOD_DAYS[contract.calendar.period]}
    refused, held = [], []
    loaded = False
    for former in connection.execute(statement("core/livraisons_precedentes.sql"), values):
        if names.family(former["nom_fichier"]) != family:
            continue
        loaded = loaded or former["statut"] in journal.LOADED
        if former["statut"] == "en_attente":
            held.append(former["id_livraison"])
        elif former["statut"] == "refusee" and not loaded:
            refused.append(former["id_livraison"])
    return Namesakes(tuple(refused), tuple(held))


def likenesses(
    connection: Connection, row: Row, read: Callable[[], Reading], quarantine: str = WAREHOUSE.quarantine
) -> list[Likeness]:
    """Find the rows of a file that look like open rows whose key could not be read (see ``likeness.alike``).

    *read* gives the file's rows; it is called only if such rows are open.
    """
    place = {"quarantaine": sql.Identifier(quarantine, "ligne")}
    run = Runner(connection, place, {**row, "limite": KEYLESS_ROWS})
    family = names.family(row["nom_fichier"])
    waiting = [
        OpenRow.of(found, same_name=names.family(found["nom_fichier"]) == family)
        for found in run.rows("core/lignes_sans_cle.sql")
    ]
    return alike(waiting, read()) if waiting else []


def covers(held: Work, keys: pd.DataFrame) -> bool:
    """Tell whether *keys* (the columns of the primary key) has every readable key of a held delivery."""
    try:
        former = held.frame([*keys.columns]).dropna()
    except WorkMissing:
        return False
    joined = former.merge(keys.drop_duplicates(), how="left", on=list(keys.columns), indicator=True)
    return bool((joined["_merge"] == "both").all())
