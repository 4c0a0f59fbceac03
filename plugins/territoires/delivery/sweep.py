"""What killed steps left on disks, removed: the work area and the spools stay as small as what is under way."""

from __future__ import annotations

import logging

from territoires import storage
from territoires.delivery.platform import Platform
from territoires.failures import told
from territoires.warehouse.engine import Connection

log = logging.getLogger(__name__)

_DONE = """
select id_livraison from journal.livraison
where id_livraison = any(%s) and operateur = %s and repondue_le is not null and statut <> 'en_attente'
"""


def sweep(platform: Platform, connection: Connection, operator: str) -> None:
    """Clear the work areas of the operator's answered deliveries, and what is left half-written for a day.

    A held delivery keeps its work area: its refused rows are given back with the decision. A disk that refuses is
    said in the log and stops nothing.
    """
    try:
        left = [
            int(name) for name in storage.names(storage.place(platform.work_root)) if name.isascii() and name.isdigit()
        ]
        for row in connection.execute(_DONE, [left, operator]).fetchall():
            platform.work(row["id_livraison"]).clear()
            log.info("delivery %s: the work area that a killed step left is cleared", row["id_livraison"])
        platform.archive.sweep()
        storage.sweep_spools()
    except Exception as error:  # noqa: BLE001 - what can be swept later keeps nobody waiting
        log.error("sweep: %s", told(error))  # noqa: TRY400 - a path can hold an operator's name
