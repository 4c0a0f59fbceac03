"""Numbers, dates and typography as the Imprimerie nationale's "Lexique des règles typographiques" has them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

NBSP = "\u00a0"
NNBSP = "\u202f"
PARIS = ZoneInfo("Europe/Paris")
MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_BEFORE = re.compile(r" ([;?!])")
_COLON = re.compile(r" (:)(?=\s|$)")
_QUOTES = re.compile("«[ \u00a0\u202f]?|[ \u00a0\u202f]?»")


def integer(number: int) -> str:
    """``1234567`` → ``1 234 567``, with narrow no-break spaces."""
    return f"{number:,}".replace(",", NNBSP)


def decimal(number: float | Decimal, digits: int) -> str:
    """``1234.5`` with 2 digits → ``1 234,50``."""
    return f"{number:,.{digits}f}".replace(",", NNBSP).replace(".", ",")


def count(number: int, singular: str, plural: str | None = None) -> str:
    """``0 ligne``, ``1 ligne``, ``1 200 lignes``: French is in the singular below two; *plural* defaults to an s."""
    word = singular if abs(number) < 2 else plural or f"{singular}s"
    return f"{integer(number)}{NBSP}{word}"


def size(octets: int) -> str:
    """A file size in octets, ko, Mo or Go (powers of ten)."""
    if octets < 1000:
        return count(octets, "octet")
    amount = float(octets)
    for unit in ("ko", "Mo", "Go"):
        amount /= 1000
        if amount < 999.95 or unit == "Go":
            break
    return f"{decimal(amount, 1)}{NBSP}{unit}"


def day(instant: datetime) -> str:
    """``22 novembre 2026``, ``1er mai 2026``: the day of *instant* in Paris. Raises ValueError for a naive instant."""
    return dated(_paris(instant).date())


def dated(day: date) -> str:
    """``22 novembre 2026``, ``1er mai 2026``."""
    number = "1er" if day.day == 1 else str(day.day)
    return f"{number}{NBSP}{MONTHS[day.month - 1]}{NBSP}{day.year}"


def moment(instant: datetime) -> str:
    """``22 novembre 2026 à 14 h 05``, in Paris. Raises ValueError for a naive instant."""
    local = _paris(instant)
    return f"{day(instant)} à {local.hour}{NBSP}h{NBSP}{local.minute:02d}"


def typography(text: str) -> str:
    """Make the spaces of a French sentence unbreakable before ``: ; ? !`` (only where they stand: ``14:05`` is no
    sentence) and inside « »."""
    text = _BEFORE.sub(NNBSP + r"\1", text)
    text = _COLON.sub(NBSP + r"\1", text)
    return _QUOTES.sub(lambda found: f"«{NBSP}" if found.group().startswith("«") else f"{NBSP}»", text)


def quoted(text: str) -> str:
    """*text* between French quotation marks."""
    return f"«{NBSP}{text}{NBSP}»"


def listed(items: Iterable[str]) -> str:
    """``a``, ``a et b``, ``a, b et c``."""
    *head, last = items
    return f"{', '.join(head)} et {last}" if head else last


def lines(numbers: Iterable[int], limit: int = 8) -> str:
    """Line numbers as people write them: ``3, 5 à 9 et 12``; past *limit* ranges, ``… et 340 autres lignes``."""
    runs: list[list[int]] = []
    for number in sorted(set(numbers)):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    # Two in a row are told one by one: « 3, 5 et 6 », not « 3 et 5 et 6 ».
    told = [part for run in runs for part in ([run] if run[1] != run[0] + 1 else [[run[0]] * 2, [run[1]] * 2])]
    shown = [_run(first, last) for first, last in told[:limit]]
    hidden = sum(last - first + 1 for first, last in told[limit:])
    if hidden:
        return f"{', '.join(shown)} et {count(hidden, 'autre ligne', 'autres lignes')}"
    return listed(shown) if shown else ""


def _run(first: int, last: int) -> str:
    return integer(first) if first == last else f"{integer(first)}{NBSP}à{NBSP}{integer(last)}"


def _paris(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError("a receipt needs instants with a time zone")
    return instant.astimezone(PARIS)
