"""The real published files, counted apart from our readers (json, csv, zipfile + XML) and compared with the tables."""

from __future__ import annotations

import csv
import json
import re
import time
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from territoires.registers.catalogue import Register
from territoires.registers.lookup import codes_of
from tests.integration.registers.conftest import Bench

_NS = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def sheet_rows(path: Path, sheet: str = r"sheet\d+", header_row: int = 1) -> list[dict[str, str]]:
    """One sheet of a workbook as header → text, by XML alone; numbers as the file writes them."""
    with zipfile.ZipFile(path) as parts:
        strings = parts.read("xl/sharedStrings.xml") if "xl/sharedStrings.xml" in parts.namelist() else b"<sst/>"
        shared = [
            "".join(text.text or "" for text in item.iter(f"{_NS}t"))
            for item in ET.fromstring(strings).iter(f"{_NS}si")  # noqa: S314 - a file of ours
        ]
        [name] = [name for name in parts.namelist() if re.fullmatch(rf"xl/worksheets/{sheet}\.xml", name)]
        lines = []
        for row in ET.fromstring(parts.read(name)).iter(f"{_NS}row"):  # noqa: S314 - a file of ours
            cells = {}
            for cell in row.iter(f"{_NS}c"):
                letters = re.match(r"[A-Z]+", cell.get("r", ""))
                value = cell.find(f"{_NS}v")
                text = "" if value is None else value.text or ""
                if cell.get("t") == "s":
                    text = shared[int(text)]
                elif cell.get("t") == "inlineStr":
                    text = "".join(part.text or "" for part in cell.iter(f"{_NS}t"))
                cells[letters[0] if letters else ""] = text
            lines.append(cells)
    header = lines[header_row - 1]
    return [{header[column]: text for column, text in line.items()} for line in lines[header_row:]]


def territories(shared_data: Path, day: str) -> tuple[Path, list[dict[str, str]]]:
    path = shared_data / "territoires_industrie" / f"anct_ti_geom_{day}.geojson"
    return path, [feature["properties"] for feature in json.loads(path.read_text("utf-8"))["features"]]


def test_territories_of_both_phases_and_the_630_epci_of_phase_2(bench: Bench, shared_data: Path) -> None:
    old_path, old = territories(shared_data, "2023-10-16")
    new_path, new = territories(shared_data, "2023-11-14")
    assert (len(old), len(new)) == (149, 183)
    for path in (old_path, new_path):
        bench.run(Register.TERRITORIES, path.as_uri())

    query = "select phase, count(*)::int, count(pilote)::int from core.territoire where valide_a is null group by 1"
    assert sorted(bench.rows(query)) == [(1, 149, 0), (2, 183, 0)]
    labels = dict(bench.rows("select id_ti, libelle from core.territoire where phase = 2"))
    assert labels == {one["id_territoire"]: one["lib_territoire"].replace("\xa0", " ").strip() for one in new}

    # Independent reading: the SIREN are the only runs of 9 digits in parentheses.
    expected = {(one["id_territoire"], code) for one in new for code in re.findall(r"\((\d{9})\)", one["liste_geo"])}
    assert len(expected) == 630
    found = bench.rows(
        "select id_ti, code from core.territoire_perimetre where type_maille = 'epci' and valide_a is null"
    )
    assert set(found) == expected
    assert len(found) == 630
    both = {one["id_ti"] for one in old} | {one["id_territoire"] for one in new}
    assert codes_of(bench.connection, "territoire").known == both


def test_the_list_of_communes_gives_way_to_the_list_of_epci_a_week_later(bench: Bench, shared_data: Path) -> None:
    """2023-11-07 lists 18,726 communes, 2023-11-14 lists EPCI in the same column; both are kept, each for its days."""
    first_path, first = territories(shared_data, "2023-11-07")
    second_path, second = territories(shared_data, "2023-11-14")
    communes = {(one["id_territoire"], code) for one in first for code in re.findall(r"\((\w{5})\)", one["liste_geo"])}
    bench.run(Register.TERRITORIES, first_path.as_uri())
    loaded = bench.run(Register.TERRITORIES, second_path.as_uri())

    assert len(communes) == 18_726
    assert (
        set(bench.rows("select id_ti, code from core.territoire_perimetre where type_maille = 'commune'")) == communes
    )
    assert bench.rows(
        "select type_maille, valide_de::text, valide_a::text, count(*)::int from core.territoire_perimetre"
        " group by 1, 2, 3 order by 1"
    ) == [("commune", "2023-11-07", "2023-11-14", 18_726), ("epci", "2023-11-14", None, 630)]
    label = {one["id_territoire"]: one["lib_territoire"].replace("\xa0", " ").strip() for one in first}
    renamed = sum(label[one["id_territoire"]] != one["lib_territoire"].replace("\xa0", " ").strip() for one in second)
    assert loaded is not None
    assert (loaded.added, loaded.changed, loaded.closed) == (630, renamed, 18_726)


