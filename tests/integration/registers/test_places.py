"""Where communes were at a date, by the real published files, against facts known from outside: INSEE, DGCL, ANCT."""

from __future__ import annotations

import csv
import importlib
import json
import re
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from territoires.registers import store
from territoires.registers.catalogue import Register
from territoires.registers.lookup import codes_of
from territoires.registers.places import COLUMNS, Place, place_of, situate
from territoires.registers.source import source
from territoires.warehouse.engine import Connection, Row, connect
from tests.conftest import Entrepot

FILES = (
    (Register.MOVEMENTS, "registers/insee_cog_mouvements_2021.csv"),
    (Register.PASSAGE, "registers/insee_geocodes_passage_annuel.csv"),
    (Register.COMMUNES, "registers/insee_cog_communes_2022.csv"),
    (Register.COMMUNES, "registers/insee_cog_communes_2025.csv"),
    (Register.COMMUNES, "registers/insee_cog_communes_2023.csv"),
    (Register.DEPARTMENTS, "registers/insee_cog_departements_2024.csv"),
    (Register.REGIONS, "registers/insee_cog_regions_2024.csv"),
    (Register.EPCI, "registers/dgcl_epcicom_2023.xlsx"),
    (Register.EPT, "registers/ept_2023.xlsx"),
    (Register.POPULATIONS, "registers/insee_populations_legales_2022.csv"),
    (Register.OVERSEAS, "registers/collectivites_outremer_2026.csv"),
    (Register.BASINS, "france_travail/bassins_emploi_communes_2025.csv"),
    (Register.TERRITORIES, "territoires_industrie/anct_ti_geom_2023-10-16.geojson"),
    (Register.TERRITORIES, "territoires_industrie/anct_ti_geom_2023-11-07.geojson"),
    (Register.TERRITORIES, "territoires_industrie/anct_ti_geom_2023-11-14.geojson"),
)
"""Three vintages of the COG, out of order and with a gap: each must find its place among the others."""


def load(connection: Connection, register: Register, path: Path) -> store.Loaded:
    """Read and load a file as the pipeline does, without its archive and its rules."""
    where = source(register, path.as_uri())
    found = importlib.import_module(f"territoires.registers.{register.definition.reader}").parse(
        path, path.name, where, date(2026, 1, 1)
    )
    row = connection.execute(
        "insert into core.registre_version (registre, phase, millesime, source_url, sha256, lignes, perimetres, statut)"
        " values (%s, %s, %s, %s, repeat('0', 64), %s, %s, 'recu') returning id_registre",
        (register.value, found.phase, found.millesime, where.address, found.rows, found.perimeters),
    ).fetchone()
    assert row is not None
    return store.load(connection, row["id_registre"], found.tables)


@pytest.fixture(scope="module")
def real(entrepot_du_module: Entrepot, shared_data: Path) -> Iterator[Connection]:
    with connect(entrepot_du_module.loader_url, autocommit=True) as connection:
        for register, name in FILES:
            load(connection, register, shared_data / name)
        yield connection


def one(connection: Connection, query: str, *values: object) -> Row:
    row = connection.execute(query, values).fetchone()
    assert row is not None
    return row


def at(connection: Connection, code: str | None, day: str) -> tuple[str | None, str | None]:
    row = one(connection, "select * from core.commune_a_la_date(%s, %s)", code, day)
    return row["code_commune"], row["motif"]


def test_the_tables_are_what_the_registers_say_in_whatever_order_they_came(real: Connection) -> None:
    for table in ("commune_periode", "commune_succession"):
        query = (
            "(table core.{0} except table core.{0}_calculee) union all (table core.{0}_calculee except table core.{0})"
        )
        assert real.execute(query.format(table)).fetchall() == []  # type: ignore[arg-type]
    assert one(real, "select count(*) as n from core.commune_periode")["n"] > 42_000


@pytest.mark.parametrize(
    ("year", "communes"),
    [
        (2012, 36_700),
        (2015, 36_658),
        (2016, 35_885),
        (2017, 35_416),
        (2018, 35_357),
        (2019, 34_970),
        (2020, 34_968),
        (2021, 34_965),
        (2022, 34_955),
        (2023, 34_945),
        (2025, 34_875),
    ],
)
def test_there_are_as_many_communes_as_insee_counted(real: Connection, year: int, communes: int) -> None:
    """INSEE, « Les collectivités locales en chiffres », 1 January of each year."""
    in_force = "select count(*) as n from core.commune_periode where daterange(valide_de, valide_a) @> %s::date"
    assert one(real, in_force, date(year, 1, 1))["n"] == communes


