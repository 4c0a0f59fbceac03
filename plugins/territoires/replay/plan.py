"""Which deliveries a replay goes through, in which order, and from which instant on history is made anew."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate

from territoires.contracts.model import Contract
from territoires.contracts.versions import UnknownVersion, at_version
from territoires.delivery.platform import Platform
from territoires.receipts.french import PARIS
from territoires.replay.request import Request
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.sql import statement


class ReplayImpossible(Exception):
    """What is asked cannot be replayed; the text, in French, says which deliveries and why. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Stop:
    """One delivery on the way of a fold: its row of the journal, when it is loaded, and the version that reads it.

    One that is *chosen* is judged anew; of the others, the rows that were accepted are taken as they were.
    """

    row: Row
    instant: datetime
    contract: Contract
    chosen: bool

    @property
    def id(self) -> int:
        """Number of the delivery."""
        return int(self.row["id_livraison"])


@dataclass(frozen=True, slots=True)
class Plan:
    """A fold: the deliveries from the first one chosen on, by the instant of their load, and the state of the journal.

    What was loaded before ``since``, the instant of the first stop, is history as it stands.
    """

    contract: Contract
    stops: tuple[Stop, ...]
    state: str

    @property
    def since(self) -> datetime:
        """Instant from which history is made anew."""
        return self.stops[0].instant


def plan(connection: Connection, platform: Platform, request: Request) -> Plan:
    """Plan the replay that is asked for, from one look at the journal.

    Raises:
        ReplayImpossible: no delivery that was loaded or refused for its content is meant, or one on the way cannot be
            read again: its content or the version of its contract is gone.
    """
    contract = request.contract
    values = {"operateur": contract.operator, "livraison": contract.delivery}
    with connection.transaction():
        journal.lock(connection, contract.name)
        rows = connection.execute(statement("core/rejeu_livraisons.sql"), values).fetchall()
        seen = state(connection, contract.operator, contract.delivery)
    chosen = _chosen(rows, request)
    on_the_way = [row for row in rows if row["id_livraison"] in chosen or _loaded(row)]
    stops = [
        Stop(row, _instant(row), _version(contract, row, request, chosen), row["id_livraison"] in chosen)
        for row in sorted(on_the_way, key=lambda row: (_instant(row), row["id_livraison"]))
    ]
    found = Plan(contract, tuple(stops[_cut(stops) :]), seen)
    _need_contents(platform, found)
    return found


def state(connection: Connection, operator: str, delivery: str) -> str:
    """Return the fingerprint of what a type has loaded and refused: another one makes a plan out of date."""
    values = {"operateur": operator, "livraison": delivery}
    return str(connection.execute(statement("core/rejeu_etat.sql"), values).fetchall()[0]["etat"])


def _loaded(row: Row) -> bool:
    """Whether a load of this delivery is part of history: one of which no row was accepted left its quarantine."""
    return row["chargee_le"] is not None and row["decision"] != "rejetee" and row["statut"] != "remplacee"


def _replayable(row: Row) -> bool:
    """Whether a delivery is what the reading of its content made of it; what a person decided stays decided."""
    refused = row["statut"] == "refusee" and row["decision"] != "rejetee" and row["contrat_version"] is not None
    return refused or row["statut"] in journal.LOADED


def _chosen(rows: Sequence[Row], request: Request) -> set[int]:
    meant = [row for row in rows if _meant(row, request)]
    chosen = {row["id_livraison"] for row in meant if _replayable(row)}
    if not chosen and request.delivery_id is not None:
        status = meant[0]["statut"] if meant else "inconnue"
        raise ReplayImpossible(
            f"La livraison n° {request.delivery_id} ne se rejoue pas : elle est « {status} ». Se rejoue ce qui est "
            "chargé, ou refusé pour son contenu ; une livraison en attente se décide, une livraison rejetée le reste."
        )
    if not chosen:
        raise ReplayImpossible(f"Aucune livraison de {request.contract.name} à rejouer sur cette période.")
    return chosen


def _meant(row: Row, request: Request) -> bool:
    if request.delivery_id is not None:
        return bool(row["id_livraison"] == request.delivery_id)
    day = row["recue_le"].astimezone(PARIS).date()
    return (request.since is None or request.since <= day) and (request.until is None or day <= request.until)


def _instant(row: Row) -> datetime:
    """When a delivery was loaded; when it came, if it never was."""
    found: datetime = row["chargee_le"] or row["recue_le"]
    return found


def _version(contract: Contract, row: Row, request: Request, chosen: set[int]) -> Contract:
    number, recorded = row["id_livraison"], row["contrat_version"]
    try:
        return at_version(contract, request.version if number in chosen and request.version else recorded)
    except UnknownVersion as error:
        raise ReplayImpossible(
            f"La livraison n° {number} a été lue par la version {recorded} du contrat, qui n'est plus dans "
            f"include/contracts/{contract.name}/ : remettez-la, ou choisissez-en une autre."
        ) from error


def _cut(stops: Sequence[Stop]) -> int:
    """Return the place of the first stop: at the first chosen one, or before, where loads and arrivals cross.

    From there on every delivery came after all of those before it. Only then is what stands at that instant all that
    the rest depends on: whether an older delivery may put its values over newer ones is told by their numbers, and
    those confirmed by a delivery that is folded anew would no longer tell it.
    """
    newest = list(accumulate((stop.id for stop in stops), max))
    first = next(place for place, stop in enumerate(stops) if stop.chosen)
    oldest = min(stop.id for stop in stops[first:])
    while first and newest[first - 1] > oldest:
        first -= 1
        oldest = min(oldest, stops[first].id)
    return first


def _need_contents(platform: Platform, found: Plan) -> None:
    missing = [stop.id for stop in found.stops if not platform.archive.path(stop.row["sha256"]).exists()]
    if missing:
        told = ", ".join(f"n° {number}" for number in missing)
        raise ReplayImpossible(
            f"Les archives n'ont plus le contenu de {told} : il faut le remettre (docs/runbook.md) avant de rejouer."
        )