@pytest.mark.parametrize("year", [2022, 2023, 2024])
def test_epci_of_each_year(bench: Bench, shared_data: Path, year: int) -> None:
    path = shared_data / "registers" / f"dgcl_epcicom_{year}.xlsx"
    rows = sheet_rows(path)
    bench.run(Register.EPCI, path.as_uri())

    assert bench.rows(
        "select millesime, count(*)::int, sum(population_municipale)::int, sum(population_totale)::int"
        " from core.epci_commune group by 1"
    ) == [(str(year), len(rows), sum(int(r[f"pmun_{year}"]) for r in rows), sum(int(r[f"ptot_{year}"]) for r in rows))]
    members = {(str(int(float(row["siren"]))), row["insee"]) for row in rows}
    assert set(bench.rows("select siren, code_commune from core.epci_commune")) == members
    counted = Counter(siren for siren, _ in members)
    assert dict(bench.rows("select siren, nb_membres from core.epci")) == dict(counted)
    assert 34_900 < len(rows) < 35_000
    assert len(counted) == 1255


@pytest.mark.parametrize("year", [2022, 2023, 2024, 2025])
def test_communes_of_each_year(bench: Bench, shared_data: Path, year: int) -> None:
    path = shared_data / "registers" / f"insee_cog_communes_{year}.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    started = time.monotonic()
    bench.run(Register.COMMUNES, path.as_uri())
    first = time.monotonic() - started
    started = time.monotonic()
    assert bench.run(Register.COMMUNES, path.as_uri()) is None
    again = time.monotonic() - started

    found = bench.rows(
        "select millesime, type_commune, code_commune, libelle, coalesce(code_departement, ''),"
        " coalesce(code_parent, '') from core.commune"
    )
    fields = ("TYPECOM", "COM", "LIBELLE", "DEP", "COMPARENT")
    assert set(found) == {(str(year), *(row[name] for name in fields)) for row in rows}
    assert len(found) == len(rows)
    assert first < 20
    assert again < 2


def test_a_vintage_loaded_again_writes_only_what_differs(bench: Bench, shared_data: Path) -> None:
    """The COG of 2023 loaded as a revision of 2022's vintage: the difference of both files, counted by csv."""
    contents = {}
    for year in (2022, 2023):
        with (shared_data / "registers" / f"insee_cog_communes_{year}.csv").open(
            encoding="utf-8", newline=""
        ) as stream:
            contents[year] = {
                (row.pop("TYPECOM"), row.pop("COM")): {
                    k: v for k, v in row.items() if k not in {"TNCC", "NCC", "NCCENR"}
                }
                for row in csv.DictReader(stream)
            }
        path = shared_data / "registers" / f"insee_cog_communes_{year}.csv"
        loaded = bench.run(Register.COMMUNES, f"{path.as_uri()}#millesime=2022")
    old, new = contents[2022], contents[2023]
    assert loaded is not None
    assert loaded.added == len(new.keys() - old.keys())
    assert loaded.closed == len(old.keys() - new.keys())
    assert loaded.changed == sum(old[key] != new[key] for key in old.keys() & new.keys())
    assert loaded.rows < 2_000
    last = "select max(id_registre) from core.registre_version"
    written = bench.value(f"select count(*)::int from core.commune where id_registre = ({last})")
    assert written == loaded.added + loaded.changed
    assert bench.rows("select statut, courant from core.registre_version order by id_registre") == [
        ("charge", False),
        ("charge", True),
    ]


def test_the_occupations_of_rome_460(bench: Bench, shared_data: Path) -> None:
    path = shared_data / "france_travail" / "unix_referentiel_code_rome_v460_utf8.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    bench.run(Register.OCCUPATIONS, path.as_uri())
    found = bench.rows("select millesime, code_rome, libelle, code_parent from core.rome")
    assert set(found) == {("v460", row["code_rome"], row["libelle_rome"], row["code_rome_parent"]) for row in rows}
    assert len(found) == 1584
    executives = bench.value("select count(*)::int from core.rome where emploi_cadre")
    assert executives == sum(row["emploi_cadre"] == "O" for row in rows)
    assert bench.run(Register.OCCUPATIONS, path.as_uri()) is None
