"""The header: found by the contract's names, and every fault of it told at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reading_samples import FIELDS, codes, contract, field

from territoires.anomalies import UnreadableFile
from territoires.contracts.model import Contract
from territoires.reading.headers import find_header, lay_out

HEADER = ("code", "libelle", "montant", "nombre", "date_fin", "actif", "siren")


def test_names_are_recognised_without_case_accents_or_spaces(small: Contract) -> None:
    cells = (" Code ", "INTITULE", "Montant", "Nombre", "échéance", "Actif", "SIREN")
    header = find_header([("Export",), cells], small)
    assert header is not None
    assert (header.index, header.score) == (1, 7)
    assert lay_out(cells, small, 2).columns["date_fin"] == "échéance"


def test_the_columns_may_come_in_any_order_and_are_named_as_written(small: Contract) -> None:
    layout = lay_out(tuple(reversed(HEADER)), small, 1)
    assert layout.names == tuple(reversed(HEADER))
    assert layout.anomalies == ()


def test_a_header_beyond_the_twentieth_line_is_not_found(small: Contract) -> None:
    assert find_header([("titre",)] * 20 + [HEADER], small) is None
    assert find_header([("titre",)] * 19 + [HEADER], small) is not None


def test_a_near_name_is_suggested_for_a_missing_column() -> None:
    with pytest.raises(UnreadableFile) as caught:
        lay_out(("code", "libele", "montant", "date_sortie"), contract(FIELDS[:5]), 3)
    (missing,) = caught.value.anomalies
    assert (missing.code, missing.column, missing.value, missing.line) == ("colonne_manquante", "libelle", "libele", 3)
    assert "« libele » : vouliez-vous « libelle » ?" in missing.message
    assert missing.remedy == "Renommez « libele » en « libelle »."
    layout = lay_out(("code", "libelle", "montant", "date_sortie"), contract(FIELDS[:5]), 1)
    absent = next(item for item in layout.anomalies if item.column == "date_fin")
    assert (absent.severity, "vouliez-vous « date_fin » ?" in absent.message) == ("warning", True)


def test_names_may_stand_on_two_rows(small: Contract) -> None:
    above = ("code", "libelle", "Dates", "", "Chiffres", "", "siren")
    below = ("", "", "échéance", "prévue", "montant", "nombre", "")
    header = find_header([("Export",), above, below, ("A1", "x", "", "", "1", "2", "")], small)
    assert header is not None
    assert (header.index, header.cells) == (2, ("code", "libelle", "échéance", "prévue", "montant", "nombre", "siren"))


def test_a_group_and_its_detail_make_one_name() -> None:
    spoken = contract(
        [*FIELDS[:2], field("montant_engage", "number", aliases=("Montant engagé",)), field("montant_paye")]
    )
    header = find_header([("code", "libelle", "Montant", ""), ("", "", "engagé", "payé")], spoken)
    assert header is not None
    assert header.cells == ("code", "libelle", "Montant engagé", "Montant payé")


def test_a_row_of_data_under_the_header_is_no_second_row_of_names(small: Contract) -> None:
    header = find_header([("code", "libelle", "montant", "note"), ("A1", "libelle", "1", "nombre")], small)
    assert header is not None
    assert header.index == 0


@pytest.mark.parametrize("header", ["montant (k€)", "Montant_keur", "montant en M€", "montant (milliers)"])
def test_amounts_in_thousands_are_not_just_renamed(header: str) -> None:
    with pytest.raises(UnreadableFile) as caught:
        lay_out(("code", "libelle", header), contract(FIELDS[:3]), 1)
    assert caught.value.anomalies[0].remedy.startswith("Convertissez les montants en euros, puis renommez")


def test_a_name_as_long_as_a_page_is_not_compared(small: Contract) -> None:
    assert find_header([("code", "libelle", "montant", "y" * 1_000_000)], small) is not None


def test_every_fault_is_told_at_once(small: Contract) -> None:
    with pytest.raises(UnreadableFile) as caught:
        lay_out(("code", "Code", "autre"), small, 1)
    assert codes(caught.value) == ["colonne_en_double", "colonne_manquante", "colonne_manquante"]


@pytest.mark.parametrize("policy", ["discard", "evolve"])
def test_unknown_columns_are_ignored_with_a_warning(policy: str) -> None:
    layout = lay_out((*HEADER, "note", "note"), contract(FIELDS, unknown=policy), 1)
    assert layout.ignored == ("note", "note (2)")
    assert [item.code for item in layout.anomalies] == ["colonne_ignoree", "colonne_ignoree"]


def test_unknown_columns_refuse_the_file_where_the_contract_freezes_them() -> None:
    with pytest.raises(UnreadableFile) as caught:
        lay_out((*HEADER, "note"), contract(FIELDS, unknown="freeze"), 1)
    assert codes(caught.value) == ["colonne_inconnue"]


def test_a_file_for_another_delivery_is_told_where_it_belongs(
    refusal: Callable[..., UnreadableFile],
) -> None:
    """The same operator's delivery is named first where two contracts are alike, as the four referents are."""
    shared = [field(name, required=True) for name in ("nom", "prenom", "code")]
    others = (contract(shared, "autre/referents"), contract(shared, "operateur/referents"))
    error = refusal("nom;prenom;code\na;b;c\n", others=others)
    assert codes(error) == ["mauvaise_livraison"]
    assert "« operateur/referents »" in error.anomalies[0].message


def test_a_complete_file_is_never_sent_elsewhere(read_bytes: Callable[..., object]) -> None:
    larger = contract([*FIELDS, field("note", required=True)], "autre/plus")
    assert read_bytes(";".join((*HEADER, "note")) + "\nA1;b;1;;;;;x\n", others=(larger,))
