"""Patterns that mean the same to every engine that judges them: Python's re, RE2 (pyarrow), PostgreSQL, JavaScript.

So they keep to what all four share. ``\\d``, ``\\w``, ``\\s`` and ``\\b`` take other signs in each (Unicode or not);
look-around and back references do not exist in RE2; PostgreSQL counts repetitions up to 255 only.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator

_TOO_MANY = 255
_REPETITION = re.compile(r"[{]([0-9]*)(,?)([0-9]*)[}]")
_CLASS = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]")


def pattern_faults(pattern: str) -> Iterator[tuple[str, str]]:
    """Yield (what is wrong, remedy) for each thing that keeps *pattern* from being one pattern for all engines."""
    try:
        with warnings.catch_warnings():
            # A FutureWarning tells of set operations ([[...], &&, ||) that engines read in different ways.
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern, re.ASCII)
    except (re.error, FutureWarning, OverflowError) as error:
        yield f"The pattern does not compile: {error}.", "Mend it."
        return
    if not (pattern.startswith("^") and pattern.endswith("$")) or pattern.endswith("\\$"):
        yield "The pattern does not say where the value begins and ends.", "Begin with ^ and end with $."
    elif _has_top_alternative(pattern):
        yield "An alternative (|) at top level cuts the pattern in two.", "Put it in a group: ^(?:a|b)$."
    yield from _foreign_signs(pattern)


def _foreign_signs(pattern: str) -> Iterator[tuple[str, str]]:
    for escape in sorted(set(re.findall(r"\\([A-Za-z0-9])", pattern))):
        yield f"\\{escape} does not mean the same in every engine.", "Write the signs: [0-9] for a digit."
    bare = _outside_classes(pattern)
    if re.search(r"\(\?(?!:)", bare):
        yield "The engines do not share groups that begin with (? other than (?:...).", "Use (?:...)."
    if re.search(r"(?:[*+?]|[}])[+?]", bare.replace("(?:", "(")):
        yield "The engines do not share lazy and possessive repetitions.", "Leave out the sign after the repetition."
    if any(int(count) > _TOO_MANY for found in _REPETITION.findall(bare) for count in (found[0], found[2]) if count):
        yield f"PostgreSQL repeats at most {_TOO_MANY} times.", "Use maxLength for the length."


def _outside_classes(pattern: str) -> str:
    """The pattern without escaped signs and with each class made one letter, so that signs left are syntax."""
    return re.sub(r"\\.", "x", _CLASS.sub("x", pattern))


def _has_top_alternative(pattern: str) -> bool:
    depth = 0
    for sign in _outside_classes(pattern):
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "|" and depth == 0:
            return True
    return False
