"""Divisions of the French classification of activities."""

from __future__ import annotations

from typing import Final

from territoires.registers.codes import Codes

DIVISION_LENGTH: Final = 2

# Ranges of divisions by section A to U: décret n° 2007-1888 du 26 décembre 2007 and INSEE,
# https://www.insee.fr/fr/information/2120875 (NAF rév. 2: 21 sections, 88 divisions).
_SECTIONS: Final = (
    (1, 3), (5, 9), (10, 33), (35, 35), (36, 39), (41, 43), (45, 47), (49, 53), (55, 56), (58, 63), (64, 66), (68, 68),
    (69, 75), (77, 82), (84, 84), (85, 85), (86, 88), (90, 93), (94, 96), (97, 98), (99, 99),
)  # fmt: skip


def divisions() -> Codes:
    """Return the 88 divisions of the NAF rév. 2; a value's first two digits are its division."""
    known = {f"{number:02d}" for first, last in _SECTIONS for number in range(first, last + 1)}
    return Codes(frozenset(known), stem=DIVISION_LENGTH)
