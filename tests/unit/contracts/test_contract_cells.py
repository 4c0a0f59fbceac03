"""One cell against its field, and the keys of SIREN and SIRET numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.contracts.cells import broken_rules
from territoires.contracts.identifiers import is_siren, is_siret
from territoires.contracts.names import nearest, normalise
from tests.unit.contracts.samples import sample


@pytest.mark.parametrize(
    ("column", "text", "codes"),
    [
        ("id_projet", "", ("obligatoire",)),
        ("pays", "", ()),
        ("id_projet", "P-001", ()),
        ("id_projet", "P-001\n", ("motif",)),
        ("pays", "se", ("liste",)),
        ("siret", "35600000000048", ()),
        ("siret", "35600000000049", ("siret",)),
        ("montant_eur", "-0,01", ("minimum",)),
        ("montant_eur", "600000", ("maximum_alerte",)),
        ("montant_eur", "1000000,01", ("maximum", "maximum_alerte")),
        ("montant_eur", "12.5", ("type",)),
        ("montant_eur", "12,505", ("type",)),
        ("emplois", "12,0", ("type",)),
        ("debut", "2018-11-21", ("minimum",)),
        ("debut", "2018-11-22", ()),
        ("debut", "2019-02-29", ("type",)),
        ("pilote", "oui", ()),
        ("pilote", "peut-être", ("type",)),
        ("note", "é" * 20, ()),
        ("note", "é" * 21, ("longueur",)),
    ],
)
def test_a_cell_breaks_the_rules_that_it_breaks(tmp_path: Path, column: str, text: str, codes: tuple[str, ...]) -> None:
    assert broken_rules(sample(tmp_path).column(column), text) == codes


@pytest.mark.parametrize("text", ["180020026", "245400601", "000000000"])
def test_real_siren_numbers_have_a_right_key(text: str) -> None:
    assert is_siren(text)


@pytest.mark.parametrize(
    "text", ["180020027", "18002002", "1800200260", "18002002a", "18002002\u0666", "", " 80020026"]
)
def test_what_is_no_siren(text: str) -> None:
    assert not is_siren(text)


def test_la_poste_has_its_own_key() -> None:
    """35600000049837 is a post office: its Luhn sum is wrong, the plain sum of its digits is a multiple of 5."""
    assert is_siret("35600000000048")
    assert is_siret("35600000049837")
    assert not is_siret("35600000049838")
    assert not is_siret("18002002600020")


@given(st.from_regex(r"[0-9]{8}", fullmatch=True))
def test_exactly_one_last_digit_makes_a_siren(start: str) -> None:
    assert sum(is_siren(start + digit) for digit in "0123456789") == 1


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("N° opération", "n_operation"),
        ("  Montant engagé (€) ", "montant_engage"),
        ("MONTANT_ENGAGE_EUR", "montant_engage_eur"),
        ("Maître d’œuvre", "maitre_d_oeuvre"),
        ("Budget (en €)", "budget_en_euros"),
        ("???", ""),
    ],
)
def test_headers_are_compared_by_their_form(text: str, form: str) -> None:
    assert normalise(text) == form


def test_the_nearest_name_is_told_only_when_it_is_near() -> None:
    assert nearest("date_sortie", ["date_fin", "nom"]) is None
    assert nearest("date_fn", ["date_fin", "nom"]) == "date_fin"
