"""Tension by territory: of the bassin where France Travail gives it, else of the department, weighed by population."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from territoires.warehouse import build
from territoires.warehouse.engine import Connection
from tests.integration.warehouse.build_world import read
from tests.integration.warehouse.needs_world import Country

UPDATED = datetime(2025, 3, 10, 11, 18, tzinfo=UTC)
PERSPECTIVE, PEOPLE, OFFERS = ("perspective", "PERSP_2"), ("demandeurs", "DE_1"), ("offres", "OFF_1")


class Market:
    """Writes indicators as a collection would."""

    def __init__(self, country: Country) -> None:
        self.world = country.world
        query = "insert into journal.collecte_marche (parametres) values ('{}') returning id_collecte"
        self.campaign = self.world.run(query)[0]["id_collecte"]

    def tell(
        self, kind: tuple[str, str], nomenclature: str, place: tuple[str, str], value: int | None, **more: object
    ) -> None:
        row = {
            "indicateur": kind[0],
            "code_indicateur": kind[1],
            "code_nomenclature": nomenclature,
            "type_territoire": place[0],
            "code_territoire": place[1],
            "type_activite": "ROME",
            "code_activite": "H2901",
            "type_caract": "",
            "code_caract": "",
            "type_periode": "ANNEE" if kind == PERSPECTIVE else "TRIMESTRE",
            "code_periode": "2024" if kind == PERSPECTIVE else "2024T4",
            "nombre": value,
            "masque": False,
            "maj_le": UPDATED,
            "sha256": "a" * 64,
            "id_collecte": self.campaign,
        }
        self.world.insert("core.indicateur_marche", row | more)


@pytest.fixture
def market(country: Country) -> Market:
    return Market(country)


def tension(entrepot: Any) -> dict[str, dict[str, Any]]:
    rows = read(entrepot, "select * from bi.tension_metier_territoire")
    assert len({row["cle_territoire"] for row in rows}) == len(rows)
    return {row["cle_territoire"]: row for row in rows}


def test_a_rank_is_averaged_over_the_people_of_each_basin(market: Market, entrepot: Any, loader: Connection) -> None:
    """ti-8402: 702 people in bassin 8401, 800 in 8402."""
    market.tell(PERSPECTIVE, "PERSPECTIVE", ("BASSIN", "8401"), 5, valeur_decimale=Decimal("1.50"))
    market.tell(PERSPECTIVE, "PERSPECTIVE", ("BASSIN", "8402"), 2, valeur_decimale=Decimal("-0.50"))
    market.tell(PERSPECTIVE, "COND_TRAVAIL", ("BASSIN", "8402"), 3)
    build.build(loader)
    row = tension(entrepot)["2/ti-8402"]
    assert row["tension"] == round(Decimal(5 * 702 + 2 * 800) / 1502, 2)
    assert row["indicateur_tension"] == round((Decimal("1.5") * 702 - Decimal("0.5") * 800) / 1502, 4)
    assert (row["tension_min"], row["tension_max"]) == (2, 5)
    assert (row["conditions_travail"], row["intensite_embauche"]) == (3, None)
    assert (row["part_departement"], row["couverture"]) == (0, 1)
    assert row["mis_a_jour_le"] == UPDATED
    assert tension(entrepot)["2/ti-8401"]["tension"] == 5


def test_a_basin_without_indicator_takes_that_of_its_department_and_says_so(
    market: Market, entrepot: Any, loader: Connection
) -> None:
    market.tell(PERSPECTIVE, "PERSPECTIVE", ("BASSIN", "8401"), 5)
    market.tell(PERSPECTIVE, "PERSPECTIVE", ("DEP", "38"), 1)
    build.build(loader)
    row = tension(entrepot)["2/ti-8402"]
    assert row["tension"] == round(Decimal(5 * 702 + 1 * 800) / 1502, 2)
    assert row["part_departement"] == round(Decimal(800) / 1502, 4)


def test_people_are_spread_and_what_is_masked_is_unknown(market: Market, entrepot: Any, loader: Connection) -> None:
    """Bassin 8401 has 3,003 inhabitants, 702 of them in ti-8402; department 38 has 1,803, 800 of them in 8402."""
    market.tell(PEOPLE, "ABC", ("BASSIN", "8401"), 300)
    market.tell(PEOPLE, "ABC", ("DEP", "38"), 180)
    market.tell(PEOPLE, "A", ("BASSIN", "8401"), 9000)
    market.tell(PEOPLE, "ABC", ("BASSIN", "8401"), 9000, type_caract="GENRE", code_caract="F")
    market.tell(PEOPLE, "ABC", ("BASSIN", "8401"), 9000, code_periode="2024T3")
    market.tell(OFFERS, "PE", ("BASSIN", "8401"), None, masque=True)
    build.build(loader)
    row = tension(entrepot)["2/ti-8402"]
    assert row["nb_demandeurs"] == round(Decimal(300 * 702) / 3003 + Decimal(180 * 800) / 1803, 1)
    assert (row["nb_offres"], row["trimestre"], row["tension"]) == (None, "2024T4", None)


def test_a_part_of_a_territory_without_indicator_is_not_covered(
    market: Market, entrepot: Any, loader: Connection
) -> None:
    market.tell(PERSPECTIVE, "PERSPECTIVE", ("BASSIN", "8402"), 4)
    build.build(loader)
    row = tension(entrepot)["2/ti-8402"]
    assert (row["tension"], row["couverture"]) == (4, round(Decimal(800) / 1502, 4))
    assert "2/ti-8401" not in tension(entrepot)
