"""What a person asks of a replay: which deliveries, which version of the contract, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from territoires.contracts.model import Contract
from territoires.contracts.versions import versions
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection


class RequestRefused(ValueError):
    """A form that says nothing that can be done; its text, in French, says what to write instead."""


@dataclass(frozen=True, slots=True)
class Request:
    """Deliveries of one type to replay: one by its number, or those received from one day to another, both included.

    ``version`` judges them; None is, for each, the version that the journal has recorded.
    """

    contract: Contract
    reason: str
    who: str
    since: date | None = None
    until: date | None = None
    delivery_id: int | None = None
    version: str | None = None


def request_of(
    connection: Connection, form: Mapping[str, object], contracts: Mapping[str, Contract], who: str
) -> Request:
    """Make a request of the values of the form: operateur, livraison, du, au, id_livraison, version, motif.

    Raises:
        RequestRefused: with everything that is wrong with the form.
    """
    faults: list[str] = []
    since, until = (_day(form, name, faults) for name in ("du", "au"))
    if since and until and until < since:
        faults.append(f"La période finit le {until:%d/%m/%Y}, avant de commencer le {since:%d/%m/%Y}.")
    delivery_id = _number(form, faults)
    if delivery_id is not None and (since or until):
        faults.append("Donnez un numéro de livraison ou une période, pas les deux.")
    contract = _contract(connection, form, contracts, delivery_id, faults)
    version = _text(form, "version") or None
    known = [one.version for one in versions(contract)] if contract else []
    if contract and version and version not in known:
        faults.append(f"Le contrat {contract.name} n'a pas de version {version} ; ses versions : {', '.join(known)}.")
    reason = _text(form, "motif")
    if not reason:
        faults.append("Écrivez un motif : il est gardé au journal avec le rejeu.")
    if faults or contract is None:
        raise RequestRefused(" ".join(faults))
    return Request(contract, reason, who, since, until, delivery_id, version)


def _contract(
    connection: Connection,
    form: Mapping[str, object],
    contracts: Mapping[str, Contract],
    delivery_id: int | None,
    faults: list[str],
) -> Contract | None:
    """Return the contract that the form names, or that of the delivery that it gives the number of."""
    operator, delivery = _text(form, "operateur"), _text(form, "livraison")
    if delivery_id is not None:
        try:
            row = journal.delivery(connection, delivery_id)
        except LookupError:
            faults.append(f"Le journal n'a pas de livraison n° {delivery_id}.")
            return None
        found = f"{row['operateur']}/{row['livraison']}"
        if operator not in {"", row["operateur"]} or delivery not in {"", row["livraison"]}:
            faults.append(f"La livraison n° {delivery_id} est de {found}, pas de {operator}/{delivery}.")
        if found not in contracts:
            faults.append(f"La livraison n° {delivery_id} est de {found}, qui n'a plus de contrat.")
        return contracts.get(found)
    contract = contracts.get(f"{operator}/{delivery}")
    if contract is None:
        known = ", ".join(sorted(one.delivery for one in contracts.values() if one.operator == operator))
        told = f"ses livraisons : {known}" if known else f"opérateurs : {', '.join(sorted(_operators(contracts)))}"
        faults.append(f"« {delivery} » n'est pas une livraison de « {operator} » ; {told}.")
    return contract


def _operators(contracts: Mapping[str, Contract]) -> set[str]:
    return {contract.operator for contract in contracts.values()}


def _text(form: Mapping[str, object], name: str) -> str:
    value = form.get(name)
    return "" if value is None else str(value).strip()


def _number(form: Mapping[str, object], faults: list[str]) -> int | None:
    text = _text(form, "id_livraison")
    if text and not text.isdecimal():
        faults.append(f"« {text} » n'est pas un numéro de livraison : écrivez-le en chiffres, par exemple 42.")
        return None
    return int(text) if text else None


def _day(form: Mapping[str, object], name: str, faults: list[str]) -> date | None:
    text = _text(form, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        faults.append(f"« {text} » n'est pas une date ({name}) : écrivez-la sous la forme 2024-01-31.")
        return None
