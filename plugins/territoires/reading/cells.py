"""One cell of text → one value, by French conventions; the slow and exact path behind ``conversion``."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Context, Decimal

SPACES = "\u00a0\u202f\u2007\u2009"
"""No-break, narrow no-break, figure and thin space: what French tools put between thousands and around signs."""

INVISIBLE = "\u200b\u200e\u200f\u2060\ufeff\u00ad"
"""Signs without width, left by a copy from a web page or a chat: nobody sees them, so nobody could mend them."""

_TRUE = frozenset({"oui", "o", "yes", "y", "vrai", "true", "x", "1", "1.0", "1,0"})
_FALSE = frozenset({"non", "n", "no", "faux", "false", "0", "0.0", "0,0"})

_SPACE = f"[ {SPACES}]"
# ¤ is where ISO 8859-15 has its euro.
_EURO = "(?:€|EUR|euros?|¤)"
_AMOUNT = re.compile(rf"{_EURO}?{_SPACE}*(.*?){_SPACE}*{_EURO}?", re.IGNORECASE | re.DOTALL)
_NUMBER = re.compile(
    rf"([+\-−]?){_SPACE}?"
    rf"(?:(\d+)|(\d{{1,3}}(?:{_SPACE}\d{{3}})+)|(\d{{1,3}}(?:\.\d{{3}})+)(?=,|\.\d{{3}})|(\d{{1,3}}(?:,\d{{3}})+)(?=\.))?"
    rf"(?:([.,])(\d+))?"
)
_DOT_GROUPS = re.compile(r"([+\-−]?)(\d{1,3}(?:\.\d{3}){2,})")
_COMMA_GROUPS = re.compile(r"([+\-−]?)(\d{1,3}(?:,\d{3}){2,})")
_LARGEST_DIGITS = 18
_LONGEST_NUMBER = 60
_FLOAT_DIGITS = 15
_FLOAT = Context(prec=_FLOAT_DIGITS)

_TIME = r"(?:(?:[T ]|, ?)(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?)?"
_ZONE = r"(?: ?(Z|UTC|[+-]\d{2}:?\d{2}))?"
_ISO_DATE = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_TIME}{_ZONE}")
_TIGHT_DATE = re.compile(r"(19|20|21)(\d{2})(\d{2})(\d{2})")
_FRENCH_DATE = re.compile(rf"(\d{{1,2}})([/.\- ])(\d{{1,2}})\2(\d{{4}}){_TIME}")
_WORDS_DATE = re.compile(
    r"(?:(?:lun|mar|mer|jeu|ven|sam|dim)[a-z]*\.?,? )?([0-9]{1,2})(?:er)?[ \-/]([a-zéû]+)\.?[ \-/]([0-9]{4})",
    re.IGNORECASE,
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan",
            "février fevrier févr fevr fév fev",
            "mars mar",
            "avril avr",
            "mai",
            "juin",
            "juillet juil",
            "août aout",
            "septembre sept sep",
            "octobre oct",
            "novembre nov",
            "décembre decembre déc dec",
        ),
        start=1,
    )
    for name in names.split()
}
_LONGEST_DATE = 60
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-"))
_DAY_NUMBER = re.compile(r"([1-9]\d{4})(?:[.,]0+)?")
_LAST_DAY = 109_574  # 31/12/2199: beyond, a number in a date column is no date of this programme


def parse_number(text: str, decimals: int | None) -> Decimal | None:
    """Read a number as French tools write it; None if it is not one or has more decimals than *decimals*.

    ``1 234,56 €``, ``1234.56``, ``-12,5``, accountants' ``(12,50)`` and ``12,50-`` and, where both separators appear,
    the last is the decimal one. A comma alone is decimal, so ``1,234`` is one and a bit: where two decimals are kept
    that is refused rather than guessed, even as ``1,200``; other trailing zeros do no harm, nor does what is beyond the
    15 digits that a float holds (``0.30000000000000004``).
    """
    if len(text) > _LONGEST_NUMBER:
        return None
    stripped, negative = _bare(text.strip())
    for pattern, mark in ((_DOT_GROUPS, "."), (_COMMA_GROUPS, ",")):
        grouped = pattern.fullmatch(stripped)
        if grouped:
            return _decimal(grouped[1] or negative, grouped[2].replace(mark, ""), "")
    match = _NUMBER.fullmatch(stripped)
    if match is None:
        return None
    sign, plain, spaced, dotted, comma_grouped, mark, fraction = match.groups()
    whole = plain or spaced or dotted or comma_grouped
    if whole is None or (dotted and mark != ",") or (comma_grouped and mark != "."):
        return None
    digits = fraction or ""
    value = _decimal(sign or negative, re.sub(r"\D", "", whole), digits)
    if value is None or decimals is None or len(digits) <= decimals:
        return value
    if len(digits) == 3:
        return None
    shown = _FLOAT.plus(value) if len(value.as_tuple().digits) > _FLOAT_DIGITS else value
    return shown if shown == round(shown, decimals) else None


def _bare(text: str) -> tuple[str, str]:
    """Take the currency off an amount, and the brackets or the last sign by which accountants write a negative one."""
    inner = _amount(text)
    if inner.startswith("(") and inner.endswith(")"):
        return (_amount(inner[1:-1].strip()), "-") if inner[1:2].isdigit() else (inner, "")
    if inner.endswith("-") and inner[:1].isdigit():
        return inner[:-1].rstrip(f" {SPACES}"), "-"
    return inner, ""


def _amount(text: str) -> str:
    match = _AMOUNT.fullmatch(text)
    return match[1] if match else text


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
    """Read a day: ISO (``2019-03-05``, ``20190305``), French with ``/``, ``.``, ``-`` or month names, Excel's number.

    The hour, where there is one, is left aside, unless it is in universal time and not midnight: the day would then
    depend on the place. A two-digit year or an impossible day gives None.
    """
    stripped = text.strip().translate(_DASHES).replace(" à ", " ")
    if len(stripped) > _LONGEST_DATE:
        return None
    if words := _WORDS_DATE.fullmatch(stripped):
        month = _MONTHS.get(words[2].casefold())
        return _day(int(words[3]), month, int(words[1])) if month else None
    if not stripped.isascii():
        return None
    if iso := _ISO_DATE.fullmatch(stripped):
        return _day(int(iso[1]), int(iso[3]), int(iso[4])) if _is_hour(*iso.group(5, 6, 7, 8)) else None
    if french := _FRENCH_DATE.fullmatch(stripped):
        return _day(int(french[4]), int(french[3]), int(french[1])) if _is_hour(*french.group(5, 6, 7)) else None
    if tight := _TIGHT_DATE.fullmatch(stripped):
        return _day(int(tight[1] + tight[2]), int(tight[3]), int(tight[4]))
    if number := _DAY_NUMBER.fullmatch(stripped):
        return excel_day(int(number[1]), date1904=date1904)
    return None


def _is_hour(hour: str | None, minute: str | None, second: str | None, zone: str | None = None) -> bool:
    parts = [int(part or 0) for part in (hour, minute, second)]
    if zone is not None and zone.strip("+-:0") in {"Z", "UTC", ""} and any(parts):
        return False
    return parts[0] < 24 and parts[1] < 60 and parts[2] < 60


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
    """Read oui/non, o/n, vrai/faux, true/false, yes/no, 1/0 and a cross, in any case; None otherwise."""
    word = text.strip().casefold()
    if word in _TRUE:
        return True
    return False if word in _FALSE else None
