"""INSEE's real files beside the list of communes, counted apart from our readers (csv, XML) and compared with core."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from territoires.registers.catalogue import Register
from tests.integration.registers.conftest import Bench
from tests.integration.registers.test_real_files import sheet_rows


def rows_of(path: Path, separator: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=separator))


@pytest.fixture
def load(bench: Bench, shared_data: Path) -> Callable[[Register, str], Path]:
    def run(register: Register, name: str) -> Path:
        path = shared_data / "registers" / name
        assert bench.run(register, path.as_uri()) is not None
        # The same content again writes nothing.
        assert bench.run(register, path.as_uri()) is None
        return path

    return run


def test_movements_of_2021(bench: Bench, load: Callable[[Register, str], Path]) -> None:
    rows = rows_of(load(Register.MOVEMENTS, "insee_cog_mouvements_2021.csv"))
    fields = ("DATE_EFF", "MOD", "TYPECOM_AV", "COM_AV", "LIBELLE_AV", "TYPECOM_AP", "COM_AP", "LIBELLE_AP")
    found = bench.rows(
        "select date_effet::text, modalite, type_avant, code_avant, libelle_avant, type_apres, code_apres,"
        " libelle_apres from core.mouvement_commune where millesime = '2021'"
    )
    assert len(rows) == 13_470
    assert len(found) == 13_465
    assert set(found) == {tuple(row[name] for name in fields) for row in rows}
    valserhone = ("2019-01-01", "32", "COM", "01091", "Châtillon-en-Michaille", "COM", "01033", "Valserhône")
    assert valserhone in found
    [(counted, message)] = bench.rows("select lignes, message from core.registre_version where statut = 'charge'")
    assert (counted, message) == (13_470, "5 lignes identiques à une autre, ignorées")


def test_the_passage_table_of_2025(bench: Bench, load: Callable[[Register, str], Path]) -> None:
    rows = rows_of(load(Register.PASSAGE, "insee_geocodes_passage_annuel.csv"), ";")
    expected = {
        (row["Ancien Code Officiel"], row["Code Courant Officiel"]) for row in rows if row["Niveau"] in {"COM", "ARM"}
    }
    found = bench.rows("select millesime, code_ancien, code_courant from core.passage_commune")
    assert len(rows) == 36_955
    assert len(found) == len(expected) == 36_804
    assert set(found) == {("2025", *pair) for pair in expected}
    assert ("2025", "01091", "01033") in found


@pytest.mark.parametrize("year", ["2021", "2024"])
def test_departments_and_regions(bench: Bench, load: Callable[[Register, str], Path], year: str) -> None:
    departments = rows_of(load(Register.DEPARTMENTS, f"insee_cog_departements_{year}.csv"))
    regions = rows_of(load(Register.REGIONS, f"insee_cog_regions_{year}.csv"))
    assert (len(departments), len(regions)) == (101, 18)
    query = "select millesime, code_departement, code_region, chef_lieu, libelle from core.departement"
    assert set(bench.rows(query)) == {
        (year, row["DEP"], row["REG"], row["CHEFLIEU"], row["LIBELLE"]) for row in departments
    }
    assert set(bench.rows("select millesime, code_region, chef_lieu, libelle from core.region")) == {
        (year, row["REG"], row["CHEFLIEU"], row["LIBELLE"]) for row in regions
    }


def test_populations_by_insee_and_by_banatic(bench: Bench, load: Callable[[Register, str], Path]) -> None:
    insee = rows_of(load(Register.POPULATIONS, "insee_populations_legales_2022.csv"), ";")
    banatic = sheet_rows(load(Register.POPULATIONS, "banatic_siren_insee_2023.xlsx"))
    counts = "select code_commune, municipale, comptee_a_part, totale from core.population_commune where millesime = "
    listed = set(bench.rows(counts + "'2022' and totale is not null"))
    assert listed == {(row["COM"], *(int(row[name]) for name in ("PMUN", "PCAP", "PTOT"))) for row in insee}
    assert len(listed) == 34_990
    # Paris, Lyon and Marseille, of which INSEE lists the arrondissements alone: known totals of the census of 2019.
    assert set(bench.rows(counts + "'2022' and totale is null")) == {
        ("75056", 2_165_423, None, None),
        ("69123", 522_969, None, None),
        ("13055", 870_731, None, None),
    }
    assert set(bench.rows(counts + "'2023'")) == {
        (row["insee"], *(int(float(row[f"{name}_2023"])) for name in ("pmun", "pcap", "ptot"))) for row in banatic
    }
    assert len(banatic) == 34_945


def test_communes_overseas_of_2026(bench: Bench, load: Callable[[Register, str], Path]) -> None:
    rows = rows_of(load(Register.OVERSEAS, "collectivites_outremer_2026.csv"))
    found = bench.rows(
        "select code_commune, libelle, code_collectivite, libelle_collectivite, coalesce(code_postal, ''),"
        " coalesce(population::text, '') from core.commune_outremer where millesime = '2026'"
    )
    assert set(found) == {tuple(row.values()) for row in rows}
    assert len(found) == 94
