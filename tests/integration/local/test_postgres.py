"""The embedded server: who may reach it, what it leaves alone, how it stops and comes back."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from territoires.local.console import LocalError
from territoires.local.postgres import HOST, EmbeddedPostgres
from territoires.local.processes import end, free_port, marked
from territoires.local.provisioning import AIRFLOW, BI, LOADER, OWNER, WAREHOUSE, make_database, make_roles, provision
from territoires.local.state import Secrets
from territoires.warehouse.engine import connect


@pytest.fixture
def closed_folder(tmp_path: Path) -> Path:
    """A folder below one that nobody but its owner can pass through, as /root is."""
    closed = tmp_path / "fermé"
    closed.mkdir(mode=0o700)
    folder = closed / "état"
    folder.mkdir()
    return folder


@pytest.fixture
def server(closed_folder: Path) -> Iterator[EmbeddedPostgres]:
    found = EmbeddedPostgres(
        data=closed_folder / "data",
        port=free_port(),
        log=closed_folder / "postgres.log",
        password="superuser-pw",
        instance=closed_folder,
        options={"fsync": "off"},
    )
    found.start()
    yield found
    found.stop()


def process(server: EmbeddedPostgres) -> psutil.Process:
    pid = server.pid()
    assert pid is not None
    return psutil.Process(pid)


def test_it_listens_on_loopback_alone(server: EmbeddedPostgres) -> None:
    listening = [c.laddr for c in process(server).net_connections("all") if c.status == psutil.CONN_LISTEN]
    assert listening == [(HOST, server.port)]


def test_nobody_enters_without_the_password(server: EmbeddedPostgres) -> None:
    for password in ("", "other"):
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=HOST, port=server.port, user="postgres", password=password, dbname="postgres")
    with server.connect() as connection:
        lines = connection.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
    assert lines == [("scram-sha-256",)]


def test_it_is_no_root_and_changes_no_permission_outside_its_folder(
    server: EmbeddedPostgres, closed_folder: Path
) -> None:
    assert process(server).uids().effective != 0
    assert closed_folder.parent.stat().st_mode & 0o777 == 0o700
    assert closed_folder.stat().st_uid == os.geteuid()
    assert server.data.stat().st_mode & 0o777 == 0o700
    assert [path.name for path in closed_folder.iterdir() if path.name.startswith(".pw")] == []


def test_what_was_written_is_there_after_a_stop_and_a_crash(server: EmbeddedPostgres) -> None:
    with server.connect() as connection:
        connection.execute("create table t as select 1 as n")
    server.stop()
    server.stop()
    assert server.pid() is None
    server.start()
    end([process(server)], signal.SIGKILL, 10)
    server.start()
    with server.connect() as connection:
        assert connection.execute("select n from t").fetchall() == [(1,)]


def test_it_starts_again_while_a_query_of_the_killed_server_still_runs(server: EmbeddedPostgres) -> None:
    """Seen once in a hundred crashes: a child of the killed server lived on, and the new one gave up."""
    begun = threading.Event()

    def work() -> None:
        with suppress(psycopg.OperationalError), server.connect() as connection:
            begun.set()
            connection.execute("select count(*) from generate_series(1, 20000000) as n where n % 7 = 3")

    query = threading.Thread(target=work)
    query.start()
    begun.wait(10)
    time.sleep(0.3)  # the query is on its way
    killed = process(server)
    busy = [child for child in killed.children() if "SELECT" in " ".join(child.cmdline())]
    end([killed], signal.SIGKILL, 10)
    assert [child for child in busy if child.is_running()]
    assert server.start() != killed.pid
    query.join(30)


def test_all_its_processes_end_with_it(server: EmbeddedPostgres, closed_folder: Path) -> None:
    family = process(server).children(recursive=True)
    assert family
    server.stop()
    assert psutil.wait_procs(family, timeout=5)[1] == []
    assert marked(closed_folder) == []


def test_a_port_that_is_taken_leaves_nothing_behind(server: EmbeddedPostgres, tmp_path: Path) -> None:
    second = EmbeddedPostgres(
        data=tmp_path / "second", port=server.port, log=tmp_path / "second.log", password="x", instance=tmp_path
    )
    with pytest.raises(LocalError, match="ne démarre pas"):
        second.start()
    assert marked(tmp_path) == []
    assert "Address already in use" in second.log.read_text()


def test_provisioning_can_be_run_again_and_then_gives_the_new_passwords(server: EmbeddedPostgres) -> None:
    provision(server, Secrets.make())
    secrets = Secrets.make()
    provision(server, secrets)
    with connect(server.url(LOADER, secrets.entrepot_loader, WAREHOUSE)) as connection:
        assert connection.execute("select count(*) as n from journal.livraison").fetchone() == {"n": 0}
    with connect(server.url(BI, secrets.bi, WAREHOUSE)) as connection, pytest.raises(psycopg.Error, match="denied"):
        connection.execute("select * from journal.livraison")
    with connect(server.url(OWNER, secrets.entrepot_owner, WAREHOUSE)) as connection:
        owner = connection.execute(
            "select pg_get_userbyid(datdba) as o from pg_database where datname = %s", (WAREHOUSE,)
        )
        assert owner.fetchone() == {"o": OWNER}


def test_airflow_s_database_is_closed_to_the_other_roles(server: EmbeddedPostgres) -> None:
    make_roles(server, {AIRFLOW: "airflow-pw", BI: "bi-pw"})
    make_database(server, AIRFLOW, AIRFLOW)
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        connect(server.url(BI, "bi-pw", AIRFLOW))
