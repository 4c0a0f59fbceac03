"""What fails around the steps: a server restarted, a disk full, a folder that refuses, two runs at once.

Nothing may be lost or done twice, the error says what to do, and the operator has an answer in the end.
"""

from __future__ import annotations

import os
import resource
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from territoires.delivery import answer as answer_step
from territoires.delivery import read as read_step
from territoires.delivery.answer import answer_delivery
from territoires.delivery.load import load_delivery
from territoires.delivery.read import read_delivery
from territoires.delivery.receive import NothingReceived, receive
from territoires.delivery.validate import Judge, keep_judges
from territoires.delivery.work import WorkMissing
from territoires.local.postgres import EmbeddedPostgres
from territoires.warehouse import journal
from territoires.warehouse.engine import keep_connections
from tests.integration.delivery.conftest import HEADERS, Way, operation
from tests.integration.delivery.faults import every_act, in_child, no_space, together
from tests.integration.delivery.test_kill import FOLDER, OPERATOR, STEPS, TABLE, finish, lay, taken_up_to
from tests.stores import listed, put

KEPT_WAITING = "reprendra de lui-même"
ADVICE = "no room left"


@pytest.fixture
def durable(way: Way, postgres: EmbeddedPostgres) -> Way:
    """A warehouse that has on disk what it says is committed, as every server but the tests' has."""
    name = make_url(way.platform.warehouse_url).database or ""
    with postgres.connect() as connection:
        connection.execute(sql.SQL("alter database {} set synchronous_commit = on").format(sql.Identifier(name)))
        connection.execute("checkpoint")  # what was committed before
    return way


def restart(server: EmbeddedPostgres, number: signal.Signals) -> None:
    """End the server as a crash does and start it again: it recovers from its log."""
    postmaster = psutil.Process(server.pid())
    backends = postmaster.children()
    postmaster.send_signal(number)
    psutil.wait_procs([postmaster, *backends], timeout=30)
    server.start()


def before(patch: pytest.MonkeyPatch, owner: Any, name: str, happens: Callable[[], object]) -> None:
    """Let something happen once, just before the next call of a function."""
    real, left = getattr(owner, name), [happens]

    def run(*args: Any, **kwargs: Any) -> Any:
        if left:
            left.pop()()
        return real(*args, **kwargs)

    patch.setattr(owner, name, run)


@pytest.mark.parametrize(
    ("step", "owner", "name", "how"),
    [
        ("receive", journal, "register", signal.SIGQUIT),
        ("read", read_step, "convert", signal.SIGKILL),
        ("validate", Judge, "judge", signal.SIGQUIT),
        ("load", psycopg.Copy, "write", signal.SIGKILL),
        ("load", journal, "delivery_for_update", signal.SIGQUIT),
        ("answer", answer_step, "publish", signal.SIGQUIT),
    ],
)
def test_postgresql_restarted_in_the_middle_of_a_step(
    durable: Way, postgres: EmbeddedPostgres, step: str, owner: Any, name: str, how: signal.Signals
) -> None:
    lay(durable, 0)
    numbers = [] if step == "receive" else durable.receive()
    for earlier in list(STEPS)[: ["receive", *STEPS].index(step) - 1] if numbers else []:
        STEPS[earlier](durable.platform, numbers[0])
    with pytest.MonkeyPatch.context() as patch:
        before(patch, owner, name, lambda: restart(postgres, how))
        with pytest.raises(psycopg.OperationalError):
            STEPS[step](durable.platform, numbers[0]) if numbers else durable.receive()
    if step in {"read", "validate", "load"}:
        assert answer_delivery(durable.platform, numbers[0]) is False
        [page] = (Path(durable.platform.outbound) / OPERATOR).glob("*_recu.txt")
        assert KEPT_WAITING in page.read_text("utf-8")
    [row] = durable.go()
    assert (row["statut"], row["lignes_ajoutees"], row["lignes_refusees"]) == ("chargee_partiellement", 1, 1)
    assert KEPT_WAITING not in durable.receipt(row)
    assert len(durable.query(f"select 1 from {TABLE}")) == len(durable.query("select 1 from quarantaine.ligne")) == 1
    assert listed(durable.platform.inbound) == []


def test_a_batch_goes_on_after_a_restart_of_the_server(durable: Way, postgres: EmbeddedPostgres) -> None:
    for number in range(3):
        lay(durable, 10 * number)
    first, *others = durable.receive()
    with pytest.MonkeyPatch.context() as patch, keep_connections():
        before(patch, read_step, "convert", lambda: restart(postgres, signal.SIGQUIT))
        with pytest.raises(psycopg.OperationalError):
            read_delivery(durable.platform, first)
        for number in others:
            read_delivery(durable.platform, number)
    assert [row["lignes_lues"] for row in map(durable.row, [first, *others])] == [None, 2, 2]
    assert {row["statut"] for row in durable.go()} == {"chargee_partiellement"}


def test_receiving_onto_a_full_disk_loses_nothing_and_says_what_to_do(way: Way, tmp_path: Path) -> None:
    def receive_told() -> None:
        try:
            receive(way.platform, OPERATOR)
        except NothingReceived as error:
            assert ADVICE in str(error)  # noqa: PT017 - in a process of its own, whose exit code is looked at
            no_space()

    lay(way, 0)
    files = 1
    for number in every_act(tmp_path, no_space, receive_told, database=False):
        way.receive()
        assert listed(way.platform.inbound) == []
        lay(way, 10 * number)
        files += 1
    rows = way.query("select sha256, statut from journal.livraison")
    assert [row["statut"] for row in rows] == ["recue"] * files
    assert all(way.platform.archive.path(row["sha256"]).exists() for row in rows)
    assert listed(way.platform.outbound) == [], "who was told that a file waits is no longer told so"


