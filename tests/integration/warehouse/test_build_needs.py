"""Recruitment needs by territory, counted again here in Python: spread by population, bounded, and nothing lost."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from territoires.registers.catalogue import Register
from territoires.warehouse import build
from territoires.warehouse.engine import Connection
from tests.integration.warehouse.build_world import read
from tests.integration.warehouse.needs_world import COMMUNES, MEASURES, OCCUPATIONS, PLACES, Country, populations


@pytest.fixture
def built(country: Country, loader: Connection) -> Country:
    build.build(loader)
    return country


def test_the_needs_of_a_basin_go_to_its_territories_by_population(built: Country, entrepot: Any) -> None:
    rows = read(entrepot, "select * from bi.besoin_main_oeuvre_territoire")
    expected = built.spread()
    assert {(row["cle_territoire"], row["code_metier"]) for row in rows} == set(expected)
    for row in rows:
        for name, bounds in expected[row["cle_territoire"], row["code_metier"]].items():
            for end, value in zip(("min", "max"), bounds, strict=True):
                assert abs(Fraction(row[f"{name}_{end}"]) - value) < Fraction(1, 1000), (row, name, end)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_sums_are_those_of_the_country_exactly(seed: int, entrepot: Any, tmp_path: Path, loader: Connection) -> None:
    country = Country(entrepot.loader_url, tmp_path)
    country.registers()
    country.some_needs(seed)
    build.build(loader)
    [row] = read(
        entrepot,
        "select sum(projets_min) as projets, sum(projets_max) as projets_max, sum(difficiles_min) as difficiles,"
        " sum(saisonniers_max) as saisonniers_max from bi.besoin_main_oeuvre_territoire",
    )
    bounds = [country.bounds(need) for need in country.needs]
    assert row["projets"] == sum(one["projets"][0] for one in bounds)
    assert row["projets_max"] == sum(one["projets"][1] for one in bounds)
    assert row["difficiles"] == sum(one["difficiles"][0] for one in bounds)
    assert row["saisonniers_max"] == sum(one["saisonniers"][1] for one in bounds)


@pytest.mark.usefixtures("built")
def test_the_key_of_a_basin_says_how_it_was_made(entrepot: Any) -> None:
    rows = read(entrepot, "select * from bi.repartition_bassin order by code_bassin, code_departement, cle_territoire")
    methods = {(row["code_bassin"], row["code_departement"]): row["methode"] for row in rows}
    assert set(methods) == set(PLACES)
    assert methods["8401", "73"] == "bassin"
    assert methods["9999", "13"] == "non_localise"
    assert {methods[place] for place in PLACES[:5]} == {"bassin_departement"}
    whole = [row for row in rows if row["code_bassin"] == "8402"]
    assert [(row["cle_territoire"], row["part"], row["estimee"]) for row in whole] == [("2/ti-8402", 1, False)]
    shared = {row["cle_territoire"]: row for row in rows if (row["code_bassin"], row["code_departement"]) == PLACES[0]}
    assert shared["2/ti-8401"]["part"] == Decimal("0.7505")
    assert shared["2/ti-8401"]["estimee"]
    assert shared["hors"]["estimee"]
    assert (shared["hors"]["population_commune"], shared["hors"]["population_bassin"]) == (499, 2000)
    # Where nobody lives, a commune is worth another.
    assert {row["part"] for row in rows if row["code_bassin"] == "8404"} == {Decimal("0.5")}


@pytest.mark.usefixtures("built")
def test_what_is_estimated_and_what_is_covered_is_said(entrepot: Any) -> None:
    rows = {
        (row["cle_territoire"], row["code_metier"]): row
        for row in read(entrepot, "select * from bi.besoin_main_oeuvre_territoire")
    }
    for occupation in OCCUPATIONS:
        # Everything of the first territory comes from a bassin that it shares; the second has one of its own.
        assert rows["2/ti-8401", occupation]["projets_part_estimee"] == 1
        assert 0 < rows["2/ti-8402", occupation]["projets_part_estimee"] < 1
        assert rows["2/ti-8401", occupation]["couverture"] == 1
        assert rows["inconnu", occupation]["couverture"] == 0
        assert rows["2/ti-8401", occupation]["nomenclature"] == "FAP 2021"


def test_a_suppressed_value_is_unknown_below_the_smallest_published(
    entrepot: Any, tmp_path: Path, loader: Connection
) -> None:
    """A vintage that publishes nothing below 10 hides up to 9; what is hidden of 3 projects is at most 3."""
    country = Country(entrepot.loader_url, tmp_path)
    country.registers()
    country.need("8402", "38", "A0X40", (12, None, 10))
    country.need("8402", "38", "D1X43", (None, None, None))
    country.need("8402", "38", "A0Z40", (6, None, 6), year=2023)
    build.build(loader)
    rows = read(entrepot, "select * from bi.besoin_main_oeuvre_national order by annee, code_metier")
    found = [tuple(row[f"{name}_{end}"] for name in MEASURES for end in ("min", "max")) for row in rows]
    assert found == [(6, 6, 0, 5, 6, 6), (12, 12, 0, 9, 10, 10), (0, 9, 0, 9, 0, 9)]
    assert [row["nb_valeurs_masquees"] for row in rows] == [1, 1, 3]
    assert [row["nomenclature"] for row in rows] == ["FAP 2009", "FAP 2021", "FAP 2021"]


def test_a_list_without_perimeters_places_nothing_and_says_nothing_of_the_rest(
    entrepot: Any, tmp_path: Path, loader: Connection
) -> None:
    country = Country(entrepot.loader_url, tmp_path)
    country.registers(described=False)
    country.some_needs()
    build.build(loader)
    rows = read(entrepot, "select distinct cle_territoire from bi.besoin_main_oeuvre_territoire")
    assert [row["cle_territoire"] for row in rows] == ["inconnu"]
    [warned] = country.world.run("select statut from journal.controle where controle = 'les_besoins_sont_situes'")
    assert warned["statut"] == "en_defaut"


def test_a_register_loaded_later_moves_the_needs(built: Country, entrepot: Any, loader: Connection) -> None:
    before = read(
        entrepot, "select part from bi.repartition_bassin where cle_territoire = 'hors' and code_bassin = '8401'"
    )
    counted = {one.code: one.population for one in COMMUNES} | {"01003": 4990}
    built.register(Register.POPULATIONS, "p2024_bis.csv", populations(counted))
    build.build(loader)
    after = read(
        entrepot, "select part from bi.repartition_bassin where cle_territoire = 'hors' and code_bassin = '8401'"
    )
    assert [row["part"] for row in before] != [row["part"] for row in after]
    assert Decimal("0.768757") in {row["part"] for row in after}


def test_needs_that_do_not_add_up_are_not_published(built: Country, loader: Connection) -> None:
    """A check that cannot fail is none: a figure is taken away from the candidate."""
    number = build.build_candidate(loader)
    built.world.run(
        "update magasin_candidat.besoin_main_oeuvre_territoire set projets_min = projets_min + 0.0001"
        " where cle_territoire = 'hors' and code_metier = %s",
        OCCUPATIONS[0],
    )
    with pytest.raises(build.CheckFailed, match="les_besoins_des_territoires"):
        build.check(loader, number)
    number = build.build_candidate(loader)
    built.world.run("update magasin_candidat.besoin_main_oeuvre_national set saisonniers_min = saisonniers_min + 1")
    with pytest.raises(build.CheckFailed, match="les_besoins_de_la_france"):
        build.check(loader, number)


def test_needs_stand_beside_what_is_done_for_them(country: Country, entrepot: Any, loader: Connection) -> None:
    world = country.world
    money = world.delivery("banque_des_territoires", "investissements")
    facts = {"id_ti": "ti-8401", "date_engagement": date(2024, 5, 2)}
    world.operation(money, 1, domaine="formation", montant_engage_eur=Decimal("1500.50"), **facts)
    world.operation(money, 2, domaine="friches", **facts)
    world.operation(money, 3, domaine="formation", statut="abandonne", **facts)
    action = {"id_ti": "ti-8401", "date_action": date(2024, 3, 1), "nb_participants": 20, "nb_embauches": 6}
    world.version("action", world.delivery("pole_emploi", "actions_recrutement"), **action)
    hired = {"nb_recrutements_ecoles_ingenieurs": 2, "nb_recrutements_ecoles_commerce": 1}
    support = {"id_ti": "ti-8401", "date_debut": date(2024, 4, 1), **hired}
    world.version("accompagnement", world.delivery("bpifrance", "accompagnements"), **support)
    contracts = world.delivery("programme", "contrats")
    world.contract(contracts, "CTR-2024-0001", id_ti="ti-8401", statut="signe", date_signature=date(2024, 6, 3))
    sheets = world.delivery("programme", "fiches_actions")
    sheet = {"id_contrat": "CTR-2024-0001", "budget_eur": Decimal("700.25")}
    world.version("fiche", sheets, **sheet)
    world.version("fiche", sheets, **sheet | {"id_fiche": "FA-00002", "axe": "innover"})
    world.version("fiche", sheets, **sheet | {"id_fiche": "FA-00003", "id_contrat": "CTR-2020-0009"})
    build.build(loader)
    rows = {
        (row["cle_territoire"], row["annee"]): row for row in read(entrepot, "select * from bi.adequation_formation")
    }
    row = rows["2/ti-8401", 2024]
    assert (row["nb_investissements_formation"], row["formation_engage_eur"]) == (1, Decimal("1500.50"))
    assert (row["nb_actions_recrutement"], row["nb_participants"], row["nb_embauches"]) == (1, 20, 6)
    assert (row["nb_recrutements_ecoles_ingenieurs"], row["nb_recrutements_ecoles_commerce"]) == (2, 1)
    assert (row["nb_fiches_recruter"], row["budget_fiches_recruter_eur"]) == (1, Decimal("700.25"))
    expected = sum(bounds["projets"][1] for (key, _), bounds in country.spread().items() if key == "2/ti-8401")
    assert abs(Fraction(row["projets_max"]) - expected) < Fraction(1, 100)
    # A sheet whose contract is not known is in no year: it is not lost.
    assert rows["inconnu", 0]["nb_fiches_recruter"] == 1
    assert rows["hors", 2024]["nb_fiches_recruter"] == 0
