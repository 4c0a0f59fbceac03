"""Rows of a table that are no data: titles repeated, totals, a note under the table. They are left out and told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from territoires.anomalies import Anomaly
from territoires.contracts.model import Contract, Field
from territoires.contracts.names import normalise
from territoires.reading.cells import parse_boolean, parse_date, parse_number
from territoires.reading.errors import anomaly, lines_words
from territoires.reading.headers import Layout, known_names
from territoires.reading.model import BrokenRow
from territoires.reading.records import cells_of

_TOTAL = re.compile(r"\W*(?:sous[- ]?)?(?:totaux|total|sommes?|cumul)\b", re.IGNORECASE)
_TOTAL_START = r"(?i)^\W*(?:sous|tota|somme|cumul)"
_NOTE = re.compile(
    r"\s*(?:[*(]|sources?\b|notes?\b|n\.?b\.?\b|légende|remarque|attention\b|lecture\s*:|champ\s*:|édit|extrait|export|"
    r"généré|mise? à jour|arrêté|nombre d|fin d|page\b|document\b|confidentiel|dates? d)",
    re.IGNORECASE,
)
_NOTE_CELLS = 3
_MOST_NOTES = 100

Cells = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Body:
    """What stands under the header: the table with its line numbers, and the rows that could not be cut into cells."""

    table: pa.Table
    lines: pa.Array
    broken: tuple[BrokenRow, ...]

    def without(self, places: Sequence[int], broken_lines: Sequence[int]) -> Body:
        """Return the body without the rows at *places* of the table and the broken rows at *broken_lines*."""
        kept = np.ones(self.table.num_rows, dtype=bool)
        kept[list(places)] = False
        mask = pa.array(kept)
        dropped = frozenset(broken_lines)
        broken = tuple(row for row in self.broken if row.line not in dropped)
        return Body(self.table.filter(mask), self.lines.filter(mask), broken)

    def row(self, position: int) -> list[str | None]:
        """Cells of one row of the table."""
        return [column[position].as_py() for column in self.table.columns]

    def rows(self, positions: Sequence[int]) -> Iterator[tuple[int, tuple[str | None, ...]]]:
        """Yield positions and cells of some rows of the table."""
        few = self.table.take(pa.array(positions, pa.int64()))
        return zip(positions, zip(*(column.to_pylist() for column in few.columns), strict=True), strict=True)


def without_extras(
    body: Body, layout: Layout, contract: Contract, separator: str | None, *, cut: bool
) -> tuple[Body, list[Anomaly]]:
    """Leave out the rows that are no data; *cut* says that the file's last row stops in the middle."""
    judge = _Judge(layout, contract, separator or ";")
    found: list[Anomaly] = []
    titles = [place for place, cells in body.rows(judge.titles(body.table)) if judge.is_header(cells)]
    if titles:
        found.append(_told("entete_repete", [(body.lines[place].as_py(), "") for place in titles]))
        body = body.without(titles, [])
    totals = [(place, cells) for place, cells in body.rows(judge.unkeyed(body.table)) if judge.is_total(cells)]
    broken = [row for row in body.broken if judge.is_broken_total(row)]
    if totals or broken:
        told = [(body.lines[place].as_py(), _first(cells)) for place, cells in totals]
        found.append(_told("ligne_total", told + [(row.line, row.text) for row in broken]))
        body = body.without([place for place, _ in totals], [row.line for row in broken])
    body, below = _without_below(body, judge, cut=cut)
    return body, [*found, *below]


def _without_below(body: Body, judge: _Judge, *, cut: bool) -> tuple[Body, list[Anomaly]]:
    """Take notes, and then one row of sums without label, off the end of the table."""
    notes: list[tuple[int, str]] = []
    sums: list[tuple[int, str]] = []
    rows, broken = body.table.num_rows, len(body.broken)
    while rows + broken and not sums and len(notes) < _MOST_NOTES:
        line, is_broken = _last(body, rows, broken)
        before, _ = _last(body, rows - (not is_broken), broken - is_broken)
        cells = judge.broken_cells(body.broken[broken - 1]) if is_broken else body.row(rows - 1)
        if judge.is_note(cells, after_gap=before < line - 1, cut=cut and is_broken and not notes):
            notes.append((line, _first(cells)))
        elif not is_broken and before and judge.is_sum(cells):
            sums.append((line, _first(cells)))
        else:
            break
        rows, broken = rows - (not is_broken), broken - is_broken
    told = [_told(code, found) for code, found in (("ligne_note", notes), ("ligne_total", sums)) if found]
    return Body(body.table.slice(0, rows), body.lines.slice(0, rows), body.broken[:broken]), told


def _last(body: Body, rows: int, broken: int) -> tuple[int, bool]:
    """Line of the last of the first *rows* rows and *broken* broken ones (0 if none), and whether it is broken."""
    own = body.lines[rows - 1].as_py() if rows else 0
    other = body.broken[broken - 1].line if broken else 0
    return max(own, other), other > own


def _told(code: str, rows: Sequence[tuple[int, str]]) -> Anomaly:
    lines = sorted(line for line, _ in rows)
    return anomaly(code, line=lines[0], value=min(rows)[1], lignes=lines_words(lines))


