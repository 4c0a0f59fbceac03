"""How the wait of a refused row ends when no delivery answers it: lifted by an engineer, or expired."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from airflow.sdk.exceptions import AirflowFailException

from territoires.airflow.quarantine_tasks import LIFTED
from territoires.airflow.quarantine_tasks import lift as lift_task
from territoires.inbox import Deposit
from territoires.warehouse import journal
from territoires.warehouse.quarantine import EXPIRES_AFTER, Lifting, NotLiftable, expire_old, lift, lines_named

INSERT = "insert into quarantaine.ligne (id_livraison, ligne, contenu, motifs, cree_le) values (%s, %s, '{}', '[]', %s)"


@pytest.fixture
def connection(entrepot: Any) -> Any:
    with entrepot.connect("loader") as opened:
        opened.autocommit = True
        yield opened


def quarantined(connection: Any, *lines: int, since: datetime | None = None) -> int:
    facts = ("programme", "contrats", "a.csv", 1, uuid.uuid4().hex * 2, datetime.now(UTC), False)
    number = int(journal.register(connection, Deposit(uuid.uuid4(), *facts))["id_livraison"])
    for line in lines:
        connection.execute(INSERT, [number, line, since or datetime.now(UTC)])
    return number


def states(connection: Any) -> list[tuple[int, str, str | None, str | None]]:
    rows = connection.execute("select ligne, statut, levee_par, levee_motif from quarantaine.ligne order by id_ligne")
    return [tuple(row.values()) for row in rows]


def test_lines_are_lifted_with_who_and_why_and_a_retry_lifts_nothing_twice(connection: Any) -> None:
    number = quarantined(connection, 3, 4, 9)
    lifting = Lifting(number, [3, 9], "doublon reconnu par l'opérateur", "claire", "manuel-1")
    assert lift(connection, lifting) == 2
    assert lift(connection, lifting) == 2
    why = ("claire", "doublon reconnu par l'opérateur")
    assert states(connection) == [(3, "levee", *why), (4, "ouverte", None, None), (9, "levee", *why)]


def test_all_open_lines_of_one_delivery_are_lifted_and_no_other(connection: Any) -> None:
    number = quarantined(connection, 3, 4)
    quarantined(connection, 3)
    assert lift(connection, Lifting(number, None, "abandon", "claire", "manuel-1")) == 2
    assert [state[1] for state in states(connection)] == ["levee", "levee", "ouverte"]


@pytest.mark.parametrize(("lines", "reason"), [([3, 5], "abandon"), ([3], " "), ([], "abandon")])
def test_all_that_is_named_is_lifted_or_nothing_is(connection: Any, lines: list[int], reason: str) -> None:
    number = quarantined(connection, 3, 4)
    with pytest.raises(NotLiftable):
        lift(connection, Lifting(number, lines, reason, "claire", "manuel-1"))
    assert {state[1] for state in states(connection)} == {"ouverte"}


def test_what_another_run_has_lifted_is_not_lifted_again(connection: Any) -> None:
    number = quarantined(connection, 3)
    lift(connection, Lifting(number, [3], "abandon", "claire", "manuel-1"))
    with pytest.raises(NotLiftable, match="lines 3"):
        lift(connection, Lifting(number, [3], "encore", "paul", "manuel-2"))


def test_rows_expire_after_half_a_year_and_once(connection: Any) -> None:
    now = datetime.now(UTC)
    old = quarantined(connection, 3, 4, since=now - EXPIRES_AFTER - timedelta(minutes=1))
    quarantined(connection, 3, since=now - EXPIRES_AFTER + timedelta(minutes=1))
    assert expire_old(connection, now) == {old: 2}
    assert expire_old(connection, now) == {}
    assert [state[1] for state in states(connection)] == ["expiree", "expiree", "ouverte"]


def test_the_warehouse_takes_no_lifting_without_a_reason(connection: Any) -> None:
    number = quarantined(connection, 3)
    query = "update quarantaine.ligne set statut = 'levee', close_le = now() where id_livraison = %s"
    with pytest.raises(psycopg.errors.CheckViolation):
        connection.execute(query, [number])


def test_the_form_lifts_in_the_name_of_who_sent_it_and_fails_at_once_on_a_line_that_does_not_wait(
    connection: Any, entrepot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TI_WAREHOUSE_URL", entrepot.loader_url)
    number = quarantined(connection, 3, 4, 9)
    run = SimpleNamespace(run_id="manuel-1", triggering_user_name="claire")
    form = {"id_livraison": number, "lignes": "3 à 4", "motif": "abandon"}
    changed: list[Any] = []
    said: Any = {"dag_run": run, "outlet_events": {LIFTED: SimpleNamespace(add=changed.append)}}
    assert lift_task.function(params=form, **said) == 2  # type: ignore[attr-defined]
    # bi.quarantaine_ouverte tells what is open: it is built anew.
    assert [asset.name for asset in changed] == ["programme/contrats"]
    assert states(connection)[:2] == [(3, "levee", "claire", "abandon"), (4, "levee", "claire", "abandon")]
    with pytest.raises(AirflowFailException, match="lines 5"):
        lift_task.function(params={**form, "lignes": "5, 9"}, **said)  # type: ignore[attr-defined]
    assert states(connection)[2][1] == "ouverte"


@pytest.mark.parametrize(
    ("text", "lines"),
    [("12", [12]), ("12, 15 à 18", [12, 15, 16, 17, 18]), ("3-4; 4 et 2", [2, 3, 4]), (" Toutes ", None)],
)
def test_line_numbers_are_read_as_people_write_them(text: str, lines: list[int] | None) -> None:
    assert lines_named(text) == lines


@pytest.mark.parametrize("text", ["", "12,", "douze", "18 à 12", "1 à 999999999", "-3"])
def test_line_numbers_that_cannot_be_read_are_said(text: str) -> None:
    with pytest.raises(NotLiftable, match="lines"):
        lines_named(text)
