"""The collection: asks what a campaign has left to ask, keeps each raw answer, writes values and journal together.

Several threads call, one writes, in the order of the campaign: a process that is killed leaves everything written up to
some question and nothing after it but the few calls that were on their way, which are asked again.
"""

from __future__ import annotations

import io
import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territoires.france_travail import answers, campaigns
from territoires.france_travail.campaigns import Outcome, Planned, Tally
from territoires.france_travail.client import Client, Found, NoData
from territoires.france_travail.errors import AnswerError, CampaignError, RequestError, UnavailableError

if TYPE_CHECKING:
    from territoires.inbox.archive import Archive
    from territoires.warehouse.engine import Connection

_log = logging.getLogger(__name__)

WORKERS = 4
"""Calls under way at a time: enough for what the budget lets leave as long as an answer takes less than 0.4 s."""
_AHEAD = 2
_FAILURES_IN_A_ROW = 5
"""So many questions in a row without answer, after all their tries: the API is down, not a question bad."""

Reply = Found | NoData | UnavailableError | RequestError | AnswerError


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a collection is: the last question written, and the period that it was answered for."""

    rank: int
    territory: str
    activity: str
    period: str | None

    @property
    def record(self) -> dict[str, int | str | None]:
        """The place in French words, for Airflow's state of the task."""
        return {
            "rang": self.rank,
            "territoire": self.territory,
            "activite": self.activity,
            "periode": self.period,
        }


def collect(
    client: Client,
    connection: Connection,
    archive: Archive,
    campaign: int,
    *,
    workers: int = WORKERS,
    progress: Callable[[Progress], None] | None = None,
) -> Tally:
    """Ask every question of *campaign* that has no answer yet; *connection* is in autocommit, *progress* is told.

    Raises:
        CampaignError: another process is at it, or question after question found no answer: worth another try.
        CredentialsError: asking on would meet the same; nothing is written about the question.
    """
    if not campaigns.hold(connection, campaign):
        raise CampaignError(f"collecte {campaign} : un autre processus pose déjà ses questions")
    left = campaigns.unanswered(connection, campaign)
    _log.info("campaign %d: %d questions to ask", campaign, len(left))
    failures = 0
    pool = ThreadPoolExecutor(workers, thread_name_prefix="france_travail")
    try:
        for planned, reply in _replies(pool, client, left, workers * _AHEAD):
            outcome, period = _settle(connection, archive, campaign, planned, reply)
            failures = failures + 1 if outcome.status == "echec" else 0
            if failures >= _FAILURES_IN_A_ROW:
                raise CampaignError(f"collecte {campaign} : l'API ne répond plus ({outcome.message})")
            if progress:
                progress(Progress(planned.rank, planned.question.territory, planned.question.activity, period))
    finally:
        client.close()
        pool.shutdown(cancel_futures=True)
    return campaigns.tally(connection, campaign)


def _replies(
    pool: ThreadPoolExecutor, client: Client, left: Sequence[Planned], ahead: int
) -> Iterator[tuple[Planned, Reply]]:
    """Yield each question with its reply, in order, with no more than *ahead* of them under way."""
    under_way: deque[tuple[Planned, Future[Reply]]] = deque()
    for planned in left:
        under_way.append((planned, pool.submit(_ask, client, planned)))
        if len(under_way) >= ahead:
            first, future = under_way.popleft()
            yield first, future.result()
    for planned, future in under_way:
        yield planned, future.result()


def _ask(client: Client, planned: Planned) -> Reply:
    """Ask; what concerns this question alone is a value, what concerns all of them is raised."""
    try:
        return client.ask(planned.question)
    except (UnavailableError, RequestError, AnswerError) as error:
        return error


def _settle(
    connection: Connection, archive: Archive, campaign: int, planned: Planned, reply: Reply
) -> tuple[Outcome, str | None]:
    """Keep the raw answer, check it, write it; return how the question ended, and for which period."""
    outcome, answer = _judge(archive, planned, reply)
    campaigns.write(connection, campaign, planned.rank, outcome, answer)
    return outcome, answer.period if answer else None


def _judge(archive: Archive, planned: Planned, reply: Reply) -> tuple[Outcome, answers.Answer | None]:
    if isinstance(reply, NoData):
        return Outcome("sans_donnees", reply.tries, reply.form, reply.detail or None), None
    if isinstance(reply, AnswerError):
        return Outcome("refuse", reply.tries, message=str(reply)), None
    if isinstance(reply, UnavailableError | RequestError):
        return Outcome("echec", reply.tries, message=str(reply)), None
    stored = archive.store(io.BytesIO(reply.body))
    try:
        answer = answers.read(planned.question, reply.document)
    except AnswerError as error:
        _log.warning("question %d: %s", planned.rank, error)
        return Outcome("refuse", reply.tries, message=str(error), sha256=stored.sha256), None
    if isinstance(answer, NoData):
        return Outcome("sans_donnees", reply.tries, answer.form, sha256=stored.sha256), None
    return Outcome("donnees", reply.tries, sha256=stored.sha256), answer


def conclude(connection: Connection, campaign: int, tally: Tally) -> None:
    """Hold a campaign whose questions were all asked to what it must have brought.

    Raises:
        CampaignError: some questions found no answer after all tries: asking again goes on with those.
        EndedCampaignError: every question was turned down (400 or 404): our request is wrong, or the API moved.
    """
    if tally.failed or tally.left:
        raise CampaignError(
            f"collecte {campaign} : {tally.failed + tally.left} questions sur {tally.asked} restent sans réponse après "
            "tous les essais ; elles seront reposées"
        )
    if tally.turned_down == tally.asked:
        raise campaigns.fail(
            connection,
            campaign,
            f"les {tally.asked} questions ont toutes reçu 400 ou 404 : ce n'est pas une absence de données, mais une "
            "demande que l'API n'entend plus (adresse, codes de territoire ou d'activité)",
        )
