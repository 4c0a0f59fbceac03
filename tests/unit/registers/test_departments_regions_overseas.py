"""The short lists: departments, regions, collectivités d'outre-mer.

Until 2018: depts2018.txt and reg2018.txt, tabs and Windows-1252, REGION and no LIBELLE (so their loaders declare).
2019 and 2020: lower case. INSEE's communes overseas: v_commune_comer_AAAA.csv (columns of ``cog_commune_comtom`` in a
public loader).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from territoires.registers import departments, overseas, regions, suites
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from tests.unit.registers.files import text

DEPARTMENTS = "DEP,REG,CHEFLIEU,TNCC,NCC,NCCENR,LIBELLE"
REGIONS = "REG,CHEFLIEU,TNCC,NCC,NCCENR,LIBELLE"
OVERSEAS = "code_commune,nom_commune,code_collectivite,nom_collectivite,code_postal,population"
READERS: dict[Register, Callable[..., Parsed]] = {
    Register.DEPARTMENTS: departments.parse,
    Register.REGIONS: regions.parse,
    Register.OVERSEAS: overseas.parse,
}


def read(register: Register, path: Path) -> Parsed:
    return READERS[register](path, path.name, source(register, "file:///x"))


def rows(parsed: Parsed) -> list[list[Any]]:
    [frame] = parsed.tables.values()
    frame = frame.astype(object)
    return frame.where(frame.notna(), None).to_numpy().tolist()


def breaches(parsed: Parsed) -> set[tuple[str, str, str]]:
    return {(one.column, one.rule, one.severity) for one in suites.check(parsed, (1, 9), None) if one.failed}


@pytest.mark.parametrize(
    ("name", "header", "line"),
    [
        ("departement2021.csv", DEPARTMENTS, "2A,94,2A004,3,CORSE DU SUD,Corse-du-Sud,Corse-du-Sud"),
        ("departement2020.csv", DEPARTMENTS.lower(), "2A,94,2A004,3,CORSE DU SUD,Corse-du-Sud,Corse-du-Sud"),
        ("depts2018.txt", "REGION\tDEP\tCHEFLIEU\tTNCC\tNCC\tNCCENR", "94\t2A\t2A004\t3\tCORSE-DU-SUD\tCorse-du-Sud"),
    ],
)
def test_departments(tmp_path: Path, name: str, header: str, line: str) -> None:
    parsed = read(Register.DEPARTMENTS, text(tmp_path / name, header, line, encoding="cp1252"))
    assert rows(parsed) == [["2A", "94", "2A004", "Corse-du-Sud"]]
    assert parsed.millesime in name


@pytest.mark.parametrize(
    ("name", "header", "line"),
    [
        ("region2021.csv", REGIONS, "11,75056,1,ILE DE FRANCE,Île-de-France,Île-de-France"),
        ("region2020.csv", REGIONS.lower(), "11,75056,1,ILE DE FRANCE,Île-de-France,Île-de-France"),
        ("reg2018.txt", "REGION\tCHEFLIEU\tTNCC\tNCC\tNCCENR", "11\t75056\t1\tILE-DE-FRANCE\tÎle-de-France"),
    ],
)
def test_regions(tmp_path: Path, name: str, header: str, line: str) -> None:
    parsed = read(Register.REGIONS, text(tmp_path / name, header, line, encoding="cp1252"))
    assert rows(parsed) == [["11", "75056", "Île-de-France"]]
    assert parsed.millesime in name


@pytest.mark.parametrize(("regions_after", "believed"), [(18, True), (12, False)])
def test_the_regions_of_2016_are_fewer_than_those_before(tmp_path: Path, regions_after: int, believed: bool) -> None:
    """Law 2015-29 made 18 of the 27: no other register may lose a third of its records from one vintage to the next."""
    lines = (f"{number},75056,1,R,R,Région {number}" for number in range(10, 10 + regions_after))
    parsed = read(Register.REGIONS, text(tmp_path / "region2016.csv", REGIONS, *lines))
    outcomes = suites.check(parsed, (1, 30), 27)
    assert (not any(one.failed for one in outcomes)) is believed


def test_communes_overseas_by_both_publishers(tmp_path: Path) -> None:
    ours = text(tmp_path / "outremer2026.csv", OVERSEAS, "97502,Saint-Pierre,975,Saint-Pierre-et-Miquelon,97500,5194")
    header = "COM_COMER,TNCC,NCC,NCCENR,LIBELLE,NATURE_ZONAGE,COMER,LIBELLE_COMER"
    line = "97502,0,SAINT PIERRE,Saint-Pierre,Saint-Pierre,COM,975,Saint-Pierre-et-Miquelon"
    insee = text(tmp_path / "v_commune_comer_2024.csv", header, line)
    assert rows(read(Register.OVERSEAS, ours)) == [
        ["97502", "Saint-Pierre", "975", "Saint-Pierre-et-Miquelon", "97500", 5194]
    ]
    assert rows(read(Register.OVERSEAS, insee)) == [
        ["97502", "Saint-Pierre", "975", "Saint-Pierre-et-Miquelon", None, None]
    ]


def test_the_archive_of_all_lists_serves_for_each(tmp_path: Path) -> None:
    """cog_ensemble_2024_csv.zip: arrondissements come first and have all columns of departments and of regions."""
    path = tmp_path / "cog_ensemble_2024_csv.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("v_arrondissement_2024.csv", f"ARR,{DEPARTMENTS}\n0101,01,84,01034,0,B,Belley,Belley\n")
        archive.writestr("v_departement_2024.csv", f"{DEPARTMENTS}\n01,84,01053,5,AIN,Ain,Ain\n")
        archive.writestr("v_region_2024.csv", f"{REGIONS}\n84,69123,1,A,A,Auvergne-Rhône-Alpes\n")
    assert rows(read(Register.DEPARTMENTS, path)) == [["01", "84", "01053", "Ain"]]
    assert rows(read(Register.REGIONS, path)) == [["84", "69123", "Auvergne-Rhône-Alpes"]]
    assert read(Register.REGIONS, path).millesime == "2024"


@pytest.mark.parametrize("register", READERS)
def test_another_list_is_refused(tmp_path: Path, register: Register) -> None:
    path = text(tmp_path / "v_canton_2024.csv", "CAN,DEP,COMPCT,BURCENTRAL,TYPECT", "0101,01,3,01004,C")
    with pytest.raises(RefusedRegisterError, match=r"forme inconnue .* absentes : « "):
        read(register, path)


@pytest.mark.parametrize(
    ("register", "lines", "breach"),
    [
        (Register.DEPARTMENTS, [DEPARTMENTS, "1A,84,01053,5,A,A,A"], ("code_departement", "motif", "error")),
        (Register.DEPARTMENTS, [DEPARTMENTS, "01,84,69123,5,A,A,A"], ("chef_lieu_situe", "coherence", "warning")),
        (Register.REGIONS, [REGIONS, *["84,69123,1,A,A,A"] * 2], ("code_region", "unique", "error")),
        # The list of departments has the columns of regions: it is the key that tells them apart.
        (
            Register.REGIONS,
            [DEPARTMENTS, "01,84,01053,5,A,Ain,Ain", "69,84,69123,5,A,Rhône,Rhône"],
            ("code_region", "unique", "error"),
        ),
        (Register.OVERSEAS, [OVERSEAS, "97502,X,977,Y,,1"], ("de_sa_collectivite", "coherence", "error")),
    ],
)
def test_rules(tmp_path: Path, register: Register, lines: list[str], breach: tuple[str, str, str]) -> None:
    assert breach in breaches(read(register, text(tmp_path / "x2024.csv", *lines)))


@pytest.mark.parametrize(
    ("register", "lines"),
    [
        (Register.DEPARTMENTS, [DEPARTMENTS, "971,01,97105,3,A,A,A", "2B,94,2B033,3,A,A,A"]),
        (Register.REGIONS, [REGIONS, "01,97105,3,A,A,A"]),
        (Register.OVERSEAS, [OVERSEAS, "97701,X,977,Y,,"]),
    ],
)
def test_what_is_right_has_no_breach(tmp_path: Path, register: Register, lines: list[str]) -> None:
    assert breaches(read(register, text(tmp_path / "x2024.csv", *lines))) == set()
