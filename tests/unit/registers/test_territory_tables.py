"""Tabular lists of territories, in the shapes that ANCT published.

Names of files and columns are those that ANCT's own scripts read (anct-carto/superposeur-anct,
data/projet/changement_projection_dispositifs_V3.R, 2023 to 2024): liste-ti-com2023-20231114.csv with insee_com,
lib_com, id_ti (several joined by « ; »), lib_ti; liste-ti-grpt2023-20231114.csv with id_ti, siren_groupement (or
siren_epci), lib_groupement; liste-ti-20231114.csv with id_ti, lib_ti; nature_juridique (CC, EPT, COM) since 2025. The
table suivi-ti-cog2023-20231102.xlsx is named by the map of 7 November 2023. Phase 2 took the names of columns of
phase 1 again.
"""

from __future__ import annotations

import csv
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from territoires.registers import suites
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from territoires.registers.territories import parse
from tests.unit.registers.files import workbook

TODAY = date(2026, 1, 2)
COMMUNES = """insee_com,lib_com,id_ti,lib_ti
01004,Ambérieu-en-Bugey,ti-8401,Plaine de l'Ain
01007,"Ambronay, le Bourg",ti-8401,Plaine de l'Ain
2B033,Bastia,ti-9401,Bastia
"""


def read(path: Path, options: str = "") -> Parsed:
    return parse(path, path.name, source(Register.TERRITORIES, f"file:///x{options}"), TODAY)


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(content.encode(encoding))
    return path


def members(parsed: Parsed) -> list[tuple[Any, ...]]:
    return list(parsed.tables["territoire_perimetre"].itertuples(index=False, name=None))


def territories(parsed: Parsed) -> list[tuple[Any, ...]]:
    return list(parsed.tables["territoire"][["id_ti", "libelle"]].itertuples(index=False, name=None))


EXPECTED = [
    ("ti-8401", "commune", "01004", "Ambérieu-en-Bugey"),
    ("ti-8401", "commune", "01007", "Ambronay, le Bourg"),
    ("ti-9401", "commune", "2B033", "Bastia"),
]


@pytest.mark.parametrize(
    ("separator", "encoding", "end"),
    [(",", "utf-8", "\n"), (";", "cp1252", "\r\n"), ("\t", "cp1252", "\n"), (",", "utf-8-sig", "\r\n")],
)
def test_a_list_of_communes(tmp_path: Path, separator: str, encoding: str, end: str) -> None:
    content = COMMUNES.replace('"Ambronay, le Bourg"', "Ambronay§ le Bourg").replace(",", separator)
    name = "Ambronay, le Bourg" if separator != "," else '"Ambronay, le Bourg"'
    content = content.replace("Ambronay§ le Bourg", name).replace("\n", end)
    parsed = read(text(tmp_path / "liste-ti-com2023-20231114.csv", content, encoding))
    assert (parsed.phase, parsed.millesime, parsed.rows, parsed.perimeters) == (2, "2023-11-14", 2, 3)
    assert territories(parsed) == [("ti-8401", "Plaine de l'Ain"), ("ti-9401", "Bastia")]
    assert members(parsed) == EXPECTED


@pytest.mark.parametrize(
    ("name", "options", "phase"),
    [
        ("liste-ti-com2023-20230802.csv", "", 1),
        ("liste-ti-com2023-20240704.csv", "", 2),
        ("liste-ti-communes.csv", "", 2),  # no date: that of the publication
        ("liste-ti-communes.csv", "#millesime=2022-12-31", 1),
        ("liste-ti-com2023-20231114.csv", "#phase=1", 1),
    ],
)
def test_the_phase_is_configured_or_that_of_the_day(tmp_path: Path, name: str, options: str, phase: int) -> None:
    assert read(text(tmp_path / name, COMMUNES), options).phase == phase


