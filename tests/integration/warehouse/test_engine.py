"""Connections: kept within a batch, each use of one as if it were new."""

from __future__ import annotations

from typing import Any

import pytest

from territoires.warehouse.engine import Connection, connect, keep_connections


def session(connection: Connection) -> dict[str, Any]:
    query = "select pg_backend_pid() as pid, current_setting('application_name') as name"
    return connection.execute(query).fetchall()[0]


def test_without_keeping_each_connection_is_a_session_of_its_own(entrepot: Any) -> None:
    with connect(entrepot.loader_url) as first:
        before = session(first)["pid"]
    with connect(entrepot.loader_url) as second:
        assert session(second)["pid"] != before


def test_kept_a_session_serves_again_under_a_new_name_and_ends_with_the_block(entrepot: Any) -> None:
    with keep_connections():
        with connect(entrepot.loader_url, application="lire", autocommit=True) as first:
            former = session(first)
            first.execute("create temporary table reste as select 1")
            with connect(entrepot.loader_url) as beside:
                assert session(beside)["pid"] != former["pid"]
        with connect(entrepot.loader_url, application="charger") as again, connect(entrepot.loader_url) as other:
            found = [session(again), session(other)]
            assert former["pid"] in {one["pid"] for one in found}
            assert found[0]["name"] == "charger"
            assert [again.autocommit, other.autocommit] == [False, False]
            for one in (again, other):
                assert one.execute("select to_regclass('reste') as table").fetchall()[0]["table"] is None
    assert first.closed
    with entrepot.connect("owner") as owner:
        left = owner.execute("select 1 from pg_stat_activity where pid = %s", [former["pid"]]).fetchall()
    assert left == []


def test_a_session_is_given_back_without_its_transaction(entrepot: Any) -> None:
    def fail() -> None:
        with connect(entrepot.loader_url) as failing:
            failing.execute("select pg_advisory_xact_lock(42)")
            raise RuntimeError

    with keep_connections(), connect(entrepot.loader_url) as beside:
        with pytest.raises(RuntimeError):
            fail()
        assert beside.execute("select pg_try_advisory_xact_lock(42) as libre").fetchall() == [{"libre": True}]


def test_a_session_that_the_server_ended_is_replaced(entrepot: Any) -> None:
    with connect(entrepot.loader_url) as killer, keep_connections():
        with connect(entrepot.loader_url) as first:
            pid = session(first)["pid"]
        killer.execute("select pg_terminate_backend(%s, 5000)", [pid])
        with connect(entrepot.loader_url) as second:
            assert session(second)["pid"] != pid
