"""A campaign against a server that is wrong in ways of its own: what it may keep back, and what not."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import psycopg
import pytest

from territoires.france_travail import answers, campaigns, checks
from territoires.france_travail.budget import Pace, WarehouseBudget
from territoires.france_travail.campaigns import Outcome, Tally
from territoires.france_travail.collect import collect, conclude
from territoires.france_travail.errors import CampaignError
from territoires.france_travail.plan import Scope, questions
from territoires.france_travail.questions import Indicator, Question
from territoires.inbox.archive import Archive
from territoires.warehouse.engine import Connection
from tests.integration.france_travail.conftest import QUICK, client_at

SCOPE = Scope()
PLACES = {"DEP": ["01", "03", "38", "42", "69", "73"]}
OCCUPATIONS = [f"H29{number:02}" for number in range(1, 11)]
QUESTIONS = list(questions(SCOPE, PLACES, OCCUPATIONS))
HASTY = replace(QUICK, tries=1)

Asked = dict[str, Any]
Said = tuple[int, Any]
Answering = Callable[[Asked], Said]


class Rogue(ThreadingHTTPServer):
    """Answers each question by ``answer``, in turn; ``asked`` are the bodies of the questions that came."""

    def __init__(self, answer: Answering) -> None:
        super().__init__(("127.0.0.1", 0), RogueHandler)
        self.answer = answer
        self.asked: list[Asked] = []
        self.turn = threading.Lock()

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class RogueHandler(BaseHTTPRequestHandler):
    server: Rogue
    protocol_version = "HTTP/1.1"
    wbufsize = 1 << 16  # one packet an answer: two would each wait for the other side

    def do_POST(self) -> None:
        told = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith("/jeton"):
            status, content = 200, {"access_token": "jeton"}
        else:
            with self.server.turn:
                question = json.loads(told)
                self.server.asked.append(question)
                status, content = self.server.answer(question)
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def answering(answer: Answering) -> Iterator[Rogue]:
    server = Rogue(answer)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def good(question: Asked, **other: Any) -> Said:
    yearly = question["codeTypePeriode"] == "ANNEE"
    value = {
        **{key: question[key] for key in question if key.startswith("code")},
        "datMaj": "2026-03-10T11:18:17.000+01:00",
        "codeNomenclature": "PERSPECTIVE" if yearly else "A",
        "codePeriode": "2025" if yearly else "2025T4",
        "valeurPrincipaleNombre": 3 if yearly else 80,
    }
    code = {"CATCAND": "DE_1", "ORIGINEOFF": "OFF_1"}.get(question["codeTypeNomenclature"], "PERSP_2")
    return 200, {"codeIndicateur": code, "listeValeursParPeriode": [value | other]}


def collected(server: Rogue, warehouse: Connection, archive: Archive, campaign: int | None = None) -> Tally:
    number = campaign or campaigns.begin(warehouse, SCOPE, QUESTIONS)
    return collect(client_at(server.origin, f"{server.origin}/jeton", patience=HASTY), warehouse, archive, number)


def finished(warehouse: Connection, archive: Archive) -> None:
    """Make a campaign in which every question has data."""
    with answering(good) as server:
        assert collected(server, warehouse, archive).with_data == len(QUESTIONS)
    campaigns.finish(warehouse, 1)


def failed_rules(warehouse: Connection, campaign: int) -> dict[str, str]:
    outcomes = checks.check(warehouse, campaign, date(2026, 3, 15))
    return {found.column or "": found.severity for found in outcomes if found.failed}


POISONS: dict[str, dict[str, Any]] = {
    "01": {"libTerritoire": "Ain\0"},
    "03": {"libTerritoire": "Allier\ud800"},
    "38": {"codeNomenclature": "A" * 5000},
    "42": {"valeurPrincipaleRang": 10**11},
    "69": {"codePeriode": "٢٠٢٥T4"},
}


def test_values_that_the_warehouse_cannot_hold_stop_nothing(warehouse: Connection, archive: Archive) -> None:
    with answering(lambda asked: good(asked, **POISONS.get(asked["codeTerritoire"], {}))) as server:
        tally = collected(server, warehouse, archive)
    assert (tally.unsound, tally.with_data) == (len(QUESTIONS) * 5 // 6, len(QUESTIONS) // 6)


def test_what_is_json_and_no_answer_is_kept_for_who_looks(warehouse: Connection, archive: Archive) -> None:
    with answering(lambda asked: (200, [1]) if asked["codeTerritoire"] == "03" else good(asked)) as server:
        assert collected(server, warehouse, archive).unsound == len(QUESTIONS) // 6
    rows = warehouse.execute("select distinct sha256 from journal.appel_marche where statut = 'refuse'").fetchall()
    assert [archive.path(row["sha256"]).read_bytes() for row in rows] == [b"[1]"]


def test_what_no_check_foresaw_is_an_answer_that_does_not_hold(warehouse: Connection) -> None:
    number = campaigns.begin(warehouse, SCOPE, QUESTIONS)
    asked = Question(Indicator.SEEKERS, "DEP", "01", "H2901")
    found = answers.read(asked, good(asked.body)[1])
    assert isinstance(found, answers.Answer)
    poisoned = replace(found, rows=({**found.rows[0], "pourcentage": 101},))
    outcome = Outcome("donnees", 1, sha256="a" * 64)
    assert campaigns.write(warehouse, number, 1, outcome, poisoned) == 0
    row = warehouse.execute("select statut, message, sha256 from journal.appel_marche where rang = 1").fetchone()
    assert row is not None
    assert (row["statut"], row["sha256"]) == ("refuse", "a" * 64)
    assert "indicateur_marche_pourcentage_check" in row["message"]


def test_a_territory_that_never_answers_keeps_no_other_back_and_is_let_go_in_the_end(
    warehouse: Connection, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("territoires.france_travail.collect.MOST_FAILED", 0.4)
    monkeypatch.setattr("territoires.france_travail.checks.MOST_FAILED", 0.4)
    bad = {"03", "42"}  # beside each other or not, as is left of the campaign
    with answering(lambda asked: (500, b"") if asked["codeTerritoire"] in bad else good(asked)) as server:
        number = campaigns.begin(warehouse, SCOPE, QUESTIONS)
        for _ in range(campaigns.ROUNDS):
            with pytest.raises(CampaignError, match="restent sans réponse"):
                conclude(warehouse, number, replace(tally := collected(server, warehouse, archive, number), hopeless=0))
            assert (tally.with_data, tally.left) == (len(QUESTIONS) * 4 // 6, 0)
        assert len([one for one in server.asked if one["codeTerritoire"] in bad]) < len(QUESTIONS) // 3 * 3
    assert tally.hopeless == tally.failed
    conclude(warehouse, number, tally)
    assert failed_rules(warehouse, number) == {"sans_echec": "warning", "avec_donnees": "warning"}


def test_an_api_that_moves_in_the_middle_is_noticed_and_its_answers_are_none(
    warehouse: Connection, archive: Archive
) -> None:
    finished(warehouse, archive)
    half = len(QUESTIONS) // 2
    number = campaigns.begin(warehouse, SCOPE, QUESTIONS)
    with answering(lambda asked: good(asked) if len(server.asked) <= half else (404, b"<html>")) as server:
        with pytest.raises(CampaignError, match="son adresse ou ses codes ont changé"):
            collected(server, warehouse, archive, number)
        assert len(server.asked) < half + 80
    tally = campaigns.tally(warehouse, number)
    assert (tally.with_data, tally.turned_down) == (half, 0)
    with answering(good) as server:
        tally = collected(server, warehouse, archive, number)
    assert tally.with_data == len(QUESTIONS)


def test_a_territory_that_the_api_leaves_is_no_alarm(warehouse: Connection, archive: Archive) -> None:
    finished(warehouse, archive)
    gone = {"03", "38"}
    with answering(lambda asked: (404, b"") if asked["codeTerritoire"] in gone else good(asked)) as server:
        tally = collected(server, warehouse, archive)
    assert tally.turned_down == len(QUESTIONS) // 3
    conclude(warehouse, 2, tally)


def test_data_lost_here_and_there_is_refused_by_the_suite(warehouse: Connection, archive: Archive) -> None:
    finished(warehouse, archive)
    with answering(lambda asked: (400, b"") if len(server.asked) % 10 else good(asked)) as server:
        tally = collected(server, warehouse, archive)
    conclude(warehouse, 2, tally)
    failed = failed_rules(warehouse, 2)
    assert (failed.pop("conserve"), failed.pop("entendu")) == ("error", "warning")
    assert failed in ({}, {"avec_donnees": "warning"})


def test_a_value_that_claims_a_day_to_come_shuts_out_nothing(warehouse: Connection, archive: Archive) -> None:
    with answering(lambda asked: good(asked, datMaj="2999-01-01T00:00:00Z", valeurPrincipaleNombre=5)) as server:
        collected(server, warehouse, archive)
    with answering(lambda asked: good(asked, datMaj="2999-01-01T00:00:00Z", valeurPrincipaleNombre=4)) as server:
        assert collected(server, warehouse, archive).written == len(QUESTIONS)


@pytest.mark.parametrize("lost", ["work", "budget"])
def test_a_database_connection_that_is_cut_ends_the_try_and_the_next_goes_on(
    entrepot: Any, warehouse: Connection, archive: Archive, lost: str
) -> None:
    number = campaigns.begin(warehouse, SCOPE, QUESTIONS)
    with entrepot.connect("loader", autocommit=True) as own, entrepot.connect("loader", autocommit=True) as work:
        victim = {"work": work, "budget": own}[lost].info.backend_pid

        def answer(asked: Asked) -> Said:
            if len(server.asked) == 40:
                warehouse.execute("select pg_terminate_backend(%s)", (victim,))
            return good(asked)

        with answering(answer) as server:
            budget = WarehouseBudget(own, "api", Pace(500))
            client = client_at(server.origin, f"{server.origin}/jeton", budget, HASTY)
            with pytest.raises(psycopg.OperationalError):
                collect(client, work, archive, number)
            assert len(server.asked) < 60
            before = campaigns.tally(warehouse, number).with_data
            work.close()
            tally = collected(server, warehouse, archive, number)
    assert 0 < before < tally.with_data == len(QUESTIONS) == tally.written
