"""The yearly file is asked for when it is due, by one conditional request, and goes the way of a dropped one."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk import TriggerRule
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from territoires.airflow import bmo_tasks, ingest, policies
from territoires.delivery.download import NotDue, download
from territoires.registers.errors import FetchError
from tests.integration.delivery.conftest import Way
from tests.integration.registers.server import Site, serving
from tests.unit.delivery.needs import published, survey

TYPE = "pole_emploi/besoins_main_oeuvre"
OWN = ["besoins_main_oeuvre"]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site(body=published(2024)[0], etag='"v1"', modified="Tue, 23 Apr 2024 08:00:00 GMT")) as found:
        yield found


def asked(way: Way) -> list[dict[str, Any]]:
    return way.query("select statut, sha256, etag, id_livraison, motif from journal.telechargement")


def test_a_new_file_goes_the_whole_way_and_an_unchanged_one_costs_one_request(way: Way, site: Site) -> None:
    way.platform.inbound.mkdir()
    name = "Base_open_data_BMO_2024.xlsx"
    address = site.url(name)
    number = download(way.platform, TYPE, address, run_id="run")
    assert number is not None
    [row] = way.go("pole_emploi")
    assert (row["id_livraison"], row["statut"], row["nom_fichier"]) == (number, "chargee", name)
    assert row["lignes_ajoutees"] == len(survey(2024))
    assert row["modifie_le"].isoformat().startswith("2024-04-23")
    assert name in way.receipt(row)
    steps = way.query("select etape, run_id from journal.etape where id_livraison = %s order by id_etape", number)
    assert steps[0] == {"etape": "recevoir", "run_id": "run"}
    with pytest.raises(NotDue):
        download(way.platform, TYPE, address)
    assert len(site.asked) == 1, "it was asked this week"
    assert download(way.platform, TYPE, address, force=True) is None
    assert site.asked[1]["if-none-match"] == '"v1"'
    [told] = asked(way)
    assert (told["statut"], told["id_livraison"]) == ("inchange", number)
    assert len(way.query("select 1 from journal.livraison")) == 1


def test_a_revision_is_another_delivery_and_what_was_dropped_is_not_loaded_twice(way: Way, site: Site) -> None:
    content, name = published(2024)
    way.drop_bytes(content, name, TYPE)
    assert [row["statut"] for row in way.go("pole_emploi")] == ["chargee"]
    download(way.platform, TYPE, site.url(name))
    assert [row["statut"] for row in way.go("pole_emploi")] == ["doublon"]
    site.body, site.etag, site.modified = published(2024, survey(2024)[1:])[0], '"v2"', None
    download(way.platform, TYPE, site.url(name), force=True)
    [row] = way.go("pole_emploi")
    assert (row["statut"], row["lignes_closes"]) == ("chargee", 1)


def test_a_source_that_fails_is_told_keeps_its_validators_and_waits_for_a_day(way: Way, site: Site) -> None:
    address = site.url()
    download(way.platform, TYPE, address)
    site.fault = "503"
    with pytest.raises(FetchError):
        download(way.platform, TYPE, address, force=True)
    [told] = asked(way)
    assert (told["statut"], told["etag"]) == ("erreur", '"v1"')
    assert "503" in told["motif"]
    with pytest.raises(NotDue):
        download(way.platform, TYPE, address)
    with way.platform.connect() as connection:
        connection.execute("update journal.telechargement set consultee_le = now() - interval '25 hours'")
    site.fault = None
    assert download(way.platform, TYPE, address) is None


def test_what_airflow_is_told(way: Way, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("territoires.airflow.stores.open_platform", lambda: way.platform)
    first, again = (SimpleNamespace(try_number=number) for number in (1, 2))

    def run(address: str, ti: object = first, **params: bool) -> int:
        found: int = bmo_tasks.download_one.function(address, params, "run", ti=ti)
        return found

    with pytest.raises(AirflowSkipException, match="TI_BMO_URL n'est pas défini"):
        run("")
    for wrong in ("ftp://a.fr/bmo.xlsx", "https://moi:secret@a.fr/bmo.xlsx"):
        with pytest.raises(AirflowFailException, match="TI_BMO_URL"):
            run(wrong)
    assert run(site.url()) == 1
    with pytest.raises(AirflowSkipException, match="il y a peu"):
        run(site.url())
    with pytest.raises(AirflowSkipException, match="inchangé"):
        run(site.url(), forcer=True)
    site.fault = "503"
    for ti in (first, again):  # a retry asks again, whatever the journal says of the first try
        with pytest.raises(FetchError):
            run(site.url(), ti, forcer=ti is first)
    site.fault = "404"
    with pytest.raises(AirflowFailException, match="404"):
        run(site.url(), again)


def test_one_dag_takes_up_the_type_and_the_operator_s_leaves_it(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    way.drop_bytes(*published(2024), TYPE)
    monkeypatch.setattr("territoires.airflow.stores.open_platform", lambda: way.platform)
    pushed: dict[str, list[int]] = {}
    instance = SimpleNamespace(xcom_push=lambda key, value: pushed.update({key: value}))
    others = ["actions_recrutement", "referents"]
    assert ingest.receive_all.function("pole_emploi", "run", others, ti=instance) == []
    followed = ingest.receive_all.function("pole_emploi", "run", OWN, ti=instance)
    assert "besoins_main_oeuvre.lire" in followed
    assert pushed == {"besoins_main_oeuvre": [1]}
    assert ingest.receive_all.function("pole_emploi", "run", others, ti=instance) == [], "nor what is on its way"
    assert policies.ingest_dag_id(*TYPE.split("/")) == "ingest_bmo"
    assert policies.ingest_dag_id("pole_emploi", "referents") == "ingest_pole_emploi"


def test_the_download_comes_first_and_its_failure_keeps_no_dropped_file_waiting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    monkeypatch.setenv("TI_STATE", str(tmp_path))
    dag = ingest.ingest_dag("pole_emploi", OWN, "BMO", "doc", params=bmo_tasks.PARAMS)
    bmo_tasks.download_before(dag)
    received = dag.get_task("recevoir")
    assert (received.upstream_task_ids, received.trigger_rule) == ({"telecharger"}, TriggerRule.ALL_DONE)
    assert "telecharger" in dag.get_task("veiller").upstream_task_ids
    assert [asset.name for asset in dag.get_task("besoins_main_oeuvre.repondre").outlets] == [TYPE]
    assert "forcer" in dag.params
