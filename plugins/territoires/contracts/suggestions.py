"""What an operator probably meant: the corrected form of a cell, told only if it breaks no rule itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from territoires.contracts.cells import broken_rules
from territoires.contracts.model import Field
from territoires.contracts.names import nearest

_SPACES = re.compile(r"\s+")
_THOUSANDS = re.compile(
    r"(?P<number>[0-9]+(?:,[0-9]+|[.][0-9]{1,2})?)(?P<unit>k|m|md|milliers?|millions?|milliards?)"
    r"(?:d['’])?(?:€|eur|euros?)?",
    flags=re.IGNORECASE,
)
_WORTH = {"k": 3, "millier": 3, "m": 6, "million": 6, "md": 9, "milliard": 9}
"""Powers of ten."""
_DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})[./ -]([0-9]{1,2})[./ -]([0-9]{4})")


def suggest(column: Field, text: str) -> str | None:
    """Return what *text* most probably meant, in the form that *column* wants; None if nothing is sure enough."""
    for candidate in _candidates(column, text.strip()):
        if candidate != text and candidate and not broken_rules(column, candidate):
            return candidate
    return None


def _candidates(column: Field, text: str) -> Iterator[str]:
    if column.type == "date":
        yield from _dates(text)
    elif column.enum:
        yield nearest(text, column.enum) or ""
    elif column.identifier is not None:
        digits = re.sub(r"[\s.\u00a0\u202f-]", "", text)
        yield digits
        yield digits.zfill(9 if column.identifier == "siren" else 14)
    elif column.type in {"integer", "number"}:
        yield from _numbers(text)
    elif column.type == "string" and column.pattern is not None:
        yield text
        tight = _SPACES.sub("", text)
        yield from (tight, tight.lower(), tight.upper())
        if tight.isascii() and tight.isdigit():
            yield f"0{tight}"


def _dates(text: str) -> Iterator[str]:
    """The French order of day, month and year alone: which of two numbers is the month is not to be guessed."""
    found = _DAY_MONTH_YEAR.fullmatch(text)
    if found is None:
        return
    day, month, year = (int(part) for part in found.groups())
    try:
        yield date(year, month, day).isoformat()
    except ValueError:
        return


def _numbers(text: str) -> Iterator[str]:
    """A number with its unit or its spaces; a comma and a point together are left to the operator."""
    if found := _THOUSANDS.fullmatch(_SPACES.sub("", text)):
        worth = _WORTH[found["unit"].lower().removesuffix("s")]
        yield f"{Decimal(found['number'].replace(',', '.')).scaleb(worth).normalize():f}".replace(".", ",")
    bare = re.sub(r"\s|€|EUR|euros?", "", text, flags=re.IGNORECASE)
    yield bare
    # 1.250 may be one and a quarter or a thousand and a quarter: not to be guessed.
    if re.fullmatch(r"-?[0-9]+[.](?:[0-9]{1,2}|[0-9]{4,})", bare):
        yield bare.replace(".", ",")
