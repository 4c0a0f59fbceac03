"""The rules of the code officiel géographique and of what follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from territoires.registers.rules.words import COMMUNE, Rules, filled, listed, pattern, together, true

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation


def beside(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Tell of each commune whether it is somewhere, and whether what it depends on is in the list."""
    if "commune" not in tables:
        return tables
    frame = tables["commune"]
    known = frame.loc[frame["type_commune"] == "COM", "code_commune"]
    part = frame["type_commune"].isin(["COMD", "COMA"])
    told = frame.assign(
        parent_connu=frame["code_parent"].isin(known) | (frame["type_commune"] == "COM"),
        situee=frame[["code_departement", "code_region"]].notna().all(axis=1) | part,
    )
    return tables | {"commune": told}


def _commune(_: pd.DataFrame) -> list[Expectation]:
    return [
        *(filled(name) for name in ("type_commune", "code_commune", "libelle")),
        listed("type_commune", ("COM", "ARM", "COMD", "COMA"), "error"),
        pattern("code_commune", COMMUNE, "code de commune à 5 caractères"),
        together(["type_commune", "code_commune"]),
        true("situee", "département et région d'une commune"),
        true("parent_connu", "commune de rattachement présente dans la liste"),
    ]


RULES: Final[Rules] = {
    "commune": _commune,
}
