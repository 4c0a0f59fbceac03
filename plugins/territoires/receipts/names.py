"""Names of the files of a receipt, and what the name of a file that comes back tells of the one that it corrects.

The name of a receipt is the same for the same delivery, so that a retry replaces what it wrote before.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from territoires.receipts.french import PARIS
from territoires.receipts.model import Receipt
from territoires.receipts.safe import safe_stem

# A corrected file keeps our name when it is dropped again: without its prefix the name would grow at each turn.
_OURS = re.compile(r"(?:\d{4}-\d\d-\d\d_livraison-(?P<number>\d{1,15})_)+(?P<stem>.+?)(?:_lignes-refusees)+")

_SIGNS = re.compile(r"[^a-z0-9]+")
_DAY = (
    r"(?:(?:19|20)\d\d([-_.]?)(?:0[1-9]|1[0-2])\1(?:0[1-9]|[12]\d|3[01])"
    r"|(?:0[1-9]|[12]\d|3[01])([-_.]?)(?:0[1-9]|1[0-2])\2(?:19|20)\d\d)"
)
_TIME = r"(?:[\sT_-]*\d\d[h:_-]?\d\d(?:[m:_-]?\d\d)?)"
_ADDED = re.compile(
    rf"""(?:
        [\s_.-]+(?:(?:corrig|modifi|rectifi)\w*|corrections?|correct|corr|bis|ter|final\w*|nouveau|new|ok|copie|copy)
      | [\s_.-]+v(?:ersion)?[\s_.-]?\d{{1,3}}
      | [\s_.-]*\(\d{{1,3}}\)
      | [\s_.-]*{_DAY}{_TIME}?
    )$""",
    re.VERBOSE,
)
"""What people and their tools add to the name of a copy; a month alone (``2026-10``) is no day, and tells a period."""


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


def handed_back(file_name: str) -> int | None:
    """Return the number of the delivery whose refused rows a file holds, if it still has the name that we gave it."""
    ours = _OURS.match(safe_stem(file_name))
    return int(ours["number"]) if ours else None


def family(file_name: str) -> str:
    """Return what the names of a file and of its corrected copies have in common.

    ``Export T4.csv``, ``export T4_corrigé (1).xlsx``, ``Export T4 - 2026-11-22.csv`` and our own file of refused rows
    of any of them are one family; ``export_2026-10.csv`` and ``export_2026-11.csv`` are two.
    """
    ours = _OURS.match(safe_stem(file_name))
    name = ours["stem"] if ours else file_name.replace("\\", "/").rsplit("/", 1)[-1].rpartition(".")[0] or file_name
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign)).removeprefix("copie de ")
    while (shorter := _ADDED.sub("", plain)) != plain and shorter:
        plain = shorter
    return _SIGNS.sub("-", plain).strip("-")
