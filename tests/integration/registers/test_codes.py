"""What the registers answer to the contracts: which codes there are, and when."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from territoires.registers.catalogue import Register
from territoires.registers.codes import Codes, Span
from territoires.registers.lookup import codes_of
from tests.integration.registers.conftest import Bench
from tests.unit.registers.files import cog, geojson
from tests.unit.registers.test_occupations import ROWS, rome


def spans(codes: Codes, code: str) -> list[tuple[date | None, date | None]]:
    found = [(one.start, one.end) for one in codes.spans if one.code == code]
    return sorted(found, key=lambda span: span[0] or date.min)


def phase(path: Path, number: int, *ids: str) -> str:
    key = "id_ti" if number == 1 else "id_territoire"
    label = key.replace("id", "lib")
    more = {} if number == 1 else {"liste_geo": "X (249710062)"}
    return geojson(path, *({key: name, label: f"T {name}", **more} for name in ids)).as_uri()


def test_an_id_is_read_in_the_list_in_force(bench: Bench, tmp_path: Path) -> None:
    """Phase 1 until the first list of phase 2, whatever comes later; phase 1 is that of all that came before, too."""
    for name, number, ids in (
        ("ti_2019-03-05", 1, ("ti-0101", "ti-0102", "ti-0103")),
        ("ti_2020-01-01", 1, ("ti-0101", "ti-0102")),
        ("ti_2023-11-07", 2, ("ti-0101", "ti-0104")),
        ("ti_2023-11-14", 2, ("ti-0101", "ti-0104", "ti-0105")),
    ):
        bench.run(Register.TERRITORIES, phase(tmp_path / f"{name}.geojson", number, *ids))
    codes, change = codes_of(bench.connection, "territoire"), date(2023, 11, 7)
    assert set(codes.known) == {"ti-0101", "ti-0102", "ti-0103", "ti-0104", "ti-0105"}
    assert spans(codes, "ti-0101") == [(None, change), (change, None)]
    assert spans(codes, "ti-0102") == [(None, change)]
    assert spans(codes, "ti-0103") == [(None, date(2020, 1, 1))]  # withdrawn by a later list of its phase
    assert spans(codes, "ti-0105") == [(change, None)]


def test_the_only_list_loaded_stands_for_all_times(bench: Bench, tmp_path: Path) -> None:
    bench.run(Register.TERRITORIES, phase(tmp_path / "ti_2023-11-14.geojson", 2, "ti-0101"))
    assert codes_of(bench.connection, "territoire").spans == (Span("ti-0101"),)


def test_a_commune_is_read_in_the_vintage_of_its_year(bench: Bench, tmp_path: Path) -> None:
    """Three vintages: a commune always there, one that merged in 2021, one made in 2024, and one that came back."""
    row = "COM,{},84,01,01D,012,5,X,A,A,0108,"
    merged, arrondissement = "COMD,01033,,,,,0,X,B,B,,01001", "ARM,69381,84,69,69M,691,0,X,Lyon 1er,Lyon 1er,,01001"
    back = row.format("01002")
    for year, rows in {
        2020: (row.format("01001"), row.format("01033"), back, arrondissement),
        2021: (row.format("01001"), merged, arrondissement),
        2024: (row.format("01001"), merged, back, row.format("01500"), arrondissement),
    }.items():
        bench.run(Register.COMMUNES, cog(tmp_path / f"commune{year}.csv", *rows).as_uri())
    codes = codes_of(bench.connection, "commune")
    assert spans(codes, "01001") == [(None, None)]
    assert spans(codes, "69381") == [(None, None)]
    assert spans(codes, "01033") == [(None, date(2021, 1, 1))]
    assert spans(codes, "01500") == [(date(2024, 1, 1), None)]
    assert spans(codes, "01002") == [(None, date(2021, 1, 1)), (date(2024, 1, 1), None)]
    assert codes.corrected("01033", None) == "01001"
    assert codes.corrected("01001", None) is None


def test_a_part_of_a_commune_is_none_as_far_as_the_vintages_tell(bench: Bench, tmp_path: Path) -> None:
    bench.run(Register.COMMUNES, cog(tmp_path / "commune2024.csv").as_uri())
    codes = codes_of(bench.connection, "commune")
    assert "01033" in codes
    assert spans(codes, "01033") == [(None, date(2024, 1, 1))]
    assert codes.corrected("01033", None) == "01001"


def test_occupations_of_every_version_are_known(bench: Bench, tmp_path: Path) -> None:
    assert bench.run(Register.OCCUPATIONS, rome(tmp_path).as_uri()) is not None
    assert bench.run(Register.OCCUPATIONS, rome(tmp_path).as_uri()) is None
    newer = rome(tmp_path, ROWS[0], ROWS[0].replace('"H2901"', '"H2999"', 1), name="rome_v461.csv")
    bench.run(Register.OCCUPATIONS, newer.as_uri())
    assert set(codes_of(bench.connection, "rome").known) == {"H2901", "H2916", "H2999"}
    assert bench.rows("select millesime from core.registre_en_vigueur where registre = 'rome'") == [("v461",)]


def test_an_empty_warehouse_knows_no_code_and_no_other_register(bench: Bench) -> None:
    for name in ("territoire", "commune", "rome", "bassin", "fap", "contrat"):
        assert not codes_of(bench.connection, name).known
    with pytest.raises(LookupError, match="naf2"):
        codes_of(bench.connection, "naf2")
