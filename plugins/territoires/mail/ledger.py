"""``journal.courrier``: which mails are to be sent, which are being sent, and what became of each.

A mail is claimed, and the claim committed, before the server is spoken to. Whoever sends holds a lock of its session on
the claim: a claim without a lock is that of a process that was killed or cut off, and nobody knows how far it came.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Literal

from territoires.mail.drafts import Draft
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.sql import statement

Status = Literal["a_envoyer", "en_cours", "envoye", "ecrit", "incertain", "echoue"]

_LOCK = 0x7E88
"""First key of the advisory locks on claims; the second is the number of the mail."""


def put(connection: Connection, draft: Draft) -> bool:
    """Write a mail to be sent, in the transaction of what it tells of; False if the ledger has one of this key."""
    values = {name: getattr(draft, name) for name in Draft.__slots__}
    values |= {"recipients": list(draft.recipients), "attachments": list(draft.attachments)}
    return connection.execute(statement("core/ecrire_courrier.sql"), values).rowcount == 1


def has(connection: Connection, key: str) -> bool:
    """Tell whether a mail of this key was ever written."""
    return connection.execute("select 1 from journal.courrier where cle = %s", [key]).fetchone() is not None


def waiting(connection: Connection) -> bool:
    """Tell whether a mail may be sent now, or a claim is to be looked at."""
    query = (
        "select 1 from journal.courrier"
        " where statut = 'en_cours' or (statut = 'a_envoyer' and pas_avant <= clock_timestamp()) limit 1"
    )
    return connection.execute(query).fetchone() is not None


def claim(connection: Connection) -> Row | None:
    """Claim the oldest mail that may be sent now, for this session; None if there is none.

    *connection* commits each statement on its own: the claim is known before anything is sent.
    """
    with connection.transaction():
        return connection.execute(statement("core/prendre_courrier.sql"), {"verrou": _LOCK}).fetchone()


def settle(connection: Connection, mail_id: int, status: Status, **facts: object) -> None:
    """Write what became of a claimed mail and let go of it.

    *facts*: ``servis``, ``code_erreur``, ``message_id``, ``chemin``, and ``pas_avant`` (seconds from now) if it is to
    be tried again.
    """
    known: Mapping[str, object] = {
        "servis": None, "code_erreur": None, "message_id": None, "chemin": None, "pas_avant": 0
    }  # fmt: skip
    values = {**known, **facts, "id": mail_id, "statut": status, "verrou": _LOCK}
    connection.execute(statement("core/regler_courrier.sql"), values)
    connection.execute("select pg_advisory_unlock(%s, %s)", [_LOCK, mail_id])


def lose(connection: Connection) -> Sequence[int]:
    """Set to ``incertain`` the claims that no living session holds; return their numbers."""
    rows = connection.execute(statement("core/perdre_courriers.sql"), {"verrou": _LOCK}).fetchall()
    return [row["id_courrier"] for row in rows]


def last_written(connection: Connection, kind: str) -> datetime | None:
    """Return when the last mail of a kind was written, None if there is none."""
    row = connection.execute("select max(cree_le) as dernier from journal.courrier where motif = %s", [kind]).fetchone()
    found: datetime | None = row["dernier"] if row else None
    return found
