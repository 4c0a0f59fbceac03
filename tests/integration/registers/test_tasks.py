"""The tasks of ``ingest_territories``: what Airflow is told of each end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from territoires.airflow.registers_tasks import addresses, fetch, load, validate
from territoires.registers.catalogue import Register
from territoires.registers.errors import FetchError
from territoires.settings import Settings
from tests.integration.registers.server import Site, serving
from tests.unit.registers.files import COG_HEADER, cog


@pytest.fixture(autouse=True)
def environment(entrepot: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TI_WAREHOUSE_URL", entrepot.loader_url)
    for name in ("STATE", "ARCHIVE", "WORK"):
        monkeypatch.setenv(f"TI_{name}", str(tmp_path / name.lower()))


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as found:
        yield found


def way(address: str, *, force: bool = False) -> dict[str, int]:
    number = fetch.function("communes", address, {"forcer": force})
    assert validate.function("communes", address, number) == number
    done: dict[str, int] = load.function("communes", address, number)
    return done


def test_a_load_then_nothing_new_then_nothing_different(tmp_path: Path) -> None:
    address = cog(tmp_path / "commune2024.csv").as_uri()
    assert way(address) == {"ajoutees": 3, "modifiees": 0, "closes": 0}
    with pytest.raises(AirflowSkipException, match="fichier inchangé"):
        way(address)
    # No row differs: no asset event, so that build_warehouse does not run for nothing.
    with pytest.raises(AirflowSkipException, match="aucune ligne ne diffère"):
        way(address, force=True)


def test_a_register_without_address_says_which_variable_to_set() -> None:
    with pytest.raises(AirflowSkipException, match="TI_REGISTER_COMMUNES_URL n'est pas défini"):
        fetch.function("communes", "")


def test_what_trying_again_cannot_mend_fails_at_once(tmp_path: Path, site: Site) -> None:
    address = cog(tmp_path / "commune2024.csv", header=COG_HEADER.replace("DEP", "DPT")).as_uri()
    with pytest.raises(AirflowFailException, match="absentes : « dep »"):
        way(address)
    with pytest.raises(AirflowFailException, match="schéma « ftp »"):
        way("ftp://a.fr/commune2024.csv")
    site.fault = "404"
    with pytest.raises(AirflowFailException, match="404"):
        way(site.url())


def test_what_trying_again_may_mend_is_retried(site: Site) -> None:
    site.fault = "500"
    with pytest.raises(FetchError, match="500"):
        way(site.url())


def test_addresses_come_from_the_settings() -> None:
    settings = Settings.from_env({"TI_REGISTER_EPCI_URL": " https://a.fr/1  https://a.fr/2 "})
    assert addresses(Register.EPCI, settings) == ["https://a.fr/1", "https://a.fr/2"]
    assert addresses(Register.COMMUNES, settings) == []
