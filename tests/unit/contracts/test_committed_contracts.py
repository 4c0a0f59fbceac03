"""What the three contracts must say, by product.md and by the real lists of territories."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from territoires.contracts import load_all
from territoires.contracts.names import normalise

ALL = load_all()
INVESTMENTS = ALL["banque_des_territoires/investissements"]


def test_the_contracts_are_those_of_the_first_deliveries() -> None:
    assert set(ALL) == {
        "banque_des_territoires/investissements",
        "banque_des_territoires/referents",
        "programme/contrats",
    }


@pytest.mark.parametrize(
    ("name", "required"),
    [
        (
            "banque_des_territoires/investissements",
            "id_operation id_ti libelle axe domaine nature montant_engage_eur date_engagement statut",
        ),
        ("banque_des_territoires/referents", "id_ti nom prenom email_professionnel date_debut"),
        ("programme/contrats", "id_contrat id_ti pilote statut"),
    ],
)
def test_required_columns_are_those_of_the_product(name: str, required: str) -> None:
    assert [column.name for column in ALL[name].fields if column.required] == required.split()


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
            for contract in ALL.values():
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
