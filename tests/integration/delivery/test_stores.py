"""The whole way of a file, from the drop to the receipt, with every root in the same kind of store."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from territoires.inbox import Archive
from tests.integration.delivery.conftest import HEADERS, Way, operation
from tests.stores import listed, put

FOLDER = "banque_des_territoires/investissements"
ROWS = [operation(1), operation(2, id_ti="ti-9999"), operation(3)]


@pytest.fixture
def stored(way: Way, store: Any) -> Way:
    """The way of a file with its four roots in *store*."""
    platform = replace(
        way.platform,
        inbound=store / "inbound",
        outbound=store / "outbound",
        archive=Archive(store / "archive"),
        work_root=store / "work",
    )
    return replace(way, platform=platform)


def drop(way: Way, store: Any, rows: list[str], name: str = "export.csv") -> None:
    if way.platform.inbound.name and hasattr(store, "mkdir"):
        store.mkdir(parents=True, exist_ok=True)
    put(store / "inbound" / FOLDER / name, "\r\n".join([HEADERS, *rows, ""]).encode("cp1252"))


@pytest.mark.parametrize("store", ["local", "memory", "s3", "connexion"], indirect=True)
def test_a_file_goes_from_its_drop_to_its_receipt(stored: Way, store: Any) -> None:
    drop(stored, store, ROWS, "suivi été.csv")
    [row] = stored.go()
    assert (row["statut"], row["nom_fichier"]) == ("chargee_partiellement", "suivi été.csv")
    assert "ti-9999" in stored.receipt(row)
    base = row["recu"].removesuffix("_recu.txt")
    sha256 = row["sha256"]
    kept = f"archive/{sha256[:2]}/{sha256}"
    outbound = [f"outbound/{base}_{what}" for what in ("lignes-refusees.csv", "lignes-refusees.xlsx", "recu.html")]
    note = f"{kept}.livraison-{row['id_livraison']}.validation.json"
    assert listed(store) == sorted([kept, note, *outbound, f"outbound/{row['recu']}"])


@pytest.mark.parametrize("store", ["memory", "s3"], indirect=True)
def test_a_step_that_finds_no_work_area_in_a_store_makes_it_again(stored: Way, store: Any) -> None:
    from territoires.delivery.read import read_delivery

    drop(stored, store, ROWS)
    [number] = stored.receive()
    read_delivery(stored.platform, number)
    assert stored.platform.work(number).is_read()
    stored.platform.work(number).clear()
    assert not stored.platform.work(number).is_read()
    [row] = stored.go()
    assert row["statut"] == "chargee_partiellement"
    drop(stored, store, ROWS, "encore.csv")
    [again] = stored.go()
    assert (again["statut"], again["doublon_de"]) == ("doublon", number)
