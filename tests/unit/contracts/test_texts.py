"""What operators are told: in French, calmly, with what to write instead."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from territoires.contracts import load_all, texts
from territoires.contracts.model import Field, RuleText
from territoires.contracts.suggestions import suggest
from tests.unit.contracts.samples import sample

CONTRACTS = load_all()
INVESTMENTS = CONTRACTS["banque_des_territoires/investissements"]
CONTACTS = CONTRACTS["banque_des_territoires/referents"]


def all_texts() -> list[tuple[str, RuleText]]:
    found = []
    for contract in CONTRACTS.values():
        for column in contract.fields:
            found += [(f"{contract.name}.{column.name}.{code}", text) for code, text in column.rules.items()]
        found += [(f"{contract.name}.{rule.code}", rule.text) for rule in contract.rules]
        assert contract.unique_key is not None
        found.append((f"{contract.name}.cle_unique", contract.unique_key))
    return found


@pytest.mark.parametrize(("name", "text"), all_texts(), ids=lambda given: given if isinstance(given, str) else "")
def test_each_text_is_whole_once_the_value_is_known(name: str, text: RuleText) -> None:
    message, remedy = texts.speak(text, "1 < 2", told={"corrige": "02", "autre_ligne": "7"})
    for said in (message, remedy):
        assert "{" not in said, name
        assert said[0].isupper() or said[0] in "«1", name
        assert said[-1] in ".?", name
        assert "  " not in said, name


def test_a_value_that_looks_like_a_placeholder_is_left_as_it_is() -> None:
    text = RuleText("error", "« {valeur} » ?", "Non.")
    assert texts.speak(text, "{attendu} {0}")[0] == "« {attendu} {0} » ?"


def test_the_remedy_ends_with_the_corrected_value_when_it_can_be_told() -> None:
    statut = INVESTMENTS.column("statut")
    message, remedy = texts.speak(statut.rules["liste"], "Décaissé", suggest(statut, "Décaissé"))
    assert message == "« Décaissé » ne fait pas partie des valeurs admises."
    assert remedy.endswith("Vouliez-vous écrire « decaisse » ?")


def test_bounds_are_written_as_the_french_do() -> None:
    assert texts.spoken_bound(500_000_000) == "500\u00a0000\u00a0000"
    assert texts.spoken_bound(1234.5) == "1\u00a0234,5"
    assert texts.spoken_bound(-0.25) == "-0,25"
    assert texts.spoken_bound(date(2018, 11, 22)) == "22/11/2018"


def test_every_rule_of_every_type_has_a_text(tmp_path: Path) -> None:
    seen = set()
    for contract in (*CONTRACTS.values(), sample(tmp_path)):
        for column in contract.fields:
            codes = texts.codes_of(column, texts.key_of(contract.foreign_keys, column.name))
            assert tuple(column.rules) == codes
            seen |= set(codes)
    assert seen >= texts.CODES - {"cle_unique", "minimum_alerte"}


def test_a_contract_made_by_hand_speaks_the_same_way() -> None:
    """Tests and registers build contracts without the loader: they must not be mute."""
    column = Field("axe", "Axe", "Axe.", "string", "innover", enum=("innover", "recruter"))
    assert texts.rule_text(column, "liste").remedy == "Écrivez l'une de ces valeurs : innover, recruter."


@pytest.mark.parametrize(
    ("contract", "column", "text", "meant"),
    [
        (INVESTMENTS, "statut", "Décaissé", "decaisse"),
        (INVESTMENTS, "statut", "DECAISSE ", "decaisse"),
        (INVESTMENTS, "nature", "Fonds propres", "fonds_propres"),
        (INVESTMENTS, "statut", "en cours", None),
        (INVESTMENTS, "id_ti", "TI-4413", "ti-4413"),
        (INVESTMENTS, "id_ti", "ti - 4413", "ti-4413"),
        (INVESTMENTS, "id_ti", "4413", None),
        (INVESTMENTS, "siren_beneficiaire", "245 400 601", "245400601"),
        (INVESTMENTS, "siren_beneficiaire", "245\u202f400\u202f601", "245400601"),
        (INVESTMENTS, "siren_beneficiaire", "5580501", "005580501"),
        (INVESTMENTS, "siren_beneficiaire", "5580502", None),
        (INVESTMENTS, "date_engagement", "13.2.2020", "2020-02-13"),
        (INVESTMENTS, "date_engagement", "31/02/2020", None),
        (INVESTMENTS, "date_engagement", "13/02/20", None),
        (INVESTMENTS, "montant_engage_eur", "1 250 000,00 €", "1250000,00"),
        (INVESTMENTS, "montant_engage_eur", "1250.5", "1250,5"),
        (INVESTMENTS, "montant_engage_eur", "1.250", None),
        (INVESTMENTS, "montant_engage_eur", "1,250", None),
        (INVESTMENTS, "montant_engage_eur", "environ 3 M€", None),
        (INVESTMENTS, "montant_engage_eur", "2,5\u00a0M€", "2500000"),
        (INVESTMENTS, "montant_engage_eur", "180 k€", "180000"),
        (INVESTMENTS, "montant_engage_eur", "3 millions d'euros", "3000000"),
        (INVESTMENTS, "montant_engage_eur", "1.250 M€", None),
        (INVESTMENTS, "montant_engage_eur", "40 m²", None),
        (INVESTMENTS, "libelle", "x" * 300, None),
        (CONTACTS, "telephone_professionnel", "383000000", "0383000000"),
        (CONTACTS, "email_professionnel", "camille.exemple @banque.example", "camille.exemple@banque.example"),
        (CONTACTS, "email_professionnel", "camille.exemple", None),
    ],
)
def test_a_correction_is_offered_only_when_it_is_sure(contract, column: str, text: str, meant: str | None) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    assert suggest(contract.column(column), text) == meant