def test_the_columns_of_phase_2_tell_it(tmp_path: Path) -> None:
    content = COMMUNES.replace("id_ti,lib_ti", "ID_Territoire,Lib_Territoire")
    assert read(text(tmp_path / "liste_2020-01-01.csv", content)).phase == 2


@pytest.mark.parametrize("title_rows", [0, 4, 5])
def test_a_workbook_with_its_header_on_row_5_or_6(tmp_path: Path, title_rows: int) -> None:
    header = ["ID_TI", "LIB_TI", "CODGEO", "LIB_COM", "SIREN_EPCI", "LIB_EPCI", "PILOTE", "DATE_ENTREE"]
    rows: list[list[Any]] = [
        *[["Suivi du programme Territoires d'industrie"]] * title_rows,
        header,
        ["ti-8401", "Plaine de l'Ain\u00a0", 1004, "Ambérieu-en-Bugey", 240100883, "CC", "oui", date(2018, 11, 22)],
        ["ti-8401", "Plaine de l'Ain", 1007, "Ambronay, le Bourg", 240100883, "CC", None, None],
        ["ti-9401", "Bastia", "2B033", "Bastia", 242000354, "CA", "non", "05/03/2019"],
    ]
    parsed = read(workbook(tmp_path / "suivi-ti-cog2023-20231102-modif.xlsx", ["Suivi"], rows, sheet="suivi"))
    assert (parsed.phase, parsed.millesime) == (2, "2023-11-02")
    assert members(parsed) == EXPECTED
    facts = parsed.tables["territoire"]
    assert facts["pilote"].tolist() == [True, False]
    assert facts["date_entree"].tolist() == [date(2018, 11, 22), date(2019, 3, 5)]
    assert [one.text for one in suites.check(parsed, (1, 10), None) if one.failed] == []


def test_a_workbook_may_have_a_sheet_for_each_grain(tmp_path: Path) -> None:
    """The communes say the perimeters, the list of territories what else is known of them."""
    book = openpyxl.Workbook()
    for name, rows in {
        "Liste": [["id_ti", "lib_ti", "pilote"], ["ti-8401", "Plaine de l'Ain", "oui"], ["ti-9401", "Bastia", "non"]],
        "EPCI": [["id_ti", "lib_ti", "siren_epci", "lib_epci"], ["ti-8401", "Plaine de l'Ain", 240100883, "CC Plaine"]],
        "Communes": [["région", *line] for line in csv.reader(COMMUNES.splitlines())],
    }.items():
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    book.save(tmp_path / "suivi-ti-20231102.xlsx")
    parsed = read(tmp_path / "suivi-ti-20231102.xlsx")
    assert (parsed.rows, {row[1] for row in members(parsed)}) == (2, {"commune"})
    assert parsed.tables["territoire"]["pilote"].tolist() == [True, False]


def test_a_list_of_groupements_with_ept_and_numbers(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["ti-1101", "Grand-Orly", 200058014.0, "Grand-Orly Seine Bièvre", "EPT"],
        ["ti-1101", "Grand-Orly", 200057941, "Paris Est Marne et Bois", "EPT"],
        ["ti-8401", "Plaine de l'Ain", "240100883", "CC de la Plaine de l'Ain", "CC"],
    ]
    header = ["id_ti", "lib_ti", "siren_groupement", "lib_groupement", "nature_juridique"]
    parsed = read(workbook(tmp_path / "liste-ti-grpt2023-20231114.xlsx", header, rows))
    assert members(parsed) == [
        ("ti-1101", "epci", "200058014", "Grand-Orly Seine Bièvre"),
        ("ti-1101", "epci", "200057941", "Paris Est Marne et Bois"),
        ("ti-8401", "epci", "240100883", "CC de la Plaine de l'Ain"),
    ]


