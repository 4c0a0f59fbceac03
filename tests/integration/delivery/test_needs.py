"""BMO files from drop to core: real ones counted apart from our readers, other vintages in their shapes."""

from __future__ import annotations

from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from territoires.registers import pipeline
from territoires.registers.catalogue import Register
from territoires.registers.source import source
from territoires.replay.replay import prepare
from territoires.replay.request import Request
from tests.integration.delivery.conftest import Way
from tests.unit.delivery.needs import Row, as_csv, published, survey, table, titles

TYPE = "pole_emploi/besoins_main_oeuvre"
REAL = {2023: "BMO_2023_Base_open_data_23.xlsx", 2024: "BMO_2024_Base_open_data_BMO_2024.xlsx"}
PUBLISHED = {
    2023: (50_437, 3_013_134, 1_830_470, 829_863, 9_196, 17_304, 36_388),
    2024: (53_443, 2_751_069, 1_568_524, 818_189, 10_891, 20_507, 39_359),
}
"""Rows, sums of the known met, xmet and smet, and how many of each are secret."""
TOTALS = (
    "select array[count(*), sum(projets), sum(projets_difficiles), sum(projets_saisonniers), count(*) - count(projets),"
    " count(*) - count(projets_difficiles), count(*) - count(projets_saisonniers)] as compte"
    " from core.pole_emploi_besoins_main_oeuvre where valide_a is null and annee = %s"
)
CURRENT = "select * from core.pole_emploi_besoins_main_oeuvre where valide_a is null and annee = %s"


def totals(way: Way, year: int) -> tuple[int, ...]:
    return tuple(way.query(TOTALS, year)[0]["compte"])


def counted(rows: list[Row], names: tuple[str, str, str]) -> tuple[int, ...]:
    """The same totals of rows of text, in plain Python."""
    known = [[int(row[name]) for row in rows if row[name] != "*"] for name in names]
    return (len(rows), *map(sum, known), *(len(rows) - len(values) for values in known))


def sheet_of(path: Path) -> list[Row]:
    """The rows of the sheet of data by its own header, numbers as Python writes them."""
    header, *rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(1).to_python()
    return [dict(zip(map(str, header), map(str, row), strict=True)) for row in rows]


def drop(way: Way, year: int, rows: list[Row] | None = None, name: str = "") -> None:
    content, usual = published(year, rows)
    way.drop_bytes(content, name or usual, TYPE)


def go(way: Way) -> list[tuple[str, int, int]]:
    return [(row["statut"], row["lignes_refusees"], row["avertissements"]) for row in way.go("pole_emploi")]


def load_register(way: Way, register: Register, path: Path) -> None:
    with way.platform.connect() as connection:
        connection.autocommit = True
        pipeline.run(connection, source(register, path.as_uri()), way.platform.archive, way.platform.work_root)


@pytest.mark.parametrize("year", REAL)
def test_a_real_year_stands_in_core_as_it_was_published(way: Way, shared_data: Path, year: int) -> None:
    home = shared_data / "france_travail"
    load_register(way, Register.FAMILIES, home / "dares_intitules_FAP2009.csv")
    load_register(way, Register.FAMILIES, home / "dares_intitules_FAP2021.csv")
    load_register(way, Register.BASINS, home / "bassins_emploi_communes_2025.csv")
    way.drop_bytes((home / REAL[year]).read_bytes(), REAL[year], TYPE)
    [(status, refused, warned)] = go(way)
    assert (status, refused) == ("chargee", 0)
    rows = sheet_of(home / REAL[year])
    assert totals(way, year) == counted(rows, ("met", "xmet", "smet")) == PUBLISHED[year]
    basin = f"BE{year % 100}"
    known = way.query("select distinct code_bassin from core.bassin")
    listed = {row["code_bassin"] for row in known}
    # Every occupation is one of its year's nomenclature: only basins that no list has are warned of.
    assert warned == sum(row[basin].split(".")[0].zfill(4) not in listed for row in rows)
    keys = {(row[basin].split(".")[0].zfill(4), row["Dept"], row["Code métier BMO"]) for row in rows}
    core = {(row["code_bassin"], row["code_departement"], row["code_metier"]) for row in way.query(CURRENT, year)}
    assert core == keys


def test_every_vintage_is_read_in_its_own_shape(way: Way) -> None:
    years = (2017, 2019, 2020, 2022, 2025, 2026)
    for year in years:
        drop(way, year)
    rows = way.go("pole_emploi")
    assert [(row["statut"], row["lignes_refusees"], row["perimetre"]) for row in rows] == [
        ("chargee", 0, [str(year)]) for year in years
    ]
    for year in years:
        made = survey(year)
        names = ("projets", "projets_difficiles", "projets_saisonniers")
        assert totals(way, year) == counted(made, names)
        core = [{name: row[name] for name in made[0]} for row in way.query(CURRENT, year)]
        text = [{name: "*" if value is None else str(value) for name, value in row.items()} for row in core]
        assert sorted(text, key=str) == sorted(made, key=str)
    ignored = [one["code"] for one in rows[-1]["anomalies"]]
    assert ignored == ["colonne_ignoree"], "clpe, new in 2026"


