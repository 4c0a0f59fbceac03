"""The tasks of ``ingest_marche_travail`` and the hook: an Airflow connection, three steps, what Airflow is told."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from territoires.airflow.assets import market_asset
from territoires.airflow.france_travail import FranceTravailHook
from territoires.airflow.market_tasks import check, collect, prepare
from territoires.france_travail.budget import MemoryBudget
from territoires.france_travail.errors import CampaignError
from territoires.france_travail.questions import MARKET_PATH
from territoires.local.stand_in import Behaviour, StandIn, Trouble, serving
from territoires.local.stand_in.faults import always, broken
from tests.integration.france_travail.conftest import QUICK

PARAMS = {"activites": ["H2903", "I"], "territoires": ["DEP", "BASSIN"]}
PLACES = """
create or replace function core.communes_au(jour date)
returns setof core.commune_situee
language sql stable as $$
select
    c.commune, 'Lieu', c.departement, '84', null, null, null, null, c.bassin, null, null, 10, null, 2::smallint,
    c.ti, null
from (values
    ('38001', '38', '8401', 'ti-1'), ('38002', '38', null, 'ti-1'), ('69001', '69', '8402', null),
    ('97601', '976', '9760', 'ti-2')
) as c (commune, departement, bassin, ti)
$$
"""


class Store(dict[str, Any]):
    """What Airflow's accessors of state do."""

    def set(self, key: str, value: object) -> None:
        self[key] = value


