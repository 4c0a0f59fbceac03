"""A real SMTP server on the loopback, which does as it is told, and a ledger to send from."""

from __future__ import annotations

import asyncio
import email
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from territoires.local.processes import free_port
from territoires.mail import ledger
from territoires.mail.drafts import Draft
from territoires.mail.outbox import Outbox
from territoires.mail.transport import SmtpServer
from tests.conftest import Entrepot

TO = ("a@operateur.example", "b@operateur.example")


@dataclass
class Server:
    """What the server took, and how it behaves: replies by recipient, to the body, and where it hangs up."""

    port: int
    taken: list[tuple[list[str], bytes]] = field(default_factory=list)
    replies: dict[str, str] = field(default_factory=dict)
    body_reply: str = "250 OK"
    hangs_up: str = ""

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's names
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.hangs_up == "before the body":
            _cut(server)
        reply = self.replies.get(address, "250 OK")
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.body_reply.startswith("250"):
            assert isinstance(envelope.content, bytes)
            self.taken.append((list(envelope.rcpt_tos), envelope.content))
        if self.hangs_up == "after the body":
            _cut(server)
        return self.body_reply

    def messages(self) -> list[EmailMessage]:
        found = [email.message_from_bytes(content, policy=default) for _, content in self.taken]
        return [message for message in found if isinstance(message, EmailMessage)]

    def transport(self, **changes: Any) -> SmtpServer:
        given = {"security": "none", "timeout_s": 5, **changes}
        return SmtpServer("127.0.0.1", self.port, "suivi@ti.example", **given)


def _cut(server: SMTP) -> None:
    assert isinstance(server.transport, asyncio.Transport)
    server.transport.abort()


@pytest.fixture
def smtp() -> Iterator[Server]:
    server = Server(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()


@dataclass
class Post:
    """A ledger, and the outbox that sends from it by *smtp*, or into a folder."""

    entrepot: Entrepot
    outbound: Path
    smtp: Server

    def outbox(self, *, written: bool = False, **server: Any) -> Outbox:
        transport = None if written else self.smtp.transport(**server)
        return Outbox(self.entrepot.loader_url, self.outbound, transport, ("equipe@ti.example",))

    def put(self, key: str = "recu:42:refusee", to: tuple[str, ...] = TO, **more: Any) -> bool:
        draft = Draft(key, "recu", "bpifrance", to, "Objet", "Texte é\n.\n", "<p>Page</p>", "accompagnements", **more)
        with self.entrepot.connect("loader") as connection:
            return ledger.put(connection, draft)

    def query(self, text: str, *values: object) -> list[dict[str, Any]]:
        with self.entrepot.connect("loader") as connection:
            cursor = connection.execute(text, list(values))  # type: ignore[call-overload]
            return cursor.fetchall() if cursor.description else []

    def row(self, key: str = "recu:42:refusee") -> dict[str, Any]:
        return self.query("select * from journal.courrier where cle = %s", key)[0]

    def later(self) -> None:
        """Let the time of every mail that was put off come."""
        self.query("update journal.courrier set pas_avant = now()")


@pytest.fixture
def post(entrepot: Entrepot, tmp_path: Path, smtp: Server) -> Post:
    return Post(entrepot, tmp_path / "outbound", smtp)
