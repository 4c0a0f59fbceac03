"""The rules of the lists of territories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from territoires.registers.rules.words import COMMUNE, SIREN, Rules, alone, count, filled, keys, pattern, together, true

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

_TERRITORY: Final = r"^ti-\d{4}$"


def beside(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tell of each member whether its code has the form of its grain."""
    if "territoire_perimetre" not in tables:
        return tables
    frame = tables["territoire_perimetre"]
    commune = frame["type_maille"] == "commune"
    formed = (commune & frame["code"].str.match(COMMUNE)) | frame["code"].str.match(SIREN)
    return tables | {"territoire_perimetre": frame.assign(code_forme=formed.astype(bool))}


def _territory(_: pd.DataFrame) -> list[Expectation]:
    return [
        *keys("id_ti"),
        pattern("id_ti", _TERRITORY, "code de la forme ti-0101"),
        filled("libelle"),
        alone("libelle", "nom porté par un seul territoire", "warning"),
    ]


def _perimeter(frame: pd.DataFrame) -> list[Expectation]:
    return [
        *(filled(name) for name in ("id_ti", "code", "libelle")),
        pattern("id_ti", _TERRITORY, "code de la forme ti-0101"),
        true("code_forme", "code de commune à 5 caractères, ou SIREN à 9 chiffres"),
        together(["id_ti", "type_maille", "code"]),
        alone("code", "membre d'un seul territoire", "warning"),
        *([] if len(frame) else [count(1, 1)]),
    ]


RULES: Final[Rules] = {
    "territoire": _territory,
    "territoire_perimetre": _perimeter,
}
