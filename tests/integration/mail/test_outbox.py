"""The ledger and the outbox: each mail once, whatever the server does, whoever is killed, however many send."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default

import pytest

from territoires.local.processes import free_port
from territoires.mail.transport import Unavailable
from tests.integration.mail.conftest import TO, Post, Server

KILLED = """
import os, signal, sys
from pathlib import Path
from territoires.mail import ledger
from territoires.mail.outbox import Outbox
from territoires.mail.transport import SmtpServer
url, outbound, port, moment = sys.argv[1:]
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if moment == "before":
    SmtpServer.post = die
else:
    ledger.settle = die
Outbox(url, Path(outbound), SmtpServer("127.0.0.1", int(port), "suivi@ti.example", "none")).send_all()
"""


def killed(post: Post, moment: str) -> None:
    command = [sys.executable, "-c", KILLED, post.entrepot.loader_url, str(post.outbound), str(post.smtp.port), moment]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, check=False, timeout=60, env=environment, capture_output=True, text=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


def test_a_mail_is_written_once_and_sent_once(post: Post) -> None:
    assert post.put()
    assert not post.put(), "the same again, as a retried answer would write it"
    assert post.outbox().send_all() == {"envoye": 1}
    assert post.outbox().send_all() == {}
    [message] = post.smtp.messages()
    row = post.row()
    assert (row["statut"], row["tentatives"], tuple(row["servis"])) == ("envoye", 1, TO)
    assert message["Message-ID"] == f"<{row['message_id']}>"
    assert (message["To"], message["Reply-To"]) == (", ".join(TO), "equipe@ti.example")
    assert row["envoye_le"] >= row["cree_le"]


def test_small_files_go_along_and_one_that_was_fetched_is_left_out(post: Post) -> None:
    (post.outbound / "bpifrance").mkdir(parents=True)
    (post.outbound / "bpifrance" / "lignes.xlsx").write_bytes(b"PK\x03\x04")
    post.put(attachments=("bpifrance/lignes.xlsx", "bpifrance/partie.csv"))
    post.outbox().send_all()
    [message] = post.smtp.messages()
    [file] = message.iter_attachments()
    assert (file.get_filename(), file.get_payload(decode=True)) == ("lignes.xlsx", b"PK\x03\x04")


def test_without_a_server_a_mail_is_written_down_and_says_so(post: Post) -> None:
    post.put()
    post.put("bilan:2026-11-23", ())
    assert post.outbox(written=True).send_all() == {"ecrit": 2}
    row = post.row()
    assert row["statut"] == "ecrit"
    path = post.outbound / row["chemin"]
    assert path.parent == post.outbound / "bpifrance" / "courriers"
    assert path.name.endswith("_recu-42-refusee_non-envoye.eml")
    found = message_from_bytes(path.read_bytes(), policy=default)
    assert (found["Subject"], found["To"]) == ("Objet", ", ".join(TO))
    assert post.outbox().send_all() == {}, "a server that comes later sends nothing old"


def test_a_mail_for_nobody_is_written_down_even_with_a_server(post: Post) -> None:
    post.put(to=())
    assert post.outbox().send_all() == {"ecrit": 1}
    assert post.smtp.taken == []


def test_an_absent_server_leaves_everything_waiting(post: Post) -> None:
    post.put()
    post.put("recu:43:refusee")
    absent = Post(post.entrepot, post.outbound, Server(free_port()))
    with pytest.raises(Unavailable):
        absent.outbox().send_all()
    assert [row["statut"] for row in post.query("select statut from journal.courrier")] == ["a_envoyer"] * 2
    post.later()
    assert post.outbox().send_all() == {"envoye": 2}


def test_what_a_server_puts_off_is_tried_again_and_what_it_refuses_is_not(post: Post) -> None:
    post.smtp.replies = {TO[0]: "450 Greylisted", TO[1]: "550 No such user"}
    post.put()
    assert post.outbox().send_all() == {"a_envoyer": 1}
    assert post.row()["code_erreur"] == "450 550"
    assert post.outbox().send_all() == {}, "not at once"
    post.smtp.replies = {TO[1]: "550 No such user"}
    post.later()
    assert post.outbox().send_all() == {"envoye": 1}
    assert (post.row()["servis"], post.row()["code_erreur"]) == ([TO[0]], "550")
    post.smtp.replies = dict.fromkeys(TO, "550 No such user")
    post.put("recu:43:refusee")
    assert post.outbox().send_all() == {"echoue": 1}
    post.smtp.replies = dict.fromkeys(TO, "450 Full")
    post.put("recu:44:refusee")
    post.query("update journal.courrier set cree_le = now() - interval '4 days'")
    assert post.outbox().send_all() == {"echoue": 1}, "put off for days"


def test_who_was_served_is_not_served_again(post: Post) -> None:
    post.smtp.replies = {TO[0]: "450 Greylisted"}
    post.put()
    assert post.outbox().send_all() == {"a_envoyer": 1}
    post.smtp.replies = {}
    post.later()
    assert post.outbox().send_all() == {"envoye": 1}
    assert [recipients for recipients, _ in post.smtp.taken] == [[TO[1]], [TO[0]]]
    assert len({message["Message-ID"] for message in post.smtp.messages()}) == 1


def test_a_server_that_hangs_up_after_the_body_is_not_asked_again(post: Post) -> None:
    post.smtp.hangs_up = "after the body"
    post.put()
    assert post.outbox().send_all() == {"incertain": 1}
    post.smtp.hangs_up = ""
    assert post.outbox().send_all() == {}
    assert len(post.smtp.taken) == 1


@pytest.mark.parametrize(("moment", "taken"), [("before", 0), ("after", 1)])
def test_killed_between_claim_and_mark_nobody_knows_and_nothing_is_sent_again(
    post: Post, moment: str, taken: int
) -> None:
    post.put()
    killed(post, moment)
    assert len(post.smtp.taken) == taken
    assert post.row()["statut"] == "en_cours"
    assert post.outbox().send_all() == {"incertain": 1}
    assert post.outbox().send_all() == {}
    assert len(post.smtp.taken) == taken


def test_one_that_fails_keeps_no_other_from_its_turn_and_no_address_from_being_hidden(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    post.put("recu:1:refusee", ("pas une adresse",))
    post.put("recu:2:refusee")
    with caplog.at_level("INFO"):
        assert post.outbox().send_all() == {"echoue": 1, "envoye": 1}
    assert "@" not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("territoires"))


def test_many_senders_send_each_mail_once(post: Post) -> None:
    for number in range(20):
        post.put(f"recu:{number}:refusee")
    with ThreadPoolExecutor(4) as senders:
        ended = list(senders.map(lambda _: post.outbox().send_all(), range(4)))
    assert sum(count["envoye"] for count in ended) == 20
    assert len({message["Message-ID"] for message in post.smtp.messages()}) == len(post.smtp.taken) == 20
    assert post.query("select 1 from pg_locks where locktype = 'advisory'") == []