@pytest.fixture
def situated(entrepot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Registers that put three places into two territories, and know some occupations."""
    monkeypatch.setenv("TI_WAREHOUSE_URL", entrepot.loader_url)
    monkeypatch.setenv("TI_ARCHIVE", str(tmp_path / "archives"))
    with entrepot.connect("owner", autocommit=True) as owner:
        owner.execute(PLACES)
        owner.execute(
            "insert into core.registre_version (registre, millesime, source_url, sha256, statut, lignes, courant,"
            " chargee_le) values ('rome', 'v460', 'file:///rome', repeat('a', 64), 'charge', 4, true, now())"
        )
        owner.execute(
            "insert into core.rome (millesime, code_rome, libelle, code_parent, id_registre)"
            " select 'v460', code, 'Métier', parent, 1 from (values ('H2903', 'H2903'), ('I1304', 'I1304'),"
            " ('I1399', 'I1304'), ('A1101', 'A1101')) as r (code, parent)"
        )
    return entrepot


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandIn]:
    with serving(Behaviour(limit_per_s=None)) as found:
        connect(monkeypatch, found)
        yield found


def connect(monkeypatch: pytest.MonkeyPatch, server: StandIn, **changed: Any) -> None:
    known: dict[str, Any] = dict(server.connection)
    extra = {"calls_per_second": 300} | known["extra"] | changed.pop("extra", {})
    monkeypatch.setenv("AIRFLOW_CONN_FRANCE_TRAVAIL", json.dumps(known | changed | {"extra": extra}))


@pytest.mark.usefixtures("situated", "server")
def test_nothing_is_planned_before_every_register_that_has_an_address_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TI_REGISTER_ROME_URL", "file:///rome")
    monkeypatch.setenv("TI_REGISTER_BASSINS_URL", "file:///bassins")
    monkeypatch.setenv("TI_REGISTER_FAP_URL", "file:///fap")
    with pytest.raises(CampaignError, match=r"pas encore chargés : bassins \(ingest_territories\)"):
        prepare.function(PARAMS)


def test_a_campaign_from_the_registers_to_the_asset(situated: Any, server: StandIn) -> None:
    number = prepare.function(PARAMS)
    # 38 and 976 have territories, the API does not cover 976; bassins are in no list of theirs.
    state, watermark = Store(), {market_asset(): Store()}
    tally = collect.function(number, state)
    assert tally["questions"] == 3 * 3 * 3  # 38, 8401, 9760; CUMUL, H2903, I1304; three indicators
    assert state["derniere"]["territoire"] in {"38", "8401", "9760"}
    asked = [call.question for call in server.calls if call.method == "POST"]
    assert {(one["codeTypeTerritoire"], one["codeTerritoire"]) for one in asked} == {
        ("DEP", "38"),
        ("BASSIN", "8401"),
        ("BASSIN", "9760"),
    }
    assert {one["codeActivite"] for one in asked} == {"CUMUL", "H2903", "I1304"}
    done = check.function(number, watermark)
    assert done["valeurs_ecrites"] > 0
    assert watermark[market_asset()]["collecte"]["numero"] == number
    # The next week nothing differs: no event of the asset, nothing is built for nothing.
    second = prepare.function(PARAMS)
    assert second == number + 1
    collect.function(second)
    with pytest.raises(AirflowSkipException, match="aucune valeur ne diffère"):
        check.function(second)
    with situated.connect("loader") as connection:
        rows = connection.execute("select statut from journal.collecte_marche").fetchall()
        assert {row["statut"] for row in rows} == {"terminee"}
        [left] = connection.execute("select count(*) as n from journal.place_appel").fetchall()
        assert left["n"] <= 300


@pytest.mark.usefixtures("situated")
def test_a_failed_try_is_gone_on_with(server: StandIn, monkeypatch: pytest.MonkeyPatch) -> None:
    number = prepare.function(PARAMS)
    server.behaviour = replace(server.behaviour, troubles=(Trouble(broken(503), always),))
    monkeypatch.setattr("territoires.france_travail.client.Patience", lambda: replace(QUICK, tries=1))
    with pytest.raises(CampaignError, match="ne répond plus"):
        collect.function(number)
    server.behaviour = replace(server.behaviour, troubles=())
    assert prepare.function(PARAMS) == number
    assert collect.function(number)["restantes"] == 0


@pytest.mark.usefixtures("server")
def test_without_registers_the_task_says_what_to_load_first(entrepot: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TI_WAREHOUSE_URL", entrepot.loader_url)
    with pytest.raises(CampaignError, match="charger d'abord les référentiels"):
        prepare.function({})


def test_without_connection_the_task_is_skipped_and_says_how_to_define_it(
    entrepot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TI_WAREHOUSE_URL", entrepot.loader_url)
    monkeypatch.delenv("AIRFLOW_CONN_FRANCE_TRAVAIL", raising=False)
    with pytest.raises(AirflowSkipException, match="pas de connexion france_travail : en définir une de type HTTP"):
        prepare.function({})


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"password": "une-cle-fausse"}, "invalid_client"),
        ({"extra": {"scope": "api_stats-offres-demandes-emploiv1"}}, "second mot du périmètre"),
        ({"password": ""}, "clé secrète"),
        ({"extra": {"calls_per_second": "vite"}}, "calls_per_second='vite'"),
        ({"host": "ftp://x", "extra": {"base_url": None}}, "n'est pas une adresse"),
    ],
)
@pytest.mark.usefixtures("situated")
def test_a_connection_that_cannot_do_fails_at_once_and_tells_no_secret(
    server: StandIn,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    changed: dict[str, Any],
    told: str,
) -> None:
    connect(monkeypatch, server, **changed)
    with caplog.at_level(logging.DEBUG), pytest.raises(AirflowFailException, match=told) as caught:
        prepare.function(PARAMS)
    for secret in ("une-cle-fausse", server.behaviour.client_secret):
        assert secret not in str(caught.value) + caplog.text


@pytest.mark.parametrize(
    ("fields", "address"),
    [
        ({"host": "https://api.francetravail.io"}, f"https://api.francetravail.io{MARKET_PATH}"),
        ({"host": "api.francetravail.io"}, f"https://api.francetravail.io{MARKET_PATH}"),
        ({"host": "https://passerelle.example/marche/v2/"}, "https://passerelle.example/marche/v2"),
        ({"host": "127.0.0.1", "schema": "http", "port": 8080}, f"http://127.0.0.1:8080{MARKET_PATH}"),
        ({"host": "127.0.0.1/v1", "schema": "http", "port": 8080}, "http://127.0.0.1:8080/v1"),
        ({"host": "x", "extra": {"base_url": "http://127.0.0.1:9/v1"}}, "http://127.0.0.1:9/v1"),
    ],
)
def test_a_connection_becomes_a_client(monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], address: str) -> None:
    told = {"conn_type": "http", "login": "id", "password": "secret-absolu", **fields}
    monkeypatch.setenv("AIRFLOW_CONN_FT_ESSAI", json.dumps(told))
    with FranceTravailHook("ft_essai").get_conn() as client:
        assert client.base_url == address
        assert isinstance(client._budget, MemoryBudget)
        assert FranceTravailHook("ft_essai").get_conn()._budget is client._budget
        assert client._budget.pace.calls_per_second == 10
        assert "secret-absolu" not in repr(vars(client))
