"""The rules of intercommunalities and of their communes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from territoires.registers.rules.words import COMMUNE, SIREN, Rules, equal, filled, keys, listed, pattern

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

_LEGAL_FORMS: Final = ("CC", "CA", "CU", "METRO", "MET69")


def beside(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Put what its communes add up to beside each EPCI."""
    if "epci" not in tables:
        return tables
    members = tables["epci_commune"].groupby("siren")
    counted = members.agg(
        membres=("code_commune", "size"),
        totale=("population_totale", "sum"),
        municipale=("population_municipale", "sum"),
    )
    return tables | {"epci": tables["epci"].join(counted.astype("Int64"), on="siren")}


def _epci(_: pd.DataFrame) -> list[Expectation]:
    return [
        *keys("siren"),
        pattern("siren", SIREN, "SIREN à 9 chiffres"),
        *(filled(name) for name in ("raison_sociale", "nb_membres")),
        listed("nature_juridique", _LEGAL_FORMS, "warning"),
        equal("nb_membres", "membres", "nombre de membres annoncé et communes listées égaux", "error"),
        equal("population_totale", "totale", "population égale à la somme de ses communes", "warning"),
        equal("population_municipale", "municipale", "population égale à la somme de ses communes", "warning"),
    ]


def _member(_: pd.DataFrame) -> list[Expectation]:
    return [
        # A commune belongs to one EPCI à fiscalité propre at most (CGCT, article L. 5210-2).
        *keys("code_commune"),
        pattern("code_commune", COMMUNE, "code de commune à 5 caractères"),
        filled("siren"),
        filled("nom_commune"),
        pattern("siren_commune", SIREN, "SIREN à 9 chiffres"),
    ]


def _ept(_: pd.DataFrame) -> list[Expectation]:
    return [*keys("siren"), pattern("siren", SIREN, "SIREN à 9 chiffres"), filled("libelle")]


def _ept_member(_: pd.DataFrame) -> list[Expectation]:
    return [
        # A commune of Grand Paris belongs to one EPT, Paris to none (CGCT, article L. 5219-2).
        *keys("code_commune"),
        pattern("code_commune", COMMUNE, "code de commune à 5 caractères"),
        filled("siren"),
        filled("nom_commune"),
    ]


RULES: Final[Rules] = {
    "epci": _epci,
    "epci_commune": _member,
    "ept": _ept,
    "ept_commune": _ept_member,
}
