"""A pattern means the same to Python, RE2 and PostgreSQL, or it is refused."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from territoires.contracts import load_all
from territoires.contracts.patterns import pattern_faults


@pytest.mark.parametrize(
    ("pattern", "said"),
    [
        ("^[0-9$", "does not compile"),
        ("[0-9]", "begins and ends"),
        ("^[0-9]\\$", "begins and ends"),
        ("^a|b$", "cuts the pattern in two"),
        ("^\\d+$", "does not mean the same"),
        ("^a\\b$", "does not mean the same"),
        ("^(?=a)a$", "other than (?:...)"),
        ("^(?P<x>a)$", "other than (?:...)"),
        ("^(a)\\1$", "does not mean the same"),
        ("^a+?$", "lazy and possessive"),
        ("^a{2,3}?$", "lazy and possessive"),
        ("^a{256}$", "at most 255"),
        ("^[[:alpha:]]$", "does not compile"),
    ],
)
def test_what_engines_do_not_share_is_refused(pattern: str, said: str) -> None:
    assert said in " ".join(what + remedy for what, remedy in pattern_faults(pattern))


@pytest.mark.parametrize(
    "pattern", ["^BDT-[0-9]{4}-[0-9]{5}$", "^(?:a|b)?$", "^[|?+*]+$", "^a\\|b$", "^[^@ ]+[.]fr$", "^[]x]{0,255}$", "^$"]
)
def test_what_they_share_is_accepted(pattern: str) -> None:
    assert not tuple(pattern_faults(pattern))


_PIECES = st.sampled_from(
    ["a", "[0-9]", "[^a-c]", "(?:a|1)", "[.]", "\\.", "x?", "1*", "b+", "[ab]{2}", "(?:a1){1,3}", "é"]
)


@settings(deadline=None)
@given(pieces=st.lists(_PIECES, max_size=6), text=st.text("ab1.xcé ", max_size=8))
def test_python_and_re2_agree_on_accepted_patterns(pieces: list[str], text: str) -> None:
    pattern = f"^{''.join(pieces)}$"
    if tuple(pattern_faults(pattern)):
        return
    by_re2 = pc.match_substring_regex(pa.array([text]), pattern)[0].as_py()
    assert by_re2 == (re.fullmatch(pattern, text, re.ASCII) is not None)


def test_every_pattern_of_the_repository_compiles_in_re2() -> None:
    patterns = [column.pattern for contract in load_all().values() for column in contract.fields if column.pattern]
    assert len(patterns) >= 6
    for pattern in patterns:
        pc.match_substring_regex(pa.array(["x"]), pattern)
