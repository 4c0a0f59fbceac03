"""Asking a person in Airflow: a question with a term, two answers, a comment that must be given, and who answered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypedDict

from airflow.providers.standard.operators.hitl import HITLOperator
from airflow.sdk import Context, Param

APPROVE: Final = "Approuver"
REJECT: Final = "Rejeter"
COMMENT: Final = "motif"
COMMENT_MAX: Final = 1000
"""Length of a comment, in characters: it is kept in the journal, and an operator may read it."""
_AT_LEAST: Final = timedelta(seconds=1)
"""A term that has passed is still asked for, so that the default answer comes the same way as any other."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked: a *subject* of one line, a *body* in Markdown, and until when (with time zone)."""

    subject: str
    body: str
    until: datetime


class Answer(TypedDict):
    """What a person answered; ``who`` is None and ``reason`` empty if nobody did before the term (``timed_out``)."""

    approved: bool
    reason: str
    who: str | None
    timed_out: bool


class Approval(HITLOperator):
    """Asks a person to approve or to reject, and returns an ``Answer``; nobody's answer within the term is a rejection.

    *ask* makes the question when the task runs, from what stands then; it may raise ``AirflowSkipException`` where
    nothing is left to ask. While it waits, the task holds no worker. Both answers let the tasks behind it run: they
    read which it was. Airflow's own ``ApprovalOperator`` skips them on a rejection, knows English options only, and
    has one term for all its runs.
    """

    def __init__(
        self,
        *,
        ask: Callable[[Context], Question],
        comment_title: str,
        params: object = None,  # noqa: ARG002 - those of the DAG, which Airflow hands in, are no fields of this form
        **task: Any,  # noqa: ANN401 - handed on as it is
    ) -> None:
        """Make the task; *task* are the arguments of any operator (``task_id``, ``task_display_name``…)."""
        # Airflow validates a default before each run, whence no minLength here: see ``serialized_params``.
        comment = Param("", type="string", title=comment_title, maxLength=COMMENT_MAX, source="task")
        super().__init__(
            subject="",
            options=[APPROVE, REJECT],
            defaults=REJECT,
            params={COMMENT: comment},
            response_timeout=_AT_LEAST,
            **task,
        )
        self.ask = ask

    @property
    def serialized_params(self) -> dict[str, dict[str, Any]]:
        """The form's fields, as the page shows them: there the comment is compulsory."""
        fields: dict[str, dict[str, Any]] = super().serialized_params
        for field in fields.values():
            field["schema"] = {**field["schema"], "minLength": 1}
        return fields

    def execute(self, context: Context) -> object:
        """Ask; the task then waits for the answer, or for the question's term."""
        question = self.ask(context)
        self.subject, self.body = question.subject, question.body
        self.response_timeout = max(question.until - datetime.now(UTC), _AT_LEAST)
        return super().execute(context)

    def execute_complete(self, context: Context, event: dict[str, Any]) -> object:
        """Return the ``Answer``; one that came without a comment (the API lets it through) is asked for again."""
        if event.get("timedout"):
            return Answer(approved=False, reason="", who=None, timed_out=True)
        given = super().execute_complete(context, event)
        reason = str(given["params_input"].get(COMMENT) or "").strip()
        if not reason:
            self.log.warning("the answer came without a comment; it is asked for again")
            return self.execute(context)
        user = given["responded_by_user"] or {}
        return Answer(
            approved=given["chosen_options"] == [APPROVE],
            reason=reason,
            who=user.get("name") or user.get("id"),
            timed_out=False,
        )