def test_a_file_is_the_whole_state_of_its_year_and_of_no_other(way: Way) -> None:
    former, latter = survey(2023), survey(2024)
    drop(way, 2023)
    drop(way, 2024)
    assert [status for status, *_ in go(way)] == ["chargee", "chargee"]
    drop(way, 2024, latter[1:], "2024 corrigé.xlsx")
    [row] = way.go("pole_emploi")
    assert (row["statut"], row["lignes_closes"], row["lignes_inchangees"]) == ("chargee", 1, len(latter) - 1)
    assert (totals(way, 2023)[0], totals(way, 2024)[0]) == (len(former), len(latter) - 1)
    # More than a tenth of its year gone waits for an engineer, however many rows other years have.
    drop(way, 2024, latter[10:], "2024 coupé.xlsx")
    [row] = way.go("pole_emploi")
    assert (row["statut"], row["code_motif"]) == ("en_attente", "plafond_fermeture")
    # Another year takes nobody's place; the same year does.
    drop(way, 2023, former[1:], "2023 bis.xlsx")
    assert [row["statut"] for row in way.go("pole_emploi")] == ["chargee"]
    assert way.row(row["id_livraison"])["statut"] == "en_attente"
    drop(way, 2024, latter[:-1], "2024 final.xlsx")
    assert [row["statut"] for row in way.go("pole_emploi")][-1] == "chargee"
    assert way.row(row["id_livraison"])["statut"] == "remplacee"
    contract = way.platform.contracts[TYPE]
    request = Request(contract, reason="essai", who="agent")
    assert prepare(way.platform, request).changes is False, "a fold of all of them gives the same"


def test_two_years_in_one_file_and_a_late_one_that_says_less(way: Way) -> None:
    header = titles(2023)
    both = as_csv(table([*survey(2022), *survey(2023)], header))
    way.drop_bytes(both, "2022 et 2023.csv", TYPE)
    older = way.receive("pole_emploi")
    drop(way, 2023, survey(2023)[:-1], "2023 révisé.xlsx")
    newer = [number for number in way.receive("pole_emploi") if number not in older]
    way.take(newer)
    assert way.row(newer[0])["statut"] == "chargee"
    way.take(older)
    row = way.row(older[0])
    assert (row["statut"], row["perimetre"], row["lignes_ajoutees"]) == ("chargee", ["2022", "2023"], len(survey(2022)))
    assert totals(way, 2023)[0] == len(survey(2023)) - 1, "the later state of 2023 stands"
    way.drop_bytes(both.replace(b"2022", b"2021"), "2021 et 2023.csv", TYPE)
    assert [status for status, *_ in go(way)] == ["chargee"]
    assert [totals(way, year)[0] for year in (2021, 2022, 2023)] == [len(survey(2022))] * 2 + [len(survey(2023))]


def test_a_secret_is_unknown_while_an_empty_cell_and_a_wrong_year_are_refused(way: Way) -> None:
    rows = survey(2024)
    for place, told in enumerate((("*", "*", "*"), ("", "*", "*"), ("7", "9", "*"), ("1 234", "1\u202f000", "12"))):
        rows[place] |= dict(zip(("projets", "projets_difficiles", "projets_saisonniers"), told, strict=True))
    rows[4] |= {"annee": "1998"}
    way.drop_bytes(as_csv(table(rows, titles(2024)), "utf-8"), "bmo.csv", TYPE)
    [row] = way.go("pole_emploi")
    assert (row["statut"], row["lignes_refusees"]) == ("chargee_partiellement", 2)
    why = way.query("select ligne, motifs from quarantaine.ligne order by ligne")
    assert [(one["ligne"], one["motifs"][0]["rule"]) for one in why] == [
        (3, "obligatoire"),
        (6, "minimum"),
    ]
    # What is published so is loaded so: nobody can correct it.
    [flag] = way.query("select ligne, regle from quarantaine.signalement where regle like %s", "%parmi_projets")
    assert (flag["ligne"], flag["regle"]) == (4, "difficiles_parmi_projets")
    [grouped] = way.query(f"{CURRENT} and ligne = 5", 2024)
    assert (grouped["projets"], grouped["projets_difficiles"]) == (1234, 1000)


def test_an_occupation_of_another_nomenclature_is_loaded_and_told(way: Way, shared_data: Path) -> None:
    load_register(way, Register.FAMILIES, shared_data / "france_travail" / "dares_intitules_FAP2009.csv")
    load_register(way, Register.FAMILIES, shared_data / "france_travail" / "dares_intitules_FAP2021.csv")
    rows = survey(2024)
    rows[0] |= {"code_metier": "A0Z40"}
    drop(way, 2024, rows)
    [(status, refused, _)] = go(way)
    assert (status, refused) == ("chargee", 0)
    told = way.query("select ligne, valeur, message from quarantaine.signalement where regle = 'registre_a_la_date'")
    assert [(one["ligne"], one["valeur"]) for one in told] == [(2, "A0Z40")]
    assert "une autre édition de la nomenclature" in told[0]["message"]
