"""Rows of a file that look like open rows of the quarantine whose key could not be read: by line, or by their cells.

Cells are compared as the texts that stand in the files, whatever their column: columns are moved and renamed, and a row
that did not fit its header has its cells in the wrong ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from territoires.delivery.refusals import cut
from territoires.reading import Reading
from territoires.warehouse.quarantine import Likeness

_LIKE_AT_MOST: Final = 50
"""A cell that more rows have than this says too little to look for a row by it."""
_ENOUGH_CELLS: Final = 4
"""Cells outside the faults that must be the same: fewer are the same in rows of quite other things."""
_MOST: Final = 0.75
"""Share of an open row's cells that must be found on the same line of a file of the same name."""


@dataclass(frozen=True, slots=True)
class OpenRow:
    """An open row without key: ``row_id`` is its id_ligne, ``same_name`` whether its file had the name of the new one.

    ``filled`` counts its cells that hold something, ``cells`` are those that no reason blames.
    """

    row_id: int
    line: int
    same_name: bool
    filled: int
    cells: frozenset[str]

    @classmethod
    def of(cls, found: Mapping[str, Any], *, same_name: bool) -> OpenRow:
        """Return what matters of a row of ``quarantaine.ligne`` (id_ligne, ligne, contenu, motifs)."""
        blamed = {reason["column"] for reason in found["motifs"]}
        texts = (text for header, text in found["contenu"].items() if header not in blamed)
        return cls(found["id_ligne"], found["ligne"], same_name, len(_cells(found["contenu"].values())), _cells(texts))


def alike(waiting: Sequence[OpenRow], reading: Reading) -> list[Likeness]:
    """Find the rows of a file that look like open rows; each open row has one at most.

    First the row on the same line of a file of the same name, if most of its cells are the same and one of them stands
    nowhere else in the file (``nom``); then the one row that has every cell that was not blamed (``contenu``).
    """
    rows = _Rows(reading)
    found = _same_line([one for one in waiting if one.same_name], rows)
    met = {one.row_id for one in found}
    return [*found, *_same_cells([one for one in waiting if one.row_id not in met], rows)]


def _cells(texts: Iterable[str | None]) -> frozenset[str]:
    return frozenset(text.strip() for text in texts if text and text.strip())


def _same_line(waiting: Sequence[OpenRow], rows: _Rows) -> list[Likeness]:
    common = {one: one.cells & rows.on(one.line) for one in waiting}
    close = {one: cells for one, cells in common.items() if len(cells) >= max(_ENOUGH_CELLS, _MOST * len(one.cells))}
    if not close:
        return []
    counts = rows.counts(frozenset().union(*close.values()))
    return [
        Likeness(one.row_id, one.line, "nom")
        for one, cells in close.items()
        if min(counts[text] for text in cells) == 1
    ]


def _same_cells(waiting: Sequence[OpenRow], rows: _Rows) -> list[Likeness]:
    """Pair open rows with as many rows that have all their cells, in the order of their lines; else with none."""
    groups: dict[frozenset[str], list[OpenRow]] = {}
    for one in sorted(waiting, key=lambda one: one.line):
        if len(one.cells) >= max(_ENOUGH_CELLS, one.filled / 2):
            groups.setdefault(one.cells, []).append(one)
    if not groups:
        return []
    lines = rows.with_all(groups.keys())
    claims = Counter(line for found in lines.values() for line in found)
    return [
        Likeness(one.row_id, line, "contenu")
        for cells, found in lines.items()
        if len(found) == len(groups[cells]) and all(claims[line] == 1 for line in found)
        for one, line in zip(groups[cells], found, strict=True)
    ]


class _Rows:
    """The rows of a file as sets of texts, looked up by line or by one of their cells."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        # As wide as the numbers that are looked up: else numpy widens the whole of it at each look.
        self._lines = reading.lines.to_numpy(zero_copy_only=False).astype(np.int64)
        self._broken = {row.line: _cells(cut(row, reading)) for row in reading.broken}

    def on(self, line: int) -> frozenset[str]:
        """The cells on a line; none if the file has no such row."""
        place = int(np.searchsorted(self._lines, line))
        if place < len(self._lines) and self._lines[place] == line:
            return self._at(place)
        return self._broken.get(line, frozenset())

    def with_all(self, wanted: Collection[frozenset[str]]) -> dict[frozenset[str], list[int]]:
        """For each set of cells, the lines of the rows that have them all; a set that says too little is left out."""
        counts = self.counts(frozenset().union(*wanted))
        rarest = {cells: min(cells, key=lambda text: (counts[text], text)) for cells in wanted}
        rarest = {cells: text for cells, text in rarest.items() if 0 < counts[text] <= _LIKE_AT_MOST}
        holders = self._holders(pa.array(sorted(set(rarest.values())), pa.string()))
        return {
            cells: [line for line in sorted(holders.get(text, ())) if cells <= self.on(line)]
            for cells, text in rarest.items()
        }

    def _at(self, place: int) -> frozenset[str]:
        return _cells(column[place].as_py() for column in self._reading.raw.columns)

    def _columns(self) -> Iterator[pa.Array]:
        for column in self._reading.raw.columns:
            yield pc.utf8_trim_whitespace(column.combine_chunks())

    def counts(self, wanted: Collection[str]) -> Counter[str]:
        """In how many cells each of the texts *wanted* is found."""
        found: Counter[str] = Counter()
        texts = pa.array(sorted(wanted), pa.string())
        for column in self._columns():
            places = pc.index_in(column, value_set=texts).drop_null().to_numpy(zero_copy_only=False)
            numbers = np.bincount(places, minlength=len(texts))
            found.update({texts[int(place)].as_py(): int(numbers[place]) for place in np.flatnonzero(numbers)})
        found.update(text for cells in self._broken.values() for text in cells)
        return found

    def _holders(self, texts: pa.Array) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for column in self._columns():
            mask = pc.is_in(column, value_set=texts)
            for text, line in zip(
                column.filter(mask).to_pylist(), self._reading.lines.filter(mask).to_pylist(), strict=True
            ):
                found.setdefault(text, set()).add(line)
        for line, cells in self._broken.items():
            for text in cells:
                found.setdefault(text, set()).add(line)
        return found
