"""The way of a register, its refusals and its accidents: the last good version stays in use."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from territoires.inbox.archive import Archive
from territoires.registers import pipeline, store
from territoires.registers.catalogue import Register
from territoires.registers.errors import FetchError, RefusedRegisterError
from territoires.registers.source import source
from territoires.warehouse.engine import connect
from tests.integration.registers.conftest import Bench
from tests.integration.registers.server import Site, serving
from tests.unit.registers.files import COG_ROWS, EPCI_HEADER, EPCI_ROWS, cog, workbook

JOURNAL = "select statut, courant, millesime from core.registre_version order by id_registre"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(Site()) as found:
        yield found


def serve(site: Site, path: Path, tag: str) -> str:
    site.body, site.etag = path.read_bytes(), tag
    return site.url(path.name) + "#lignes_min=1"


def test_epci_over_http_unchanged_then_revised(bench: Bench, site: Site, tmp_path: Path) -> None:
    path = workbook(tmp_path / "epci.xlsx", EPCI_HEADER, EPCI_ROWS)
    address = serve(site, path, '"1"')
    first = bench.run(Register.EPCI, address)
    assert first == store.Loaded(added=5, changed=0, closed=0)
    assert bench.run(Register.EPCI, address) is None
    assert site.asked[-1]["if-none-match"] == '"1"'

    # The last commune leaves for the first EPCI: its own has none left and goes.
    moved = [[*row] for row in EPCI_ROWS]
    moved[2][0:8] = moved[0][0:8]
    for row in moved:
        row[5:8] = 3, 35, 29
    serve(site, workbook(path, EPCI_HEADER, moved), '"2"')
    assert bench.run(Register.EPCI, address) == store.Loaded(added=0, changed=2, closed=1)
    assert bench.rows("select siren, nb_membres from core.epci") == [("200029999", 3)]
    assert bench.rows(JOURNAL) == [("charge", False, "2024"), ("inchange", False, None), ("charge", True, "2024")]
    assert bench.rows("select millesime, id_registre::int from core.registre_en_vigueur") == [("2024", 3)]


def test_a_refused_file_leaves_the_register_and_is_refused_again(bench: Bench, site: Site, tmp_path: Path) -> None:
    """A refusal is not « unchanged » the week after: the source is still wrong, and an engineer must still see it."""
    address = serve(site, workbook(tmp_path / "epci.xlsx", EPCI_HEADER, EPCI_ROWS), '"1"')
    bench.run(Register.EPCI, address)
    serve(site, workbook(tmp_path / "epci.xlsx", ["dep", *EPCI_HEADER[1:]], EPCI_ROWS), '"2"')
    for _ in range(2):
        with pytest.raises(RefusedRegisterError, match="absentes : « dept »"):
            bench.run(Register.EPCI, address)
    serve(site, workbook(tmp_path / "epci.xlsx", EPCI_HEADER, EPCI_ROWS[:1]), '"3"')
    with pytest.raises(RefusedRegisterError, match="nb_membres : nombre de membres annoncé"):
        bench.run(Register.EPCI, address)
    assert [row[0] for row in bench.rows(JOURNAL)] == ["charge", "refuse", "refuse", "refuse"]
    assert bench.value("select count(*)::int from core.epci_commune") == 3
    assert "dept" in bench.value("select message from core.registre_version where id_registre = 2")
    failed = bench.value("select count(*)::int from core.registre_version, jsonb_array_elements(regles) as r"
                         " where id_registre = 4 and (r ->> 'failed')::int > 0")  # fmt: skip
    assert failed > 0


def test_a_source_that_fails_is_in_the_journal(bench: Bench, site: Site) -> None:
    site.fault = "500"
    with pytest.raises(FetchError):
        bench.run(Register.COMMUNES, site.url("v_commune_2024.csv"))
    assert bench.rows("select statut, message from core.registre_version") == [
        ("echec", f"{site.url('v_commune_2024.csv')} : réponse 500 Internal Server Error")
    ]


def test_an_error_page_given_as_a_file_is_refused(bench: Bench, site: Site) -> None:
    site.body = b"<html>Maintenance</html>"
    for register, name in (
        (Register.COMMUNES, "c2024.csv"),
        (Register.EPCI, "e.xlsx"),
        (Register.TERRITORIES, "t.json"),
    ):
        with pytest.raises(RefusedRegisterError):
            bench.run(register, site.url(name))


def test_force_reads_an_unchanged_file_again(bench: Bench, tmp_path: Path) -> None:
    path = cog(tmp_path / "commune2024.csv")
    assert bench.run(Register.COMMUNES, path.as_uri()) == store.Loaded(3, 0, 0)
    assert bench.run(Register.COMMUNES, path.as_uri()) is None
    assert bench.run(Register.COMMUNES, path.as_uri(), force=True) == store.Loaded(0, 0, 0)
    assert [row[:2] for row in bench.rows(JOURNAL)] == [("charge", False), ("inchange", False), ("charge", True)]


def test_two_vintages_of_the_same_content(bench: Bench, tmp_path: Path) -> None:
    path = cog(tmp_path / "commune.csv")
    for year in ("2023", "2024"):
        bench.run(Register.COMMUNES, f"{path.as_uri()}#millesime={year}")
    query = "select millesime, count(*)::int from core.commune group by 1 order by 1"
    assert bench.rows(query) == [("2023", 3), ("2024", 3)]
    assert bench.value("select millesime from core.registre_en_vigueur") == "2024"


def test_a_load_on_another_machine_makes_its_input_again(bench: Bench, tmp_path: Path) -> None:
    origin = source(Register.COMMUNES, cog(tmp_path / "commune2024.csv").as_uri())
    number = pipeline.receive(bench.connection, origin, bench.archive)
    assert number is not None
    pipeline.validate(bench.connection, origin, number, bench.archive, bench.work)
    shutil.rmtree(bench.work)
    assert pipeline.load(bench.connection, origin, number, bench.archive, bench.work).added == 3
    assert not list(Path(bench.work).rglob("*.parquet"))
    # Killed after its commit, the task is run again: same answer, nothing written.
    assert pipeline.load(bench.connection, origin, number, bench.archive, bench.work).added == 3
    assert bench.value("select count(*)::int from core.commune") == 3


def test_a_load_that_dies_half_way_leaves_nothing(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path / "epci.xlsx", EPCI_HEADER, EPCI_ROWS)
    conclude = store._conclude

    def die(*_: Any) -> store.Loaded:
        raise OSError("killed")

    monkeypatch.setattr(store, "_conclude", die)
    with pytest.raises(OSError, match="killed"):
        bench.run(Register.EPCI, path.as_uri())
    assert bench.value("select count(*)::int from core.epci") == 0
    monkeypatch.setattr(store, "_conclude", conclude)
    assert bench.run(Register.EPCI, path.as_uri()) == store.Loaded(5, 0, 0)


def test_a_connection_in_a_transaction_is_refused(entrepot: Any, tmp_path: Path) -> None:
    """The journal line of a failure would vanish with the transaction."""
    with connect(entrepot.loader_url) as connection, pytest.raises(ValueError, match="autocommit"):
        pipeline.receive(connection, source(Register.COMMUNES, "file:///x"), Archive(tmp_path))


def test_a_shrunk_list_is_not_believed(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "commune2024.csv"
    bench.run(Register.COMMUNES, cog(path).as_uri())
    with pytest.raises(RefusedRegisterError, match="lignes plausibles"):
        bench.run(Register.COMMUNES, cog(path, *COG_ROWS[:1]).as_uri())
    assert bench.value("select count(*)::int from core.commune") == 3


def test_every_table_and_column_is_documented(bench: Bench) -> None:
    ours = "'territoire', 'territoire_perimetre', 'epci', 'epci_commune', 'commune', 'registre_version',"
    ours += " 'registre_en_vigueur'"
    of_ours = f"from pg_class where relnamespace = 'core'::regnamespace and relname in ({ours})"
    columns = bench.rows(
        f"select attname, col_description(attrelid, attnum) from pg_attribute"
        f" where attnum > 0 and attrelid in (select oid {of_ours})"
    )
    assert len(columns) > 70
    assert [name for name, comment in columns if not comment] == []
    assert bench.value(f"select count(obj_description(oid))::int {of_ours}") == 7
