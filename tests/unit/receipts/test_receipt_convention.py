from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.receipts.convention import REFERENCE, is_annotation, is_origin, neutralise, reference, restore


@pytest.mark.parametrize("text", ["=1+1", "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", " =1", "＝1"])
def test_what_a_spreadsheet_would_run_is_defused(text: str) -> None:
    assert neutralise(text) == "'" + text


@pytest.mark.parametrize(
    "text", ["", "-12,5", "+ 1 234,50 €", "-3 %", "-1\u202f234", "+33 6 12 34 56 78", "+33 (0)6 12", "-", "a=b", "'90s"]
)
def test_amounts_telephones_and_plain_texts_are_left_alone(text: str) -> None:
    assert neutralise(text) == text


@given(st.text(st.sampled_from("'=+-@ \t\r\n\u00a0１1,.a＝"), max_size=8) | st.text(max_size=20))
def test_any_text_comes_back_as_it_was(text: str) -> None:
    assert restore(neutralise(text)) == text


def test_our_columns_are_known_whatever_their_case() -> None:
    assert is_annotation(" Motif ")
    assert is_annotation("CORRECTION_ATTENDUE")
    assert is_annotation("Ligne_d_origine ")
    assert is_origin("Ligne_d_origine ")
    assert not is_annotation("motif_refus")


@given(st.integers(1, 10**15 - 1), st.integers(1, 10**9 - 1))
def test_a_reference_is_read_back_as_it_was_written(delivery: int, line: int) -> None:
    found = re.match(REFERENCE, f" {reference(delivery, line).upper()} ")
    assert found is not None
    assert (int(found["id_livraison"]), int(found["ligne_origine"])) == (delivery, line)


@pytest.mark.parametrize(
    "text", ["", "42", "livraison 42", "livraison 42, ligne", "livraison 42, ligne 3 et 4", "42-12"]
)
def test_what_is_no_reference_says_nothing(text: str) -> None:
    assert re.match(REFERENCE, text) is None
