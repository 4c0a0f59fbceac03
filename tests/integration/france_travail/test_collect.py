"""A campaign against the stand-in: what is written, what is asked again, what ends it, and what a kill leaves."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from territoires.france_travail import campaigns, checks
from territoires.france_travail.campaigns import Tally
from territoires.france_travail.collect import WORKERS, collect, conclude
from territoires.france_travail.errors import CampaignError, CredentialsError, EndedCampaignError
from territoires.france_travail.plan import Scope, questions
from territoires.france_travail.questions import Indicator
from territoires.inbox.archive import Archive
from territoires.local.stand_in import Behaviour, StandIn, Trouble, serving
from territoires.local.stand_in.faults import Fault, always, broken, calls, forbidden, redirected, slow, without
from territoires.settings import REPOSITORY
from territoires.warehouse.engine import Connection
from tests.integration.france_travail.conftest import QUICK, client_of

SCOPE = Scope()
PLACES = {"DEP": ["01", "38"], "BASSIN": ["8401", "8404"]}
QUESTIONS = list(questions(SCOPE, PLACES, ["H2903", "I1304", "H1203"]))
FREE = Behaviour(limit_per_s=None, uncovered_basins=0.5, unanswered=0.2)
ON_THE_WAY = 2 * WORKERS


def collected(server: StandIn, warehouse: Connection, archive: Archive, campaign: int | None = None) -> Tally:
    number = campaign or campaigns.begin(warehouse, SCOPE, QUESTIONS)
    return collect(client_of(server), warehouse, archive, number)


def one(warehouse: Connection, query: str, *values: object) -> dict[str, Any]:
    [row] = warehouse.execute(query, values).fetchall()  # type: ignore[arg-type]
    return row


def content(warehouse: Connection) -> dict[tuple[str, ...], tuple[Any, ...]]:
    """Return the values by key, without what tells of their writing."""
    rows = warehouse.execute("select * from core.indicateur_marche").fetchall()
    left_out = {"sha256", "id_collecte", "ecrit_le"}
    return {tuple(row.values())[:10]: tuple(row[name] for name in row if name not in left_out) for row in rows}


def errors_of(warehouse: Connection) -> list[str]:
    """Return what the suite refuses the first campaign for."""
    outcomes = checks.check(warehouse, 1, date(2026, 3, 15))
    return [found.text for found in outcomes if found.severity == "error" and found.failed]


def test_a_campaign_writes_each_answer_with_its_values(warehouse: Connection, archive: Archive) -> None:
    with serving(FREE) as server:
        tally = collected(server, warehouse, archive)
        assert Counter(call.attempt for call in server.calls) == {1: len(QUESTIONS)}
    assert tally.asked == len(QUESTIONS) == tally.with_data + tally.without_data
    assert tally.with_data > 10 < tally.without_data
    kept = one(
        warehouse,
        "select count(*) as n, count(distinct sha256) as reponses, bool_and(maj_le < ecrit_le) as ordre,"
        " count(*) filter (where type_activite = 'ROME' and type_caract <> '') as details"
        " from core.indicateur_marche",
    )
    assert kept == {"n": tally.written, "reponses": tally.with_data, "ordre": True, "details": 0}
    journal = one(
        warehouse,
        "select sum(lignes_lues) as lues, count(distinct forme) as formes, min(essais) as essais,"
        " count(*) filter (where (statut = 'donnees') <> (code_periode is not null)) as sans_periode"
        " from journal.appel_marche",
    )
    assert journal == {"lues": tally.written, "formes": 5, "essais": 1, "sans_periode": 0}
    for row in warehouse.execute("select distinct sha256 from core.indicateur_marche").fetchall():
        assert archive.path(row["sha256"]).stat().st_size > 100
    # The whole holds together, and the suite says so.
    assert errors_of(warehouse) == []


def test_a_second_campaign_writes_nothing_and_a_change_is_updated(warehouse: Connection, archive: Archive) -> None:
    with serving(FREE) as server:
        collected(server, warehouse, archive)
        before = content(warehouse)
        assert collected(server, warehouse, archive).written == 0
        # A value that the source had not masked, and had otherwise, is put right, and nothing else is written.
        warehouse.execute(
            "update core.indicateur_marche set masque = true, nombre = null"
            " where ctid in (select ctid from core.indicateur_marche where nombre > 0 limit 1)"
        )
        assert collected(server, warehouse, archive).written == 1
    assert content(warehouse) == before


def test_an_older_answer_never_overwrites_a_newer_one(warehouse: Connection, archive: Archive) -> None:
    with serving(FREE) as server:
        collected(server, warehouse, archive)
        warehouse.execute("update core.indicateur_marche set maj_le = '2026-06-11', nombre = nombre + 10")
        assert collected(server, warehouse, archive).written == 0


def test_an_answer_that_does_not_hold_is_kept_apart_and_told(warehouse: Connection, archive: Archive) -> None:
    behaviour = replace(
        FREE, unanswered=0.0, uncovered_basins=0.0, troubles=(Trouble(without("codePeriode"), calls(3)),)
    )
    with serving(behaviour) as server:
        tally = collect(client_of(server), warehouse, archive, campaigns.begin(warehouse, SCOPE, QUESTIONS), workers=1)
    assert (tally.unsound, tally.with_data) == (1, len(QUESTIONS) - 1)
    row = one(warehouse, "select rang, message, sha256 from journal.appel_marche where statut = 'refuse'")
    assert row["rang"] == 3
    assert "listeValeursParPeriode[0].codePeriode = 'absent'" in row["message"]
    assert archive.path(row["sha256"]).exists()
    conclude(warehouse, 1, tally)
    assert not errors_of(warehouse)  # one is few
    warehouse.execute(
        "update journal.appel_marche set statut = 'refuse' where indicateur = 'offres' and rang > %s", (30,)
    )
    [error] = errors_of(warehouse)
    assert "forme ne tient pas" in error


@pytest.mark.parametrize(
    ("fault", "essais"), [(broken(503), QUICK.tries), (redirected("http://127.0.0.1:9/maintenance"), 1)]
)
def test_questions_without_answer_are_asked_again_by_the_next_try(
    warehouse: Connection, archive: Archive, fault: Fault, essais: int
) -> None:
    with serving(replace(FREE, troubles=(Trouble(fault, calls(*range(4, 4 + essais))),))) as server:
        number = campaigns.begin(warehouse, SCOPE, QUESTIONS)
        tally = collect(client_of(server), warehouse, archive, number, workers=1)
        assert tally.failed == 1
        with pytest.raises(CampaignError, match="1 questions sur 48 restent sans réponse"):
            conclude(warehouse, number, tally)
        row = one(warehouse, "select rang, essais from journal.appel_marche where statut = 'echec'")
        assert row == {"rang": 4, "essais": essais}
        asked = len(server.calls)
        assert collected(server, warehouse, archive, number).failed == 0
        assert len(server.calls) == asked + 1


def test_an_api_that_is_down_ends_the_try_soon(warehouse: Connection, archive: Archive) -> None:
    with serving(replace(FREE, troubles=(Trouble(broken(503), always),))) as server:
        with pytest.raises(CampaignError, match="ne répond plus"):
            collected(server, warehouse, archive)
        assert len(server.calls) <= (5 + ON_THE_WAY) * QUICK.tries
    assert one(warehouse, "select statut from journal.collecte_marche") == {"statut": "en_cours"}


def test_a_refused_application_stops_everything(warehouse: Connection, archive: Archive) -> None:
    with serving(replace(FREE, troubles=(Trouble(forbidden, always),))) as server:
        with pytest.raises(CredentialsError, match="second mot du périmètre"):
            collected(server, warehouse, archive)
        assert len(server.calls) <= ON_THE_WAY
    assert one(warehouse, "select count(*) as n from journal.appel_marche where statut <> 'a_poser'") == {"n": 0}


@pytest.mark.parametrize("disguise", ["400", "404"])
def test_a_campaign_that_was_turned_down_whole_fails(warehouse: Connection, archive: Archive, disguise: Any) -> None:
    """An address or a code that changed looks like « no data » everywhere: silence would be taken for an answer."""
    with serving(replace(FREE, unanswered=1.0, disguises=(disguise,))) as server:
        tally = collected(server, warehouse, archive)
    with pytest.raises(EndedCampaignError, match="les 48 questions ont toutes reçu 400 ou 404"):
        conclude(warehouse, 1, tally)
    assert one(warehouse, "select statut from journal.collecte_marche") == {"statut": "echec"}


def test_one_process_at_a_time_asks_the_questions_of_a_campaign(
    entrepot: Any, warehouse: Connection, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(campaigns, "KILLED_MS", 200)
    number = campaigns.begin(warehouse, SCOPE, QUESTIONS)
    with entrepot.connect("loader", autocommit=True) as other:
        assert campaigns.hold(other, number)
        with serving(FREE) as server, pytest.raises(CampaignError, match="un autre processus"):
            collected(server, warehouse, archive, number)
        monkeypatch.setattr(campaigns, "KILLED_MS", 5000)
        ending = threading.Timer(0.3, other.close)
        ending.start()
        assert campaigns.hold(warehouse, number)
        ending.join()


def test_a_campaign_is_resumed_for_the_same_wants_only_and_while_it_is_young(warehouse: Connection) -> None:
    number = campaigns.begin(warehouse, SCOPE, QUESTIONS)
    assert campaigns.current(warehouse, SCOPE) == number
    assert campaigns.current(warehouse, Scope(indicators=(Indicator.OFFERS,))) is None
    warehouse.execute("update journal.collecte_marche set commencee_le = now() - interval '7 days'")
    assert campaigns.current(warehouse, SCOPE) is None
    assert campaigns.begin(warehouse, SCOPE, QUESTIONS) == number + 1
    statuses = warehouse.execute("select statut from journal.collecte_marche order by id_collecte").fetchall()
    assert [row["statut"] for row in statuses] == ["abandonnee", "en_cours"]


PROCESS = """
import sys
from territoires.france_travail.collect import collect
from territoires.inbox.archive import Archive
from territoires.warehouse.engine import connect
from tests.integration.france_travail.conftest import client_at

