"""The calendar on a real PostgreSQL: what is followed, which delivery answers which period, and what is said of it."""

from __future__ import annotations

import random
import uuid
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from territoires.calendar import synchronise
from territoires.calendar.periods import expectations
from territoires.contracts import load_all
from territoires.contracts.model import Calendar, Contract
from territoires.receipts.french import PARIS
from territoires.warehouse.build import build
from territoires.warehouse.engine import Connection
from tests.conftest import Entrepot

MONTHLY = Calendar("Chaque mois", "mois", due_days=10, late_after_days=5)
START = date(2026, 10, 1)
SOME = next(iter(load_all().values()))


def contract(operator: str = "essai", mode: str = "delta", calendar: Calendar = MONTHLY) -> Contract:
    return replace(SOME, operator=operator, delivery="faits", mode=mode, calendar=calendar)  # type: ignore[arg-type]


def deliver(connection: Connection, day: date, status: str = "chargee", operator: str = "essai", **more: Any) -> int:
    key = uuid.uuid4()
    columns = {"lignes_acceptees": 10, "lignes_corrigees": 0, **more}
    row = connection.execute(
        "insert into journal.livraison (cle_depot, operateur, livraison, nom_fichier, taille_octets, sha256,"
        " modifie_le, recue_le, statut, lignes_acceptees, lignes_corrigees)"
        " values (%s, %s, 'faits', 'f.csv', 1, %s, now(), %s, %s, %s, %s) returning id_livraison",
        [key, operator, key.hex * 2, datetime.combine(day, time(12), UTC), status, *columns.values()],
    ).fetchone()
    assert row is not None
    return int(row["id_livraison"])


def told(connection: Connection, today: date, operator: str = "essai") -> list[dict[str, Any]]:
    query = "select * from journal.calendrier_au(%s) where operateur = %s order by attendue_le"
    return connection.execute(query, [today, operator]).fetchall()


def statuses(connection: Connection, today: date) -> dict[str, str]:
    return {row["periode"]: row["statut"] for row in told(connection, today)}


@pytest.fixture
def connection(entrepot: Entrepot) -> Any:
    with entrepot.connect("loader", autocommit=True) as found:
        yield found


def test_a_month_goes_from_to_come_to_late_and_is_answered(connection: Connection) -> None:
    synchronise(connection, [contract()], START)
    synchronise(connection, [contract()], date(2026, 11, 20))
    assert statuses(connection, date(2026, 9, 30)) == {"2026-09": "a_venir", "2026-10": "a_venir", "2026-11": "a_venir"}
    assert statuses(connection, date(2026, 10, 14))["2026-09"] == "attendue"
    assert statuses(connection, date(2026, 10, 15)) == {
        "2026-09": "en_retard", "2026-10": "a_venir", "2026-11": "a_venir"
    }  # fmt: skip
    refused = deliver(connection, date(2026, 10, 20), "refusee")
    [september, *_] = told(connection, date(2026, 10, 22))
    assert (september["statut"], september["id_livraison"]) == ("recue_refusee", refused)
    assert september["jours_de_retard"] == 12, "a refused file does not end the lateness"
    mended = deliver(connection, date(2026, 10, 23), "chargee_partiellement")
    [september, october, _] = told(connection, date(2026, 11, 1))
    assert (september["statut"], september["id_livraison"]) == ("recue_en_retard", mended)
    assert (september["jours_de_retard"], september["fichiers_recus"]) == (13, 2)
    assert (october["statut"], october["jours_de_retard"], october["id_livraison"]) == ("attendue", None, None)


def test_early_files_several_files_and_corrections(connection: Connection) -> None:
    synchronise(connection, [contract()], START)
    for day in (date(2026, 11, 1), date(2026, 12, 1)):
        synchronise(connection, [contract()], day)
    september = deliver(connection, date(2026, 10, 3), "chargee_partiellement")
    deliver(connection, date(2026, 10, 4), lignes_corrigees=10)  # nothing but corrections
    deliver(connection, date(2026, 10, 12))  # more of September, or of October so far: it ends nothing
    october = deliver(connection, date(2026, 10, 27))  # accounts closed five days before the month is
    found = told(connection, date(2026, 11, 2))
    assert [row["id_livraison"] for row in found[:3]] == [september, october, None]
    assert [row["statut"] for row in found[:3]] == ["recue", "recue", "a_venir"]
    assert [row["fichiers_recus"] for row in found[:3]] == [3, 1, 0]


