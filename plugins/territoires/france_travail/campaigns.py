"""Campaigns in the warehouse: what is asked, what was answered, and the values, written together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from psycopg import DataError, IntegrityError
from psycopg.errors import LockNotAvailable
from psycopg.types.json import Jsonb

from territoires.france_travail.errors import EndedCampaignError
from territoires.france_travail.questions import Indicator, Question
from territoires.warehouse.engine import Connection
from territoires.warehouse.sql import statement

if TYPE_CHECKING:
    from territoires.france_travail.answers import Answer
    from territoires.france_travail.plan import Scope

RESUMED_WITHIN = timedelta(days=6)
"""An older campaign is not gone on with: the weekly one would repeat its first half with newer figures anyway."""
KEPT = timedelta(days=92)
"""Questions of finished campaigns are kept for a quarter: 160,000 each week."""
_LOCK = 0x7E8826
"""First key of the advisory lock that lets one process ask the questions of a campaign at a time."""
KILLED_MS = 5_000
"""How long a campaign may still be held by a process that is no more: ``engine.ABANDONED_MS``, and some."""
_MESSAGE_LENGTH = 1000
ROUNDS = 3
"""A question that meets no answer in so many rounds of the collection will meet none this week."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A question of a campaign and its place in it; *known*: it had data in the last good campaign, *again*: it met no
    answer before."""

    rank: int
    question: Question
    known: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a question ended. *status* as journal.appel_marche.statut, *form* the disguise of « no data »."""

    status: str
    tries: int | None = None
    form: str | None = None
    message: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How the questions of a campaign ended, in numbers, and the values written.

    ``turned_down`` are those without data whose answer was 400 or 404, ``unsound`` those whose answer does not hold,
    ``hopeless`` those of the ``failed`` that met no answer in ``ROUNDS`` rounds.
    """

    asked: int
    with_data: int
    without_data: int
    turned_down: int
    unsound: int
    failed: int
    hopeless: int
    left: int
    written: int

    @property
    def record(self) -> dict[str, int]:
        """The tally in French words, for a log or Airflow."""
        return {
            "questions": self.asked,
            "donnees": self.with_data,
            "sans_donnees": self.without_data,
            "refusees": self.unsound,
            "en_echec": self.failed,
            "restantes": self.left,
            "valeurs_ecrites": self.written,
        }


def current(connection: Connection, scope: Scope) -> int | None:
    """Return the campaign under way for *scope*, None if there is none that is worth going on with."""
    row = connection.execute(
        """
        select id_collecte from journal.collecte_marche
        where statut = 'en_cours' and parametres = %s and commencee_le > clock_timestamp() - %s
        """,
        (Jsonb(scope.record), RESUMED_WITHIN),
    ).fetchone()
    return int(row["id_collecte"]) if row else None


def begin(connection: Connection, scope: Scope, planned: Iterable[Question]) -> int:
    """Write down a new campaign with all its questions, in one transaction; return its number.

    One that was under way is abandoned: what it wrote stays.
    """
    with connection.transaction():
        connection.execute(
            "update journal.collecte_marche set statut = 'abandonnee', finie_le = clock_timestamp()"
            " where statut = 'en_cours'"
        )
        connection.execute(
            """
            delete from journal.appel_marche as a using journal.collecte_marche as c
            where a.id_collecte = c.id_collecte and c.finie_le < clock_timestamp() - %s
            """,
            (KEPT,),
        )
        row = connection.execute(
            "insert into journal.collecte_marche (parametres) values (%s) returning id_collecte",
            (Jsonb(scope.record),),
        ).fetchone()
        if row is None:
            raise LookupError("journal.collecte_marche: insert gave no row")
        number = int(row["id_collecte"])
        target = "id_collecte, rang, indicateur, type_territoire, code_territoire, code_activite, details"
        with (
            connection.cursor() as cursor,
            cursor.copy(f"copy journal.appel_marche ({target}) from stdin") as copy,
        ):
            for rank, one in enumerate(planned, start=1):
                copy.write_row(
                    (number, rank, one.indicator, one.territory_type, one.territory, one.activity, one.details)
                )
    return number


def unanswered(connection: Connection, campaign: int) -> list[Planned]:
    """Return the questions without answer, in order, those that failed before last: they must not hold up the rest."""
    rows = connection.execute(statement("core/questions_restantes.sql"), {"id_collecte": campaign}).fetchall()
    return [
        Planned(
            row["rang"],
            Question(
                Indicator(row["indicateur"]),
                row["type_territoire"],
                row["code_territoire"],
                row["code_activite"],
                row["details"],
            ),
            known=row["connue"],
            again=row["reposee"],
        )
        for row in rows
    ]


def hold(connection: Connection, campaign: int) -> bool:
    """Take the campaign for the session of *connection*; False if another process is asking its questions.

    The session of a process that was just killed is borne for a while: the server has yet to notice.
    """
    try:
        with connection.transaction():
            connection.execute("select set_config('lock_timeout', %s, true)", (f"{KILLED_MS}ms",))
            connection.execute("select pg_advisory_lock(%s, %s)", (_LOCK, campaign))
    except LockNotAvailable:
        return False
    return True


def write(connection: Connection, campaign: int, rank: int, outcome: Outcome, answer: Answer | None = None) -> int:
    """Write the outcome of a question and the values of its *answer* in one transaction; return how many changed.

    Killed before its end, nothing of the question is written and it is asked again; after it, it is not. Values that
    the warehouse cannot hold are those of an answer that does not hold: it must not stop all that follows.
    """
    try:
        return _write(connection, campaign, rank, outcome, answer)
    except (DataError, IntegrityError) as error:
        if answer is None:
            raise
        message = f"valeur que l'entrepôt ne peut tenir : {error.diag.message_primary or error}"
        _write(connection, campaign, rank, replace(outcome, status="refuse", message=message), None)
        return 0


def _write(connection: Connection, campaign: int, rank: int, outcome: Outcome, answer: Answer | None) -> int:
    with connection.transaction():
        written = 0
        if answer is not None:
            own = {"sha256": outcome.sha256, "id_collecte": campaign}
            rows = [{name: _plain(value) for name, value in (row | own).items()} for row in answer.rows]
            written = connection.execute(statement("core/ecrire_indicateurs.sql"), {"valeurs": Jsonb(rows)}).rowcount
        connection.execute(
            """
            update journal.appel_marche set
                statut = %(statut)s, forme = %(forme)s, message = %(message)s, essais = %(essais)s,
                sha256 = %(sha256)s, code_periode = %(periode)s, lignes_lues = %(lues)s, lignes_ecrites = %(ecrites)s,
                repondu_le = clock_timestamp(), passages = passages + 1
            where id_collecte = %(campagne)s and rang = %(rang)s
            """,
            {
                "statut": outcome.status,
                "forme": outcome.form,
                "message": outcome.message and outcome.message[:_MESSAGE_LENGTH],
                "essais": outcome.tries,
                "sha256": outcome.sha256,
                "periode": answer and answer.period,
                "lues": len(answer.rows) if answer else None,
                "ecrites": written if answer else None,
                "campagne": campaign,
                "rang": rank,
            },
        )
    return written


def reopen(connection: Connection, campaign: int, ranks: Iterable[int], message: str) -> None:
    """Write that the answers to some questions are none after all, and why: they are asked again."""
    connection.execute(
        "update journal.appel_marche set statut = 'echec', message = %s where id_collecte = %s and rang = any(%s)",
        (message[:_MESSAGE_LENGTH], campaign, list(ranks)),
    )


def tally(connection: Connection, campaign: int) -> Tally:
    """Count how the questions of *campaign* ended."""
    row = connection.execute(
        """
        select
            count(*) as questions,
            count(*) filter (where statut = 'donnees') as donnees,
            count(*) filter (where statut = 'sans_donnees') as sans_donnees,
            count(*) filter (where statut = 'sans_donnees' and forme in ('400', '404')) as ecartees,
            count(*) filter (where statut = 'refuse') as refusees,
            count(*) filter (where statut = 'echec') as echecs,
            count(*) filter (where statut = 'echec' and passages >= %s) as sans_espoir,
            count(*) filter (where statut = 'a_poser') as restantes,
            coalesce(sum(lignes_ecrites), 0) as ecrites
        from journal.appel_marche where id_collecte = %s
        """,
        (ROUNDS, campaign),
    ).fetchone()
    if row is None:
        raise LookupError(f"campaign {campaign}: no count")
    return Tally(*(int(value) for value in row.values()))


def finish(connection: Connection, campaign: int) -> None:
    """Write that the campaign is over and good."""
    _end(connection, campaign, "terminee", None)


def fail(connection: Connection, campaign: int, message: str) -> EndedCampaignError:
    """Write that the campaign is over and why it is not good; return the error that says so."""
    _end(connection, campaign, "echec", message)
    return EndedCampaignError(f"collecte {campaign} : {message}")


def _end(connection: Connection, campaign: int, status: str, message: str | None) -> None:
    connection.execute(
        "update journal.collecte_marche set statut = %s, message = %s, finie_le = clock_timestamp()"
        " where id_collecte = %s and statut = 'en_cours'",
        (status, message and message[:_MESSAGE_LENGTH], campaign),
    )


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value of a row
    """Return *value* as JSON holds it without loss: numbers with a point and moments as text."""
    return value if value is None or isinstance(value, bool | int | str) else str(value)