base_url, token_url, warehouse, archive, campaign = sys.argv[1:]
with connect(warehouse, autocommit=True) as connection:
    collect(client_at(base_url, token_url), connection, Archive(archive), int(campaign))
"""


def killed(server: StandIn, entrepot: Any, archive: Archive, campaign: int, after: int) -> None:
    """Start a collection of its own process and end it by SIGKILL once it made *after* calls more."""
    goal = len(server.calls) + after
    command = [sys.executable, "-c", PROCESS, server.base_url, server.token_url, entrepot.loader_url, str(archive.root)]
    path = os.pathsep.join(map(str, (REPOSITORY, REPOSITORY / "plugins", REPOSITORY / "include")))
    with subprocess.Popen([*command, str(campaign)], env={**os.environ, "PYTHONPATH": path}) as process:
        while len(server.calls) < goal:
            assert process.poll() is None, "it ended by itself"
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)


def test_a_collection_killed_at_any_moment_goes_on_and_loads_nothing_twice(
    entrepot: Any, warehouse: Connection, archive: Archive
) -> None:
    campaign = campaigns.begin(warehouse, SCOPE, QUESTIONS)
    with serving(replace(FREE, troubles=(Trouble(slow(0.02), always),))) as server:
        for after in (11, 13):
            killed(server, entrepot, archive, campaign, after)
        answered = len(QUESTIONS) - len(campaigns.unanswered(warehouse, campaign))
        assert 0 < answered < len(QUESTIONS)
        before = len(server.calls)
        tally = collected(server, warehouse, archive, campaign)
        # What was answered is not asked again; of what was on its way at a kill, nothing is known, and it is.
        assert len(server.calls) - before == len(QUESTIONS) - answered
        assert len(server.calls) <= len(QUESTIONS) + 2 * ON_THE_WAY
        assert len({str(call.question) + call.path for call in server.calls}) == len(QUESTIONS)
    assert tally.with_data + tally.without_data == len(QUESTIONS)
    interrupted, written = content(warehouse), tally.written
    assert len(interrupted) == written  # each value was written once
    warehouse.execute("delete from core.indicateur_marche")
    with serving(FREE) as server:
        collected(server, warehouse, archive)
    assert content(warehouse) == interrupted
