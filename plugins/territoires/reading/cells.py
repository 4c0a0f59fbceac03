"""One cell of text → one value, by French conventions; the slow and exact path behind ``conversion``."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

SPACES = "\u00a0\u202f\u2007\u2009"
"""No-break, narrow no-break, figure and thin space: what French tools put between thousands and around signs."""

_TRUE = frozenset({"oui", "o", "vrai", "true", "1"})
_FALSE = frozenset({"non", "n", "faux", "false", "0"})

_SPACE = f"[ {SPACES}]"
_NUMBER = re.compile(
    rf"([+\-−]?){_SPACE}?"
    rf"(?:(\d+)|(\d{{1,3}}(?:{_SPACE}\d{{3}})+)|(\d{{1,3}}(?:\.\d{{3}})+)(?=,|\.\d{{3}})|(\d{{1,3}}(?:,\d{{3}})+)(?=\.))?"
    rf"(?:([.,])(\d+))?{_SPACE}*(?:€|EUR|euros?)?",
    re.IGNORECASE,
)
_DOT_GROUPS = re.compile(r"([+\-−]?)(\d{1,3}(?:\.\d{3}){2,})")
_COMMA_GROUPS = re.compile(r"([+\-−]?)(\d{1,3}(?:,\d{3}){2,})")
_LARGEST_DIGITS = 18

_ZERO_TIME = r"(?:[T ]00?[:h]00(?::00(?:[.,]0+)?)?Z?)?"
_ISO_DATE = re.compile(rf"(\d{{4}})[-/](\d{{1,2}})[-/](\d{{1,2}}){_ZERO_TIME}")
_FRENCH_DATE = re.compile(rf"(\d{{1,2}})([/.\- ])(\d{{1,2}})\2(\d{{4}}){_ZERO_TIME}")
_WORDS_DATE = re.compile(r"(\d{1,2})(?:er)?[ -]([a-zéû]+)\.?[ -](\d{4})", re.IGNORECASE)
_FIRST_MONTHS = {"janvier": 1, "février": 2, "fevrier": 2, "mars": 3, "avril": 4, "mai": 5, "juin": 6, "juillet": 7}
_LAST_MONTHS = {"août": 8, "aout": 8, "septembre": 9, "octobre": 10, "novembre": 11, "décembre": 12, "decembre": 12}
_MONTHS = _FIRST_MONTHS | _LAST_MONTHS
_DAY_NUMBER = re.compile(r"[1-9]\d{4}")
_LAST_DAY = 109_574  # 31/12/2199: beyond, a number in a date column is no date of this programme


def parse_number(text: str, decimals: int | None) -> Decimal | None:
    """Read a number as French tools write it; None if it is not one or has more decimals than *decimals*.

    ``1 234,56 €``, ``1234.56``, ``-12,5`` and, where both separators appear, the last is the decimal one. A comma alone
    is decimal, so ``1,234`` is one and a bit: where two decimals are kept that is refused rather than guessed, even as
    ``1,200``; other trailing zeros do no harm.
    """
    stripped = text.strip()
    for pattern, mark in ((_DOT_GROUPS, "."), (_COMMA_GROUPS, ",")):
        grouped = pattern.fullmatch(stripped)
        if grouped:
            return _decimal(grouped[1], grouped[2].replace(mark, ""), "")
    match = _NUMBER.fullmatch(stripped)
    if match is None:
        return None
    sign, plain, spaced, dotted, comma_grouped, mark, fraction = match.groups()
    whole = plain or spaced or dotted or comma_grouped
    if whole is None or (dotted and mark != ",") or (comma_grouped and mark != "."):
        return None
    digits = fraction or ""
    if decimals is not None and len(digits) > decimals:
        if len(digits) == 3 or len(digits.rstrip("0")) > decimals:
            return None
        digits = digits.rstrip("0")
    return _decimal(sign, re.sub(r"\D", "", whole), digits)


def _decimal(sign: str, whole: str, fraction: str) -> Decimal | None:
    if len(whole.lstrip("0")) > _LARGEST_DIGITS or not (whole + fraction).isascii():
        return None
    value = Decimal(f"{whole}.{fraction or '0'}")
    return -value if sign in {"-", "−"} else value


def parse_integer(text: str) -> int | None:
    """Read a whole number; ``12,0`` is one, ``12,5`` and ``12,000`` (twelve, or twelve thousand?) are not."""
    value = parse_number(text, 0)
    return None if value is None else int(value)


def parse_date(text: str, *, date1904: bool = False) -> dt.date | None:
    """Read a day: ISO, French with ``/``, ``.``, ``-`` or month names, or an Excel day number of five digits.

    A time of midnight is dropped; another time, a two-digit year or an impossible day gives None.
    """
    stripped = text.strip()
    if not stripped.isascii() and not _WORDS_DATE.fullmatch(stripped):
        return None
    if iso := _ISO_DATE.fullmatch(stripped):
        return _day(int(iso[1]), int(iso[2]), int(iso[3]))
    if french := _FRENCH_DATE.fullmatch(stripped):
        return _day(int(french[4]), int(french[3]), int(french[1]))
    if _DAY_NUMBER.fullmatch(stripped):
        return excel_day(int(stripped), date1904=date1904)
    if words := _WORDS_DATE.fullmatch(stripped):
        month = _MONTHS.get(words[2].casefold())
        return _day(int(words[3]), month, int(words[1])) if month else None
    return None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def excel_day(number: int, *, date1904: bool) -> dt.date | None:
    """Day of an Excel day number: 43529 is 2019-03-05.

    The 1900 system takes 1900 for a leap year, so day 60 never was and numbers from 61 count from 1899-12-30; the 1904
    system counts from 1904-01-01. https://support.microsoft.com/office/e7fe7167-48a9-4b96-bb53-5612a800b487
    """
    if not 61 <= number <= _LAST_DAY:
        return None
    return (dt.date(1904, 1, 1) if date1904 else dt.date(1899, 12, 30)) + dt.timedelta(days=number)


def parse_boolean(text: str) -> bool | None:
    """Read oui/non, o/n, vrai/faux, true/false, 1/0, in any case; None otherwise."""
    word = text.strip().casefold()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None
