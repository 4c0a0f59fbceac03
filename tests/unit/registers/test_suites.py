from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from territoires.registers import communes, epci, suites
from territoires.registers.catalogue import Register
from territoires.registers.source import source
from territoires.registers.suites import Outcome
from tests.unit.registers.files import COG_ROWS, EPCI_HEADER, EPCI_ROWS, cog, geojson, workbook
from tests.unit.registers.test_territories import phase_2
from tests.unit.registers.test_territories import read as read_territories

ANY = (1, 100_000)


def breaches(outcomes: list[Outcome]) -> set[tuple[str, str, str, int]]:
    return {(one.column, one.rule, one.severity, one.failed) for one in outcomes if one.failed}


def check_epci(path: Path, rows: list[list[Any]], **more: Any) -> list[Outcome]:
    parsed = epci.parse(workbook(path, EPCI_HEADER, rows), path.name, source(Register.EPCI, "file:///x"))
    return suites.check(parsed, more.get("bounds", ANY), more.get("previous"))


def check_communes(path: Path, *rows: str) -> list[Outcome]:
    return suites.check(communes.parse(cog(path, *rows), path.name, source(Register.COMMUNES, "file:///x")), ANY, None)


def changed(place: int, value: object, row: int = 0) -> list[list[Any]]:
    rows = [[*one] for one in EPCI_ROWS]
    rows[row][place] = value
    return rows


def test_what_is_right_has_no_breach(tmp_path: Path) -> None:
    found = check_epci(tmp_path / "a.xlsx", EPCI_ROWS)
    assert breaches(found) == set()
    assert {one.table for one in found} == {"epci", "epci_commune"}
    assert breaches(check_communes(tmp_path / "c2024.csv")) == set()
    territories = read_territories(geojson(tmp_path / "t", phase_2("X (97104); Y (249710062)")))
    assert breaches(suites.check(territories, ANY, None)) == set()


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (changed(1, "20002999"), {("siren", "motif", "error", 1), ("nb_membres", "somme", "error", 2)}),
        (changed(9, "1304x"), {("code_commune", "motif", "error", 1)}),
        (changed(9, "01199"), {("code_commune", "unique", "error", 2)}),
        (changed(9, None), {("code_commune", "obligatoire", "error", 1)}),
        # One SIREN with two names: the reader keeps both, the key says so.
        (changed(2, "CC Autre"), {("siren", "unique", "error", 2)}),
        (changed(3, "EPT", row=2), {("nature_juridique", "liste", "warning", 1)}),
        (changed(12, 11), {("population_totale", "somme", "warning", 1)}),
        (EPCI_ROWS[1:], {("nb_membres", "somme", "error", 1)}),
    ],
)
def test_each_rule_of_the_epci(tmp_path: Path, rows: list[list[Any]], expected: set[tuple[str, str, str, int]]) -> None:
    assert expected <= breaches(check_epci(tmp_path / "a.xlsx", rows))


def test_a_file_that_lost_a_fifth_of_its_rows_is_not_believed(tmp_path: Path) -> None:
    count = ("nombre de lignes", "nombre", "error", 1)
    assert count not in breaches(check_epci(tmp_path / "a.xlsx", EPCI_ROWS, previous=3))
    assert count in breaches(check_epci(tmp_path / "a.xlsx", EPCI_ROWS, previous=5))
    assert count in breaches(check_epci(tmp_path / "a.xlsx", EPCI_ROWS, bounds=(1, 2)))
    assert count in breaches(check_epci(tmp_path / "a.xlsx", EPCI_ROWS, bounds=(4, 9)))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("XXX,01002,84,01,,,,,,B,,", ("type_commune", "liste")),
        ("COM,1002,84,01,,,,,,B,,", ("code_commune", "motif")),
        ("COM,01001,84,01,,,,,,B,,", ("type_commune, code_commune", "unique")),
        ("COM,01002,,01,,,,,,B,,", ("situee", "coherence")),
        ("COM,01002,84,02,,,,,,B,,", ("de_son_departement", "coherence")),
        ("COMD,01002,,,,,,,,B,,99999", ("parent_connu", "coherence")),
        ("COMA,01002,,,,,,,,B,,", ("parent_connu", "coherence")),
        ("COM,01002,84,01,,,,,,,,", ("libelle", "obligatoire")),
    ],
)
def test_each_rule_of_the_communes(tmp_path: Path, row: str, expected: tuple[str, str]) -> None:
    found = breaches(check_communes(tmp_path / "c2024.csv", *COG_ROWS, row))
    assert expected in {(column, rule) for column, rule, severity, _ in found if severity == "error"}


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ([phase_2("X (97104)"), phase_2("Y (97105)")], ("id_ti", "unique", "error")),
        ([phase_2("X (97104)", id_territoire="TI 101")], ("id_ti", "motif", "error")),
        ([phase_2("X (97104)", id_territoire=None)], ("id_ti", "obligatoire", "error")),
        ([phase_2("X (97104)", lib_territoire=" ")], ("libelle", "obligatoire", "error")),
        ([phase_2("X (97104)"), phase_2("Y (97105)", id_territoire="ti-0102")], ("libelle", "unique", "warning")),
        ([phase_2("X (97104); X (97104)")], ("id_ti, type_maille, code", "unique", "error")),
        ([phase_2("")], ("nombre de lignes", "nombre", "error")),
    ],
)
def test_each_rule_of_the_territories(
    tmp_path: Path, properties: list[dict[str, Any]], expected: tuple[str, str, str]
) -> None:
    found = suites.check(read_territories(geojson(tmp_path / "t", *properties)), ANY, None)
    assert expected in {(column, rule, severity) for column, rule, severity, _ in breaches(found)}


def test_a_breach_reads_as_a_sentence_and_a_record(tmp_path: Path) -> None:
    [one] = [one for one in check_communes(tmp_path / "c2024.csv", *COG_ROWS, "COM,1002,84,01,,,,,,B,,") if one.failed]
    assert one.text == "commune.code_commune : code de commune à 5 caractères, 1 en défaut (1002)"
    assert one.record()["examined"] == 4
