"""What one operator drops of one type over time, and what the warehouse holds of it after each file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date

from demo.drops import Drop
from demo.formats import Cell, Layout, csv_bytes, xlsx_bytes, xlsx_cells
from demo.model import Decision, Row, Status, Value

Writer = Callable[[Sequence[Row]], bytes]
"""Writes rows in one operator's manner."""

SHEET = "Démonstration"


def csv_writer(layout: Layout, encoding: str = "utf-8", separator: str = ";") -> Writer:
    """Return what writes rows as CSV."""
    return lambda rows: csv_bytes(rows, layout, encoding, separator)


def xlsx_writer(layout: Layout) -> Writer:
    """Return what writes rows as an ordinary workbook, with typed cells."""

    def write(rows: Sequence[Row]) -> bytes:
        lines: list[Sequence[Cell]] = [layout.header(), *(xlsx_cells(row, layout) for row in rows)]
        return xlsx_bytes(SHEET, lines)

    return write


class Story:
    """Files so far of one type of delivery, and what the warehouse holds after them, by key."""

    def __init__(self, operator: str, delivery: str, key: Sequence[str], title: str) -> None:
        """Begin with an empty warehouse; *title* begins the name of each file, after ``DEMONSTRATION_``."""
        self.operator, self.delivery, self.key, self.title = operator, delivery, tuple(key), title
        self.drops: list[Drop] = []
        self.loaded: dict[tuple[Value, ...], Row] = {}

    def name(self, ending: str) -> str:
        """Return the name of a file: what it is, then its period and extension."""
        return f"DEMONSTRATION_{self.title}_{ending}"

    def key_of(self, row: Row) -> tuple[Value, ...]:
        """Return the key of a row."""
        return tuple(row[column] for column in self.key)

    def changed(self, rows: Iterable[Row]) -> list[Row]:
        """Return those of *rows* that are not, or are otherwise, in the warehouse."""
        return [row for row in rows if self.loaded.get(self.key_of(row)) != row]

    def current(self) -> tuple[Row, ...]:
        """Return the rows that are current in the warehouse after the files so far."""
        return tuple(self.loaded.values())

    def deliver(
        self, day: date, ending: str, why: str, rows: Sequence[Row], write: Writer, *, kind: str = "sain",
        whole: bool = False,
    ) -> None:  # fmt: skip
        """Add a file that loads whole; *whole* where it is the entire state, which closes what it no longer has."""
        self._drop(day, ending, write(rows), "chargee", why, kind, len(rows), 0)
        self.accept(rows, whole=whole)

    def spoil(
        self, day: date, ending: str, why: str, content: bytes, *, kind: str, status: Status = "refusee",
        decision: Decision | None = None,
    ) -> None:  # fmt: skip
        """Add a file of which nothing loads; with a *decision*, one that a ceiling holds first."""
        self._drop(day, ending, content, status, why, kind, decision=decision)

    def part(
        self, day: date, ending: str, why: str, rows: Sequence[Row], write: Writer, *, kind: str,
        damage: Callable[[Row], Row], refused: Collection[tuple[Value, ...]], decision: Decision | None = None,
    ) -> list[Row]:  # fmt: skip
        """Add a file whose rows of these keys are refused, damaged by *damage*; return them as they should be."""
        written = [damage(row) if self.key_of(row) in refused else row for row in rows]
        right = [row for row in rows if self.key_of(row) in refused]
        self._drop(day, ending, write(written), "chargee_partiellement", why, kind, len(rows), len(right), decision)
        self.accept([row for row in rows if self.key_of(row) not in refused])
        return right

    def accept(self, rows: Iterable[Row], *, whole: bool = False) -> None:
        """Count *rows* as loaded."""
        if whole:
            self.loaded.clear()
        self.loaded.update((self.key_of(row), row) for row in rows)

    def _drop(
        self, day: date, ending: str, content: bytes, status: Status, why: str, kind: str, rows: int | None = None,
        refused: int | None = None, decision: Decision | None = None,
    ) -> None:  # fmt: skip
        name = self.name(ending)
        self.drops.append(
            Drop(day, self.operator, self.delivery, name, content, status, why, kind, rows, refused, decision)
        )
