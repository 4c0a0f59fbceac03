"""Registers that need no warehouse, and what people mean by what they write instead of a code."""

from __future__ import annotations

import pytest

from territoires.registers.activities import divisions
from territoires.registers.codes import Codes
from territoires.registers.countries import countries


def test_the_88_divisions_of_the_naf() -> None:
    """INSEE: NAF rév. 2 has 88 divisions, with gaps that the sections leave."""
    known = divisions()
    assert len(known.known) == 88
    assert "28.22Z" in known
    assert {code for code in (f"{number:02d}" for number in range(100)) if code not in known} == {
        "00", "04", "34", "40", "44", "48", "54", "57", "67", "76", "83", "89",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Allemagne", "DE"),
        ("ALLEMAGNE", "DE"),
        ("Royaume Uni", "GB"),
        ("États-Unis", "US"),
        ("etats unis", "US"),
        ("USA", "US"),
        ("DEU", "DE"),
        ("UK", "GB"),
        ("Corée du Sud", "KR"),
        ("Russie", "RU"),
        ("Germany", "DE"),
        ("Syldavie", None),
    ],
)
def test_the_code_of_a_country_is_told_from_its_name(written: str, meant: str | None) -> None:
    assert countries().corrected(written, None) == meant


def test_a_country_is_a_code_of_two_letters() -> None:
    known = countries()
    assert len(known.known) == 249
    assert "DE" in known
    assert "de" not in known
    assert "UK" not in known


def test_a_guess_is_told_only_if_the_register_knows_it() -> None:
    known = Codes({"01001"}, meant={"1033": "01001"})
    assert known.corrected("01 001", "01001") == "01001"
    assert known.corrected("1002", "01002") is None
    assert known.corrected("1033", "01033") == "01001"
