"""First step: whole files are claimed, archived, and written in the journal; then they leave the inbound folder."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

from territoires.anomalies import Anomaly
from territoires.delivery.platform import Platform
from territoires.inbox import Claim, Deposit, claim_stable_files, deposit, discard
from territoires.inbox.folders import StillGrowing
from territoires.reading.errors import anomaly
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection

log = logging.getLogger(__name__)


class NothingReceived(Exception):
    """No claimed file could be taken up, and nothing else waits: the claims stay for the next run."""


def receive(platform: Platform, operator: str, run_id: str | None = None) -> dict[str, list[int]]:
    """Take up every whole file of *operator* and list its deliveries that have no answer yet.

    A file that cannot be taken up stays claimed, and keeps no other from its turn.

    Returns:
        ``{delivery type: [id_livraison, …]}`` in order of arrival. Deliveries whose run was killed are in it too.

    Raises:
        NothingReceived: files wait, and none of them could be taken up.
        OSError: an inbound folder cannot be read.
    """
    failed = 0
    with platform.connect("recevoir") as connection:
        connection.autocommit = True
        for contract in platform.contracts.values():
            if contract.operator != operator:
                continue
            folder = platform.inbound / operator / contract.delivery
            for claim in claim_stable_files(folder, datetime.now(UTC)):
                try:
                    _take(platform, connection, claim, (operator, contract.delivery), run_id)
                except Exception as error:  # noqa: BLE001 - one file that nobody can read must not stop an operator
                    failed += 1
                    log.error("claim %s: %s", claim.key, type(error).__name__)  # noqa: TRY400 - no cell in a log
        found: dict[str, list[int]] = {}
        for row in journal.unanswered(connection, operator):
            found.setdefault(row["livraison"], []).append(row["id_livraison"])
    if failed and not found:
        raise NothingReceived(f"{failed} claimed files could not be taken up; see the log above and docs/runbook.md")
    return found


def _take(platform: Platform, connection: Connection, claim: Claim, place: tuple[str, str], run_id: str | None) -> None:
    try:
        taken = deposit(claim, *place, platform.archive)
    except StillGrowing:
        log.info("a file of %s/%s is still being written; it waits for the next run", *place)
        return
    row = journal.register(connection, taken)
    _record(platform, connection, row, taken, run_id)
    discard(claim, taken)
    log.info("delivery %s: %s/%s, %s bytes, %s", row["id_livraison"], *place, taken.size, row["statut"])


def _record(
    platform: Platform, connection: Connection, row: dict[str, Any], taken: Deposit, run_id: str | None
) -> None:
    with journal.step(platform.warehouse_url, row["id_livraison"], "recevoir", run_id) as outcome:
        if taken.link and row["statut"] == "recue":
            link = anomaly("lien_symbolique", fichier=taken.name)
            outcome.refused_with = link.code
            refuse(connection, row["id_livraison"], (link,))


def refuse(connection: Connection, delivery_id: int, anomalies: tuple[Anomaly, ...]) -> None:
    """Write that a file is refused whole, and why."""
    journal.update(
        connection,
        delivery_id,
        statut="refusee",
        code_motif=anomalies[0].code,
        motif=anomalies[0].message,
        anomalies=journal.anomalies_json(anomalies),
    )
