"""The rules of the lists of territories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from territoires.registers.rules.words import Rules, alone, count, filled, keys, pattern, together

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

_TERRITORY: Final = r"^ti-\d{4}$"


def _territory(_: pd.DataFrame) -> list[Expectation]:
    return [
        *keys("id_ti"),
        pattern("id_ti", _TERRITORY, "code de la forme ti-0101"),
        filled("libelle"),
        alone("libelle", "nom porté par un seul territoire", "warning"),
    ]


def _perimeter(frame: pd.DataFrame) -> list[Expectation]:
    # The reader took code and grain by form; what is left to check is that no member is listed twice.
    return [
        *(filled(name) for name in ("id_ti", "code", "libelle")),
        pattern("id_ti", _TERRITORY, "code de la forme ti-0101"),
        together(["id_ti", "type_maille", "code"]),
        *([] if len(frame) else [count(1, 1)]),
    ]


RULES: Final[Rules] = {
    "territoire": _territory,
    "territoire_perimetre": _perimeter,
}
