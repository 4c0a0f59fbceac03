"""Lists of bassins d'emploi: the lexique of BMO 2019 and the list of 2025 are among the real files; the columns of
Bassins_d'emploi_2026.xlsx (region, dep, code_commune, lib_commune, code_bassin_2026, lib_bassin_2026) are those that a
public reader of France Travail's statistical site expects."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from territoires.registers import basins, suites
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from tests.unit.registers.files import workbook

HEADER = "reg,dep,code_commune_insee,code_bassin_BMO,lib_bassin_BMO"
ROWS = [
    "84,1,01004,8401,BOURG EN BRESSE",
    "84,1,01007,8401,BOURG EN BRESSE ",
    "1,97,97101,102,BASSIN GRANDE-TERRE",
    "1,97,97123,102,BASSIN ILES DU NORD",
    "1,97,97103,0102,BASSIN GRANDE-TERRE",
]


def read(path: Path, options: str = "") -> Parsed:
    return basins.parse(path, path.name, source(Register.BASINS, f"file:///x{options}"))


def text(path: Path, header: str = HEADER, rows: list[str] | None = None) -> Path:
    path.write_text("\n".join([header, *(rows or ROWS), ""]), encoding="utf-8")
    return path


def tables(parsed: Parsed) -> tuple[list[list[Any]], list[list[Any]]]:
    one, other = (parsed.tables[name].to_numpy().tolist() for name in ("bassin", "bassin_commune"))
    return one, other


EXPECTED = (
    [["0102", "BASSIN GRANDE-TERRE"], ["8401", "BOURG EN BRESSE"]],
    [["01004", "8401"], ["01007", "8401"], ["97101", "0102"], ["97123", "0102"], ["97103", "0102"]],
)


def test_zeros_come_back_and_the_most_frequent_label_is_taken(tmp_path: Path) -> None:
    parsed = read(text(tmp_path / "bassins_2025.csv"))
    assert (parsed.millesime, parsed.rows) == ("2025", 5)
    assert tables(parsed) == EXPECTED
    assert parsed.warnings == (
        "0102 : plusieurs noms (BASSIN GRANDE-TERRE × 2, BASSIN ILES DU NORD × 1), le plus fréquent est pris",
    )
    assert not any(one.failed for one in suites.check(parsed, (1, 10), None))


@pytest.mark.parametrize(
    ("header", "year"),
    [
        ("REG,DEP,CODE_COMMUNE_INSEE,BE19,NOMBE19", "2019"),
        ("region,dep,code_commune,code_bassin_2026,lib_bassin_2026", "2026"),
        ("reg,dep,codgeo,code_bassin_BMO2021,lib_bassin_BMO2021", "2021"),
    ],
)
def test_the_year_is_in_the_names_of_columns(tmp_path: Path, header: str, year: str) -> None:
    parsed = read(text(tmp_path / "bassins.csv", header))
    assert (parsed.millesime, tables(parsed)) == (year, EXPECTED)
    with pytest.raises(RefusedRegisterError, match=f"le fichier décrit {year}, la configuration annonce 2031"):
        read(tmp_path / "bassins.csv", "#millesime=2031")


CLEAN = [row for row in ROWS if "NORD" not in row]
CLEAN += ["84,1,01033,8401,BOURG EN BRESSE", "1,97,97105,102,BASSIN GRANDE-TERRE"]


@pytest.mark.parametrize("name", ["be_2022", "zone 2022"])
def test_columns_of_other_names_are_known_by_what_they_hold(tmp_path: Path, name: str) -> None:
    parsed = read(text(tmp_path / "bassins.csv", f"reg,dep,k,{name},intitule", CLEAN))
    assert parsed.millesime == "2022"
    assert tables(parsed)[0] == EXPECTED[0]
    assert tables(parsed)[1][-2:] == [["01033", "8401"], ["97105", "0102"]]


@pytest.mark.parametrize(
    ("name", "header", "basins"),
    [
        ("bassins_emploi_communes_2025.csv", "r,d,k,zone 2025,z", 404),
        ("mobiville_lexique_bassins_BE19.csv", "k,credoc,r,d,_,nom,zone 2025,z", 403),
    ],
)
def test_the_real_lists_are_known_by_what_they_hold(
    tmp_path: Path, shared_data: Path, name: str, header: str, basins: int
) -> None:
    with (shared_data / "france_travail" / name).open(encoding="utf-8", newline="") as stream:
        rows = [row for number, row in enumerate(csv.reader(stream)) if number]
    kept = [place for place, column in enumerate(header.split(",")) if column != "_"]
    with (tmp_path / "zones.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[row[place] for place in kept] for row in [header.split(","), *rows]])
    parsed = read(tmp_path / "zones.csv")
    assert (parsed.millesime, parsed.rows, len(parsed.tables["bassin"])) == ("2025", len(rows), basins)


def test_columns_that_say_no_year_need_it_from_elsewhere(tmp_path: Path) -> None:
    path = text(tmp_path / "bassins.csv")
    assert read(path, "#millesime=2024").millesime == "2024"
    with pytest.raises(RefusedRegisterError, match="#millesime=AAAA"):
        read(path)


def test_a_workbook_with_numbers(tmp_path: Path) -> None:
    header = ["region", "dep", "code_commune", "lib_commune", "code_bassin_2026", "lib_bassin_2026"]
    rows: list[list[Any]] = [
        [1, "97", 97101, "Les Abymes", 102, "GRANDE-TERRE"],
        [84, 1, 1004, "Ambérieu", 8403.0, "A"],
    ]
    assert tables(read(workbook(tmp_path / "b.xlsx", header, rows))) == (
        [["0102", "GRANDE-TERRE"], ["8403", "A"]],
        [["97101", "0102"], ["01004", "8403"]],
    )


def test_other_codes_or_two_ways_to_read_are_not_guessed(tmp_path: Path) -> None:
    rows = [f"{row},{'8434,ZE A' if row.startswith('84') else '0145,ZE B'}" for row in CLEAN]
    other_codes = [row.replace(",8401", ",975").replace(",102", ",987") for row in CLEAN]
    with pytest.raises(RefusedRegisterError, match="forme inconnue de liste de bassins d'emploi"):
        read(text(tmp_path / "outremer_2026.csv", "reg,dep,commune,collectivite,nom", other_codes))
    with pytest.raises(RefusedRegisterError, match="forme inconnue de liste de bassins d'emploi"):
        read(text(tmp_path / "b2025.csv", "reg,dep,k,zone,intitule,autre,nom", rows))


@pytest.mark.parametrize("name", ["ZE2020", "Zone d'emploi 2020", "ZE"])
def test_the_zones_of_insee_are_not_those_of_france_travail(tmp_path: Path, name: str) -> None:
    """ZE2020_au_01-01-AAAA.xlsx: codes of the same form (8405), one label for each, one zone for each commune."""
    with pytest.raises(RefusedRegisterError, match="forme inconnue de liste de bassins d'emploi"):
        read(text(tmp_path / "zones.csv", f"REG,DEP,CODGEO,{name},LIBZE2020", CLEAN))


def test_each_rule_of_the_bassins(tmp_path: Path) -> None:
    rows = [*ROWS, "84,01,01004,8402,AUTRE", "84,01,0100X,84023,", "84,01,01004,8401,BOURG EN BRESSE"]
    parsed = read(text(tmp_path / "bassins_2025.csv", HEADER, rows))
    assert parsed.warnings[-1] == "lignes répétées : 1"
    outcomes = suites.check(parsed, (1, 10), None)
    assert {(one.table, one.column, one.rule, one.failed) for one in outcomes if one.failed} == {
        ("bassin", "code_bassin", "motif", 1),
        ("bassin", "libelle", "obligatoire", 1),
        ("bassin_commune", "code_commune", "unique", 2),
        ("bassin_commune", "code_commune", "motif", 1),
    }
