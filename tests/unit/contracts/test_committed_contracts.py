"""What the contracts must say, by product.md and by the real lists of territories."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from territoires.contracts import Contract, delivery_types, load_all
from territoires.contracts.model import DisjointPeriods
from territoires.contracts.names import normalise

ALL = load_all()
INVESTMENTS = ALL["banque_des_territoires/investissements"]


CONTACTS = "id_ti nom prenom email_professionnel date_debut"
REQUIRED = {
    "banque_des_territoires/investissements": (
        "id_operation id_ti libelle axe domaine nature montant_engage_eur date_engagement statut"
    ),
    "banque_des_territoires/referents": CONTACTS,
    "bpifrance/accompagnements": "id_accompagnement id_ti siret dispositif date_debut statut",
    "bpifrance/referents": CONTACTS,
    "business_france/projets_attractivite": "id_projet id_ti pays_origine type_projet etape date_etape",
    "business_france/referents": CONTACTS,
    "pole_emploi/actions_recrutement": "id_action id_ti type_action date_action",
    "pole_emploi/besoins_main_oeuvre": (
        "annee code_metier nom_metier code_famille nom_famille code_bassin nom_bassin code_departement nom_departement"
        " code_region nom_region projets projets_difficiles projets_saisonniers"
    ),
    "pole_emploi/referents": CONTACTS,
    "programme/contrats": "id_contrat id_ti pilote statut",
    "programme/conventions": "operateur date_signature indicateur unite cible annee_debut annee_fin",
    "programme/fiches_actions": "id_fiche id_contrat axe intitule statut",
}


def test_every_delivery_of_the_product_has_its_contract() -> None:
    assert set(ALL) == set(REQUIRED)


@pytest.mark.parametrize("name", REQUIRED)
def test_required_columns_are_those_of_the_product(name: str) -> None:
    assert [column.name for column in ALL[name].fields if column.required] == REQUIRED[name].split()


@pytest.mark.parametrize("contract", ALL.values(), ids=lambda contract: contract.name)
def test_a_territory_is_read_at_a_date_of_the_row(contract: Contract) -> None:
    """Ids are used again from one phase to the next: an id alone names nobody."""
    keys = {key.column: key for key in contract.foreign_keys}
    assert ("id_ti" in keys) == ("id_ti" in contract.headers)
    if "id_ti" in keys:
        assert keys["id_ti"].at is not None


def test_the_contacts_of_the_four_operators_are_told_alike() -> None:
    """One model for the four: what differs is who speaks."""
    contracts = [contract for contract in ALL.values() if contract.delivery == "referents"]
    assert len(contracts) == 4
    shared = [(one.fields, one.rules, one.primary_key, one.mode, one.calendar) for one in contracts]
    assert all(one == shared[0] for one in shared)
    assert len({(one.title, one.recipients) for one in contracts}) == 4
    [rule] = [rule for rule in contracts[0].rules if isinstance(rule, DisjointPeriods)]
    assert (rule.group, rule.start, rule.end) == (("id_ti",), "date_debut", "date_fin")


def test_no_recipient_is_a_real_address() -> None:
    """RFC 2606 keeps .example for documents: a demonstration writes to nobody."""
    assert all(address.endswith(".example") for one in ALL.values() for address in one.recipients)


def test_no_operation_before_the_programme() -> None:
    """The programme was announced on 22/11/2018."""
    assert INVESTMENTS.column("date_engagement").minimum == date(2018, 11, 22)


def test_an_unusual_amount_warns_long_before_an_impossible_one_is_refused() -> None:
    amount = INVESTMENTS.column("montant_engage_eur")
    assert (amount.soft_maximum, amount.maximum) == (50_000_000, 500_000_000)
    assert amount.rules["maximum_alerte"].severity == "warning"
    assert amount.rules["maximum"].severity == "error"


def test_every_id_of_the_real_lists_has_the_pattern(shared_data: Path) -> None:
    lists = sorted((shared_data / "territoires_industrie").glob("*.geojson"))
    assert len(lists) == 3
    for path in lists:
        for feature in json.loads(path.read_text(encoding="utf-8"))["features"]:
            known = feature["properties"]
            identifier = known.get("id_ti") or known["id_territoire"]
            for contract in (one for one in ALL.values() if "id_ti" in one.headers):
                pattern = contract.column("id_ti").pattern
                assert pattern is not None
                assert re.fullmatch(pattern, identifier), path


@pytest.mark.parametrize(
    "good",
    [
        "03 83 00 00 00",
        "0383000000",
        "03.83.00.00.00",
        "+33 3 83 00 00 00",
        "+33383000000",
        "+33 (0)3 83 00 00 00",
        "0262 00 00 00",
        "+262 262 00 00 00",
    ],
)
def test_french_phone_numbers_of_all_shapes(good: str) -> None:
    pattern = ALL["banque_des_territoires/referents"].column("telephone_professionnel").pattern
    assert pattern is not None
    assert re.fullmatch(pattern, good)


@pytest.mark.parametrize("bad", ["383000000", "03 83 00 00", "00 83 00 00 00", "03 83 00 00 00 00", "poste 12"])
def test_what_is_no_phone_number(bad: str) -> None:
    pattern = ALL["banque_des_territoires/referents"].column("telephone_professionnel").pattern
    assert pattern is not None
    assert not re.fullmatch(pattern, bad)


def test_headers_that_operators_write_are_known() -> None:
    known = {normalise(alias): column.name for column in INVESTMENTS.fields for alias in column.aliases}
    assert known["n_operation"] == "id_operation"
    assert known["montant_engage"] == "montant_engage_eur"
    assert known["code_ti"] == "id_ti"
    assert known["date_de_fin"] == "date_fin_prevue"


def test_titles_are_headers_too() -> None:
    """Operators copy the headings of our own pages: the loader adds each title to the aliases."""
    for contract in ALL.values():
        for column in contract.fields:
            assert column.title in column.aliases


def test_what_dag_files_ask_by_file_names_is_what_the_contracts_say() -> None:
    told = [(operator, delivery) for operator, found in delivery_types().items() for delivery in found]
    assert told == [(contract.operator, contract.delivery) for contract in ALL.values()]
