"""Sends what the ledger holds: each mail at most once, those that wait for nothing first come first served."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any, Final

from territoires import storage
from territoires.mail import ledger
from territoires.mail.drafts import Attachment, Envelope, message, message_id
from territoires.mail.transport import Folder, Outcome, Outgoing, Transport, Unavailable, Uncertain
from territoires.receipts.french import PARIS
from territoires.storage import Place
from territoires.warehouse.engine import Connection, Row, connect

log = logging.getLogger(__name__)

PATIENCE: Final = timedelta(days=3)
"""How long a server may put a mail off before it counts as refused; RFC 5321 (4.5.4.1) speaks of four to five days, for
mail that people wrote: ours is answered by the files that it speaks of, and an engineer reads that it failed."""
LONGEST_WAIT_S: Final = 3_600
MAILS: Final = "courriers"
"""Folder, in that of an operator, of the mails that are only written down."""


@dataclass(frozen=True, slots=True)
class Outbox:
    """Where mails go.

    Attributes:
        outbound: root of the outbound folders, which attachments lie in and mails are written to.
        server: how mails are sent; None: every mail is only written down.
        replies: addresses that answers go to.
    """

    warehouse_url: str
    outbound: Place
    server: Transport | None
    replies: tuple[str, ...] = ()

    def send_all(self) -> Counter[str]:
        """Send every mail that waits, and return how many ended in which status.

        A mail that fails keeps no other from its turn. What another process left half sent is never sent again.

        Raises:
            Unavailable: the server cannot be reached; what waits goes on waiting.
        """
        ended: Counter[str] = Counter()
        with connect(self.warehouse_url, application="courriers", autocommit=True) as connection:
            for number in ledger.lose(connection):
                log.warning("mail %s: its sender was cut off, see docs/runbook.md", number)
                ended["incertain"] += 1
            while (row := ledger.claim(connection)) is not None:
                ended[self._send(connection, row)] += 1
        return ended

    def _send(self, connection: Connection, row: Row) -> ledger.Status:
        transport = self.server if self.server is not None and row["destinataires"] else Folder(self.outbound)
        remaining = tuple(address for address in row["destinataires"] if address not in row["servis"])
        identity = row["message_id"] or message_id(row["cle"], row["cree_le"], transport.sender)
        status: ledger.Status
        facts: dict[str, Any]
        try:
            envelope = Envelope(
                transport.sender, tuple(row["destinataires"]), self.replies, identity, row["cree_le"].astimezone(PARIS)
            )
            made = message(envelope, row["objet"], row["texte"], row["page"], self._attachments(row["pieces"]))
            outcome = transport.post(Outgoing(made, remaining, place(row)))
        except Unavailable:
            ledger.settle(connection, row["id_courrier"], "a_envoyer", code_erreur="Unavailable", pas_avant=_wait(row))
            raise
        except Uncertain as error:
            status, facts = "incertain", {"code_erreur": str(error)}
        except OSError as error:  # a full disk, a store that does not answer: before anything was sent
            status, facts = "a_envoyer", {"code_erreur": type(error).__name__, "pas_avant": _wait(row)}
        except Exception as error:  # noqa: BLE001 - whatever ails one mail, the others have their turn
            status, facts = "echoue", {"code_erreur": type(error).__name__}
        else:
            status, facts = _judge(row, outcome)
        ledger.settle(connection, row["id_courrier"], status, **{"message_id": identity, **facts})
        # Neither addresses nor subject: what a log holds, many may read.
        log.info("mail %s (%s): %s", row["id_courrier"], row["motif"], status)
        return status

    def _attachments(self, paths: Sequence[str]) -> list[Attachment]:
        """Read what is attached; a file that its operator has fetched and removed since is left out."""
        found = []
        for path in paths:
            try:
                with storage.at_hand(self.outbound / path) as file:
                    found.append(Attachment(PurePosixPath(path).name, file.read_bytes()))
            except FileNotFoundError:
                log.info("an attachment is no longer in the outbound folder: the mail goes without it")
        return found


def place(row: Mapping[str, Any]) -> str:
    """Return where a mail of the ledger is put if it is only written down, relative to the outbound root."""
    day = row["cree_le"].astimezone(PARIS).date().isoformat()
    about = re.sub(r"[^a-z0-9_-]+", "-", row["cle"])
    return f"{row['operateur']}/{MAILS}/{day}_{about}_non-envoye.eml"


def _judge(row: Row, outcome: Outcome) -> tuple[ledger.Status, dict[str, Any]]:
    """Tell what a server's replies make of a mail. Codes of 400 to 499 may heal, those of 500 and above do not."""
    if outcome.path is not None:
        return "ecrit", {"chemin": outcome.path}
    served = [address for address in row["destinataires"] if address not in outcome.refused]
    codes = " ".join(str(code) for code in sorted(set(outcome.refused.values()))) or None
    facts: dict[str, Any] = {"servis": served, "code_erreur": codes}
    if any(code < 500 for code in outcome.refused.values()) and not _given_up(row):
        return "a_envoyer", {**facts, "pas_avant": _wait(row)}
    return ("envoye" if served else "echoue"), facts


def _given_up(row: Row) -> bool:
    return bool(row["age"] > PATIENCE)


def _wait(row: Row) -> int:
    """Seconds until the next try: 2, 4, 8 minutes, then every hour."""
    return int(min(60 * 2 ** min(row["tentatives"], 6), LONGEST_WAIT_S))