def _filled(cells: Cells) -> list[tuple[int, str]]:
    return [(place, cell.strip()) for place, cell in enumerate(cells) if cell and cell.strip()]


def _first(cells: Cells) -> str:
    return next((text for _, text in _filled(cells)), "")


class _Judge:
    """Tells what a row is, by the contract's columns."""

    def __init__(self, layout: Layout, contract: Contract, separator: str) -> None:
        headers = {header: contract.column(name) for name, header in layout.columns.items()}
        self.layout = layout
        self.separator = separator
        self.names = known_names(contract)
        self.fields: list[Field | None] = [headers.get(name) for name in layout.names]
        self.known = [(place, column) for place, column in enumerate(self.fields) if column is not None]
        self.keys = [place for place, column in self.known if column.name in contract.primary_key]
        self.required = [place for place, column in self.known if column.required]

    def titles(self, table: pa.Table) -> list[int]:
        """Positions of the rows whose first known column holds one of its own names."""
        place, column = self.known[0]
        names = {self.layout.names[place].casefold()}
        names |= {name.casefold() for name in (column.name, column.title, *column.aliases)}
        texts = pc.utf8_lower(pc.utf8_trim_whitespace(table.column(place)))
        same = pc.is_in(texts, value_set=pa.array(sorted(names), pa.string()), skip_nulls=True)
        return [int(row) for row in np.flatnonzero(flags(same))]

    def unkeyed(self, table: pa.Table) -> list[int]:
        """Positions of the rows without their whole key, or whose key says total, in which some cell starts so."""
        found = np.full(table.num_rows, not self.keys)
        for place in self.keys:
            key = table.column(place)
            found |= flags(pc.fill_null(pc.equal(pc.utf8_trim_whitespace(key), ""), True))
            found |= flags(pc.match_substring_regex(key, _TOTAL_START))
        places = np.flatnonzero(found)
        few = table.take(pa.array(places, pa.int64()))
        says = np.zeros(len(places), dtype=bool)
        for column in few.columns:
            says |= flags(pc.match_substring_regex(column, _TOTAL_START))
        return [int(place) for place in places[says]]

    def broken_cells(self, row: BrokenRow) -> list[str | None]:
        """Cut a broken row as far as it can be."""
        return [*cells_of(row.text, self.separator)]

    def is_header(self, cells: Cells) -> bool:
        """Whether every cell under a column of the contract is a name of that very column, in two of them at least."""
        own = [(self.fields[place], text) for place, text in _filled(cells)]
        named = [self.names.get(normalise(text)) == column.name for column, text in own if column is not None]
        return len(named) > 1 and all(named)

    def is_total(self, cells: Cells) -> bool:
        """Whether the first cell says so, no key is given, and something that every row needs is missing."""
        filled = _filled(cells)
        place, text = filled[0] if filled else (0, "")
        if not _TOTAL.match(text) or self._fits(place, text):
            return False
        keyed = any(other in self.keys for other, _ in filled[1:])
        return not keyed and any(not (cells[need] or "").strip() for need in self.required)

    def is_broken_total(self, row: BrokenRow) -> bool:
        """Whether a row with too few cells says so, with nothing but figures after it."""
        filled = _filled(self.broken_cells(row)) if row.found < row.expected else []
        figures = all(parse_number(text, None) is not None for _, text in filled[1:])
        return bool(filled) and _TOTAL.match(filled[0][1]) is not None and figures

    def is_sum(self, cells: Cells) -> bool:
        """Whether only columns of figures are filled in, and no key."""
        filled = _filled(cells)
        columns = [self.fields[place] for place, _ in filled]
        figures = all(column is None or column.type in {"number", "integer"} for column in columns) and any(columns)
        keyed = any(place in self.keys for place, _ in filled)
        return figures and not keyed and all(parse_number(text, None) is not None for _, text in filled)

    def is_note(self, cells: Cells, *, after_gap: bool, cut: bool) -> bool:
        """Whether the row is prose: one cell, or a few that start as notes do, and nothing that its column wants."""
        filled = _filled(cells)
        if not filled or len(filled) > _NOTE_CELLS or len(self.required) < 2:
            return False
        place, text = filled[0]
        speaks = _NOTE.match(text) is not None and (" " in text or not cut)
        if self._fits(place, text) or any(other in self.keys for other, _ in filled[1:]):
            return False
        return speaks or (len(filled) == 1 and after_gap and (" " in text or not cut))

    def _fits(self, place: int, text: str) -> bool:
        """Whether the text is what the column at *place* holds."""
        column = self.fields[place] if place < len(self.fields) else None
        if column is None:
            return False
        if column.pattern is not None:
            return re.search(column.pattern, text) is not None
        if column.type in {"number", "integer"}:
            return parse_number(text, None) is not None
        if column.type == "date":
            return parse_date(text) is not None
        return text in column.enum or (column.type == "boolean" and parse_boolean(text) is not None)


def flags(values: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    """Booleans of Arrow as numpy; an unknown is False."""
    return cast("npt.NDArray[np.bool_]", pc.fill_null(values, False).to_numpy())