def test_a_perimeter_of_epci_single_communes_and_parts_of_an_epci(tmp_path: Path) -> None:
    content = (
        "code_ti;nom_ti;epci;libepci;code_insee;nom_com\n"
        "TI-8401;Plaine;240100883;CC Plaine;;\n"
        "TI-8401;Plaine;200042935;CA Haut-Bugey;01283;Oyonnax\n"
        "TI-8401;Plaine;;;01004;Ambérieu\n"
    )
    parsed = read(text(tmp_path / "ti-20190705.csv", content))
    assert parsed.phase == 1
    assert members(parsed) == [
        ("ti-8401", "epci", "240100883", "CC Plaine"),
        ("ti-8401", "commune", "01283", "Oyonnax"),
        ("ti-8401", "commune", "01004", "Ambérieu"),
    ]


CAISSE = (
    "Geo Point;Geo Shape;id_ti;lib_ti;insee_com;lib_com;Code Officiel EPCI;Nom Officiel EPCI;Code Officiel Région\n"
    '46.1,5.3;"{shape}";ti-8401;Plaine;01004;Ambérieu;240100883;CC Plaine;84\n'
    "46.1,5.3;;ti-8401;Plaine;01007;Ambronay;240100883;CC Plaine;84\n"
)


@pytest.mark.parametrize(("name", "phase"), [("liste-ti-communes.csv", 1), ("liste-ti_2024-02-01.csv", 2)])
def test_the_list_of_the_caisse_des_depots_is_of_phase_1(tmp_path: Path, name: str, phase: int) -> None:
    """opendata.caissedesdepots.fr, liste-des-territoires-dindustrie-et-des-communes-concernees: the territories of end
    2022 with a geometry in each row; its columns as a public reader of it expects them."""
    path = text(tmp_path / name, CAISSE.replace("{shape}", "[1, 2], " * 20_000))
    parsed = read(path)
    assert (parsed.phase, parsed.rows) == (phase, 1)
    assert [row[1:] for row in members(parsed)] == [("commune", "01004", "Ambérieu"), ("commune", "01007", "Ambronay")]


def test_communes_outside_the_territories_are_left_out_and_told(tmp_path: Path) -> None:
    parsed = read(text(tmp_path / "suivi-ti-cog2023-20231102.csv", COMMUNES + "75056,Paris,,\n69123,Lyon,,\n"))
    assert (members(parsed), parsed.warnings) == (EXPECTED, ("lignes sans territoire : 2",))


def test_a_list_of_names_alone_has_no_perimeters(tmp_path: Path) -> None:
    parsed = read(text(tmp_path / "liste-ti-20231114.csv", "id_ti,lib_ti\nti-8401,Plaine\nti-9401,Bastia\n"))
    assert (parsed.phase, parsed.rows, parsed.perimeters, list(parsed.tables)) == (2, 2, None, ["territoire"])


def test_a_table_may_have_all_members_in_one_cell(tmp_path: Path) -> None:
    content = 'id_territoire,lib_territoire,liste_geo\nti-8401,Plaine,"Ambérieu (01004); CC A; B (240100883)"\n'
    content += 'ti-9401,Bastia,"Bastia (2B033)"\n'
    parsed = read(text(tmp_path / "ti.csv", content))
    assert [row[1:] for row in members(parsed)] == [
        ("commune", "01004", "Ambérieu"),
        ("epci", "240100883", "CC A; B"),
        ("commune", "2B033", "Bastia"),
    ]
    assert parsed.warnings == ("ti-8401 : un membre se nomme « CC A; B »",)


def test_a_commune_of_two_territories(tmp_path: Path) -> None:
    content = (
        COMMUNES + "01283,Oyonnax,ti-8401 ; ti-9401,Plaine de l'Ain ; Bastia\n01031,Bellignat,ti-8401 ; ti-9401,?\n"
    )
    parsed = read(text(tmp_path / "liste-ti-com2023-20231114.csv", content))
    assert territories(parsed) == [("ti-8401", "Plaine de l'Ain"), ("ti-9401", "Bastia")]
    assert [row[:3] for row in members(parsed)] == [
        *(("ti-8401", "commune", code) for code in ("01004", "01007", "01283", "01031")),
        *(("ti-9401", "commune", code) for code in ("2B033", "01283", "01031")),
    ]


