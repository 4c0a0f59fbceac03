"""How much of what waits one run takes: early files are answered early, and no step comes near its time limit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from territoires.warehouse.engine import Connection
from territoires.warehouse.sql import statement

FILES: Final = 100
"""Deliveries of one type in one run: small ones take 0.2 s each through all steps, so that the first of a thousand is
answered within the minute, and what a run costs by itself (its tasks' start, 5 s) stays a fifth of it."""
OCTETS: Final = 256_000_000
"""Size of the files of one type in one run: 1.3 million rows, two minutes in the slowest step. One larger file is taken
alone."""
TRIES: Final = 5
"""Failures that send a delivery behind the others of its type: all the tries of one run (``policies.DEFAULT_ARGS``)."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Numbers of the deliveries to handle now, by type and in order of arrival, and how many wait for the next run."""

    deliveries: dict[str, list[int]]
    left: int


def next_batch(connection: Connection, operator: str, deliveries: Sequence[str] | None = None) -> Batch:
    """Return what a run of *operator* handles of its unanswered deliveries (of some types)."""
    types = None if deliveries is None else list(deliveries)
    bounds = {"operateur": operator, "livraisons": types, "fichiers": FILES, "octets": OCTETS, "essais": TRIES}
    rows = connection.execute(statement("core/prochain_lot.sql"), bounds).fetchall()
    found: dict[str, list[int]] = {}
    for row in rows:
        if row["du_lot"]:
            found.setdefault(row["livraison"], []).append(row["id_livraison"])
    return Batch(found, sum(not row["du_lot"] for row in rows))
