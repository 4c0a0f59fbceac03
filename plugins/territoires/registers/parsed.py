"""A register as read from its file: plain tables with the warehouse's column names, not yet checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from territoires.registers.catalogue import Register


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a file says.

    Attributes:
        register: which register.
        millesime: ISO date (territories), year (EPCI, communes) or version (occupations) that the content describes.
        phase: phase of the programme, for territories only.
        tables: frames by table of schema core, columns named as there, without vintage nor phase.
        rows: number of records in the file.
        perimeters: number of rows of perimeter, None where the list does not describe them.
        warnings: what is odd but harmless, in French.
    """

    register: Register
    millesime: str
    phase: int | None
    tables: dict[str, pd.DataFrame]
    rows: int
    perimeters: int | None = None
    warnings: tuple[str, ...] = field(default=())


def without_nbsp(text: str) -> str:
    """Return *text* trimmed, its no-break spaces (U+00A0, U+202F: French typing habits) made plain ones."""
    return text.replace("\u00a0", " ").replace("\u202f", " ").strip()