def test_a_territory_with_several_names_takes_the_most_frequent(tmp_path: Path) -> None:
    content = COMMUNES + "01283,Oyonnax,ti-8401,PLAINE DE L'AIN\n"
    parsed = read(text(tmp_path / "liste-ti-com2023-20231114.csv", content))
    assert territories(parsed)[0] == ("ti-8401", "Plaine de l'Ain")
    assert parsed.warnings == (
        "ti-8401 : plusieurs noms (Plaine de l'Ain, PLAINE DE L'AIN), le plus fréquent est pris",
    )


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("lib_ti", "libelle_ti", r"absentes : « lib_ti » \(serait-ce « libelle_ti » \?\)"),
        ("insee_com", "commune", "a plusieurs lignes par territoire, sans colonne de commune"),
        ("lib_com", "pilote", "ti-8401 : pilote « Ambérieu-en-Bugey », oui ou non est attendu"),
        ("2B033,Bastia", "2B033", "ligne 4 : 3 cellules, 4 attendues"),
    ],
)
def test_what_is_not_understood_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    with pytest.raises(RefusedRegisterError, match=message):
        read(text(tmp_path / "liste-ti-com2023-20231114.csv", COMMUNES.replace(old, new, 1)))


def test_rows_of_a_territory_that_contradict_each_other(tmp_path: Path) -> None:
    content = "id_ti,lib_ti,insee_com,pilote\nti-8401,A,01004,oui\nti-8401,A,01007,non\n"
    with pytest.raises(RefusedRegisterError, match="ti-8401 : pilote différent d'une ligne à l'autre"):
        read(text(tmp_path / "ti.csv", content))


def test_codes_of_the_wrong_form_break_the_rules(tmp_path: Path) -> None:
    content = (
        "id_ti,lib_ti,insee_com,siren_epci\nti-8401,A,0100,\nti-8401,A,,24010088\nti-9401,B,01004,\nti-8401,A,01004,\n"
    )
    outcomes = suites.check(read(text(tmp_path / "ti.csv", content)), (1, 10), None)
    failed = {(one.column, one.rule, one.severity, one.failed) for one in outcomes if one.failed}
    assert failed == {("code_forme", "coherence", "error", 1), ("code", "unique", "warning", 2)}


@pytest.mark.parametrize("day", ["2023-11-07", "2023-11-14"])
def test_the_real_perimeters_are_the_same_in_a_table(tmp_path: Path, shared_data: Path, day: str) -> None:
    """ANCT's maps written as the tables that they were made from, read by re and written by csv."""
    path = shared_data / "territoires_industrie" / f"anct_ti_geom_{day}.geojson"
    of_map = parse(path, path.name, source(Register.TERRITORIES, path.as_uri()), TODAY)
    code = "siren_groupement" if day.endswith("14") else "insee_com"
    table = tmp_path / f"liste-ti_{day}.csv"
    with table.open("w", encoding="cp1252", newline="", errors="ignore") as stream:
        writer = csv.writer(stream, delimiter=";")
        writer.writerow(["id_ti", "lib_ti", code, code.replace("siren", "lib").replace("insee", "lib")])
        for feature in json.loads(path.read_text("utf-8"))["features"]:
            one = feature["properties"]
            for name, found in re.findall(r"(?:^|; )(.+?) \((\w{5}|\d{9})\)(?=;|$)", one["liste_geo"]):
                writer.writerow([one["id_territoire"], one["lib_territoire"], found, name])
    of_table = read(table)
    assert (of_table.phase, of_table.millesime, of_table.rows) == (2, day, 183)
    assert {row[:3] for row in members(of_table)} == {row[:3] for row in members(of_map)}
    assert of_table.perimeters == (630 if day.endswith("14") else 18_726)
