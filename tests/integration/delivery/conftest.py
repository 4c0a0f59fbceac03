"""A platform on a real PostgreSQL, with a register of a few territories, without Airflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from territoires.contracts import load_all
from territoires.delivery.answer import answer_delivery
from territoires.delivery.load import load_delivery
from territoires.delivery.platform import Platform
from territoires.delivery.read import read_delivery
from territoires.delivery.receive import receive
from territoires.delivery.validate import validate_delivery
from territoires.inbox import Archive
from territoires.warehouse import journal

HEADERS = (
    "id_operation;id_ti;siren_beneficiaire;libelle;axe;domaine;nature;"
    "montant_engage_eur;montant_decaisse_eur;date_engagement;date_fin_prevue;statut"
)
REGISTER = """
with publication as (
    insert into core.registre_version (registre, millesime, source_url, sha256, statut, recue_le, lignes)
    values ('territoires', '2019-03-05', 'file:///essai', repeat('0', 64), 'charge', now(), 3)
    returning id_registre
)
insert into core.territoire (phase, id_ti, libelle, valide_de, id_registre)
select 1, code, 'Territoire ' || code, '2019-03-05', id_registre
from publication cross join unnest(array['ti-0101', 'ti-0201', 'ti-0202', 'ti-4413', 'ti-8401']) as code
"""


def operation(number: int, **cells: str) -> str:
    """Return one CSV row of an operation; *cells* replace the good ones."""
    good = {
        "id_operation": f"BDT-2019-{number:05d}",
        "id_ti": "ti-0101",
        "siren_beneficiaire": "",
        "libelle": f"Opération {number}",
        "axe": "attirer",
        "domaine": "friches",
        "nature": "pret",
        "montant_engage_eur": "1 000,50",
        "montant_decaisse_eur": "",
        "date_engagement": "05/03/2019",
        "date_fin_prevue": "",
        "statut": "engage",
    }
    return ";".join({**good, **cells}.values())


@dataclass
class Way:
    """Drops files and takes them the whole way, as the DAG does."""

    platform: Platform
    settle: Callable[[Path], None]

    def drop(
        self, rows: list[str], name: str = "export.csv", to: str = "banque_des_territoires/investissements"
    ) -> Path:
        return self.drop_bytes("\r\n".join([HEADERS, *rows, ""]).encode("cp1252"), name, to)

    def drop_bytes(self, content: bytes, name: str, to: str = "banque_des_territoires/investissements") -> Path:
        folder = self.platform.inbound / to
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(content)
        self.settle(path)
        return path

    def receive(self, operator: str = "banque_des_territoires") -> list[int]:
        found = receive(self.platform, operator)
        return sorted(number for numbers in found.values() for number in numbers)

    def go(self, operator: str = "banque_des_territoires") -> list[dict[str, Any]]:
        numbers = self.receive(operator)
        self.take(numbers)
        return [self.row(number) for number in numbers]

    def take(self, numbers: list[int]) -> None:
        for step in (read_delivery, validate_delivery, load_delivery, answer_delivery):
            for number in numbers:
                step(self.platform, number)

    def one(self, rows: list[str], name: str = "export.csv") -> dict[str, Any]:
        self.drop(rows, name)
        [row] = self.go()
        return row

    def row(self, number: int) -> dict[str, Any]:
        return self.query("select * from journal.livraison where id_livraison = %s", number)[0]

    def query(self, text: str, *values: object) -> list[dict[str, Any]]:
        with self.platform.connect() as connection:
            return list(connection.execute(text, list(values)).fetchall())

    def decide(self, number: int, decision: str, reason: str, run_id: str = "manuel-1") -> None:
        operator = self.row(number)["operateur"]
        with self.platform.connect() as connection:
            journal.decide(connection, journal.Decision(number, operator, decision, reason, "agent", run_id))

    def receipt(self, row: dict[str, Any]) -> str:
        return (self.platform.outbound / row["recu"]).read_text(encoding="utf-8")


@pytest.fixture
def settle() -> Callable[[Path], None]:
    """Age a file so that it counts as wholly written."""
    import os
    import time

    def age(path: Path) -> None:
        before = time.time() - 60
        os.utime(path, (before, before))

    return age


@pytest.fixture
def way(entrepot: Any, tmp_path: Path, settle: Callable[[Path], None]) -> Way:
    with entrepot.connect("owner") as connection:
        connection.execute(REGISTER)
    platform = Platform(
        warehouse_url=entrepot.loader_url,
        inbound=tmp_path / "inbound",
        outbound=tmp_path / "outbound",
        archive=Archive(tmp_path / "archive"),
        work_root=str(tmp_path / "work"),
        contracts=load_all(),
    )
    return Way(platform, settle)
