"""Roots opened with the credentials of an Airflow connection."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk import ObjectStoragePath
from airflow.sdk.exceptions import AirflowNotFoundException
from upath import UPath

from territoires import storage
from territoires.airflow.stores import open_root
from territoires.inbox import scan
from tests.stores import put


def test_a_folder_and_a_store_without_a_connection_are_opened_as_they_are(tmp_path: Path) -> None:
    for root in (UPath(tmp_path), UPath("memory://seau/prefixe")):
        assert open_root(root) is root


def test_a_connection_that_is_not_there_is_an_error_rather_than_no_credentials() -> None:
    with pytest.raises(AirflowNotFoundException, match="absente"):
        open_root(UPath("s3://absente@seau/prefixe"))


@pytest.mark.parametrize("store", ["connexion"], indirect=True)
def test_a_place_below_an_opened_root_keeps_its_credentials(store: Any) -> None:
    assert isinstance(store, ObjectStoragePath)
    assert storage.place(store) is store
    place = store / "dossier" / "un.txt"
    with storage.whole(place) as path:
        path.write_text("un", "utf-8")
    assert storage.names(place.parent) == ["un.txt"]
    assert place.with_name("deux.txt").conn_id == store.conn_id


@pytest.mark.parametrize("store", ["connexion"], indirect=True)
def test_a_store_is_looked_at_in_a_thread_beside_the_event_loop_of_the_triggerer(store: Any) -> None:
    put(store / "bpifrance" / "referents" / "un.csv", b"un")

    async def look() -> list[str]:
        return list(await asyncio.to_thread(lambda: scan(open_root(UPath(str(store))), datetime.now(UTC))))

    assert asyncio.run(look()) == ["bpifrance/referents/un.csv"]
