"""Published files that the platform fetches by itself, if they changed: each becomes a delivery as if it was dropped.

From there on nothing tells it from a dropped file: the same steps read it, judge it, load it and answer.
"""

from __future__ import annotations

import logging
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final
from uuid import uuid4

from territoires.delivery.platform import Platform
from territoires.inbox import Deposit
from territoires.registers.errors import FetchError
from territoires.registers.fetch import Fetched, Known, Timeout, Unchanged, check_address, fetch
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.sql import statement

log = logging.getLogger(__name__)

EVERY: Final = timedelta(days=7)
"""A yearly file is asked for once a week: in spring it is there within days of its publication."""
AFTER_AN_ERROR: Final = timedelta(days=1)
"""A source that failed through all tries of a task is left alone for a day: most of what ails it heals by then."""


class NotDue(Exception):
    """The address was asked not long ago."""


def download(
    platform: Platform,
    name: str,
    address: str,
    *,
    force: bool = False,
    run_id: str | None = None,
    timeout: Timeout | None = None,
) -> int | None:
    """Ask for the file at *address*, one conditional request, and make a delivery of a content that is new.

    Args:
        platform: where it is archived and entered.
        name: the type of delivery, ``operateur/livraison``.
        address: https, http or file, without credentials.
        force: ask although it was asked not long ago.
        run_id: run of the scheduler, for the journal.
        timeout: of the request.

    Returns:
        The number of the delivery, None if the content did not change.

    Raises:
        NotDue: see there; nothing is asked.
        FetchError: the source failed; the journal says so, and what is loaded stays.
        ValueError: the address cannot be used.
    """
    check_address(address)
    operator, delivery = name.split("/")
    asked = {"operateur": operator, "livraison": delivery, "adresse": address}
    with platform.connect("telecharger") as connection:
        connection.autocommit = True
        before = connection.execute(statement("core/telechargement.sql"), asked).fetchone()
        now = journal.now(connection)
        if before is not None and not force and now < _due(before):
            raise NotDue(f"asked for on {before['consultee_le']:%Y-%m-%d}")
        try:
            found = fetch(address, _known(before), platform.archive, timeout)
        except FetchError as error:
            _note(connection, asked, before, statut="erreur", motif=str(error))
            raise
        if isinstance(found, Unchanged):
            _note(connection, asked, before, statut="inchange", etag=found.etag, last_modified=found.last_modified)
            log.info("%s: unchanged (%s)", name, found.reason)
            return None
        return _enter(platform, connection, asked, found, run_id)


def _due(before: Row) -> datetime:
    last: datetime = before["consultee_le"]
    return last + (AFTER_AN_ERROR if before["statut"] == "erreur" else EVERY)


def _known(before: Row | None) -> Known | None:
    if before is None or before["sha256"] is None:
        return None
    return Known(before["sha256"], before["etag"], before["last_modified"])


def _enter(
    platform: Platform, connection: Connection, asked: dict[str, str], found: Fetched, run_id: str | None
) -> int:
    """Enter the delivery and what was received of its address at once: a killed step asks again and enters it once."""
    deposit = Deposit(
        key=uuid4(),
        operator=asked["operateur"],
        delivery=asked["livraison"],
        name=found.filename or f"{asked['livraison']}.xlsx",
        size=found.size,
        sha256=found.sha256,
        modified_at=_modified(found.last_modified),
        link=False,
    )
    with connection.transaction():
        number = int(journal.register(connection, deposit)["id_livraison"])
        told = {"sha256": found.sha256, "etag": found.etag, "last_modified": found.last_modified}
        _note(connection, asked, None, statut="nouveau", id_livraison=number, **told)
    with journal.step(platform.warehouse_url, number, "recevoir", run_id):
        log.info("%s/%s: %d bytes received as delivery %d", deposit.operator, deposit.delivery, found.size, number)
    return number


def _modified(header: str | None) -> datetime:
    try:
        return parsedate_to_datetime(header or "").astimezone(UTC)
    except ValueError:
        return datetime.now(UTC)


def _note(connection: Connection, asked: dict[str, str], before: Row | None, **told: object) -> None:
    """Write what asking gave; what is not *told* stays as it was *before*."""
    kept = {name: before and before[name] for name in ("sha256", "etag", "last_modified", "id_livraison")}
    values = {**asked, "motif": None, **kept, **told}
    connection.execute(statement("core/noter_telechargement.sql"), values)
