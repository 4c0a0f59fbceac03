"""The rules of the lists of occupations, of their families and of employment areas."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from territoires.registers.rules.words import COMMUNE, Rules, filled, keys, pattern, together, true

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

_ROME: Final = r"^[A-N]\d{4}$"
_BASIN: Final = r"^\d{4}$"
_TOP: Final = "domaine"


def beside(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tell of each occupation, and of each family, whether the one that it depends on is in the list."""
    if "rome" in tables:
        frame = tables["rome"]
        return tables | {"rome": frame.assign(parent_connu=frame["code_parent"].isin(frame["code_rome"]))}
    if "fap" in tables:
        frame = tables["fap"]
        known = frame["code_parent"].isin(frame["code_fap"]) | (frame["niveau"] == _TOP)
        return tables | {"fap": frame.assign(parent_connu=known)}
    return tables


def _occupation(_: pd.DataFrame) -> list[Expectation]:
    return [
        *keys("code_rome"),
        pattern("code_rome", _ROME, "code de la forme H2901"),
        *(filled(name) for name in ("libelle", "code_parent")),
        true("parent_connu", "métier de rattachement présent dans la liste"),
    ]


def _family(_: pd.DataFrame) -> list[Expectation]:
    return [
        together(["niveau", "code_fap"]),
        filled("libelle"),
        true("parent_connu", "famille de rattachement présente dans la liste"),
    ]


def _basin(_: pd.DataFrame) -> list[Expectation]:
    return [
        *keys("code_bassin"),
        pattern("code_bassin", _BASIN, "code à quatre chiffres"),
        filled("libelle"),
    ]


def _basin_member(_: pd.DataFrame) -> list[Expectation]:
    return [
        # A commune is in one employment area.
        *keys("code_commune"),
        pattern("code_commune", COMMUNE, "code de commune à 5 caractères"),
        filled("code_bassin"),
    ]


RULES: Final[Rules] = {
    "rome": _occupation,
    "fap": _family,
    "bassin": _basin,
    "bassin_commune": _basin_member,
}
