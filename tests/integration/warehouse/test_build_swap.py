"""Publication under fire: killed builds, builds at the same time, readers that stay, readers that never stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from territoires.warehouse import build, constructions
from territoires.warehouse.engine import Connection, connect
from tests.integration.warehouse.build_world import World, programme

PLUGINS = Path(build.__file__).parents[2]
STATE = (
    "select (select id_construction from bi.construction) as id, (select count(*) from bi.investissement) as lignes,"
    " (select sum(engage_eur) from bi.enveloppe_annuelle) as engage, (select sum(engage_eur) from bi.territoire) as t"
)
BUILDER = """
import sys
from territoires.warehouse import build
from territoires.warehouse.engine import connect
with connect(sys.argv[1], application="condamne") as connection:
    build.build(connection)
"""


@pytest.fixture
def world(entrepot: Any) -> World:
    return programme(entrepot.loader_url, operations=20)


@pytest.fixture
def loader(entrepot: Any) -> Iterator[Connection]:
    with connect(entrepot.loader_url) as connection:
        yield connection


def seen(entrepot: Any) -> dict[str, Any]:
    with connect(entrepot.bi_url) as connection:
        return connection.execute(STATE).fetchall()[0]


def until(happens: Callable[[], bool], seconds: float = 20) -> None:
    limit = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.05)


def waiting(owner: Connection, application: str) -> bool:
    """Whether a session of that name waits for a lock."""
    rows = owner.execute(
        "select 1 from pg_locks as l inner join pg_stat_activity as a on a.pid = l.pid"
        " where a.application_name = %s and not l.granted",
        [application],
    ).fetchall()
    return bool(rows)


def statuses(world: World) -> list[str]:
    return [row["statut"] for row in world.run("select statut from journal.construction order by id_construction")]


@pytest.mark.parametrize("held", ["core.programme_contrats", "journal.controle"])
def test_a_build_killed_in_the_middle_leaves_the_former_views_and_can_be_run_again(
    held: str, entrepot: Any, world: World, loader: Connection
) -> None:
    """Killed -9 while it builds the candidate (core is held) or records its checks (the journal is held)."""
    build.build(loader)
    before = seen(entrepot)
    world.operation(1, 90_000)
    environment = {**os.environ, "PYTHONPATH": str(PLUGINS)}
    # Two sessions: the one that holds must not commit when it looks at the other's locks.
    with connect(entrepot.owner_url) as holder, connect(entrepot.owner_url, autocommit=True) as owner:
        holder.execute(
            "lock table core.programme_contrats in access exclusive mode"
            if held.startswith("core")
            else "lock table journal.controle in access exclusive mode"
        )
        builder = subprocess.Popen([sys.executable, "-c", BUILDER, entrepot.loader_url], env=environment)
        try:
            until(lambda: waiting(owner, "condamne"))
        finally:
            builder.send_signal(signal.SIGKILL)
        assert builder.wait(10) == -signal.SIGKILL
        assert seen(entrepot) == before
    assert seen(entrepot) == before
    build.build(loader)
    assert seen(entrepot)["lignes"] == before["lignes"] + 1
    assert statuses(world) == ["publiee", "interrompue" if held.startswith("core") else "depassee", "publiee"]


def test_a_reader_sees_the_whole_old_state_or_the_whole_new_one(
    entrepot: Any, world: World, loader: Connection
) -> None:
    build.build(loader)
    stop, observed, troubles = threading.Event(), set(), []

    def look() -> None:
        try:
            with connect(entrepot.bi_url, autocommit=True) as connection:
                while not stop.is_set():
                    row = connection.execute(STATE).fetchall()[0]
                    observed.add((row["id"], row["lignes"], row["engage"], row["t"]))
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            troubles.append(error)

    readers = [threading.Thread(target=look) for _ in range(3)]
    for reader in readers:
        reader.start()
    lines, engaged = len(world.operations), world.counted("montant_engage_eur")
    expected = {(1, lines, engaged, engaged)}
    try:
        for number in range(1, 7):
            world.operation(1, 90_000 + number, montant_engage_eur=Decimal(number))
            engaged += number
            build_id = build.build_candidate(loader)
            build.check(loader, build_id)
            until(lambda number=build_id: _swapped(loader, number))
            expected.add((build_id, lines + number, engaged, engaged))
            until(lambda number=build_id: troubles != [] or any(state[0] == number for state in observed))
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert troubles == []
    assert observed == expected


def _swapped(loader: Connection, build_id: int) -> bool:
    try:
        return build.swap(loader, build_id)
    except build.SwapBlocked:
        return False


def test_a_reader_that_stays_is_given_way_to_and_does_not_block_the_others(
    entrepot: Any, world: World, loader: Connection
) -> None:
    build.build(loader)
    before = seen(entrepot)
    world.operation(1, 90_000)
    build_id = build.build_candidate(loader)
    build.check(loader, build_id)
    with connect(entrepot.bi_url) as reader:
        reader.execute("select count(*) from territoire")  # its transaction stays open, and so does its lock
        started = time.monotonic()
        with pytest.raises(build.SwapBlocked):
            build.swap(loader, build_id)
        assert time.monotonic() - started < 10
        assert seen(entrepot) == before
    assert build.swap(loader, build_id)
    assert seen(entrepot)["id"] == build_id


def test_a_swap_is_done_once_and_says_so_again(entrepot: Any, world: World, loader: Connection) -> None:
    build_id = build.build_candidate(loader)
    with pytest.raises(build.NotReady, match="candidate"):
        build.swap(loader, build_id)
    build.check(loader, build_id)
    assert build.swap(loader, build_id)
    assert build.swap(loader, build_id)
    assert build.check(loader, build_id) == ()
    assert statuses(world) == ["publiee"]
    assert seen(entrepot)["id"] == build_id
    left = world.run("select 1 from pg_class where relnamespace = 'magasin_candidat'::regnamespace")
    assert left == [], "the candidate has moved, nothing of it is left behind"


def test_a_build_that_was_overtaken_publishes_nothing(entrepot: Any, world: World, loader: Connection) -> None:
    slow = build.build_candidate(loader)
    build.check(loader, slow)
    quick = build.build(loader)
    assert not build.swap(loader, slow)
    assert build.check(loader, slow) == ()
    assert seen(entrepot)["id"] == quick
    assert statuses(world) == ["depassee", "publiee"]


def test_two_builds_at_the_same_time_wait_for_each_other(
    entrepot: Any, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    troubles: list[BaseException] = []

    def run() -> None:
        try:
            with connect(entrepot.loader_url) as connection:
                build.build(connection)
        except Exception as error:  # noqa: BLE001 - told by the test's own thread
            troubles.append(error)

    builders = [threading.Thread(target=run) for _ in range(3)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert troubles == []
    assert set(statuses(world)) <= {"publiee", "depassee"}
    assert statuses(world)[-1] == "publiee"
    monkeypatch.setattr(constructions, "_PATIENCE", "100ms")
    with connect(entrepot.loader_url) as one, connect(entrepot.loader_url) as other:
        with constructions.alone(one), pytest.raises(constructions.BuildRunning):
            build.build(other)
        build.build(other)


def test_a_connection_in_a_transaction_is_refused(loader: Connection) -> None:
    loader.execute("select 1")
    with pytest.raises(ValueError, match="open transaction"):
        build.build(loader)


def test_views_follow_a_change_of_columns_and_one_that_is_gone_is_dropped(
    entrepot: Any, world: World, loader: Connection
) -> None:
    build.build(loader)
    expected = world.run("select attname from pg_attribute where attrelid = 'bi.contrat'::regclass order by attnum")
    loader.execute("drop view bi.contrat")
    loader.execute("create view bi.contrat as select 1 as colonne_d_avant, 'a' as statut")
    loader.execute("drop view bi.fait_programme")
    loader.execute("create view bi.fait_programme as select f.code from magasin.fait_programme as f")
    loader.execute("create view bi.abandonnee as select f.code from magasin.fait_programme as f")
    loader.commit()
    build.build(loader)
    found = world.run("select attname from pg_attribute where attrelid = 'bi.contrat'::regclass order by attnum")
    assert found == expected
    with connect(entrepot.bi_url) as connection:
        assert connection.execute("select source from fait_programme").fetchall()
    views = world.run("select relname from pg_class where relnamespace = 'bi'::regnamespace")
    assert {row["relname"] for row in views} == set(build.VIEWS)