@pytest.mark.parametrize("year", [2022, 2025])
def test_on_its_day_each_vintage_is_found_again(real: Connection, year: int) -> None:
    found = one(
        real,
        "select count(*) as n from core.communes_au(make_date(%s, 1, 1)) as a full join"
        " (select * from core.commune where millesime = %s and type_commune = 'COM') as c using (code_commune)"
        " where row(a.libelle, a.code_departement, a.code_region)"
        " is distinct from row(c.libelle, c.code_departement, c.code_region)",
        year,
        str(year),
    )
    assert found["n"] == 0


@pytest.mark.parametrize(
    ("code", "day", "commune"),
    [
        # Annecy, commune nouvelle of 2017 that kept the code of its seat.
        *((code, "2016-12-31", code) for code in ("74010", "74011", "74093", "74182", "74217", "74268")),
        *((code, "2017-01-01", "74010") for code in ("74010", "74011", "74093", "74182", "74217", "74268")),
        # Cherbourg-Octeville, of 2000, then Cherbourg-en-Cotentin, of 2016.
        ("50383", "2000-02-27", "50383"),
        ("50383", "2000-02-28", "50129"),
        ("50602", "2015-12-31", "50602"),
        ("50602", "2016-01-01", "50129"),
        # Delegated from 2017 to 2020, then nothing any more: its commune stays the same.
        ("16004", "2016-06-01", "16004"),
        ("16004", "2017-06-01", "16230"),
        ("16004", "2024-06-01", "16230"),
        # Re-established after a merger, on the last day of 2019.
        ("14666", "2016-12-31", "14666"),
        ("14666", "2019-12-30", "14712"),
        ("14666", "2019-12-31", "14666"),
        # To another department and into a commune nouvelle on the same day.
        ("14513", "2017-12-31", "14513"),
        ("14513", "2018-01-01", "50592"),
        ("49144", "2018-01-01", "44180"),
        ("39012", "1980-01-01", "25527"),
        # Departments that were divided: Seine in 1968, Corse in 1976; a later code finds its earlier one.
        ("75050", "2020-01-01", "92050"),
        ("92050", "1967-12-31", "75050"),
        ("20004", "2020-01-01", "2A004"),
        ("2A004", "1975-12-31", "20004"),
        # After the last movements, by the COG alone: seat back and forth, part of 02054, simple mergers by the passage.
        ("27676", "2020-12-31", "27676"),
        ("27676", "2022-06-01", "27058"),
        ("27058", "2023-01-01", "27676"),
        ("02695", "2021-12-31", "02695"),
        ("02695", "2022-01-01", "02054"),
        ("19092", "2021-12-31", "19092"),
        ("19092", "2022-01-01", "19143"),
        ("69159", "2025-01-01", "69114"),
        # Rows of modalité 70 name a commune and then only its parts: it goes on.
        ("08490", "2021-01-01", "08490"),
        # Municipal arrondissements.
        ("75113", "2024-01-01", "75056"),
        ("69387", "1990-01-01", "69123"),
        ("13216", "2024-01-01", "13055"),
    ],
)
def test_the_commune_of_a_code_at_a_date(real: Connection, code: str, day: str, commune: str) -> None:
    assert at(real, code, day) == (commune, None)


@pytest.mark.parametrize(
    ("code", "day", "motif"),
    [
        # Two communes shared the land of one; a new town was made of eight, a merger of two took a new code.
        ("08227", "2020-01-01", "plusieurs l'ont remplacée à la fois : 08203, 08454"),
        ("27701", "1970-01-01", "elle vient de plusieurs à la fois : 27351, 27365, 27471,"),
        ("14764", "1945-01-01", "elle vient de plusieurs à la fois : 14485, 14612"),
        ("99999", "2020-01-01", "99999 n'est dans aucune liste de communes chargée"),
        ("1004", "2020-01-01", "« 1004 » n'a pas la forme d'un code de commune"),
        ("2a004", "2020-01-01", "n'a pas la forme"),
        ("200054781", "2020-01-01", "n'a pas la forme"),
        ("", "2020-01-01", "n'a pas la forme"),
        (None, "2020-01-01", "le code de commune est vide"),
        ("01001", "1942-12-31", "avant le 1er janvier 1943"),
    ],
)
def test_why_there_is_no_commune(real: Connection, code: str | None, day: str, motif: str) -> None:
    commune, said = at(real, code, day)
    assert commune is None
    assert said is not None
    assert motif in said
    assert place_of(real, code, date.fromisoformat(day)).motifs == (said,)


