"""Populations in the shapes of each year.

REG;DEP;COM;PMUN;PCAP;PTOT with codes: 2022 (the given file). CODREG;REG;CODDEP;… with names in REG and COM: until 2021
(header quoted by public loaders). REG;Région;DEP;CODARR;CODCAN;CODCOM;COM;Commune;… since 2023: the file
``sources/donnees_communes.csv`` of datagouv/decoupage-administratif. Titles in words: the workbooks beside. PMUN22:
fichier_pop_reference_6822.xlsx. GEO;GEO_OBJECT;FREQ;POPREF_MEASURE;TIME_PERIOD;OBS_VALUE: INSEE's data catalogue.
"""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from territoires.registers import populations, suites
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from tests.unit.registers.files import book, text

NAMES = "CODREG;REG;CODDEP;CODARR;CODCAN;CODCOM;COM;PMUN;PCAP;PTOT"
BOTH = "REG;Région;DEP;CODARR;CODCAN;CODCOM;COM;Commune;PMUN;PCAP;PTOT"
CATALOGUE = "GEO;GEO_OBJECT;FREQ;POPREF_MEASURE;TIME_PERIOD;OBS_VALUE"


def read(path: Path, options: str = "") -> Parsed:
    return populations.parse(path, path.name, source(Register.POPULATIONS, f"file:///x{options}"))


def rows(parsed: Parsed) -> list[list[Any]]:
    frame = parsed.tables["population_commune"].astype(object)
    return frame.where(frame.notna(), None).to_numpy().tolist()


def test_codes_or_names_in_the_same_columns(tmp_path: Path) -> None:
    codes = text(
        tmp_path / "p2022.csv", "REG;DEP;COM;PMUN;PCAP;PTOT", "84;01;01001;1 779;19;1 798", "01;971;97101;5;1;6"
    )
    names = text(
        tmp_path / "p2021.csv",
        NAMES,
        "84;Auvergne-Rhône-Alpes;01;2;08;001;L'Abergement-Clémenciat;1779;19;1798",
        "01;Guadeloupe;971;2;;101;Les Abymes;5;1;6",
        encoding="cp1252",
    )
    both = text(
        tmp_path / "p2023.csv",
        BOTH,
        "84;Auvergne-Rhône-Alpes;01;2;08;001;01001;L'Abergement-Clémenciat;1779;19;1798",
        "01;Guadeloupe;971;2;NA;101;97101;Les Abymes;5;1;6",
    )
    for path in (codes, names, both):
        parsed = read(path)
        assert parsed.millesime == path.stem[1:]
        assert rows(parsed) == [["01001", 1779, 19, 1798], ["97101", 5, 1, 6]]
        assert parsed.warnings == ()


@pytest.mark.parametrize(("department", "number"), [("971", "101"), ("971", "01"), ("97", "101"), ("971", "97101")])
def test_the_code_overseas_whatever_its_parts(tmp_path: Path, department: str, number: str) -> None:
    path = text(tmp_path / "p2020.csv", NAMES, f"01;Guadeloupe;{department};2;;{number};Les Abymes;5;1;6")
    assert rows(read(path))[0][0] == "97101"


def test_the_workbook_with_titles_in_words(tmp_path: Path) -> None:
    header = ["Code région", "Nom de la région", "Code département", "Code arrondissement", "Code canton",
              "Code commune", "Nom de la commune", "Population municipale", "Population comptée à part",
              "Population totale"]  # fmt: skip
    lines: list[list[Any]] = [["Communes"], [], ["Recensement"], [], [], [], [], header]
    lines.append(["94", "Corse", "2A", "1", "06", "004", "Ajaccio", 70817.0, 842.0, 71659.0])
    path = book(tmp_path / "ensemble.xlsx", Régions=[["Code région", "Population municipale"]], Communes=lines)
    assert rows(read(path, "#millesime=2020")) == [["2A004", 70817, 842, 71659]]


def test_the_workbook_says_above_the_table_when_its_figures_come_into_force(tmp_path: Path) -> None:
    """Its name is that of the census, if it says a year, and the limits of communes are of another one."""
    titles = [
        ["Populations légales 2016"],
        ["en vigueur à compter du 1er janvier 2019"],
        ["Limites au 1er janvier 2018"],
    ]
    path = book(tmp_path / "ensemble2016.xlsx", Communes=[*titles, ["COM", "PMUN"], ["2A004", 70817]])
    assert read(path).millesime == "2019"
    with pytest.raises(RefusedRegisterError, match="le fichier décrit 2019, la configuration annonce 2016"):
        read(path, "#millesime=2016")


def test_the_archive_has_parts_of_communes_too_in_fewer_columns(tmp_path: Path) -> None:
    path = tmp_path / "ensemble.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("donnees_associees_deleguees.csv", "COM;PMUN\n01015;5\n")
        archive.writestr(
            "donnees_communes.csv", f"{BOTH}\n84;ARA;01;2;08;1;01001;A;7;1;8\n84;ARA;01;2;08;2;01002;B;9;0;9\n"
        )
    assert [row[0] for row in rows(read(path, "#millesime=2024"))] == ["01001", "01002"]


