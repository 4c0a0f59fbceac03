"""What calamine does not tell of a workbook, and that the formats' scanners find."""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from dataclasses import dataclass, field

from territoires.reading.rows import Merge


class BrokenWorkbook(Exception):
    """The bytes are not those of a whole workbook."""


class ProtectedWorkbook(Exception):
    """A password keeps the workbook closed."""


@dataclass(slots=True)
class Extent:
    """How far a sheet goes, and what calamine does not say of its cells; rows and columns from 0.

    Attributes:
        rows: number of rows from the first of the sheet to the last in use.
        columns: likewise.
        texts: cells that calamine gives as empty although people see something: errors (``#N/A``), and formulas that
            no tool has computed yet.
        percents: numbers shown as percentages, each as ``row << 16 | column``.
        merged: merged ranges, where calamine does not give them.
        hidden: rows that are hidden or filtered out.
    """

    rows: int = 0
    columns: int = 0
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    percents: array[int] = field(default_factory=lambda: array("Q"))
    merged: list[Merge] = field(default_factory=list)
    hidden: list[int] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """Cells of the rectangle from A1."""
        return self.rows * self.columns

    def percent(self, row: int, column: int) -> None:
        """Note a number shown as a percentage."""
        self.percents.append(row << 16 | column)


@dataclass(frozen=True, slots=True)
class WorkbookFacts:
    """Extents by sheet name, and whether day numbers count from 1904."""

    sheets: Mapping[str, Extent]
    date1904: bool


def is_percent(code: str) -> bool:
    """Tell whether a number format shows percentages: ``0.00 %``, but not ``"%"`` as a mere sign between quotes."""
    return "%" in "".join(code.split('"')[::2]).replace("\\%", "")
