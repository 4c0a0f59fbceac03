"""The labour market API: lists of territories, and the answers of the three indicators."""

from __future__ import annotations

from typing import assert_never

from territoires.local.stand_in.answers import Answer, as_json, message, no_list
from territoires.local.stand_in.behaviour import Behaviour
from territoires.local.stand_in.figures import Figures, Record
from territoires.local.stand_in.indicators import INDICATORS
from territoires.local.stand_in.periods import known_periods
from territoires.local.stand_in.questions import BadQuestion, Question, read_question
from territoires.local.stand_in.territories import LISTED

PREFIX = "/partenaire/stats-offres-demandes-emploi/v1"
_NO_DATA = "Aucune donnée n'est disponible pour les critères demandés."


class Market:
    """Answers that depend on the behaviour and on the question alone."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._figures = Figures(behaviour.seed)

    def answer(self, method: str, path: str, content_type: str, body: bytes) -> Answer:
        """Answer a call under ``PREFIX``, *path* being what follows it."""
        _, kind, *rest = path.split("/")
        if (kind, rest[:1]) == ("referentiel", ["territoires"]) and len(rest) == 2:
            return self._territories(rest[1]) if method == "GET" else _wrong_method("GET")
        if kind == "indicateur" and len(rest) == 1 and rest[0] in INDICATORS:
            return self._indicator(rest[0], content_type, body) if method == "POST" else _wrong_method("POST")
        return message(404, f"Aucune ressource à cette adresse : {path}")

    def _territories(self, kind: str) -> Answer:
        """List the territories of a type that have figures."""
        if kind not in LISTED:
            return message(400, f"Le type de territoire {kind} est inconnu. Valeurs possibles : {', '.join(LISTED)}.")
        listed = [
            {"codeTypeTerritoire": kind, "codeTerritoire": code, "libelleTerritoire": name}
            for code, name in LISTED[kind].items()
            if (kind, code) not in self._behaviour.uncovered
        ]
        return as_json(200, {"territoires": listed})

    def _indicator(self, name: str, content_type: str, body: bytes) -> Answer:
        indicator = INDICATORS[name]
        if not content_type.startswith("application/json"):
            return message(415, "Content-Type doit être application/json.")
        try:
            question = read_question(indicator, body)
        except BadQuestion as error:
            return message(400, str(error))
        periods = self._periods(question)
        heading: Record = {
            "datMaj": self._figures.moment(self._behaviour.as_of, indicator.code),
            "codeIndicateur": indicator.code,
            "codeFamille": indicator.family,
            "libIndicateur": indicator.label,
        }
        if not periods or not self._covers(question):
            return self._no_data(question, heading)
        return as_json(200, heading | {"listeValeursParPeriode": self._figures.rows(question, periods)})

    def _periods(self, question: Question) -> tuple[str, ...]:
        known = known_periods(question.indicator.period_type, self._behaviour.first_year, self._behaviour.as_of)
        if question.last_only:
            return known[-1:]
        return tuple(code for code in known if not question.periods or code in question.periods)

    def _covers(self, question: Question) -> bool:
        kind, code = question.territory_type, question.territory
        if kind == "NAT":
            return True
        if (kind, code) in self._behaviour.uncovered or (kind in LISTED and code not in LISTED[kind]):
            return False
        if kind == "BASSIN" and self._figures.draw("bassin", code) < self._behaviour.uncovered_basins:
            return False
        return self._figures.draw("unanswered", *question.subject) >= self._behaviour.unanswered

    def _no_data(self, question: Question, heading: Record) -> Answer:
        """Say that there is nothing, in the disguise that belongs to this question."""
        disguises = self._behaviour.disguises
        disguise = disguises[int(self._figures.draw("disguise", *question.subject) * len(disguises))]
        match disguise:
            case "500":
                return no_list()
            case "204":
                return Answer(204)
            case "400":
                return message(400, _NO_DATA)
            case "404":
                return message(404, _NO_DATA)
            case "absent":
                return as_json(200, heading)
            case _:
                assert_never(disguise)


def _wrong_method(allowed: str) -> Answer:
    refusal = message(405, f"Seule la méthode {allowed} est possible ici.")
    return Answer(refusal.status, refusal.body, {**refusal.headers, "Allow": allowed})
