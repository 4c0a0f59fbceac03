"""The made registers: published formats, the programme's counts, and no code that somebody bears."""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from demo import Demo
from demo.dice import luhn_key
from demo.registers import OCCUPATIONS
from demo.territories import make_territories


def features(path: Path) -> list[dict[str, Any]]:
    content: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["features"]
    return content


def epci_rows(path: Path) -> list[tuple[Any, ...]]:
    book = openpyxl.load_workbook(path, read_only=True)
    return list(book.worksheets[0].iter_rows(values_only=True))


def communes(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_136_territories_of_which_12_joined_in_march_and_29_pilots(demo: Demo) -> None:
    known = [one["properties"] for one in features(demo.registers.files["territoires"])]
    assert len({one["id_ti"] for one in known}) == len(known) == 136
    assert sum(one["date_entree"] == "2019-03-05" for one in known) == 12
    assert sum(one["date_entree"] == "2018-11-22" for one in known) == 124
    assert sum(one["pilote"] for one in known) == 29
    assert {"ti-0101", "ti-0201", "ti-0202", "ti-4413"} <= {one["id_ti"] for one in known}


def test_the_occupations_are_real_codes_in_the_published_form(demo: Demo) -> None:
    rows = communes(demo.registers.files["rome"])
    assert {row["code_rome"] for row in rows} == set(OCCUPATIONS)
    assert all(re.fullmatch(r"[A-N]\d{4}", row["code_rome"]) for row in rows)
    assert all(row["libelle_rome"].startswith("DÉMONSTRATION") for row in rows)


def test_the_list_of_november_holds_those_announced_alone(demo: Demo) -> None:
    announced = [one["properties"] for one in features(demo.registers.announced)]
    assert len(announced) == 124
    assert {one["date_entree"] for one in announced} == {"2018-11-22"}


def test_shapes_are_closed_polygons_that_do_not_overlap(demo: Demo) -> None:
    boxes = []
    for one in features(demo.registers.files["territoires"]):
        ring = one["geometry"]["coordinates"][0]
        assert ring[0] == ring[-1]
        assert len(ring) == 7
        boxes.append(
            (min(x for x, _ in ring), max(x for x, _ in ring), min(y for _, y in ring), max(y for _, y in ring))
        )
    clashes = [
        (a, b)
        for rank, a in enumerate(boxes)
        for b in boxes[:rank]
        if a[0] < b[1] and b[0] < a[1] and a[2] < b[3] and b[2] < a[3]
    ]
    assert not clashes


def test_val_de_lorraine_is_the_four_epci_between_metz_and_nancy(demo: Demo) -> None:
    (found,) = (one for one in features(demo.registers.files["territoires"]) if one["properties"]["id_ti"] == "ti-4413")
    assert found["properties"]["lib_ti"] == "Val de Lorraine"
    assert found["properties"]["liste_geo"] == (
        "CC du Bassin de Pompey (245400601); CC du Bassin de Pont-à-Mousson (200041515); "
        "CC de Seille et Grand Couronné (200070589); CC Mad et Moselle (200070738)"
    )


def test_one_perimeter_names_communes_the_others_epci_of_the_register(demo: Demo) -> None:
    sirens = {str(row[1]) for row in epci_rows(demo.registers.files["epci"])[1:]}
    sirens |= {ept.siren for ept in demo.country.epts}
    codes = {row["COM"] for row in communes(demo.registers.files["communes"])}
    by_commune = []
    for one in features(demo.registers.files["territoires"]):
        members = re.findall(r"\((\w{5}|\d{9})\)(?:; |$)", one["properties"]["liste_geo"])
        assert len(members) == one["properties"]["liste_geo"].count("; ") + 1
        if members[0] in codes:
            by_commune.append(one["properties"]["id_ti"])
        assert set(members) <= (codes if members[0] in codes else sirens)
    assert by_commune == ["ti-0202"]


def test_the_workbook_has_dgcl_columns_and_sums_that_hold(demo: Demo) -> None:
    header, *rows = epci_rows(demo.registers.files["epci"])
    assert header[-2:] == ("ptot_2019", "pmun_2019")
    assert all(isinstance(row[1], int) and isinstance(row[10], int) and isinstance(row[9], str) for row in rows)
    for siren in {row[1] for row in rows}:
        members = [row for row in rows if row[1] == siren]
        assert {row[5] for row in members} == {len(members)}
        assert {row[6] for row in members} == {sum(row[12] for row in members)}
        assert {row[7] for row in members} == {sum(row[13] for row in members)}


def test_communes_of_the_two_registers_are_the_same(demo: Demo) -> None:
    of_cog = {row["COM"] for row in communes(demo.registers.files["communes"]) if row["TYPECOM"] == "COM"}
    of_dgcl = [row[9] for row in epci_rows(demo.registers.files["epci"])[1:]]
    assert len(of_dgcl) == len(set(of_dgcl))
    assert of_cog - set(of_dgcl) == {commune.code for commune in demo.country.alone}
    assert set(of_dgcl) < of_cog
    assert all(len(code) == 5 for code in of_cog)


def test_formats_are_those_published(demo: Demo, real_data: Path) -> None:
    with (real_data / "registers" / "insee_cog_communes_2023.csv").open("rb") as stream:
        assert demo.registers.files["communes"].read_bytes().startswith(stream.readline())
    real = openpyxl.load_workbook(real_data / "registers" / "dgcl_epcicom_2023.xlsx", read_only=True).worksheets[0]
    published = next(real.iter_rows(max_row=1, values_only=True))
    assert epci_rows(demo.registers.files["epci"])[0] == tuple(str(name).replace("2023", "2019") for name in published)
    listed = features(real_data / "territoires_industrie" / "anct_ti_geom_2023-10-16.geojson")[0]["properties"]
    assert set(listed) <= set(features(demo.registers.files["territoires"])[0]["properties"])


@pytest.mark.parametrize(
    ("register", "published"),
    [
        ("mouvements", "registers/insee_cog_mouvements_2021.csv"),
        ("passage", "registers/insee_geocodes_passage_annuel.csv"),
        ("departements", "registers/insee_cog_departements_2021.csv"),
        ("regions", "registers/insee_cog_regions_2021.csv"),
        ("populations", "registers/insee_populations_legales_2022.csv"),
        ("outremer", "registers/collectivites_outremer_2026.csv"),
        ("bassins", "france_travail/mobiville_lexique_bassins_BE19.csv"),
        ("fap", "france_travail/dares_intitules_FAP2009.csv"),
    ],
)
def test_headers_are_those_published_to_the_byte(demo: Demo, real_data: Path, register: str, published: str) -> None:
    with (real_data / published).open("rb") as stream:
        header = stream.readline()
    assert demo.registers.files[register].read_bytes().startswith(header)


def test_departments_and_regions_are_the_real_ones(demo: Demo, real_data: Path) -> None:
    for register in ("departements", "regions"):
        published = real_data / "registers" / f"insee_cog_{register}_2021.csv"
        assert communes(demo.registers.files[register]) == communes(published)


def test_families_are_real_codes_at_their_real_place(demo: Demo, real_data: Path) -> None:
    def lines(path: Path) -> list[list[str]]:
        return [line.split(";") for line in path.read_text("utf-8-sig").splitlines()[1:]]

    real = {(line[0], line[2], line[4]) for line in lines(real_data / "france_travail/dares_intitules_FAP2009.csv")}
    made = lines(demo.registers.files["fap"])
    assert {(line[0], line[2], line[4]) for line in made} <= real
    assert all(line[1].startswith("DÉMONSTRATION - ") for line in made)


def test_no_made_code_is_borne_by_a_real_commune_or_epci(demo: Demo, real_data: Path) -> None:
    made = {commune.code for commune in demo.country.communes} | set(demo.country.passage)
    made |= {row["code_commune"] for row in communes(demo.registers.files["outremer"])}
    real = {row["code_commune"] for row in communes(real_data / "registers" / "collectivites_outremer_2026.csv")}
    for year in (2022, 2023, 2024, 2025):
        real |= {row["COM"] for row in communes(real_data / "registers" / f"insee_cog_communes_{year}.csv")}
    for row in communes(real_data / "registers" / "insee_cog_mouvements_2021.csv"):
        real |= {row["COM_AV"], row["COM_AP"]}
    assert not made & real
    invented = {int(epci.siren) for epci in (*demo.country.epcis, *demo.country.epts) if not epci.real}
    stated = {int(epci.siren): epci.name for one in demo.ledger.territories for epci in one.epcis if epci.real}
    book = CalamineWorkbook.from_path(real_data / "registers" / "dgcl_epcicom_2023.xlsx")
    real_epcis = {int(str(row[1]).removesuffix(".0")): row[2] for row in book.get_sheet_by_index(0).to_python()[1:]}
    assert not invented & set(real_epcis)
    assert {siren: real_epcis.get(siren) for siren in stated} == stated


def test_no_made_employment_area_is_a_real_one(demo: Demo, real_data: Path) -> None:
    folder = real_data / "france_travail"
    real = {row["BE19"].zfill(4) for row in communes(folder / "mobiville_lexique_bassins_BE19.csv")}
    real |= {row["code_bassin_BMO"].zfill(4) for row in communes(folder / "bassins_emploi_communes_2025.csv")}
    assert not {basin.code for basin in demo.country.basins} & real


def test_every_siren_passes_luhn(demo: Demo) -> None:
    for row in epci_rows(demo.registers.files["epci"])[1:]:
        for siren in (str(row[1]), str(row[10])):
            assert len(siren) == 9
            assert luhn_key(siren[:8]) == siren[8]


@pytest.mark.parametrize("seed", range(20))
def test_counts_do_not_depend_on_the_seed(seed: int) -> None:
    territories = make_territories(seed)
    assert len(territories) == 136
    assert sum(one.pilot for one in territories) == 29
    assert sum(one.joined == date(2019, 3, 5) for one in territories) == 12
    assert not any(one.pilot and one.joined == date(2019, 3, 5) for one in territories)
