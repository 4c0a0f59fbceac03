"""One cell against the rules of its field, in plain Python: for a contract's examples and for suggestions.

It is also the oracle of the vectorised suite in tests. Files are read by `territoires.reading`, which understands many
more ways of writing; here a value stands in the one form that our templates show.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from territoires.contracts.identifiers import is_siren, is_siret
from territoires.contracts.model import Field

Value = str | int | Decimal | date | bool

_INTEGER = re.compile(r"-?[0-9]+")
_NUMBER = re.compile(r"-?[0-9]+(?:,[0-9]+)?")
_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse(column: Field, text: str) -> Value | None:
    """Read *text* in the form of our templates (1250000,00; 2020-02-13; oui); None if it is not of the field's type."""
    if column.type == "string":
        return text
    if column.type == "boolean":
        return {"oui": True, "non": False}.get(text)
    if column.type == "date":
        return parse_date(text)
    if column.type == "integer":
        return int(text) if _INTEGER.fullmatch(text) else None
    if not _NUMBER.fullmatch(text) or len(text.partition(",")[2]) > (column.decimals or 0):
        return None
    return Decimal(text.replace(",", "."))


def parse_date(text: str) -> date | None:
    """Read an ISO date (2020-02-13); None if it is none or not in the calendar."""
    try:
        return date.fromisoformat(text) if _ISO_DATE.fullmatch(text) else None
    except ValueError:
        return None


def broken_rules(column: Field, text: str) -> tuple[str, ...]:
    """Return the codes of the rules that *text* breaks, registers and other cells left aside.

    The empty text breaks ``obligatoire`` or nothing, an unreadable one ``type`` alone.
    """
    if not text:
        return ("obligatoire",) if column.required else ()
    if text == column.secret:
        return ()
    value = parse(column, text)
    if value is None:
        return ("type",)
    return _broken_text(column, text) if isinstance(value, str) else _broken_bounds(column, value)


def _broken_text(column: Field, text: str) -> tuple[str, ...]:
    judges = {"siren": is_siren, "siret": is_siret}
    broken = {
        "liste": bool(column.enum) and text not in column.enum,
        "motif": column.pattern is not None and re.fullmatch(column.pattern, text, re.ASCII) is None,
        "longueur": column.max_length is not None and len(text) > column.max_length,
        column.identifier or "": column.identifier is not None and not judges[column.identifier](text),
    }
    return tuple(code for code, is_broken in broken.items() if is_broken)


def _broken_bounds(column: Field, value: int | Decimal | date) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ()
    broken = {
        "minimum": _less(value, column.minimum),
        "maximum": _less(column.maximum, value),
        "minimum_alerte": _less(value, column.soft_minimum),
        "maximum_alerte": _less(column.soft_maximum, value),
    }
    return tuple(code for code, is_broken in broken.items() if is_broken)


def _less(left: float | Decimal | date | None, right: float | Decimal | date | None) -> bool:
    if left is None or right is None:
        return False
    if isinstance(left, date) or isinstance(right, date):
        return isinstance(left, date) and isinstance(right, date) and left < right
    return left < right