def test_the_correction_of_a_file_refused_whole_is_the_answer(connection: Connection) -> None:
    synchronise(connection, [contract()], START)
    refused = deliver(connection, date(2026, 10, 3), "refusee")
    mended = deliver(connection, date(2026, 10, 5), lignes_corrigees=10)
    connection.execute(
        "insert into journal.correction values (%s, %s, 10, 0, 'cle')",
        [mended, refused],
    )
    assert told(connection, date(2026, 10, 6))[0]["id_livraison"] == mended


def test_a_missed_month_is_answered_by_the_next_file_one_by_one_but_at_once_by_a_whole_state(
    connection: Connection,
) -> None:
    both = [contract(), contract("entier", "complet")]
    synchronise(connection, both, START)
    synchronise(connection, both, date(2026, 11, 5))
    first = {name: deliver(connection, date(2026, 11, 5), operator=name) for name in ("essai", "entier")}
    assert [row["id_livraison"] for row in told(connection, date(2026, 11, 5))] == [first["essai"], None, None]
    assert [row["id_livraison"] for row in told(connection, date(2026, 11, 5), "entier")] == [
        first["entier"], first["entier"], None
    ]  # fmt: skip
    second = deliver(connection, date(2026, 11, 6))
    assert [row["statut"] for row in told(connection, date(2026, 11, 6))] == ["recue_en_retard", "recue", "a_venir"]
    assert told(connection, date(2026, 11, 6))[1]["id_livraison"] == second


def test_what_was_due_stays_what_is_to_come_follows_the_contract_and_missed_days_are_caught_up(
    connection: Connection,
) -> None:
    synchronise(connection, [contract()], START)
    assert synchronise(connection, [contract()], START) == 2, "twice the same day changes nothing"
    synchronise(connection, [contract()], date(2027, 1, 20))
    codes = ["2026-09", "2026-10", "2026-11", "2026-12", "2027-01"]
    assert [row["periode"] for row in told(connection, date(2027, 1, 20))] == codes
    quarterly = contract(calendar=Calendar("Chaque trimestre", "trimestre", 30, 5))
    synchronise(connection, [quarterly], date(2027, 1, 20))
    assert [row["periode"] for row in told(connection, date(2027, 1, 20))] == [*codes[:4], "2026-T4", "2027-T1"]
    synchronise(connection, [], date(2027, 1, 20))
    assert [row["periode"] for row in told(connection, date(2027, 1, 20))] == codes[:4], "history outlives a contract"


def test_chance_drops_are_matched_as_a_person_would_match_them(connection: Connection) -> None:
    """An oracle in Python walks through the days; the SQL answers for twenty operators at once."""
    chance = random.Random(3)
    today, names = date(2027, 3, 1), [f"operateur_{number}" for number in range(20)]
    modes = {name: chance.choice(["delta", "complet"]) for name in names}
    synchronise(connection, [contract(name, modes[name]) for name in names], START)
    synchronise(connection, [contract(name, modes[name]) for name in names], today)
    periods = list(expectations(MONTHLY, START, today))
    answers: dict[tuple[str, str], int] = {}
    for name in names:
        for offset in sorted(chance.sample(range(150), chance.randrange(0, 12))):
            day = START + timedelta(offset)
            status = chance.choice(["chargee", "chargee", "doublon", "en_attente", "refusee"])
            number = deliver(connection, day, status, name)
            waiting = [one.code for one in periods if one.opens <= day and (name, one.code) not in answers]
            if status != "refusee":
                for code in waiting if modes[name] == "complet" else waiting[:1]:
                    answers[name, code] = number
    found = connection.execute("select * from journal.calendrier_au(%s)", [today]).fetchall()
    assert len(found) == len(names) * len(periods)
    late = {one.code: one.late for one in periods}
    answered = [row for row in found if row["statut"] in {"recue", "recue_en_retard"}]
    assert {(row["operateur"], row["periode"]): row["id_livraison"] for row in answered} == answers
    assert all((row["statut"] == "recue") == (row["recue_le"] < late[row["periode"]]) for row in answered)


def test_bi_shows_what_is_expected_and_late_to_its_readers(entrepot: Entrepot) -> None:
    today = datetime.now(PARIS).date()
    with entrepot.connect("loader") as connection:
        synchronise(connection, [contract()], today - timedelta(days=100))
        synchronise(connection, [contract()], today)
        connection.commit()
        build(connection)
    with entrepot.connect("bi") as connection:
        rows = connection.execute("select * from bi.calendrier_livraisons order by attendue_le").fetchall()
    assert len(rows) >= 4
    assert (rows[0]["statut"], rows[0]["est_en_retard"], rows[0]["id_livraison"]) == ("en_retard", True, None)
    assert rows[0]["jours_de_retard"] >= 65
    assert (rows[-1]["statut"], rows[-1]["est_en_retard"], rows[-1]["jours_de_retard"]) == ("a_venir", False, None)
