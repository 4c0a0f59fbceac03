"""What is asked of the labour market API: three indicators, of a territory, on an activity."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

MARKET_SCOPE: Final = "api_stats-offres-demandes-emploiv1 offresetdemandesemploi"
"""Both words are needed: with the first alone a token is granted, and every call meets an empty 403."""
MARKET_PATH: Final = "/partenaire/stats-offres-demandes-emploi/v1"
ALL_ACTIVITIES: Final = "CUMUL"


class Indicator(StrEnum):
    """The indicators, named as in core.indicateur_marche."""

    TENSION = "perspective"
    SEEKERS = "demandeurs"
    OFFERS = "offres"

    @property
    def path(self) -> str:
        """Its address below the API's."""
        return f"/indicateur/{_FACTS[self][0]}"

    @property
    def nomenclature(self) -> str:
        """The nomenclature in which it is asked."""
        return _FACTS[self][1]

    @property
    def period(self) -> str:
        """The type of its periods."""
        return _FACTS[self][2]

    @property
    def family(self) -> str:
        """The family that its answers name."""
        return _FACTS[self][3]


_FACTS: Final = {
    Indicator.TENSION: ("stat-perspective-employeur", "TYPE_TENSION", "ANNEE", "PERSPECTIVES"),
    Indicator.SEEKERS: ("stat-demandeurs", "CATCAND", "TRIMESTRE", "DEMANDEURS"),
    Indicator.OFFERS: ("stat-offres", "ORIGINEOFF", "TRIMESTRE", "OFFRES"),
}
PERIODS: Final = {"TRIMESTRE": re.compile(r"[0-9]{4}T[1-4]"), "ANNEE": re.compile(r"[0-9]{4}")}
"""The form of a period's code, by its type."""


@dataclass(frozen=True, slots=True)
class Question:
    """One call: *details* also asks for the values by characteristic (sex, age, contract…)."""

    indicator: Indicator
    territory_type: str
    territory: str
    activity: str
    details: bool = False

    @property
    def activity_type(self) -> str:
        """``CUMUL`` of all activities, or a ROME code."""
        return ALL_ACTIVITIES if self.activity == ALL_ACTIVITIES else "ROME"

    @property
    def body(self) -> dict[str, Any]:
        """The JSON of the request: the last period only, so that a weekly run is light."""
        return {
            "codeTypeTerritoire": self.territory_type,
            "codeTerritoire": self.territory,
            "codeTypeActivite": self.activity_type,
            "codeActivite": self.activity,
            "codeTypePeriode": self.indicator.period,
            "codeTypeNomenclature": self.indicator.nomenclature,
            "dernierePeriode": True,
            "sansCaracteristiques": not self.details,
        }