def test_a_commune_of_a_collectivity_overseas_is_one_and_has_no_department(real: Connection) -> None:
    place = place_of(real, "98735", date(2020, 1, 1))
    assert (place.code_commune, place.libelle, place.code_departement, place.siren_epci) == (
        "98735",
        "Papeete",
        None,
        None,
    )
    assert place.motifs == (
        "commune de Polynésie française, collectivité d'outre-mer : ni département, ni région, ni EPCI",
    )


def test_a_commune_of_a_collectivity_has_the_bassin_that_the_list_gives_it(real: Connection) -> None:
    place = place_of(real, "97801", date(2024, 6, 1))
    assert (place.libelle, place.code_bassin, place.millesime_bassin) == ("Saint-Martin", "0102", "2025")
    assert place.libelle_bassin is not None
    assert place.motifs[1:] == ("bassin d'emploi de 2025, liste la plus proche de 2024",)
    assert place_of(real, "97801", date(2025, 6, 1)).motifs == place.motifs[:1]


def listed(shared_data: Path, day: str) -> set[tuple[str, str]]:
    text = (shared_data / f"territoires_industrie/anct_ti_geom_{day}.geojson").read_text("utf-8")
    found = [feature["properties"] for feature in json.loads(text)["features"]]
    return {(code, one["id_territoire"]) for one in found for code in re.findall(r"\((\w{5})\)", one["liste_geo"])}


@pytest.mark.parametrize("day", ["2023-11-07", "2023-12-31"])
def test_the_territories_of_2023_have_the_communes_that_their_list_names(
    real: Connection, shared_data: Path, day: str
) -> None:
    """The list of 7 November names 18,726 communes, that of the 14th their EPCI and EPT: the communes are the same."""
    rows = real.execute("select code_commune, id_ti, phase from core.communes_au(%s)", (day,)).fetchall()
    assert {row["phase"] for row in rows} == {2}
    found = {(row["code_commune"], row["id_ti"]) for row in rows if row["id_ti"] is not None}
    assert found == listed(shared_data, "2023-11-07")
    assert len(found) == 18_726


def test_an_id_is_read_in_the_phase_of_its_day(real: Connection) -> None:
    """ti-0101 was Cap Excellence until phase 2 gave the id to Basse-Terre."""
    after = place_of(real, "97105", date(2023, 11, 7))
    assert (after.phase, after.id_ti, after.libelle_territoire) == (2, "ti-0101", "Basse-Terre")
    assert after.siren_epci == "249710070"
    assert (after.code_departement, after.libelle_departement) == ("971", "Guadeloupe")
    assert (after.code_region, after.libelle_region) == ("01", "Guadeloupe")
    before = place_of(real, "97105", date(2023, 11, 6))
    assert (before.phase, before.id_ti) == (1, None)
    assert "la liste de la phase 1 ne décrit pas les périmètres" in before.motifs


def test_what_is_missing_or_of_another_year_is_said(real: Connection) -> None:
    island = place_of(real, "85113", date(2025, 3, 1))
    assert (island.libelle, island.siren_epci) == ("L'Île-d'Yeu", None)
    assert island.motifs == (
        "commune sans EPCI à fiscalité propre en 2023",
        "population de 2022, dernière liste chargée jusqu'en 2025",
        "hors des territoires de la phase 2",
    )
    annecy = place_of(real, "74011", date(2016, 12, 31))
    assert (annecy.code_commune, annecy.siren_epci, annecy.millesime_epci) == ("74011", "200066793", "2023")
    assert {
        "EPCI de 2023, première liste chargée",
        "bassin d'emploi de 2025, liste la plus proche de 2016",
        "population comptée avec celle de 74010 en 2022",
    } <= set(annecy.motifs)


def test_communes_of_grand_paris_have_an_ept_and_the_metropole(real: Connection) -> None:
    place = place_of(real, "93066", date(2023, 6, 1))
    assert (place.libelle, place.siren_epci, place.siren_ept) == ("Saint-Denis", "200054781", "200057867")
    assert one(real, "select count(siren_ept) as n from core.communes_au('2023-06-01')")["n"] == 130


@pytest.fixture(scope="module")
def counted(shared_data: Path) -> dict[str, dict[str, int]]:
    """Municipal populations by commune: INSEE's list of 2022 (without Mayotte), and DGCL's of 2023."""
    with (shared_data / "registers/insee_populations_legales_2022.csv").open(encoding="ascii", newline="") as stream:
        insee = {row["COM"]: int(row["PMUN"]) for row in csv.DictReader(stream, delimiter=";")}
    book = CalamineWorkbook.from_path(shared_data / "registers/dgcl_epcicom_2023.xlsx")
    header, *rows = book.get_sheet_by_index(0).to_python()
    dgcl = {str(row[header.index("insee")]): int(row[header.index("pmun_2023")]) for row in rows}
    return {"insee": insee, "dgcl": dgcl}


