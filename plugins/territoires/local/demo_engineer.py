"""The engineer of the demonstration: answers what the DAGs ask a person, lifts rows, asks for a replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from territoires.local.airflow_api import AirflowApi, Question

if TYPE_CHECKING:
    from demo.model import DemoFile
    from territoires.local.drop import Answer

DECIDE, LIFT, REPLAY = "decide_deliveries", "lift_quarantine", "replay_deliveries"
_APPROVE, _REJECT = "Approuver", "Rejeter"
_COMMENT: Final = "motif"
_THINKING: Final = timedelta(seconds=5)
"""Airflow 3.3 takes an answer that comes before its scheduler has seen the task pause for a failure, and asks again."""
_LIFTED: Final = "rome_inconnu"
"""The demonstration's file whose refused rows nobody will correct."""
_REPLAYED: Final = {
    "operateur": "bpifrance",
    "livraison": "accompagnements",
    "version": "1.0.0",
    "motif": "Démonstration : que donneraient toutes les livraisons sous la première version du contrat ?",
}


@dataclass(slots=True)
class Engineer:
    """Does what a data engineer does in Airflow, through the same API as its pages.

    ``idle`` are the DAGs that this demonstration had no reason to start; ``answered`` counts the questions answered.
    """

    api: AirflowApi
    answered: int = 0
    idle: set[str] = field(default_factory=set)

    def answer(self, decisions: Sequence[tuple[DemoFile, Answer]]) -> None:
        """Answer what is asked: held deliveries as their file says, and no to a replay under a former contract."""
        for question in self.api.questions():
            if datetime.now(UTC) - question.asked_at < _THINKING:
                continue
            option, reason = self._reply(question, decisions)
            self.api.respond(question, option, {_COMMENT: reason})
            self.answered += 1

    def _reply(self, question: Question, decisions: Sequence[tuple[DemoFile, Answer]]) -> tuple[str, str]:
        if question.dag_id == DECIDE:
            held = self.api.conf(question.dag_id, question.run_id)["id_livraison"]
            for file, answer in decisions:
                if answer.delivery_id == held and file.decision == "approuvee":
                    return _APPROVE, f"Démonstration : {file.why}"
        return _REJECT, "Démonstration : ce n'est pas ce que l'on veut charger."

    def work(self, decisions: Sequence[tuple[DemoFile, Answer]]) -> None:
        """Start what only a person starts: rows to lift, where there are some, and a replay to look at."""
        lifted = [answer.delivery_id for file, answer in decisions if file.kind == _LIFTED and answer.rows_refused]
        for delivery_id in lifted:
            form = {"id_livraison": delivery_id, "lignes": "toutes", _COMMENT: "Démonstration : hors du programme."}
            self.api.trigger(LIFT, form)
        if not lifted:
            self.idle.add(LIFT)
        self.api.trigger(REPLAY, _REPLAYED)
