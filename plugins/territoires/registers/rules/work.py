"""The rules of the lists of occupations and of employment areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from territoires.registers.rules.words import Rules, filled, keys, pattern, true

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

_ROME: Final = r"^[A-N]\d{4}$"


def beside(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tell of each occupation whether the one that it depends on is in the list."""
    if "rome" not in tables:
        return tables
    frame = tables["rome"]
    return tables | {"rome": frame.assign(parent_connu=frame["code_parent"].isin(frame["code_rome"]))}


def _occupation(_: pd.DataFrame) -> list[Expectation]:
    return [
        *keys("code_rome"),
        pattern("code_rome", _ROME, "code de la forme H2901"),
        *(filled(name) for name in ("libelle", "code_parent")),
        true("parent_connu", "métier de rattachement présent dans la liste"),
    ]


RULES: Final[Rules] = {
    "rome": _occupation,
}
