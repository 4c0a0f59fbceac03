"""Brings ``journal.calendrier`` up to the contracts: what was due stays as it was, what is to come follows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta

from territoires.calendar.periods import expectations
from territoires.contracts.model import Contract
from territoires.warehouse.engine import Connection
from territoires.warehouse.sql import statement

_LOCK = 0x7E8819
"""Key of the advisory lock that lets one synchronisation run at a time: the daily one, or that of a build."""


def synchronise(connection: Connection, contracts: Iterable[Contract], today: date) -> int:
    """Write the deliveries expected of each contract, and return how many periods are followed in all.

    A type is followed from the day on which it is first synchronised: what was due before that day is not asked for,
    so that a fresh installation does not begin with years of lateness. A calendar that changes moves only what is not
    due yet; days on which nobody synchronised are caught up.
    """
    with connection.transaction():
        connection.execute("select pg_advisory_xact_lock(%s)", [_LOCK])
        connection.execute("delete from journal.calendrier where attendue_le > %s", [today])
        for contract in contracts:
            _follow(connection, contract, today)
        row = connection.execute("select count(*) as periodes from journal.calendrier").fetchone()
    return int(row["periodes"]) if row else 0


def _follow(connection: Connection, contract: Contract, today: date) -> None:
    kept = connection.execute(
        "select max(attendue_le) as dernier from journal.calendrier where operateur = %s and livraison = %s",
        [contract.operator, contract.delivery],
    ).fetchone()
    since = kept["dernier"] + timedelta(days=1) if kept and kept["dernier"] else today
    for expected in expectations(contract.calendar, since, today):
        connection.execute(
            statement("core/attendre_livraison.sql"),
            {
                "operateur": contract.operator,
                "livraison": contract.delivery,
                "etat_complet": contract.whole_table,
                **asdict(expected),
            },
        )
