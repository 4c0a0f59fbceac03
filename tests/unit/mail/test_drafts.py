"""The message that a mail becomes: what a file is named cannot add a header, and a second try is the same message."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from territoires.mail.drafts import NOBODY, Attachment, Envelope, message, message_id
from territoires.receipts.safe import safe_stem

WRITTEN = datetime(2026, 11, 23, 8, tzinfo=UTC)
ENVELOPE = Envelope("suivi@ti.example", ("a@operateur.example", "b@operateur.example"), (), "x@ti.example", WRITTEN)
HEADERS = {
    "From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
}  # fmt: skip


def read_back(made: EmailMessage) -> EmailMessage:
    found = message_from_bytes(made.as_bytes(policy=SMTP), policy=default)
    assert isinstance(found, EmailMessage)
    return found


@given(st.text(max_size=200))
@example("export\r\nBcc: tous@ailleurs.example\r\n\r\n<h1>")
@example("a\u2028Subject: b\x00\u202egpj.exe\ud800")
@example('";\r\n filename="virus.exe')
@example("=?utf-8?q?=0d=0aBcc:_x=40y.example?=")
def test_no_file_name_can_add_or_change_a_header(name: str) -> None:
    attachment = Attachment(f"{safe_stem(name)}.csv", b"a;b\r\n")
    found = read_back(message(ENVELOPE, f"Livraison {name}", "texte", "<p>page</p>", [attachment]))
    assert set(found.keys()) == HEADERS
    assert found["To"] == "a@operateur.example, b@operateur.example"
    assert len(str(found["Subject"]).splitlines()) == 1
    assert not found.defects
    [file] = found.iter_attachments()
    assert file.get_filename() == attachment.name
    assert set(file.keys()) == {"Content-Type", "Content-Disposition", "Content-Transfer-Encoding", "MIME-Version"}


def test_text_and_page_say_the_same_in_lines_that_any_server_takes() -> None:
    made = message(ENVELOPE, "Objet accentué", "é" * 2_000 + "\n.\nfin", "<p>" + "à" * 2_000 + "</p>")
    assert all(len(line) <= 998 for line in made.as_bytes(policy=SMTP).split(b"\r\n"))
    found = read_back(made)
    text, page = found.get_body(("plain",)), found.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content().splitlines() == ["é" * 2_000, ".", "fin"]
    assert "à" * 2_000 in page.get_content()


def test_the_message_id_is_the_same_at_each_try_and_another_elsewhere() -> None:
    first = message_id("recu:42:refusee", WRITTEN, "suivi@ti.example")
    assert first == message_id("recu:42:refusee", WRITTEN, "suivi@ti.example")
    assert first.endswith("@ti.example")
    others = [
        message_id("recu:43:refusee", WRITTEN, "suivi@ti.example"),
        message_id("recu:42:refusee", WRITTEN.replace(second=1), "suivi@ti.example"),
    ]
    assert first not in others


def test_answers_go_to_the_engineers_and_a_mail_for_nobody_says_so() -> None:
    made = message(Envelope(NOBODY, (), ("equipe@ti.example",), "x@y", WRITTEN), "Bilan", "t", "<p>p</p>")
    found = read_back(made)
    assert found["Reply-To"] == "equipe@ti.example"
    assert "@" not in found["To"]


def test_an_address_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - of Python's own words, which change
        message(Envelope(NOBODY, ("a@b\r\nBcc: c@d",), (), "x@y", WRITTEN), "s", "t", "<p>p</p>")
