"""How a message leaves: by an SMTP server, or into the outbound folder where there is none."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from typing import Literal, Protocol

from territoires import storage
from territoires.mail.drafts import NOBODY
from territoires.storage import Place

OK, FORWARDED, START_BODY, CLOSED = 250, 251, 354, 421
"""Replies of RFC 5321, section 4.2.3; the last also stands for a session that broke off before the end of a message."""


class Unavailable(Exception):
    """The server cannot be reached, or takes nothing from us: no mail of this pass can leave. Nothing was sent."""


class Uncertain(Exception):
    """The whole message was handed over, and no answer came: nobody can know whether it was taken (RFC 5321, 4.2.5)."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message, whom it goes to, and where below the outbound root it is put if it is only written down."""

    message: EmailMessage
    recipients: tuple[str, ...]
    place: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which recipients the server refused, with its codes (all of them: nothing was sent); ``path`` if written down."""

    refused: Mapping[str, int] = field(default_factory=dict)
    path: str | None = None


class Transport(Protocol):
    """Takes one message at a time."""

    @property
    def sender(self) -> str:
        """Address that messages come from."""
        ...

    def post(self, outgoing: Outgoing) -> Outcome:
        """Send one message.

        Raises:
            Unavailable, Uncertain: see there.
        """
        ...


@dataclass(frozen=True, slots=True)
class SmtpServer:
    """An SMTP server and how to enter it; one session for each message, so that none suffers from the one before.

    Attributes:
        security: ``ssl`` from the first byte (port 465), ``starttls`` (port 587), or ``none``, on a trusted network.
        verify: whether the server's certificate must be one that this machine trusts.
        timeout_s: seconds that each exchange may take.
    """

    host: str
    port: int
    sender: str
    security: Literal["ssl", "starttls", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    verify: bool = True
    timeout_s: float = 30

    def post(self, outgoing: Outgoing) -> Outcome:
        """Send one message: see ``Transport``."""
        body = outgoing.message.as_bytes(policy=SMTP)
        client = self._open()
        try:
            outcome = self._transact(client, outgoing.recipients, body)
            with suppress(OSError):
                client.quit()
        finally:
            client.close()
        return outcome

    def _open(self) -> smtplib.SMTP:
        try:
            client = self._connect()
        except OSError as error:  # SMTPException is one
            raise Unavailable(_told(error)) from error
        try:
            if self.security == "starttls":
                client.starttls(context=self._context())
            client.ehlo_or_helo_if_needed()
            if self.user:
                client.login(self.user, self.password)
        except OSError as error:
            client.close()
            raise Unavailable(_told(error)) from error
        return client

    def _connect(self) -> smtplib.SMTP:
        if self.security == "ssl":
            return smtplib.SMTP_SSL(self.host, self.port, timeout=self.timeout_s, context=self._context())
        return smtplib.SMTP(self.host, self.port, timeout=self.timeout_s)

    def _transact(self, client: smtplib.SMTP, recipients: tuple[str, ...], body: bytes) -> Outcome:
        try:
            refused = _offer(client, self.sender, recipients)
            if len(refused) == len(recipients):
                return Outcome(refused)
            # The dot that ends the message goes out last: a server does not take a body that did not come whole.
            client.send(re.sub(rb"(?m)^\.", b"..", body) + b".\r\n")
        except OSError:
            return Outcome(dict.fromkeys(recipients, CLOSED))
        try:
            code, _ = client.getreply()
        except OSError as error:
            raise Uncertain(_told(error)) from error
        return Outcome(refused if code == OK else dict.fromkeys(recipients, code))

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if not self.verify:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        return context


@dataclass(frozen=True, slots=True)
class Folder:
    """Writes messages as .eml files below the outbound root: any mail program opens them, people read them there."""

    outbound: Place

    @property
    def sender(self) -> str:
        """Nobody's address."""
        return NOBODY

    def post(self, outgoing: Outgoing) -> Outcome:
        """Write one message down, whole or not at all; a second try replaces the first. Raises OSError."""
        with storage.whole(self.outbound / outgoing.place) as path:
            path.write_bytes(outgoing.message.as_bytes(policy=SMTP))
        return Outcome(path=outgoing.place)


def _offer(client: smtplib.SMTP, sender: str, recipients: tuple[str, ...]) -> dict[str, int]:
    """Announce a message; return the recipients that the server refuses, all of them if it wants no body."""
    code, _ = client.mail(sender)
    if code != OK:
        return dict.fromkeys(recipients, code)
    replies = {address: client.rcpt(address)[0] for address in recipients}
    refused = {address: code for address, code in replies.items() if code not in {OK, FORWARDED}}
    if len(refused) < len(recipients):
        code, _ = client.docmd("DATA")
        if code != START_BODY:
            return dict.fromkeys(recipients, code)
    return refused


def _told(error: Exception) -> str:
    """Name an error without its text, which can quote an address."""
    code = getattr(error, "smtp_code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
