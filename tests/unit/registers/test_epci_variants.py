"""Lists of EPCI of other years and publishers than Epcicom 2022 to 2024.

Columns as public code reads them: epcicom2016.csv (dep_epci, siren_epci, nom_complet, nj_epci2016, …, siren_com,
nom_com: table epci.epci_commune of a public repository), epcicom2018 to 2026.xlsx (as 2024; the numbers of 2019 are
read from ptot_2018 by datagouv/decoupage-administratif, build/epci.js at 8a84fc6), perimetre-epci-a-fp.csv (BANATIC
since 2025: semicolons, Windows-1252, numbers with spaces), Intercommunalite_Metropole_au_01-01-AAAA.xlsx (INSEE: sheets
EPCI and Composition_communale, header on row 6, zipped).
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from territoires.registers import epci, suites
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from tests.unit.registers.files import EPCI_HEADER, EPCI_ROWS, workbook

BEFORE = (
    "dep_epci;siren_epci;nom_complet;nj_epci2016;fisc_epci2016;nb_com_epci_2016;ptot_epci_2016;pmun_epci_2016;dep_com;"
    "insee;siren_com;nom_com;ptot_2016;pmun_2016"
)


def read(path: Path, options: str = "") -> Parsed:
    return epci.parse(path, path.name, source(Register.EPCI, f"file:///x{options}"))


def text(path: Path, *lines: str, encoding: str = "cp1252") -> Path:
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def rows(parsed: Parsed, table: str) -> list[list[Any]]:
    frame = parsed.tables[table].astype(object)
    return frame.where(frame.notna(), None).to_numpy().tolist()


def sound(parsed: Parsed) -> bool:
    return not any(one.failed for one in suites.check(parsed, (1, 100), None))


def test_the_text_of_2016(tmp_path: Path) -> None:
    parsed = read(
        text(
            tmp_path / "epcicom2016.csv",
            BEFORE,
            "01;200029999;CC Rives de l'Ain;CC;FPU;2;30;25;01;01304;210103040;Pont-d'Ain;10;9",
            "01;200029999;CC Rives de l'Ain;CC;FPU;2;30;25;01;01056;210100566;Boyeux-Saint-Jérôme;20;16",
        )
    )
    assert (parsed.millesime, parsed.rows, parsed.warnings) == ("2016", 2, ())
    assert rows(parsed, "epci") == [["200029999", "CC Rives de l'Ain", "CC", "FPU", "01", 2, 30, 25]]
    assert rows(parsed, "epci_commune")[1] == [
        "200029999", "01056", "210100566", "Boyeux-Saint-Jérôme", "01", 20, 16,
    ]  # fmt: skip
    assert sound(parsed)


def test_facts_that_an_older_list_lacks_are_counted_or_unknown(tmp_path: Path) -> None:
    header = "dep_epci;siren_epci;nom_complet;nj_epci2015;dep_com;insee;siren_membre;nom_membre"
    parsed = read(
        text(
            tmp_path / "epcicom2015.csv",
            header,
            "1;200029999;CC Rives;CC;1;1304;210103040;Pont",
            "1;200029999;CC Rives;CC;1;1056;210100566;Boyeux",
        )
    )
    assert parsed.millesime == "2015"
    assert rows(parsed, "epci") == [["200029999", "CC Rives", "CC", None, "01", 2, None, None]]
    assert rows(parsed, "epci_commune")[0] == ["200029999", "01304", "210103040", "Pont", "01", None, None]
    assert sound(parsed)


def test_the_ept_that_2016_lists_beside_the_metropole_are_left_out(tmp_path: Path) -> None:
    parsed = read(
        text(
            tmp_path / "epcicom2016.csv",
            BEFORE,
            "75;200054781;Métropole du Grand Paris;METRO;FPU;2;3;3;94;94080;219400801;Vincennes;1;1",
            "75;200054781;Métropole du Grand Paris;METRO;FPU;2;3;3;75;75056;217500016;Paris;2;2",
            "94;200057941;Paris Est Marne et Bois;EPT;FPU;1;1;1;94;94080;219400801;Vincennes;1;1",
        )
    )
    assert [row[0] for row in rows(parsed, "epci")] == ["200054781"]
    assert parsed.rows == 2
    assert parsed.warnings == ("communes listées aussi dans un EPT du Grand Paris, que dit le référentiel ept : 1",)
    assert sound(parsed)


def test_the_text_of_2025_with_spaces_in_numbers(tmp_path: Path) -> None:
    header = ";".join(EPCI_HEADER).replace("2024", "2025")
    parsed = read(
        text(
            tmp_path / "perimetre-epci-a-fp.csv",
            header,
            "01;200029999;CC Rives de l'Ain;CC;FPU;2;15 030;15 025;01;01304;210103040;Pont-d'Ain;10 010;10 009",
            "01;200029999;CC Rives de l'Ain;CC;FPU;2;15 030;15 025;01;01056;210100566;Saint-Jérôme;5\u00a0020;5016",
        )
    )
    assert (parsed.millesime, rows(parsed, "epci")[0][5:]) == ("2025", [2, 15_030, 15_025])
    assert sound(parsed)


def insee(path: Path, year: int = 2023) -> Path:
    book = openpyxl.Workbook()
    contents: dict[str, list[list[Any]]] = {
        "EPCI": [
            ["EPCI", "Libellé de l'EPCI", "Nature", "Nombre de communes"],
            ["EPCI", "LIBEPCI", "NATURE_EPCI", "NB_COM"],
            ["200054781", "Métropole du Grand Paris", "ME", 2],
            ["200029999", "CC Rives de l'Ain - Pays du Cerdon", "CC", 1],
            ["ZZZZZZZZZ", "Sans objet", "ZZ", 1],
        ],
        "Composition_communale": [
            ["Code géographique", "Libellé géographique", "EPCI", "Libellé de l'EPCI", "Département", "Région"],
            ["CODGEO", "LIBGEO", "EPCI", "LIBEPCI", "DEP", "REG"],
            ["75056", "Paris", "200054781", "Métropole du Grand Paris", "75", "11"],
            ["94080", "Vincennes", "200054781", "Métropole du Grand Paris", "94", "11"],
            ["01304", "Pont-d'Ain", "200029999", "CC Rives de l'Ain - Pays du Cerdon", "01", "84"],
            ["29083", "Île-de-Sein", "ZZZZZZZZZ", "Sans objet", "29", "53"],
        ],
    }
    for name, lines in contents.items():
        page = book.create_sheet(name)
        for title in ("Intercommunalité", name, f"Mise en ligne le 28/04/{year} Géographie au 01/01/{year}", "@Insee"):
            page.append([title])
        for line in lines:
            page.append(line)
    del book["Sheet"]
    book.save(path)
    return path


@pytest.mark.parametrize("zipped", [False, True])
def test_the_workbook_of_insee(tmp_path: Path, zipped: bool) -> None:
    path = insee(tmp_path / "Intercommunalite.xlsx")
    if zipped:
        with zipfile.ZipFile(tmp_path / "Intercommunalite.zip", "w") as archive:
            archive.write(path, path.name)
        path = tmp_path / "Intercommunalite.zip"
    parsed = read(path)
    assert (parsed.millesime, parsed.rows) == ("2023", 3)
    assert rows(parsed, "epci") == [
        ["200054781", "Métropole du Grand Paris", "METRO", None, None, 2, None, None],
        ["200029999", "CC Rives de l'Ain - Pays du Cerdon", "CC", None, None, 1, None, None],
    ]
    assert rows(parsed, "epci_commune")[1] == ["200054781", "94080", None, "Vincennes", "94", None, None]
    assert sound(parsed)


def test_the_year_of_insee_is_in_its_title_before_the_name(tmp_path: Path) -> None:
    assert read(insee(tmp_path / "epci_2022.xlsx", 2023)).millesime == "2023"
    with pytest.raises(RefusedRegisterError, match="le fichier décrit 2023, la configuration annonce 2022"):
        read(insee(tmp_path / "epci.xlsx", 2023), "#millesime=2022")


def test_a_workbook_of_insee_without_its_communes_is_refused(tmp_path: Path) -> None:
    rows = [["200054781", "Métropole du Grand Paris", "ME", 2]]
    path = workbook(tmp_path / "epci_2023.xlsx", ["EPCI", "LIBEPCI", "NATURE_EPCI", "NB_COM"], rows, sheet="EPCI")
    with pytest.raises(RefusedRegisterError, match="aucune feuille ne dit leurs communes"):
        read(path)


def test_populations_of_the_year_before_do_not_make_the_list_older(tmp_path: Path) -> None:
    header = [name.replace("2024", "2018") for name in EPCI_HEADER]
    parsed = read(workbook(tmp_path / "epcicom2019.xlsx", header, EPCI_ROWS, sheet="Epcicom2019"))
    assert parsed.millesime == "2019"
    assert parsed.warnings == ("la feuille se nomme « Epcicom2019 », ses colonnes sont de 2018",)