@pytest.mark.parametrize(("day", "nearer", "other"), [("2015-01-01", "insee", "dgcl"), ("2025-12-31", "dgcl", "insee")])
def test_nobody_is_counted_twice_nor_lost(
    real: Connection, counted: dict[str, dict[str, int]], day: str, nearer: str, other: str
) -> None:
    """Whatever the communes of the day: those of the nearer list, and those that it leaves out from the other."""
    rows = real.execute("select * from core.communes_au(%s)", (day,)).fetchall()
    left_out = {"insee": ("976",), "dgcl": ("22016", "29083", "29155", "85113")}[nearer]  # Mayotte; islands in no EPCI
    filled = sum(people for code, people in counted[other].items() if code.startswith(left_out))
    assert sum(row["population_municipale"] or 0 for row in rows) == sum(counted[nearer].values()) + filled
    assert len({row["code_commune"] for row in rows}) == len(rows)
    assert [row["code_commune"] for row in rows if row["code_bassin"] is None] == []
    paris = next(row for row in rows if row["code_commune"] == "75056")
    assert paris["population_municipale"] == {"insee": 2_165_423, "dgcl": counted["dgcl"]["75056"]}[nearer]


def test_python_says_what_sql_says_in_the_order_asked(real: Connection) -> None:
    pairs = [("74268", date(2024, 5, 1)), (None, None), ("99999", date(2024, 5, 1)), ("74268", date(2010, 5, 1))]
    frame = situate(real, [*pairs, pairs[0]])
    assert tuple(frame.columns) == COLUMNS
    assert list(frame["code_commune"]) == ["74010", None, None, "74268", "74010"]
    assert (str(frame["population_municipale"].dtype), str(frame["phase"].dtype)) == ("Int64", "Int64")
    places = [place_of(real, *pair) for pair in pairs]
    names = [name for name in COLUMNS if name not in {"population_municipale", "phase"}]
    assert frame[names].to_dict("records")[:4] == [{name: getattr(one, name) for name in names} for one in places]
    [row] = real.execute("select * from core.situer_commune('74268', '2024-05-01')").fetchall()
    assert Place(**{**row, "motifs": tuple(row["motifs"])}) == places[0]
    assert situate(real, []).empty


def test_contracts_judge_a_commune_by_the_same_periods(real: Connection) -> None:
    codes = codes_of(real, "commune")
    spans = {
        code: sorted((one.start or date.min, one.end) for one in codes.spans if one.code == code)
        for code in ("74010", "74011", "14666", "75101")
    }
    assert spans == {
        "74010": [(date.min, None)],
        "74011": [(date.min, date(2017, 1, 1))],
        "14666": [(date.min, date(2017, 1, 1)), (date(2019, 12, 31), None)],
        "75101": [(date.min, None)],
    }
    meant = [codes.corrected(code, None) for code in ("74011", "74010", "14666", "75101")]
    assert meant == ["74010", None, None, None]


def test_many_places_take_seconds_and_one_a_moment(real: Connection) -> None:
    codes = [row["code_commune"] for row in real.execute("select code_commune from core.commune_periode limit 10000")]
    started = time.monotonic()
    assert len(situate(real, [(code, date(2019 + i % 5, 12, 31)) for i, code in enumerate(codes)])) == 10_000
    many = time.monotonic() - started
    started = time.monotonic()
    real.execute("select count(*) from core.communes_au('2024-12-31')")
    all_of_a_day = time.monotonic() - started
    started = time.monotonic()
    place_of(real, "97105", date(2024, 12, 31))
    single = time.monotonic() - started
    assert many < 20
    assert all_of_a_day < 3
    assert single < 1


def test_a_reload_of_one_vintage_takes_less_than_20_s(real: Connection, shared_data: Path) -> None:
    """2024 comes between the vintages loaded: 34,935 communes then (INSEE), ten of the mergers of 2025 were 2024's.

    That an unchanged vintage takes less than 2 s is held by test_real_files.py.
    """
    count = "select count(*) as n from core.communes_au('2024-01-01')"
    assert one(real, count)["n"] == 34_945
    started = time.monotonic()
    assert load(real, Register.COMMUNES, shared_data / "registers/insee_cog_communes_2024.csv").added > 37_000
    assert time.monotonic() - started < 20
    assert one(real, count)["n"] == 34_935
