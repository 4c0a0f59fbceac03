"""``make drop``: lay a file in an inbound folder as an operator would, and wait for its receipt."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg

from territoires.local.console import LocalError
from territoires.warehouse.engine import connect

ACCEPTED, REFUSED, HELD, NO_ANSWER = 0, 1, 2, 3
_POLL_S = 0.5
_ANSWER = """
select l.id_livraison, l.statut, l.recu, l.recue_le, l.lignes_refusees, original.statut as statut_original,
    original.lignes_refusees as refusees_original
from journal.livraison as l
left join journal.livraison as original on original.id_livraison = l.doublon_de
where l.operateur = %(operateur)s and l.livraison = %(livraison)s and l.nom_fichier = %(nom_fichier)s
    and l.sha256 = %(sha256)s and l.id_livraison > %(apres)s and l.repondue_le is not null
order by l.id_livraison
limit 1
"""
_LAST = "select coalesce(max(id_livraison), 0) as apres from journal.livraison"


@dataclass(frozen=True, slots=True)
class Dropped:
    """A file that was laid in an inbound folder: ``after`` is the last delivery that the journal knew before."""

    operator: str
    delivery: str
    name: str
    sha256: str
    after: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a dropped file: the exit code, the journal's status, the receipt's text where there is one."""

    code: int
    status: str
    receipt: str
    delivery_id: int | None = None
    rows_refused: int | None = None
    received_at: datetime | None = None


def lay(
    file: Path, destination: str, inbound: Path, warehouse_url: str, *, name: str = "", keep_time: bool = False
) -> Dropped:
    """Copy *file* into ``inbound/<operateur>/<livraison>/`` under its own name (or *name*), all at once.

    The copy is made under a hidden name and renamed, so that nobody reads half a file. It bears the time of the copy,
    or with *keep_time* that of *file*.

    Raises:
        LocalError: no such file, no such inbound folder, or a file of that name is waiting there.
    """
    if not file.is_file():
        raise LocalError(f"FILE={file} : ce fichier n'existe pas.")
    folder = inbound / destination
    known = sorted(str(found.relative_to(inbound)) for found in inbound.glob("*/*") if not found.name.startswith("."))
    if destination not in known:
        raise LocalError(f"TO={destination} : livraison inconnue. Connues : {', '.join(known) or 'aucune'}.")
    operator, delivery = destination.split("/")
    target = folder / (name or file.name)
    if target.exists():
        raise LocalError(f"{target} attend déjà d'être pris en charge.")
    hidden = folder / f".{target.name}.{os.getpid()}.part"
    with connect(warehouse_url) as connection:
        row = connection.execute(_LAST).fetchone() or {}
    try:
        (shutil.copy2 if keep_time else shutil.copyfile)(file, hidden)
        with hidden.open("rb") as copied:
            sha256 = hashlib.file_digest(copied, "sha256").hexdigest()
        hidden.rename(target)
    finally:
        hidden.unlink(missing_ok=True)
    return Dropped(operator, delivery, target.name, sha256, int(row["apres"]))


def answer(dropped: Dropped, outbound: Path, warehouse_url: str) -> Answer | None:
    """Return what became of a dropped file, None while it is not answered."""
    with connect(warehouse_url) as connection:
        row = connection.execute(
            _ANSWER,
            {
                "operateur": dropped.operator,
                "livraison": dropped.delivery,
                "nom_fichier": dropped.name,
                "sha256": dropped.sha256,
                "apres": dropped.after,
            },
        ).fetchone()
    if row is None:
        return None
    receipt = (outbound / row["recu"]).read_text("utf-8") if row["recu"] else ""
    return Answer(
        code=exit_code(row),
        status=row["statut"],
        receipt=receipt,
        delivery_id=row["id_livraison"],
        rows_refused=row["lignes_refusees"],
        received_at=row["recue_le"],
    )


def exit_code(row: dict[str, Any]) -> int:
    """Return the code of a delivery's status: 0 accepted, 1 refused in whole or in part, 2 held.

    A duplicate has the code of the delivery whose content it repeats. One that was mended since (``remplacee``) counts
    by its own rows: its content was accepted unless some of them were refused.
    """
    status, refused = row["statut"], row["lignes_refusees"]
    if status == "doublon":
        status, refused = row["statut_original"], row["refusees_original"]
    if status == "en_attente":
        return HELD
    if status == "chargee" or (status == "remplacee" and not refused):
        return ACCEPTED
    return REFUSED


def wait(dropped: Dropped, outbound: Path, warehouse_url: str, timeout_s: float, check: Callable[[], None]) -> Answer:
    """Wait until a dropped file is answered, or *timeout_s* seconds; *check* raises if waiting is in vain."""
    limit = time.monotonic() + timeout_s
    while time.monotonic() < limit:
        with suppress(psycopg.OperationalError):  # a server that is restarted: whether it is gone, *check* tells
            found = answer(dropped, outbound, warehouse_url)
            if found:
                return found
        check()
        time.sleep(_POLL_S)
    return Answer(NO_ANSWER, "sans réponse", "")
