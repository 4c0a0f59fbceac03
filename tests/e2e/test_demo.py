"""``make demo`` and its promise: from nothing to right figures, nothing left running, and the same again."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from demo import expected_figures, make_demo
from territoires.local.platform import Platform
from territoires.local.postgres import HOST
from territoires.settings import Settings
from territoires.warehouse.engine import connect
from tests.conftest import local_settings
from tests.e2e.machine import Machine

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    return Machine(local_settings(tmp_path_factory.mktemp("demo") / "état"))


@pytest.fixture(scope="module")
def first(machine: Machine) -> tuple[int, str, list[str]]:
    """Exit code and output of a first demonstration, and the processes left just after it."""
    code, output = machine.make("demo")
    return code, output, machine.left()


@pytest.fixture
def warehouse(machine: Machine, first: object) -> Iterator[Settings]:
    """The warehouse that the first demonstration left, its server started alone."""
    assert first
    platform = Platform.open(machine.settings)
    platform.postgres.start()
    yield platform.settings
    platform.postgres.stop()


def rows(url: str, query: str) -> list[dict[str, Any]]:
    with connect(url) as connection:
        return connection.execute(query).fetchall()


def test_it_ends_well_and_leaves_no_process(first: tuple[int, str, list[str]]) -> None:
    code, output, left = first
    assert code == 0, output
    assert left == []
    assert "Tout s'est passé comme prévu" in output


def test_it_takes_less_than_five_minutes(first: tuple[int, str, list[str]]) -> None:
    """Beside another worker of the tests, on two cores. Alone it takes two."""
    found = re.search(r"comme prévu, en (\d+) s", first[1])
    assert found
    assert int(found[1]) < 300


def test_its_output_tells_where_things_are(first: tuple[int, str, list[str]], machine: Machine) -> None:
    output = first[1]
    for words in (
        str(machine.settings.outbound),
        f"http://{HOST}:{machine.settings.airflow_port}",
        "mot de passe",
        "bi-url",
        "territoires 136, dont pilotes 29",
        "Projets de recrutement",
        "Tension de recrutement",
    ):
        assert words in output
    assert "\r" not in output, "no line is rewritten where the output is no terminal"


def test_each_file_has_the_status_that_its_maker_foresaw(warehouse: Settings, tmp_path: Path) -> None:
    made = make_demo(tmp_path)
    query = "select operateur, livraison, nom_fichier, statut from journal.livraison"
    found = {
        (row["operateur"], row["livraison"], row["nom_fichier"]): row["statut"]
        for row in rows(warehouse.warehouse_url, query)
    }
    assert found == {
        (file.operator, file.delivery, file.name): file.expected_status for file in (*made.files, made.needs)
    }


def test_each_file_is_answered_by_receipts(warehouse: Settings) -> None:
    answers = rows(warehouse.warehouse_url, "select recu from journal.livraison")
    assert [row for row in answers if not (warehouse.outbound / str(row["recu"])).is_file()] == []


def test_the_figures_are_those_of_the_ledger(warehouse: Settings, tmp_path: Path) -> None:
    """The ledger is plain Python over what was made; the warehouse got there through files, suites and SQL."""
    expected = expected_figures(make_demo(tmp_path))
    [one] = rows(
        warehouse.bi_url,
        "select (select count(*) from territoire where dans_la_liste) as territoires,"
        " (select count(*) from territoire where pilote) as pilotes,"
        " (select count(*) from contrat) as contrats,"
        " (select count(date_signature) from contrat) as signes,"
        " (select count(*) from fiche_action) as fiches,"
        " (select count(*) from referent) as referents,"
        " (select count(*) from investissement) as operations",
    )
    assert one == {
        "territoires": expected["territoires"],
        "pilotes": expected["territoires_pilotes"],
        "contrats": expected["contrats"],
        "signes": expected["contrats_signes"],
        "fiches": expected["fiches_actions"],
        "referents": expected["referents_en_poste"],
        "operations": expected["operations"],
    }
    surveys = rows(
        warehouse.bi_url,
        "select annee, sum(projets_min)::integer as projets from besoin_main_oeuvre_territoire group by annee",
    )
    assert {row["annee"]: row["projets"] for row in surveys} == expected["projets_par_annee"]
    commitments = rows(warehouse.bi_url, "select operateur, count(*) as nombre from engagement group by operateur")
    assert {row["operateur"]: row["nombre"] for row in commitments} == expected["engagements_par_operateur"]
    years = rows(warehouse.bi_url, "select annee, engage_eur from enveloppe_annuelle where engage_eur > 0")
    assert {row["annee"]: row["engage_eur"] for row in years} == {
        year: total.quantize(Decimal("0.01")) for year, total in expected["engage_par_annee_eur"].items() if total
    }


def test_a_second_time_every_loaded_content_is_a_duplicate(machine: Machine, first: tuple[int, str, list[str]]) -> None:
    assert first[0] == 0
    code, output = machine.make("demo")
    assert code == 0, output
    assert machine.left() == []
    duplicates = re.search(r"doublon +(\d+) +0 +0 +0", output)
    refused = re.search(r"refusee +(\d+) +\d+ +0 +\d+", output)
    total = re.search(r"total +(\d+)", output)
    assert duplicates
    assert refused
    assert total
    assert int(duplicates[1]) + int(refused[1]) == int(total[1])


def test_a_port_that_is_taken_ends_it_with_the_name_of_the_setting(machine: Machine) -> None:
    with socket.socket() as holder:
        holder.bind((HOST, 0))
        holder.listen()
        port = holder.getsockname()[1]
        code, output = machine.make("demo", f"TI_AIRFLOW_PORT={port}")
    assert code != 0
    assert f"Le port {port} (Airflow)" in output
    assert "TI_AIRFLOW_PORT=" in output
    assert machine.left() == []
