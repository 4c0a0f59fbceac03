from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from territoires.registers.errors import RefusedRegisterError
from territoires.registers.members import members_in, members_of

NAMES = st.text("abé' ()-1", min_size=1, max_size=12).filter(lambda name: name.strip() == name)
CODES = st.from_regex(r"\A([0-9][0-9AB][0-9]{3}|[0-9]{9})\Z")


@given(st.lists(st.tuples(NAMES, CODES), max_size=8), st.sampled_from(["; ", ";", " , ", " | ", "\n"]))
def test_any_list_is_read_as_it_was_written(members: list[tuple[str, str]], separator: str) -> None:
    text = separator.join(f"{name} ({code})" for name, code in members)
    assert [(name, code) for _, code, name in members_in(text, "ti")] == [(name, code) for name, code in members]


@pytest.mark.parametrize(
    "listed",
    [
        "Baillif (97104); CA Nord (249710062)",
        "Baillif (97104) ;CA Nord (249710062) ; ",
        "Baillif [97104]|CA Nord [249710062]",
        "97104 - Baillif; 249710062 - CA Nord",
        "97104 Baillif\n249710062 CA Nord",
        ["Baillif (97104)", "CA Nord\u00a0(249710062)"],
    ],
)
def test_members_may_be_wrapped_otherwise(listed: object) -> None:
    assert members_in(listed, "ti") == [("commune", "97104", "Baillif"), ("epci", "249710062", "CA Nord")]


@pytest.mark.parametrize("listed", ["97104; 249710062", "97104,249710062", "97104|249710062;", "97104\n249710062"])
def test_codes_may_stand_alone(listed: str) -> None:
    assert members_in(listed, "ti") == [("commune", "97104", "97104"), ("epci", "249710062", "249710062")]


@pytest.mark.parametrize("listed", ["CA sans code", "A (97104); B (123)", "97104; B", "97104 A; B", 12])
def test_what_is_no_list_of_members(listed: object) -> None:
    with pytest.raises(RefusedRegisterError):
        members_in(listed, "ti")


def test_a_row_is_of_its_finest_grain() -> None:
    row: dict[str, Any] = {"code_commune": "97104", "nom_commune": "Baillif", "siren": "249710062", "nom_epci": "CA"}
    assert members_of(row, "ti") == [("commune", "97104", "Baillif")]
    assert members_of(row | {"code_commune": None}, "ti") == [("epci", "249710062", "CA")]
    assert members_of({"siren": 249710062.0}, "ti") == [("epci", "249710062", "249710062")]
    assert members_of({"code_commune": 1001}, "ti") == [("commune", "01001", "01001")]
    assert members_of({}, "ti") == []


def test_a_single_commune_among_groupements_is_known_by_its_siren() -> None:
    """Nature « COM » in ANCT's lists of groupements."""
    row = {"siren": "219710043", "nom_epci": "Baillif", "nature_juridique": "COM "}
    assert members_of(row, "ti-0101") == [("commune", "219710043", "Baillif")]