@pytest.mark.parametrize("step", ["read", "validate", "answer"])
def test_a_step_onto_a_full_disk_is_done_by_the_next_run(way: Way, step: str, tmp_path: Path) -> None:
    with keep_judges():
        numbers = [taken_up_to(way, step, 0)]
        finish(way, step, numbers[-1])
        numbers.append(taken_up_to(way, step, 5))
        for act in every_act(tmp_path, no_space, lambda: STEPS[step](way.platform, numbers[-1]), database=False):
            if way.row(numbers[-1])["repondue_le"] is None and step != "answer":
                assert answer_delivery(way.platform, numbers[-1]) is False
            if way.row(numbers[-1])["repondue_le"] is not None:
                numbers.append(taken_up_to(way, step, 10 * act))
        finish(way, step, numbers[-1])
    rows = way.query("select statut, repondue_le from journal.livraison")
    assert [row["statut"] for row in rows] == ["chargee_partiellement"] * len(numbers)
    assert all(row["repondue_le"] for row in rows)
    failed = way.query("select distinct code_erreur, message from journal.etape where statut = 'echouee'")
    assert [row["code_erreur"] for row in failed] == ["OSError"]
    assert ADVICE in failed[0]["message"]


def limited(act: Callable[[], object], octets: int) -> Callable[[], object]:
    """Return *act* with a limit on the size of each file that it writes: the write itself fails, half-way."""

    def run() -> object:
        resource.setrlimit(resource.RLIMIT_FSIZE, (octets, octets))
        return act()

    return run


def test_a_disk_that_fills_in_the_middle_of_a_file(way: Way, tmp_path: Path) -> None:
    rows = [operation(number) for number in range(2000)]
    content = put(way.platform.inbound / FOLDER / "gros.csv", "\r\n".join([HEADERS, *rows, ""]).encode()).read_bytes()
    assert len(content) > 150_000
    assert in_child(limited(lambda: receive(way.platform, OPERATOR), 100_000)) != 0
    [notice] = listed(way.platform.outbound)
    assert notice.startswith(f"{OPERATOR}/gros_")
    assert "gros.csv" in (told := (Path(way.platform.outbound) / notice).read_text("utf-8"))
    assert "Elle reprendra automatiquement" in told
    assert [place for place in listed(way.platform.archive.root) if ".incoming" not in place] == []
    [number] = way.receive()
    assert listed(way.platform.outbound) == []
    assert in_child(limited(lambda: read_delivery(way.platform, number), 100_000)) != 0
    with pytest.raises(WorkMissing):
        way.platform.work(number).reading()
    assert answer_delivery(way.platform, number) is False
    [row] = way.go()
    assert (row["statut"], row["lignes_ajoutees"]) == ("chargee", 2000)
    assert listed(tmp_path / "work") == []


def test_a_folder_that_refuses_stops_no_other_and_is_named(way: Way) -> None:
    way.drop([operation(1)])
    (way.platform.inbound / FOLDER / ".en_cours").write_text("")  # whoever the test runs as, nothing can be made here
    with pytest.raises(NothingReceived, match=FOLDER):
        way.receive()
    other = way.drop_bytes(b"x", "referents.csv", f"{OPERATOR}/referents")
    assert len(way.receive()) == 1
    assert not other.exists()
    assert (way.platform.inbound / FOLDER / "export.csv").exists()
    (way.platform.inbound / FOLDER / ".en_cours").unlink()
    assert len(way.receive()) == 2


def test_an_inbound_root_that_is_gone_is_no_empty_one(way: Way) -> None:
    with pytest.raises(FileNotFoundError, match="TI_INBOUND"):
        way.receive()


def test_two_runs_at_once_take_each_file_and_load_each_delivery_once(way: Way) -> None:
    for number in range(20):
        lay(way, 10 * number)
    once = [lambda: receive(way.platform, OPERATOR)] * 3
    assert together(*once) == [0, 0, 0]
    names = [row["nom_fichier"] for row in way.query("select nom_fichier from journal.livraison")]
    assert sorted(names) == sorted(f"export-{10 * number}.csv" for number in range(20))
    assert listed(way.platform.inbound) == []
    delivery = way.receive()[0]
    for step in ("read", "validate"):
        STEPS[step](way.platform, delivery)
    assert sorted(together(*[lambda: int(load_delivery(way.platform, delivery))] * 3)) == [0, 0, 1]
    assert len(way.query(f"select 1 from {TABLE}")) == 1


def test_what_a_killed_answer_left_is_swept_and_a_held_delivery_keeps_its_work(way: Way) -> None:
    with keep_judges():
        answered, held, unread, other = (taken_up_to(way, "answer", 10 * number) for number in range(4))
    with way.platform.connect() as connection:
        for number, status in ((answered, "chargee"), (held, "en_attente"), (other, "chargee")):
            journal.update(connection, number, statut=status, repondue_le="2026-11-22 12:00+01")
        journal.update(connection, other, operateur="bpifrance")
    assert unread in way.receive()
    left = {int(name) for name in os.listdir(str(way.platform.work_root))}  # noqa: PTH208
    assert left == {held, unread, other}
