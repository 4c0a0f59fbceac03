"""SMTP as servers speak it: what is surely sent, surely not, and what nobody can know."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from territoires.local.processes import free_port
from territoires.mail.drafts import Envelope, message
from territoires.mail.transport import Outgoing, Unavailable, Uncertain
from tests.integration.mail.conftest import TO, Server


def outgoing() -> Outgoing:
    envelope = Envelope("suivi@ti.example", TO, (), "x@ti.example", datetime(2026, 11, 23, 8, tzinfo=UTC))
    made: EmailMessage = message(envelope, "Reçu", "Première ligne\n.\n..\n.fin", "<p>é</p>")
    return Outgoing(made, TO, "bpifrance/courriers/x.eml")


def test_a_message_arrives_whole_with_its_lone_dots(smtp: Server) -> None:
    outcome = smtp.transport().post(outgoing())
    assert (dict(outcome.refused), outcome.path) == ({}, None)
    [(recipients, _)], [found] = smtp.taken, smtp.messages()
    assert tuple(recipients) == TO
    text = found.get_body(("plain",))
    assert text is not None
    assert text.get_content().splitlines() == ["Première ligne", ".", "..", ".fin"]
    assert found["Subject"] == "Reçu"


@pytest.mark.parametrize(
    ("replies", "body", "refused", "taken"),
    [
        ({TO[0]: "550 No such user"}, "250 OK", {TO[0]: 550}, [TO[1]]),
        ({TO[0]: "450 Later", TO[1]: "550 No"}, "250 OK", {TO[0]: 450, TO[1]: 550}, None),
        ({}, "552 Too big", dict.fromkeys(TO, 552), None),
        ({}, "451 Later", dict.fromkeys(TO, 451), None),
    ],
)
def test_refusals_come_back_by_recipient_with_their_code(
    smtp: Server, replies: dict[str, str], body: str, refused: dict[str, int], taken: list[str] | None
) -> None:
    smtp.replies, smtp.body_reply = replies, body
    assert dict(smtp.transport().post(outgoing()).refused) == refused
    assert [recipients for recipients, _ in smtp.taken] == ([taken] if taken else [])


def test_a_server_that_hangs_up_before_the_end_has_taken_nothing(smtp: Server) -> None:
    smtp.hangs_up = "before the body"
    assert dict(smtp.transport().post(outgoing()).refused) == dict.fromkeys(TO, 421)
    assert smtp.taken == []


def test_a_server_that_hangs_up_after_the_last_dot_may_have_taken_it(smtp: Server) -> None:
    smtp.hangs_up = "after the body"
    with pytest.raises(Uncertain):
        smtp.transport().post(outgoing())
    assert len(smtp.taken) == 1


def test_an_absent_server_and_one_without_tls_are_unavailable(smtp: Server) -> None:
    absent = Server(free_port())
    for transport in (absent.transport(), smtp.transport(security="starttls"), smtp.transport(security="ssl")):
        with pytest.raises(Unavailable):
            transport.post(outgoing())
    assert smtp.taken == []


@pytest.fixture
def guarded() -> Iterator[Server]:
    server = Server(free_port())

    def enter(*asked: object) -> AuthResult:
        return AuthResult(success=asked[-1] == LoginPassword(b"suivi", b"secret"), handled=False)

    controller = Controller(
        server, "127.0.0.1", server.port, authenticator=enter, auth_required=True, auth_require_tls=False
    )
    controller.start()
    yield server
    controller.stop()


@pytest.mark.filterwarnings("ignore:Requiring AUTH")
def test_a_guarded_server_is_entered_with_the_password_which_is_never_shown(guarded: Server) -> None:
    transport = guarded.transport(user="suivi", password="secret")
    assert not transport.post(outgoing()).refused
    assert "secret" not in repr(transport)
    with pytest.raises(Unavailable, match="535") as caught:
        guarded.transport(user="suivi", password="faux").post(outgoing())
    assert "suivi" not in str(caught.value)
    assert len(guarded.taken) == 1
