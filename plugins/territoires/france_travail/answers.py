"""Answers of the market API, checked against what was asked before anything is done with them.

What is checked: types, required keys, that territory, activity, nomenclature and period are those asked, the bounds of
numbers. Keys that we do not know are left alone: the API adds some from time to time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from territoires.france_travail.client import NoData
from territoires.france_travail.errors import AnswerError
from territoires.france_travail.questions import PERIODS, Indicator, Question

_PARIS = ZoneInfo("Europe/Paris")
_DIGITS, _RANK_DIGITS, _DECIMALS = 12, 9, 30
"""Digits of a number before its point, those of a rank, and decimals: the columns hold them, the source gives fewer."""
_LONGEST_CODE = 100
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
"""What JSON can say and PostgreSQL cannot hold."""
_KEY = ("code_nomenclature", "type_caract", "code_caract", "code_periode")


@dataclass(frozen=True, slots=True)
class Answer:
    """The values of one answer: rows named as the columns of core.indicateur_marche, and the last period among them."""

    rows: tuple[dict[str, Any], ...]
    period: str


@dataclass(frozen=True, slots=True)
class _Node:
    """An object of the JSON and the path that leads to it; each method takes one value, or says what is wrong."""

    path: str
    value: Mapping[str, Any]

    def place(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def fail(self, key: str, expected: str) -> AnswerError:
        return AnswerError(self.place(key), self.value.get(key, "absent"), expected)

    def text(self, key: str) -> str:
        found = self.value.get(key)
        if not isinstance(found, str) or not found.strip():
            raise self.fail(key, "un texte")
        if _UNSTORABLE.search(found):
            raise self.fail(key, "un texte sans caractère nul ni moitié de caractère")
        if key.startswith("code") and len(found) > _LONGEST_CODE:
            raise self.fail(key, f"un code d'au plus {_LONGEST_CODE} caractères")
        return found.strip()

    def label(self, key: str) -> str | None:
        return None if self.value.get(key) is None else self.text(key)

    def asked(self, key: str, expected: str) -> str:
        found = self.text(key)
        if found != expected:
            raise self.fail(key, f"« {expected} », comme demandé")
        return found

    def moment(self, key: str) -> datetime | None:
        if self.value.get(key) is None:
            return None
        try:
            found = datetime.fromisoformat(self.text(key))
        except ValueError:
            raise self.fail(key, "une date et une heure ISO 8601") from None
        return found if found.tzinfo else found.replace(tzinfo=_PARIS)

    def number(self, key: str, most: int = _DIGITS) -> Decimal | None:
        found = self.value.get(key)
        if found is None:
            return None
        if isinstance(found, bool) or not isinstance(found, int | Decimal):
            raise self.fail(key, "un nombre")
        number = Decimal(found)
        # Its size before any reckoning, which fails on one that is huge enough.
        if number and number.adjusted() >= most:
            raise self.fail(key, f"un nombre inférieur à {10**most}")
        if int(number.as_tuple().exponent) < -_DECIMALS:
            raise self.fail(key, f"un nombre d'au plus {_DECIMALS} décimales")
        return number

    def whole(self, key: str, most: int = _DIGITS) -> int | None:
        found = self.number(key, most)
        if found is None:
            return None
        if found < 0 or found != int(found):
            raise self.fail(key, "un nombre entier, positif ou nul")
        return int(found)

    def percentage(self, key: str) -> Decimal | None:
        found = self.number(key)
        if found is not None and not _NONE <= found <= _WHOLE:
            raise self.fail(key, "un pourcentage entre 0 et 100")
        return found

    def masked(self) -> bool:
        found = self.value.get("masque")
        if found is not None and not isinstance(found, bool):
            raise self.fail("masque", "true ou false")
        return bool(found)

    def children(self, key: str) -> list[_Node]:
        found = self.value.get(key)
        if found is None:
            return []
        if not isinstance(found, list):
            raise self.fail(key, "une liste")
        places = [f"{self.place(key)}[{number}]" for number in range(len(found))]
        for place, one in zip(places, found, strict=True):
            if not isinstance(one, dict):
                raise AnswerError(place, one, "un objet")
        return [_Node(place, one) for place, one in zip(places, found, strict=True)]


_NONE, _WHOLE = Decimal(0), Decimal(100)


def read(question: Question, document: Mapping[str, Any]) -> Answer | NoData:
    """Return the values in the answer to *question*, or « no data » if it lists none.

    Raises:
        AnswerError: it does not hold; the message names the place in the JSON and the value.
    """
    root = _Node("", document)
    values = root.children("listeValeursParPeriode")
    if not values:
        if "codeHttp" in document:  # the body of an error, under a status of success
            raise root.fail("codeHttp", "une réponse, non une erreur")
        return NoData("liste_absente" if document.get("listeValeursParPeriode") is None else "liste_vide")
    family = document.get("codeFamille")
    if family != question.indicator.family and family in [other.family for other in Indicator]:
        # Job seekers and offers are alike but for this: those of another question must not be taken for them.
        raise root.fail("codeFamille", f"« {question.indicator.family} », comme demandé")
    head = {"code_indicateur": root.text("codeIndicateur"), "maj_le": root.moment("datMaj")}
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for value in values:
        common = head | _common(question, value)
        if common["maj_le"] is None:
            raise value.fail("datMaj", "une date et une heure ISO 8601")
        _add(rows, value, common | _total(value))
        for detail in value.children("listeValeurParCaract"):
            _add(rows, detail, common | _detail(detail))
    return Answer(tuple(rows.values()), max(row["code_periode"] for row in rows.values()))


def _common(question: Question, value: _Node) -> dict[str, Any]:
    """Return what the rows of one value share, held to what was asked."""
    period_type = value.asked("codeTypePeriode", question.indicator.period)
    period = value.text("codePeriode")
    if not PERIODS[period_type].fullmatch(period):
        raise value.fail("codePeriode", f"la forme d'une période {period_type}")
    if value.value.get("codeTypeNomenclature") is not None:
        value.asked("codeTypeNomenclature", question.indicator.nomenclature)
    found = {
        "indicateur": question.indicator.value,
        "type_territoire": value.asked("codeTypeTerritoire", question.territory_type),
        "code_territoire": value.asked("codeTerritoire", question.territory),
        "libelle_territoire": value.label("libTerritoire"),
        "type_activite": value.asked("codeTypeActivite", question.activity_type),
        "code_activite": value.asked("codeActivite", question.activity),
        "libelle_activite": value.label("libActivite"),
        "code_nomenclature": value.text("codeNomenclature"),
        "libelle_nomenclature": value.label("libNomenclature"),
        "type_periode": period_type,
        "code_periode": period,
        "libelle_periode": value.label("libPeriode"),
    }
    updated = value.moment("datMaj")
    return found if updated is None else found | {"maj_le": updated}


def _total(value: _Node) -> dict[str, Any]:
    facts = {
        "type_caract": "",
        "code_caract": "",
        "libelle_caract": None,
        "nombre": value.whole("valeurPrincipaleNombre"),
        "pourcentage": value.percentage("valeurSecondairePourcentage"),
        "valeur_decimale": value.number("valeurPrincipaleDecimale"),
        "taux": value.number("valeurPrincipaleTaux"),
        "montant": value.number("valeurPrincipaleMontant"),
        "rang": value.whole("valeurPrincipaleRang", _RANK_DIGITS),
    }
    return _hidden(facts, masked=value.masked())


def _detail(detail: _Node) -> dict[str, Any]:
    facts = {
        "type_caract": detail.text("codeTypeCaract"),
        "code_caract": detail.text("codeCaract"),
        "libelle_caract": detail.label("libCaract"),
        "nombre": detail.whole("nombre"),
        "pourcentage": detail.percentage("pourcentage"),
        "valeur_decimale": None,
        "taux": None,
        "montant": None,
        "rang": None,
    }
    return _hidden(facts, masked=detail.masked())


_NUMBERS = ("nombre", "pourcentage", "valeur_decimale", "taux", "montant", "rang")


def _hidden(facts: dict[str, Any], *, masked: bool) -> dict[str, Any]:
    """What the source masks is unknown to us, whatever number it left beside the mask."""
    return facts | (dict.fromkeys(_NUMBERS) if masked else {}) | {"masque": masked}


def _add(rows: dict[tuple[str, ...], dict[str, Any]], node: _Node, row: dict[str, Any]) -> None:
    key = tuple(row[name] for name in _KEY)
    if rows.setdefault(key, row) != row:
        raise AnswerError(node.path, " / ".join(filter(None, key)), "une seule valeur pour cette clé")
