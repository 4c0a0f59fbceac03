"""Names of the files of a receipt: the same for the same delivery, so that a retry replaces what it wrote before."""

from __future__ import annotations

import re
from dataclasses import dataclass

from territoires.receipts.french import PARIS
from territoires.receipts.model import Receipt
from territoires.receipts.safe import safe_stem

# A corrected file keeps our name when it is dropped again: without its prefix the name would grow at each turn.
_OURS = re.compile(r"(?:\d{4}-\d\d-\d\d_livraison-\d+_)+(?P<stem>.+?)(?:_lignes-refusees)+")


@dataclass(frozen=True, slots=True)
class Names:
    """Bare file names, without folder."""

    html: str
    text: str
    refused_csv: str
    refused_xlsx: str


def of(receipt: Receipt) -> Names:
    """``2026-11-22_livraison-42_<file>_recu.html`` and its companions; the day is that of the drop, in Paris.

    Raises ValueError if ``received_at`` has no time zone.
    """
    if receipt.received_at.tzinfo is None:
        raise ValueError("a receipt needs instants with a time zone")
    day = receipt.received_at.astimezone(PARIS).date().isoformat()
    stem = safe_stem(receipt.file_name)
    ours = _OURS.match(stem)
    base = f"{day}_livraison-{receipt.delivery_id}_{ours['stem'] if ours else stem}"
    return Names(
        html=f"{base}_recu.html",
        text=f"{base}_recu.txt",
        refused_csv=f"{base}_lignes-refusees.csv",
        refused_xlsx=f"{base}_lignes-refusees.xlsx",
    )
