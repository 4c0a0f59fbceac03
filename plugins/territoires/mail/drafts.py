"""What a mail is before it is sent, and the message that it becomes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from mimetypes import guess_type
from typing import Final, Literal
from uuid import NAMESPACE_URL, uuid5

from territoires.receipts.safe import shown

Kind = Literal["recu", "relance", "retard", "bilan", "alerte"]

AUTHOR: Final = "Territoires d'industrie"
NOBODY: Final = "ne-pas-repondre@territoires-industrie.invalid"
"""Sender of a mail that is only written down: a domain that can never exist (RFC 2606)."""
SUBJECT_LENGTH: Final = 150


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail as the ledger takes it.

    Attributes:
        key: what it tells of (``recu:42:refusee``): the ledger takes it once.
        operator: code of the operator, or ``operators.ENGINEERS``.
        delivery, delivery_id: the delivery that it is about, if it is about one.
        recipients: addresses; none: the mail is only written down.
        subject, text, page: in French, ``page`` being the HTML.
        attachments: files below the outbound root, relative to it.
    """

    key: str
    kind: Kind
    operator: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    page: str
    delivery: str | None = None
    delivery_id: int | None = None
    attachments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with a mail, under a bare name."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who a message is from and to, and what makes it the same message however often it is tried.

    ``replies`` are the addresses that an answer goes to, ``message_id`` is without its angle brackets.
    """

    sender: str
    recipients: tuple[str, ...]
    replies: tuple[str, ...]
    message_id: str
    written_at: datetime


def message_id(key: str, written_at: datetime, sender: str) -> str:
    """Return the Message-ID of a mail, without brackets: the same at each try, another for each installation."""
    return f"{uuid5(NAMESPACE_URL, f'{key} {written_at.isoformat()}').hex}@{sender.rpartition('@')[2]}"


def message(
    envelope: Envelope, subject: str, text: str, page: str, attachments: Sequence[Attachment] = ()
) -> EmailMessage:
    """Return the message to send: text and HTML that say the same, then the attachments.

    No subject of ours quotes what others wrote; if one did, no line break of it, plain or encoded, could begin another
    header.

    Raises:
        ValueError: an address is none.
    """
    made = EmailMessage(policy=SMTP)
    made["From"] = Address(AUTHOR, addr_spec=envelope.sender)
    made["To"] = [Address(addr_spec=address) for address in envelope.recipients] or "Destinataires non définis:;"
    if envelope.replies:
        made["Reply-To"] = [Address(addr_spec=address) for address in envelope.replies]
    # Python decodes what looks like an encoded word (RFC 2047) even here, line breaks and all: nothing may look so.
    made["Subject"] = shown(subject, SUBJECT_LENGTH).replace("=?", "= ?")
    made["Date"] = envelope.written_at
    made["Message-ID"] = f"<{envelope.message_id}>"
    # RFC 3834: no machine is to answer this one ("absent du bureau…").
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(text, cte="quoted-printable")
    made.add_alternative(page, subtype="html", cte="quoted-printable")
    for attachment in attachments:
        maintype, _, subtype = (guess_type(attachment.name)[0] or "application/octet-stream").partition("/")
        made.add_attachment(attachment.content, maintype=maintype, subtype=subtype, filename=attachment.name)
    return made
