"""Chance from a seed, the same on every Python version, and identifiers that are made and yet well formed."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws built on ``Random.random()`` alone, the one method whose sequence Python promises never to change."""

    def __init__(self, seed: int, stream: str) -> None:
        """Start the stream called *stream* of *seed*; streams are independent, so one part can grow alone."""
        self._draw = random.Random(f"{seed}/{stream}").random  # noqa: S311 - demonstration data, no secret

    def below(self, limit: float) -> float:
        """Return a number in [0, limit)."""
        return self._draw() * limit

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self._draw() < probability

    def whole(self, low: int, high: int) -> int:
        """Return an integer between *low* and *high*, both included."""
        return low + int(self._draw() * (high - low + 1))

    def pick(self, choices: Sequence[T]) -> T:
        """Return one of *choices*."""
        return choices[int(self._draw() * len(choices))]

    def weighted(self, choices: Sequence[tuple[T, float]]) -> T:
        """Return one of the first members of *choices*, each as often as its weight says."""
        mark = self.below(sum(weight for _, weight in choices))
        for choice, weight in choices:
            mark -= weight
            if mark < 0:
                return choice
        return choices[-1][0]

    def shuffled(self, items: Sequence[T]) -> list[T]:
        """Return *items* in a drawn order."""
        return [item for _, _, item in sorted((self._draw(), rank, item) for rank, item in enumerate(items))]

    def lognormal(self, median: float, spread: float) -> float:
        """Return a positive number around *median*, skewed as amounts of operations are (Box-Muller)."""
        first, second = 1.0 - self._draw(), self._draw()
        return median * math.exp(spread * math.sqrt(-2 * math.log(first)) * math.cos(2 * math.pi * second))


def luhn_key(digits: str) -> str:
    """Return the check digit that makes *digits* followed by it pass Luhn's test (INSEE's rule for SIREN, SIRET)."""
    total = 0
    for rank, character in enumerate(reversed(digits)):
        digit = int(character) * (2 if rank % 2 == 0 else 1)
        total += digit - 9 if digit > 9 else digit
    return str(-total % 10)


def made_siren(family: int, number: int) -> str:
    """Return a SIREN that passes Luhn but is made: ``999``, one digit of family, four of number, the check digit.

    INSEE hands numbers out in ascending order and is far below 999, so none of these belongs to anybody. Families:
    0 EPCI, 1 communes, 2 to 9 companies.
    """
    body = f"999{family:d}{number:04d}"
    if len(body) != 8:
        raise ValueError(f"no made SIREN for family {family} and number {number}")
    return body + luhn_key(body)
