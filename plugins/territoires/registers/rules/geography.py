"""The rules of the code officiel géographique and of what follows it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from territoires.registers.insee import department_of
from territoires.registers.rules.words import (
    COMMUNE,
    Rules,
    equal,
    filled,
    keys,
    listed,
    pattern,
    together,
    total,
    true,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

_TYPES: Final = ("COM", "ARM", "COMD", "COMA")
_DEPARTMENT: Final = r"^(?:\d{2}|2[AB]|97\d)$"
_REGION: Final = r"^\d{2}$"
_OVERSEAS: Final = r"^9[78]\d{3}$"
# INSEE's documentation of the list of movements, as core.mouvement_commune spells them out.
_CHANGES: Final = ("10", "20", "21", "30", "31", "32", "33", "34", "35", "41", "50", "70")
_FIRST_DAY: Final = "1940-01-01"
_LAST_DAY: Final = "2100-01-01"
_CODE_LABEL: Final = "code de commune à 5 caractères"
_WHOLE_COUNTRY: Final = 30_000
_INHABITANTS: Final = (50_000_000, 80_000_000)
"""Of all France since the 1970s, communes with arrondissements counted twice where a list has both."""


def beside(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Put beside each row what only other rows, or its own code, tell of it."""
    return {name: _FACTS[name](frame) if name in _FACTS else frame for name, frame in tables.items()}


def _commune_facts(frame: pd.DataFrame) -> pd.DataFrame:
    known = frame.loc[frame["type_commune"] == "COM", "code_commune"]
    part = frame["type_commune"].isin(["COMD", "COMA"])
    code = frame["code_commune"].fillna("")
    department = frame["code_departement"].where(code.str.fullmatch(COMMUNE), None)  # one breach for one fault
    return frame.assign(
        parent_connu=frame["code_parent"].isin(known) | (frame["type_commune"] == "COM"),
        situee=frame[["code_departement", "code_region"]].notna().all(axis=1) | part,
        de_son_departement=department.isna() | (department == code.map(department_of)),
    )


def _movement_facts(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(jour_plausible=frame["date_effet"].between(_FIRST_DAY, _LAST_DAY))


def _passage_facts(frame: pd.DataFrame) -> pd.DataFrame:
    itself = frame.loc[frame["code_ancien"] == frame["code_courant"], "code_courant"]
    return frame.assign(courant_connu=frame["code_courant"].isin(itself))


def _department_facts(frame: pd.DataFrame) -> pd.DataFrame:
    seat = frame["chef_lieu"]
    there = seat.fillna("").map(department_of) == frame["code_departement"]
    return frame.assign(chef_lieu_situe=there | seat.isna())


def _population_facts(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(attendue=frame["municipale"] + frame["comptee_a_part"])


def _overseas_facts(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(de_sa_collectivite=frame["code_commune"].str[:3] == frame["code_collectivite"])


_FACTS: Final[Mapping[str, Callable[[pd.DataFrame], pd.DataFrame]]] = {
    "commune": _commune_facts,
    "mouvement_commune": _movement_facts,
    "passage_commune": _passage_facts,
    "departement": _department_facts,
    "population_commune": _population_facts,
    "commune_outremer": _overseas_facts,
}


def _commune(_: pd.DataFrame) -> list[Expectation]:
    return [
        *(filled(name) for name in ("type_commune", "code_commune", "libelle")),
        listed("type_commune", _TYPES, "error"),
        pattern("code_commune", COMMUNE, _CODE_LABEL),
        together(["type_commune", "code_commune"]),
        true("situee", "département et région d'une commune"),
        true("de_son_departement", "code de commune qui commence par celui de son département"),
        true("parent_connu", "commune de rattachement présente dans la liste"),
    ]


def _movement(_: pd.DataFrame) -> list[Expectation]:
    sides = ("avant", "apres")
    return [
        *(filled(name) for name in ("date_effet", "modalite")),
        true("jour_plausible", "jour entre 1940 et 2100"),
        # A modality or a type that INSEE adds is told, and kept: who reads the movements leaves out what it ignores.
        listed("modalite", _CHANGES, "warning"),
        *(filled(f"{what}_{side}") for what in ("type", "code", "libelle") for side in sides),
        *(listed(f"type_{side}", _TYPES, "warning") for side in sides),
        *(pattern(f"code_{side}", COMMUNE, _CODE_LABEL) for side in sides),
        together(["date_effet", "modalite", "type_avant", "code_avant", "type_apres", "code_apres"]),
    ]


def _passage(_: pd.DataFrame) -> list[Expectation]:
    return [
        *(filled(name) for name in ("code_ancien", "code_courant")),
        *(pattern(name, COMMUNE, _CODE_LABEL) for name in ("code_ancien", "code_courant")),
        together(["code_ancien", "code_courant"]),
        true("courant_connu", "code courant présent aussi comme code ancien de lui-même", "warning"),
    ]


def _department(_: pd.DataFrame) -> list[Expectation]:
    return [
        *keys("code_departement"),
        pattern("code_departement", _DEPARTMENT, "code de la forme 01, 2A ou 971"),
        *(filled(name) for name in ("code_region", "libelle")),
        pattern("code_region", _REGION, "code de région à 2 chiffres"),
        true("chef_lieu_situe", "chef-lieu situé dans le département", "warning"),
    ]


def _region(_: pd.DataFrame) -> list[Expectation]:
    return [
        *keys("code_region"),
        pattern("code_region", _REGION, "code de région à 2 chiffres"),
        filled("libelle"),
    ]


def _population(frame: pd.DataFrame) -> list[Expectation]:
    return [
        *keys("code_commune"),
        pattern("code_commune", COMMUNE, _CODE_LABEL),
        filled("municipale"),
        equal("totale", "attendue", "population totale égale à municipale et comptée à part ensemble", "warning"),
        *([total("municipale", *_INHABITANTS)] if len(frame) >= _WHOLE_COUNTRY else []),
    ]


def _overseas(_: pd.DataFrame) -> list[Expectation]:
    return [
        *keys("code_commune"),
        pattern("code_commune", _OVERSEAS, "code de la forme 97701 ou 98735"),
        *(filled(name) for name in ("libelle", "code_collectivite", "libelle_collectivite")),
        true("de_sa_collectivite", "code de commune qui commence par celui de sa collectivité"),
    ]


RULES: Final[Rules] = {
    "commune": _commune,
    "mouvement_commune": _movement,
    "passage_commune": _passage,
    "departement": _department,
    "region": _region,
    "population_commune": _population,
    "commune_outremer": _overseas,
}
