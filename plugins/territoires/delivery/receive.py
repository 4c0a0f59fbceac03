"""First step: whole files are claimed, archived, and written in the journal; then they leave the inbound folder."""

from __future__ import annotations

import logging
from collections.abc import Collection
from datetime import UTC, datetime

from territoires import storage
from territoires.anomalies import Anomaly
from territoires.contracts.model import Contract
from territoires.delivery.platform import Platform
from territoires.delivery.sweep import sweep
from territoires.failures import told
from territoires.inbox import Claim, Deposit, StillGrowing, claim_stable_files
from territoires.inbox.model import storable_name
from territoires.reading.errors import anomaly
from territoires.receipts import delay
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection, Row

log = logging.getLogger(__name__)


class NothingReceived(Exception):
    """No waiting file could be taken up, and nothing else waits: the files stay for the next run."""


def receive(
    platform: Platform, operator: str, run_id: str | None = None, deliveries: Collection[str] | None = None
) -> dict[str, list[int]]:
    """Take up every whole file of *operator* (in the folders of some types) and list what has no answer yet.

    A file or a folder that cannot be taken up stays as it is, and keeps no other from its turn. Its operator is told
    that it waits.

    Returns:
        ``{delivery type: [id_livraison, …]}`` in order of arrival. Deliveries whose run was killed are in it too.

    Raises:
        NothingReceived: files wait, and none of them could be taken up.
        FileNotFoundError: there is no inbound root, such as a share that is not mounted.
    """
    if storage.is_local(platform.inbound) and not platform.inbound.is_dir():
        raise FileNotFoundError("the inbound root (TI_INBOUND) is not there: is its disk or share mounted?")
    failed: list[str] = []
    with platform.connect("recevoir") as connection:
        connection.autocommit = True
        for contract in platform.contracts.values():
            if contract.operator == operator and (deliveries is None or contract.delivery in deliveries):
                failed += _take_all(platform, connection, contract, run_id)
        found: dict[str, list[int]] = {}
        for row in journal.unanswered(connection, operator):
            if deliveries is not None and row["livraison"] not in deliveries:
                continue
            found.setdefault(row["livraison"], []).append(row["id_livraison"])
        sweep(platform, connection, operator)
    if failed and not found:
        raise NothingReceived(f"nothing could be taken up, and files wait: {'; '.join(dict.fromkeys(failed))}")
    return found


def _take_all(platform: Platform, connection: Connection, contract: Contract, run_id: str | None) -> list[str]:
    """Take up the whole files of one folder; return what kept each of the others from it, in words without values."""
    try:
        claims = claim_stable_files(platform.inbound / contract.operator / contract.delivery, datetime.now(UTC))
    except OSError as error:
        log.error("folder %s: %s", contract.name, told(error))  # noqa: TRY400 - a path can hold an operator's name
        return [f"{contract.name}: {told(error)}"]
    failed = []
    for claim in claims:
        try:
            taken = claim.deposit(contract.operator, contract.delivery, platform.archive)
            row = journal.register(connection, taken)
        except StillGrowing:
            log.info("a file of %s is still being written; it waits for the next run", contract.name)
            continue
        except Exception as error:  # noqa: BLE001 - one file that nobody can read must not stop an operator
            log.error("claim %s: %s", claim.key, told(error))  # noqa: TRY400 - no cell in a log
            failed.append(told(error))
            _announce(platform, contract, claim)
            continue
        try:
            _done_with(platform, connection, claim, (row, taken), run_id)
        except Exception as error:  # noqa: BLE001 - the journal holds the delivery: the next run clears up after this one
            log.error("delivery %s: %s", row["id_livraison"], told(error))  # noqa: TRY400 - as above
            failed.append(told(error))
    return failed


def _done_with(
    platform: Platform, connection: Connection, claim: Claim, entered: tuple[Row, Deposit], run_id: str | None
) -> None:
    """Note the step of a delivery that the journal holds now, and remove its file."""
    row, taken = entered
    _record(platform, connection, row, taken, run_id)
    delay.withdraw(platform.outbound / taken.operator, claim.key, taken.name)
    claim.discard(taken)
    log.info(
        "delivery %s: %s/%s, %s bytes, %s",
        row["id_livraison"],
        taken.operator,
        taken.delivery,
        taken.size,
        row["statut"],
    )


def _announce(platform: Platform, contract: Contract, claim: Claim) -> None:
    """Tell the operator that a file waits: it may have left their folder already."""
    try:
        name = storable_name(claim.name)
        delay.announce(platform.outbound / contract.operator, claim.key, name, contract.title, datetime.now(UTC))
    except Exception as error:  # noqa: BLE001 - the same full disk, perhaps; the file waits all the same
        log.error("claim %s: its operator could not be told: %s", claim.key, told(error))  # noqa: TRY400 - as above


def _record(platform: Platform, connection: Connection, row: Row, taken: Deposit, run_id: str | None) -> None:
    with journal.step(platform.warehouse_url, row["id_livraison"], "recevoir", run_id) as outcome:
        if taken.link and row["statut"] == "recue":
            link = anomaly("lien_symbolique", fichier=taken.name)
            outcome.refused_with = link.code
            refuse(connection, row["id_livraison"], (link,))


def refuse(connection: Connection, delivery_id: int, anomalies: tuple[Anomaly, ...], schema: str = "journal") -> None:
    """Write that a file is refused whole, and why; in another *schema* for a replay."""
    journal.update(
        connection,
        delivery_id,
        schema,
        statut="refusee",
        code_motif=anomalies[0].code,
        motif=anomalies[0].message,
        anomalies=journal.anomalies_json(anomalies),
    )
