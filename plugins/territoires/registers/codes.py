"""The codes of one register, as a contract's rules ask for them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date

from territoires.contracts.names import normalise


@dataclass(frozen=True, slots=True)
class Span:
    """A code is valid from ``start`` to the day before ``end``; None is open."""

    code: str
    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Codes:
    """What a register knows.

    Attributes:
        known: every code that it has or had.
        spans: when each code is valid, one at least for each; none at all where the codes have no dates.
        stem: how many signs of a value are the code, None for the whole value (an activity begins with its division).
        meant: the code that people mean by another text, by that text's normal form (``names.normalise``).
    """

    known: Collection[str]
    spans: tuple[Span, ...] = ()
    stem: int | None = None
    meant: Mapping[str, str] = field(default_factory=dict)

    def __contains__(self, text: str) -> bool:
        """Tell whether *text* is, or begins with, a known code."""
        return text[: self.stem] in self.known

    def corrected(self, text: str, guess: str | None) -> str | None:
        """Return what *text* most probably meant: *guess* if it is known here, else what people mean by it."""
        return guess if guess is not None and guess in self else self.meant.get(normalise(text))