def test_banatic_has_the_year_in_the_columns(tmp_path: Path) -> None:
    header = ["Reg_com", "dep_com", "siren", "insee", "nom_com", "ptot_2023", "pmun_2023", "pcap_2023"]
    path = book(tmp_path / "b.xlsx", insee_siren=[header, ["84", "01", 210100012, "01001", "Abergement", 798, 779, 19]])
    assert rows(read(path)) == [["01001", 779, 19, 798]]
    assert read(path).millesime == "2023"
    with pytest.raises(RefusedRegisterError, match="le fichier décrit 2023, la configuration annonce 2022"):
        read(path, "#millesime=2022")


def test_of_an_archive_of_several_years_the_configured_or_the_last_one_is_taken(tmp_path: Path) -> None:
    """TableCorrespondanceSirenInsee.zip; the communes of former years are more numerous."""
    path = tmp_path / "TableCorrespondanceSirenInsee.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("Banatic_SirenInsee2018.csv", "insee;pmun_2018\n01001;1\n01002;1\n")
        archive.writestr("Banatic_SirenInsee2020.csv", "insee;pmun_2020\n01001;5\n")
        archive.writestr("Banatic_SirenInsee2019.csv", "insee;pmun_2019\n01001;3\n01002;3\n")
    assert (read(path).millesime, [row[1] for row in rows(read(path))]) == ("2020", [5])
    assert read(path, "#millesime=2018").millesime == "2018"


def test_the_year_of_a_census_comes_into_force_three_years_later(tmp_path: Path) -> None:
    titles: list[list[Any]] = [["Population en géographie au 01/01/2024"], [], [], [], ["Code", "Nom"]]
    lines = [*titles, ["COM", "NCC", "PMUN22", "PMUN21", "PSDC99"], ["01001", "X", 832, 826, 725]]
    parsed = read(book(tmp_path / "fichier_pop_reference_6822.xlsx", **{"2006-2022": lines}))
    assert parsed.millesime == "2025"
    assert rows(parsed) == [["01001", 832, None, None]]


def test_the_data_catalogue_has_one_row_for_each_measure(tmp_path: Path) -> None:
    data = [
        CATALOGUE,
        *(f"01001;COM;A;{measure};2022;{value}" for measure, value in (("PMUN", 832), ("PCAP", 14), ("PTOT", 846))),
        "01001;COM;A;PMUN;2021;826",
        "2025-COM-2A004;COM;A;PMUN;2022;74000",
        "01;DEP;A;PMUN;2022;670000",
    ]
    path = tmp_path / "DS_POPULATIONS_REFERENCE_CSV_FR.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("metadata.csv", "COD_VAR;LIB_VAR\nGEO;Territoire\n")
        archive.writestr("data.csv", "\n".join(data))
    parsed = read(path)
    assert parsed.millesime == "2025"
    assert rows(parsed) == [["01001", 832, 14, 846], ["2A004", 74000, None, None]]
    with pytest.raises(RefusedRegisterError, match="plusieurs valeurs pour une commune en 2022"):
        read(text(tmp_path / "data.csv", *data, "01001;COM;A;PMUN;2022;1"))


def test_a_city_without_a_row_is_the_sum_of_its_arrondissements(tmp_path: Path) -> None:
    header = "REG;DEP;COM;PMUN;PCAP;PTOT"
    lines = [
        "11;75;75101;10;1;11",
        "11;75;75120;30;2;32",
        "84;69;69381;7;0;7",
        "84;69;69123;7;0;7",
    ]
    parsed = read(text(tmp_path / "p2022.csv", header, *lines))
    assert rows(parsed)[4:] == [["75056", 40, None, None]]
    assert parsed.rows == 4
    assert parsed.warnings == ("population municipale de 75056 : somme des arrondissements",)


def test_what_is_no_number_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RefusedRegisterError, match=r"colonne municipale : « n\.d\. »"):
        read(text(tmp_path / "p2022.csv", "COM;PMUN", "01001;n.d."))
    with pytest.raises(RefusedRegisterError, match="forme inconnue de table de populations"):
        read(text(tmp_path / "p2022.csv", "COM;POPULATION", "01001;3"))


@pytest.mark.parametrize(
    ("row", "breach"),
    [
        ("01001;;1;3", ("municipale", "obligatoire", "error")),
        ("0100;2;1;4", ("totale", "somme", "warning")),
        ("Paris;2;1;3", ("code_commune", "motif", "error")),
    ],
)
def test_rules(tmp_path: Path, row: str, breach: tuple[str, str, str]) -> None:
    outcomes = suites.check(read(text(tmp_path / "p2022.csv", "COM;PMUN;PCAP;PTOT", row)), (1, 9), None)
    assert {(one.column, one.rule, one.severity) for one in outcomes if one.failed} == {breach}


def test_a_whole_country_has_a_plausible_number_of_inhabitants(tmp_path: Path) -> None:
    """Figures in thousands, say, would pass every other rule."""
    lines = (f"{number:05d};2" for number in range(1000, 32_000))
    outcomes = suites.check(read(text(tmp_path / "p2022.csv", "COM;PMUN", *lines)), (1, 99_999), None)
    [total] = [one for one in outcomes if one.failed]
    assert (total.column, total.rule, total.severity) == ("municipale", "somme", "error")
