"""The figures that the warehouse will be held to: the programme's facts, and the arithmetic behind them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from demo import Demo, Figures, expected_figures
from demo.model import Ledger, Row


@pytest.fixture(scope="module")
def figures(demo: Demo) -> Figures:
    return expected_figures(demo)


def test_facts_of_the_programme(figures: Figures) -> None:
    assert (figures["territoires_annonces"], figures["territoires"], figures["territoires_pilotes"]) == (124, 136, 29)
    assert figures["contrats_signes_semaine_industrie"] == 29
    assert figures["protocoles_au_30_04_2019"] == 13
    assert figures["contrats"] == 136


def test_the_envelope_is_about_100_million_a_year_and_400_in_all(figures: Figures) -> None:
    committed = figures["engage_par_annee_eur"]
    assert list(committed) == [2019, 2020, 2021, 2022]
    assert all(Decimal(80_000_000) < amount < Decimal(110_000_000) for amount in committed.values())
    assert Decimal(396_000_000) < figures["engage_eur"] < Decimal(404_000_000)
    assert figures["decaisse_eur"] < figures["engage_eur"]


def test_every_breakdown_sums_to_the_whole(figures: Figures) -> None:
    for name in ("engage_par_annee_eur", "engage_par_domaine_eur", "engage_par_territoire_eur"):
        assert sum(figures[name].values()) == figures["engage_eur"], name
    assert sum(figures["operations_par_statut"].values()) == figures["operations"]
    assert 900 <= figures["operations"] <= 1_500


def test_amounts_have_cents(figures: Figures) -> None:
    assert figures["engage_eur"].as_tuple().exponent == -2
    assert figures["engage_eur"] % 1 != 0


def test_val_de_lorraine_is_followed_month_by_month(figures: Figures) -> None:
    months = figures["val_de_lorraine_par_mois_2019_eur"]
    assert list(months) == [f"2019-{month:02d}" for month in range(1, 13)]
    assert all(amount > 0 for amount in months.values())


def test_every_territory_has_its_commitments_and_almost_every_one_its_contact(figures: Figures) -> None:
    assert len(figures["engage_par_territoire_eur"]) == 136
    assert figures["referents_en_poste"] == 4 * 136 - 4
    assert figures["referents"] == 4 * 136 - 4 + 9 + 1


def test_figures_follow_the_rows(demo: Demo) -> None:
    """Two rows by hand: what is summed, by what year, and that an empty disbursement counts for nothing."""
    first, second, *_ = demo.ledger.current["banque_des_territoires/investissements"]
    paid: Row = {"montant_engage_eur": Decimal("10.50"), "montant_decaisse_eur": Decimal("0.10")}
    unpaid: Row = {"montant_engage_eur": Decimal("0.25"), "montant_decaisse_eur": None}
    investments = (first | paid, second | unpaid)
    current = {**demo.ledger.current, "banque_des_territoires/investissements": investments}
    figures = expected_figures(replace(demo, ledger=Ledger(demo.ledger.territories, current, demo.ledger.fetched)))
    assert figures["engage_eur"] == Decimal("10.75")
    assert figures["engage_par_annee_eur"] == {2019: Decimal("10.75")}
    assert figures["decaisse_eur"] == Decimal("0.10")
    assert figures["operations"] == 2


def test_commitments_are_counted_by_operator(demo: Demo, figures: Figures) -> None:
    """One row of each delivery for each commitment: those of Val de Lorraine's operators are there too."""
    counts = figures["engagements_par_operateur"]
    assert counts["banque_des_territoires"] == figures["operations"]
    assert counts == {
        "banque_des_territoires": 1140,
        "bpifrance": len({row["id_accompagnement"] for row in demo.ledger.current["bpifrance/accompagnements"]}),
        "business_france": len(
            {row["id_projet"] for row in demo.ledger.current["business_france/projets_attractivite"]}
        ),
        "pole_emploi": len({row["id_action"] for row in demo.ledger.current["pole_emploi/actions_recrutement"]}),
    }
