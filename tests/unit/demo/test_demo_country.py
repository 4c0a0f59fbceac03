"""The made France around the territories: everybody lives in one place, and what is drawn overlaps as in life."""

from __future__ import annotations

from collections import Counter
from datetime import date
from itertools import pairwise

import pytest

from demo import Demo
from demo.country import make_country
from demo.model import Country
from demo.territories import make_territories


@pytest.fixture(scope="module")
def country(demo: Demo) -> Country:
    return demo.country


def test_each_commune_is_in_one_epci_and_one_area_or_said_to_be_in_none(country: Country) -> None:
    codes = [commune.code for commune in country.communes]
    assert len(codes) == len(set(codes))
    members = [commune.code for epci in country.epcis for commune in epci.communes]
    assert Counter(members) == Counter(set(codes) - {commune.code for commune in country.alone})
    placed = [commune.code for basin in country.basins for commune in basin.communes]
    assert Counter(placed) == Counter(set(codes) - {commune.code for commune in country.unplaced})
    assert country.alone
    assert country.unplaced


def test_inhabitants_are_as_many_by_area_as_by_epci(country: Country) -> None:
    """What is spread by inhabitants is conserved only if they are the same, however they are summed."""
    everybody = sum(commune.counted for commune in country.communes)
    by_epci = sum(commune.counted for epci in country.epcis for commune in epci.communes)
    by_area = sum(commune.counted for basin in country.basins for commune in basin.communes)
    assert everybody == by_epci + sum(commune.counted for commune in country.alone)
    assert everybody == by_area + sum(commune.counted for commune in country.unplaced)
    assert all(commune.counted > 0 for commune in country.communes)


def test_territories_are_a_part_of_the_country(demo: Demo) -> None:
    inside = {commune.code for one in demo.ledger.territories for epci in one.epcis for commune in epci.communes}
    outside = {commune.code for commune in demo.country.communes} - inside
    assert len(inside) + len(outside) == len(demo.country.communes)
    assert len(outside) > 500


def test_areas_part_territories_and_departments(demo: Demo) -> None:
    area = {commune.code: basin.code for basin in demo.country.basins for commune in basin.communes}
    assert 60 <= len(demo.country.basins) <= 110
    parted = [
        one
        for one in demo.ledger.territories
        if len({area[commune.code] for epci in one.epcis for commune in epci.communes if commune.code in area}) > 1
    ]
    assert len(parted) > 20
    departments = [{commune.department for commune in basin.communes} for basin in demo.country.basins]
    assert {len(found) for found in departments} == {1, 2}
    assert all({commune.region for commune in one.communes} == {one.communes[0].region} for one in demo.country.basins)


def test_the_ept_is_a_part_of_the_metropole_and_makes_up_one_territory(demo: Demo) -> None:
    [ept] = demo.country.epts
    [metropolis] = [epci for epci in demo.country.epcis if epci.legal_form == "METRO"]
    assert set(ept.communes) < set(metropolis.communes)
    assert [one.id_ti for one in demo.ledger.territories if one.epcis == (ept,)] == ["ti-1103"]


def test_movements_lead_to_the_communes_of_2019(country: Country) -> None:
    today = {commune.code: commune.name for commune in country.communes}
    assert {move.way for move in country.movements} == {"10", "21", "32", "41"}
    assert all(move.day < date(2019, 1, 1) for move in country.movements)
    for move in country.movements:
        if move.after.kind == "COM":
            assert today[move.after.code] == move.after.name
    assert not set(country.passage) & set(today)
    assert set(country.passage.values()) <= set(today)
    assert {part.code for part in country.delegates} >= {"54998"}
    assert set(country.delegates.values()) <= set(today)


def test_the_department_of_a_commune_changes_with_its_code(country: Country) -> None:
    [move] = [one for one in country.movements if one.way == "41"]
    assert (move.before.code[:2], move.after.code[:2]) == ("49", "44")
    assert move.before.name == move.after.name


@pytest.mark.parametrize("seed", range(6))
def test_the_country_holds_for_every_seed(seed: int) -> None:
    country = make_country(seed, make_territories(seed))
    codes = [commune.code for commune in country.communes]
    assert all(before < after for before, after in pairwise(codes))
    assert not set(codes) & set(country.passage)
    names = [basin.name for basin in country.basins]
    assert len(names) == len(set(names)) == len({basin.code for basin in country.basins})
