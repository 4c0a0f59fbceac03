"""Figures made up from a seed: the same question has the same answer, whoever asks it and whenever.

They have the quirks of the real ones: counts are rounded to 10 while percentages are of the exact count, so that 0 may
stand beside 6.0; now and then a row has no count although it is not masked; small counts may be masked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from hashlib import blake2b
from typing import TypeAlias
from zoneinfo import ZoneInfo

from territoires.local.stand_in.answers import Json
from territoires.local.stand_in.indicators import Characteristic
from territoires.local.stand_in.periods import label_of, published_on
from territoires.local.stand_in.questions import Question
from territoires.local.stand_in.territories import name_of

_PARIS = ZoneInfo("Europe/Paris")
_SIZE_OF_TERRITORY = {"NAT": 1.0, "REG": 1 / 14, "DEP": 1 / 90, "BASSIN": 1 / 330}
# Job seekers of one occupation in France: from a hundred and fifty to thirty thousand, three millions in all.
_FEWEST, _RANGE = 150.0, 200.0
_OF_ALL = {"CUMUL": 3_000_000.0, "MOYENNE": 5_600.0}
_WITHOUT_COUNT = 0.02
_MASKED_BELOW = 5
_MASKED = 0.5


Record: TypeAlias = dict[str, Json]


@dataclass(frozen=True, slots=True)
class Figures:
    """Values of one seed."""

    seed: int

    def draw(self, *parts: str) -> float:
        """Return a number from 0 to below 1 that depends on the seed and on *parts* alone."""
        digest = blake2b("\x1f".join((str(self.seed), *parts)).encode(), digest_size=7).digest()
        return int.from_bytes(digest, "big") / 2**56

    def moment(self, day: date, *parts: str) -> str:
        """Return a moment of the morning of *day* as the source writes it (``2026-03-11T07:29:21.000+01:00``)."""
        seconds = int(self.draw("moment", *parts) * 4 * 3600)
        at = datetime.combine(day, time(7 + seconds // 3600, seconds // 60 % 60, seconds % 60), tzinfo=_PARIS)
        return at.isoformat(timespec="milliseconds")

    def rows(self, question: Question, periods: tuple[str, ...]) -> list[Json]:
        """Return ``listeValeursParPeriode``: one row for each period and nomenclature."""
        return [self._row(question, period, code) for period in periods for code in question.nomenclatures]

    def _row(self, question: Question, period: str, nomenclature: str) -> Record:
        indicator = question.indicator
        row: Record = {
            "datMaj": self.moment(published_on(indicator.period_type, period), indicator.code, nomenclature),
            "codeTypeTerritoire": question.territory_type,
            "codeTerritoire": question.territory,
            "libTerritoire": name_of(question.territory_type, question.territory),
            "codeTypeActivite": question.activity_type,
            "codeActivite": question.activity,
            "libActivite": f"Métier {question.activity}" if question.activity_type == "ROME" else "Tous métiers",
            "codeNomenclature": nomenclature,
            "libNomenclature": indicator.nomenclatures[nomenclature],
            "codeTypePeriode": indicator.period_type,
            "codePeriode": period,
            "libPeriode": label_of(indicator.period_type, period),
        }
        if indicator.is_score:
            return row | self._score(question, period, nomenclature)
        count = self._count(question, period, nomenclature)
        row["valeurPrincipaleNombre"] = _rounded(count)
        row["valeurSecondairePourcentage"] = float(round(100 * self.draw("part", *question.subject, nomenclature)))
        if not question.without_details:
            row["listeValeurParCaract"] = list(self._details(question, period, nomenclature, count))
        return row

    def _score(self, question: Question, period: str, nomenclature: str) -> Record:
        """Return a score, about -3 to 3 as a deviation from the mean is, and its class from 1 to 5."""
        drawn = self.draw("score", *question.subject, period, nomenclature)
        return {"valeurPrincipaleDecimale": round(6 * drawn - 3, 2) + 0.0, "valeurPrincipaleNombre": 1 + int(5 * drawn)}

    def _count(self, question: Question, period: str, nomenclature: str) -> float:
        """Return a count before rounding; that of a territory follows the occupation, and moves a little in time."""
        indicator = question.indicator
        of_one: float = _FEWEST * _RANGE ** self.draw("activity", question.activity)
        nation = _OF_ALL.get(question.activity_type, of_one)
        size = _SIZE_OF_TERRITORY[question.territory_type]
        if question.territory_type != "NAT":
            size *= 0.3 + 1.4 * self.draw("territory", question.territory_type, question.territory)
        drift = 0.95 + 0.1 * self.draw("drift", *question.subject, period)
        return nation * size * drift * indicator.sizes[nomenclature]

    def _details(self, question: Question, period: str, nomenclature: str, count: float) -> Iterator[Record]:
        for kind, parts in question.indicator.characteristics.items():
            shares = self._shares(parts, *question.subject, nomenclature, kind)
            for code, part in parts.items():
                named = {"codeTypeCaract": kind, "codeCaract": code, "libCaract": part.label}
                chance = self.draw("row", *question.subject, period, nomenclature, kind, code)
                yield named | _detail(count, shares[code], chance)

    def _shares(self, parts: Characteristic, *where: str) -> dict[str, float]:
        """Return the share of each part: drawn around its average, or summed."""
        weights = {
            code: part.share * (0.5 + self.draw("share", *where, code)) for code, part in parts.items() if not part.sums
        }
        scale = sum(part.share for part in parts.values()) / (sum(weights.values()) or 1)
        shares = {code: weight * scale for code, weight in weights.items()}
        return {
            code: sum(shares[one] for one in part.sums) if part.sums else shares[code] for code, part in parts.items()
        }


def _detail(count: float, share: float, chance: float) -> Record:
    exact = count * share
    if exact < _MASKED_BELOW and chance < _MASKED:
        return {"masque": True}
    percentage: Record = {"pourcentage": float(round(100 * share)), "masque": False}
    return percentage if chance > 1 - _WITHOUT_COUNT else {"nombre": _rounded(exact), **percentage}


def _rounded(count: float) -> int:
    return round(count / 10) * 10
