"""The way of a file, with a register of territories; replays come after it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from territoires import replay
from territoires.contracts import load_all
from territoires.contracts.ddl import core_ddl
from territoires.replay import Prepared, Verdict
from territoires.warehouse.engine import keep_connections
from tests.integration.delivery.conftest import Way, settle, way

__all__ = ["settle", "way"]

YES = Verdict("agent", "vu avec l'opérateur")

_SMALL = """
operateur: essai
livraison: {delivery}
version: {version}
valide_depuis: {since}
{more}
titre: Mesures d'essai
description: Des mesures inventées.
grain: Une ligne par mesure.
mode: {mode}
colonnes_inconnues: discard
plafond_refus: 0.4
plafond_fermeture: 0.5
refus_toleres: 1
calendrier: {{frequence: Chaque mois, periode: mois, attendue_apres_jours: 5, retard_apres_jours: 5}}
destinataires: [essai@operateur.example]
primaryKey: [cle]
fields:
  - {{name: cle, title: Clé de la mesure, description: Sa clé., type: string, example: K1,
      constraints: {{required: true, pattern: "^K[0-9]$"}}}}
  - {{name: valeur, title: Valeur, description: Sa valeur., type: integer, example: "1",
      constraints: {{minimum: 0, maximum: 9}}}}
  - {{name: note, title: Note, description: Une note., type: string, example: rien, constraints: {{maxLength: 40}}}}
  - {{name: statut, title: Statut, description: Son statut., type: string, example: neuf,
      constraints: {{enum: {values}}}}}
"""
"""A contract of few rules, so that a delivery of it costs a tenth of a second."""
_CHANGES = "remplace: {version: 1.0.0, pourquoi: Essai., valeurs: {statut: {retirees: [vieux]}}}"


def _contract(folder: Path, delivery: str, **told: str) -> None:
    former = told["version"] == "1.0.0" and "valide_jusqu_a" in told["more"]
    path = folder / "essai" / (f"{delivery}/1.0.0.yaml" if former else f"{delivery}.yaml")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(_SMALL.format(delivery=delivery, **told), encoding="utf-8")


@pytest.fixture
def small(way: Way, entrepot: Any, tmp_path: Path) -> Iterator[Way]:
    """The way of a file for small types: essai/delta, essai/complet, and essai/change, whose 2.0.0 drops a value."""
    folder = tmp_path / "contrats"
    for mode in ("delta", "complet"):
        _contract(folder, mode, mode=mode, version="1.0.0", since="2019-03-05", more="", values="[neuf, vieux]")
    until = "valide_jusqu_a: 2098-12-31"
    _contract(folder, "change", mode="delta", version="1.0.0", since="2019-03-05", more=until, values="[neuf, vieux]")
    _contract(folder, "change", mode="delta", version="2.0.0", since="2099-01-01", more=_CHANGES, values="[neuf]")
    contracts = load_all(folder)
    with entrepot.connect("owner") as connection:
        for contract in contracts.values():
            connection.execute(core_ddl(contract))
    way.platform = replace(way.platform, contracts=contracts)
    with keep_connections():
        yield way


def drop(way: Way, to: str, rows: list[str], name: str = "export.csv") -> dict[str, Any]:
    """Take one small file the whole way; return its row of the journal."""
    content = "\r\n".join(["cle;valeur;note;statut", *rows, ""]).encode()
    way.drop_bytes(content, name, to)
    return way.go(to.split("/", maxsplit=1)[0])[-1]


def prepare(way: Way, to: str = "", run_id: str = "rejeu-1", **form: object) -> Prepared:
    """Ask for a replay and make its candidate."""
    operator, _, delivery = to.partition("/")
    filled = {"operateur": operator, "livraison": delivery, "motif": "essai", **form}
    with way.platform.connect() as connection:
        request = replay.request_of(connection, filled, way.platform.contracts, "agent")
    return replay.prepare(way.platform, request, run_id)


def current(way: Way, table: str) -> list[tuple[Any, ...]]:
    """The current rows of a table of core: key, and the delivery that brought each."""
    return [
        tuple(row.values())
        for row in way.query(f"select cle, valeur, id_livraison from core.{table} where valide_a is null order by cle")
    ]


def candidate_tables(way: Way) -> int:
    """How many tables stand in the schema of candidates."""
    return int(way.query("select count(*) as n from pg_tables where schemaname = 'core_candidat'")[0]["n"])
