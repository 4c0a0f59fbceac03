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
from territoires.france_travail.watch import Watch, place

if TYPE_CHECKING:
    from territoires.inbox.archive import Archive
    from territoires.warehouse.engine import Connection

_log = logging.getLogger(__name__)

WORKERS = 4
"""Calls under way at a time: enough for what the budget lets leave as long as an answer takes less than 0.4 s."""
_AHEAD = 2
MOST_FAILED = 0.01
FEW_FAILED = 5
"""Share of a campaign's questions that may stay without answer, and their number, once they were asked in some rounds:
what the API cannot say of one occupation or territory must not keep back all the rest."""

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
        CampaignError: another process is at it, question after question found no answer, or 400 and 404 where there
            was data last time: worth another try.
        CredentialsError: asking on would meet the same; nothing is written about the question.
    """
    if not campaigns.hold(connection, campaign):
        raise CampaignError(f"collecte {campaign} : un autre processus pose déjà ses questions")
    left = campaigns.unanswered(connection, campaign)
    _log.info("campaign %d: %d questions to ask", campaign, len(left))
    watch = Watch()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="france_travail")
    try:
        for planned, reply in _replies(pool, client, left, workers * _AHEAD, watch):
            outcome, period = _settle(connection, archive, campaign, planned, reply)
            if watch.down(planned, outcome):
                raise CampaignError(f"collecte {campaign} : l'API ne répond plus ({outcome.message})")
            if watch.moved(planned, outcome):
                # All that had data, be it before the run: several calls are under way, which are not answered in order.
                message = (
                    f"{len(watch.gone)} questions reçoivent 400 ou 404, là où l'API avait des données la dernière "
                    "fois : son adresse ou ses codes ont changé ; elles seront reposées"
                )
                campaigns.reopen(connection, campaign, watch.gone + watch.doubtful, message)
                raise CampaignError(f"collecte {campaign} : {message}")
            if progress:
                progress(Progress(planned.rank, planned.question.territory, planned.question.activity, period))
    finally:
        client.close()
        pool.shutdown(cancel_futures=True)
    return campaigns.tally(connection, campaign)


def _replies(
    pool: ThreadPoolExecutor, client: Client, left: Sequence[Planned], ahead: int, watch: Watch
) -> Iterator[tuple[Planned, Reply]]:
    """Yield each question with its reply, in order, with no more than *ahead* of them under way."""
    under_way: deque[tuple[Planned, Future[Reply]]] = deque()
    for planned in left:
        future = _set_aside() if place(planned) in watch.aside else pool.submit(_ask, client, planned)
        under_way.append((planned, future))
        if len(under_way) >= ahead:
            first, future = under_way.popleft()
            yield first, future.result()
    for planned, future in under_way:
        yield planned, future.result()


def _set_aside() -> Future[Reply]:
    future: Future[Reply] = Future()
    future.set_result(UnavailableError("pas demandé : d'autres questions sur ce territoire restent sans réponse"))
    return future


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
        kept = None if reply.body is None else archive.store(io.BytesIO(reply.body)).sha256
        return Outcome("refuse", reply.tries, message=str(reply), sha256=kept), None
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

    Few questions without answer are let go once they were asked in some rounds, and told.

    Raises:
        CampaignError: some questions found no answer after all tries: asking again goes on with those.
        EndedCampaignError: every question was turned down (400 or 404): our request is wrong, or the API moved.
    """
    let_go = tally.failed == tally.hopeless <= max(FEW_FAILED, MOST_FAILED * tally.asked)
    if tally.left or (tally.failed and not let_go):
        raise CampaignError(
            f"collecte {campaign} : {tally.failed + tally.left} questions sur {tally.asked} restent sans réponse après "
            "tous les essais ; elles seront reposées"
        )
    if tally.failed:
        _log.warning("campaign %d: %d questions without answer are let go", campaign, tally.failed)
    if tally.turned_down == tally.asked:
        raise campaigns.fail(
            connection,
            campaign,
            f"les {tally.asked} questions ont toutes reçu 400 ou 404 : ce n'est pas une absence de données, mais une "
            "demande que l'API n'entend plus (adresse, codes de territoire ou d'activité)",
        )
