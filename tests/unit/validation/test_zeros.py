"""Leading zeros that a spreadsheet took are given back where that is certain, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from territoires.contracts import Contract, load_all
from territoires.registers.codes import Codes
from territoires.validation.zeros import restore_zeros

ALL = load_all()
COMMUNES = Codes({"01001", "54430", "2A004"})


def restored(
    contract: str, column: str, cells: list[str | None], known: Codes | None
) -> tuple[list[object], list[bool]]:
    whole = ALL[contract]
    key = tuple(key for key in whole.foreign_keys if key.column == column)
    only: Contract = replace(whole, fields=(whole.column(column),), foreign_keys=key)
    frame, count = restore_zeros(pd.DataFrame({column: pd.Series(cells, dtype="str")}), only, {"commune": known})
    flags = frame[f"{column}__zeros"].tolist()
    assert count == sum(flags)
    return [None if pd.isna(cell) else cell for cell in frame[column]], flags


def test_a_commune_is_known_again_by_the_register() -> None:
    cells = ["1001", "54430", "1002", "2A004", None, "430", "1001"]
    values, flags = restored("pole_emploi/actions_recrutement", "code_commune", cells, COMMUNES)
    assert values == ["01001", "54430", "1002", "2A004", None, "430", "01001"]
    assert flags == [True, False, False, False, False, False, True]


def test_without_the_register_nothing_is_guessed() -> None:
    values, flags = restored("pole_emploi/actions_recrutement", "code_commune", ["1001"], None)
    assert (values, flags) == (["1001"], [False])


@pytest.mark.parametrize(
    ("cell", "whole"),
    [
        ("5580501400010", "05580501400010"),  # both keys are right once the zero is back
        ("558051900014", "00558051900014"),  # or both zeros
        ("5580501400011", None),  # the key of the whole is wrong
        ("5580511400018", None),  # the key of its SIREN is wrong
        ("12345678200010", None),  # nothing is missing
        ("123", None),
    ],
)
def test_a_siret_is_known_again_by_its_two_keys(cell: str, whole: str | None) -> None:
    values, flags = restored("bpifrance/accompagnements", "siret", [cell], None)
    assert (values, flags) == ([whole or cell], [whole is not None])


def test_a_siren_is_never_restored() -> None:
    """One key alone: one number in ten that lost another digit would pass for a company that it is not."""
    contract = ALL["banque_des_territoires/investissements"]
    frame = pd.DataFrame({"siren_beneficiaire": pd.Series(["5580501"], dtype="str")})
    assert restore_zeros(frame, contract, {"territoire": None})[1] == 0


def test_a_frame_restored_before_keeps_what_it_was_told() -> None:
    contract = ALL["pole_emploi/actions_recrutement"]
    known = {"commune": COMMUNES, "rome": None, "territoire": None}
    once, _ = restore_zeros(pd.DataFrame({"code_commune": pd.Series(["1001"], dtype="str")}), contract, known)
    again, count = restore_zeros(once, contract, known)
    assert count == 0
    assert again["code_commune__zeros"].tolist() == [True]
