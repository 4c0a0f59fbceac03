"""What a call to an indicator asks, checked as the source checks it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from territoires.local.stand_in.indicators import ACTIVITY_TYPES, TERRITORY_TYPES, Indicator
from territoires.local.stand_in.periods import is_period

_REQUIRED = (
    "codeTypeTerritoire",
    "codeTerritoire",
    "codeTypeActivite",
    "codeActivite",
    "codeTypePeriode",
    "codeTypeNomenclature",
)
_LISTS = ("listeCodePeriode", "listeCodeNomenclature")
_FLAGS = ("dernierePeriode", "sansCaracteristiques")
_TERRITORIES = {"NAT": r"FR", "REG": r"[0-9]{2}", "DEP": r"[0-9]{2}|2[AB]|97[0-9]", "BASSIN": r"[0-9]{4,5}"}
_ACTIVITIES = {"ROME": r"[A-N][0-9]{4}", "CUMUL": r"CUMUL", "MOYENNE": r"MOYENNE"}


class BadQuestion(ValueError):
    """The body of a call is not what the source expects; the message says why, in French."""


@dataclass(frozen=True, slots=True)
class Question:
    """What one call asks about one territory and one activity.

    Attributes:
        periods: codes that were asked for; empty for all that are known.
        last_only: only the latest period, whatever ``periods`` says.
        nomenclatures: codes that are wanted, all those of the indicator unless some were asked for.
        without_details: leave the breakdown by characteristic out.
    """

    indicator: Indicator
    territory_type: str
    territory: str
    activity_type: str
    activity: str
    nomenclatures: tuple[str, ...]
    periods: tuple[str, ...]
    last_only: bool
    without_details: bool

    @property
    def subject(self) -> tuple[str, ...]:
        """Indicator, territory and activity: what the figures depend on, with the period and the nomenclature."""
        return (self.indicator.code, self.territory_type, self.territory, self.activity_type, self.activity)


def read_question(indicator: Indicator, body: bytes) -> Question:
    """Read the JSON body of a call.

    Raises:
        BadQuestion: it is no JSON object, a key is missing, or a value is not one that the source knows.
    """
    given = _json_object(body)
    for key in _REQUIRED:
        if not isinstance(given.get(key), str) or not given[key]:
            raise BadQuestion(f"Le critère {key} est obligatoire.")
    _check_lists(given)
    _check_among("codeTypeTerritoire", given, TERRITORY_TYPES)
    _check_among("codeTypeActivite", given, ACTIVITY_TYPES)
    _check_among("codeTypePeriode", given, (indicator.period_type,))
    _check_among("codeTypeNomenclature", given, (indicator.nomenclature_type,))
    _check_form("codeTerritoire", given, _TERRITORIES[given["codeTypeTerritoire"]])
    _check_form("codeActivite", given, _ACTIVITIES[given["codeTypeActivite"]])
    periods, wanted = given.get("listeCodePeriode") or (), given.get("listeCodeNomenclature") or ()
    if unknown := [code for code in periods if not is_period(indicator.period_type, code)]:
        raise BadQuestion(f"Le critère listeCodePeriode est invalide : {', '.join(unknown)}.")
    if unknown := [code for code in wanted if code not in indicator.nomenclatures]:
        raise BadQuestion(f"Le critère listeCodeNomenclature est invalide : {', '.join(unknown)}.")
    return Question(
        indicator=indicator,
        territory_type=given["codeTypeTerritoire"],
        territory=given["codeTerritoire"],
        activity_type=given["codeTypeActivite"],
        activity=given["codeActivite"],
        nomenclatures=tuple(code for code in indicator.nomenclatures if not wanted or code in wanted),
        periods=tuple(periods),
        last_only=bool(given.get("dernierePeriode")),
        without_details=bool(given.get("sansCaracteristiques")),
    )


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        given = json.loads(body)
    except ValueError as error:
        raise BadQuestion("Le corps de la requête n'est pas un JSON valide.") from error
    if not isinstance(given, dict):
        raise BadQuestion("Le corps de la requête doit être un objet JSON.")
    if unknown := sorted(set(given) - {*_REQUIRED, *_LISTS, *_FLAGS}):
        raise BadQuestion(f"Critère inconnu : {', '.join(unknown)}.")
    return given


def _check_lists(given: Mapping[str, Any]) -> None:
    for key in _LISTS:
        codes = given.get(key) or []
        if not isinstance(codes, list) or not all(isinstance(code, str) for code in codes):
            raise BadQuestion(f"Le critère {key} doit être une liste de codes.")
    for key in _FLAGS:
        if not isinstance(given.get(key, False), bool):
            raise BadQuestion(f"Le critère {key} doit être true ou false.")


def _check_among(key: str, given: Mapping[str, str], known: Sequence[str]) -> None:
    if given[key] not in known:
        raise BadQuestion(f"Le critère {key} est invalide : {given[key]}. Valeurs possibles : {', '.join(known)}.")


def _check_form(key: str, given: Mapping[str, str], pattern: str) -> None:
    if re.fullmatch(pattern, given[key]) is None:
        raise BadQuestion(f"Le critère {key} est invalide : {given[key]}.")
