"""What other parts of the platform ask of the registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from territoires.warehouse.engine import Connection


def current_territory_ids(connection: Connection) -> set[str]:
    """Return the ids of the territories of every phase, as their last list gives them.

    Ids are reused between phases: a delivery does not say its phase, so an id of either is known.
    """
    rows = connection.execute("select distinct id_ti from core.territoire where valide_a is null")
    return {row["id_ti"] for row in rows}
