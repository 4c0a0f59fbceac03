"""Contracts that no column tells apart, as the four operators' ``referents``: whose file is it?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from territoires.contracts.model import Contract
from territoires.contracts.names import normalise
from territoires.reading.headers import is_complete, wrong_delivery
from territoires.reading.model import Reading

_ADDRESS = re.compile(r"[^@\s]+@([^@\s]+)")


def refuse_twin(reading: Reading, filenames: Sequence[str], contract: Contract, others: Iterable[Contract]) -> None:
    """Refuse a file that its addresses or its name give to another operator's delivery of the same columns.

    Addresses speak where most are of the other operator's domain (that of the contract's recipients) and none of one's
    own; the name, where it has the other operator's name and not one's own. Nothing else can tell.

    Raises:
        UnreadableFile: ``mauvaise_livraison``.
    """
    headers = reading.raw.column_names
    twins = [
        other
        for other in others
        if other.delivery == contract.delivery and other.operator != contract.operator and is_complete(headers, other)
    ]
    if not twins:
        return
    found = _domains(reading)
    own = sum(found[domain] for domain in _recipients(contract))
    for other in twins:
        domains = _recipients(other) - _recipients(contract)
        theirs = sum(found[domain] for domain in domains)
        if theirs > found.total() / 2 and not own:
            shown = max(domains, key=lambda domain: found[domain])
            raise wrong_delivery(contract, other, f"adresses en @{shown}")
    names = [f"_{normalise(name)}_" for name in filenames]
    for other in twins:
        if any(_names(other, name) and not _names(contract, name) for name in names):
            raise wrong_delivery(contract, other, "d’après son nom")


def _names(contract: Contract, name: str) -> bool:
    return f"_{normalise(contract.operator)}_" in name


def _recipients(contract: Contract) -> frozenset[str]:
    return frozenset(address.rpartition("@")[2].casefold() for address in contract.recipients)


def _domains(reading: Reading) -> Counter[str]:
    """Count the domains of the addresses in the columns whose name says that they hold some."""
    found: Counter[str] = Counter()
    for name, header in reading.columns.items():
        if "mail" in name:
            for cell in reading.raw.column(header).to_pylist():
                match = _ADDRESS.fullmatch((cell or "").strip())
                found[match[1].casefold() if match else ""] += match is not None
    return found
