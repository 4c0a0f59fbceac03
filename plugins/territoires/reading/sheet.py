"""One sheet of a workbook: its cells become the text that people see."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice

import numpy as np
import pyarrow as pa
import python_calamine as calamine

from territoires.reading.errors import french_size, unreadable
from territoires.reading.facts import Extent
from territoires.reading.headers import SEARCHED_LINES, Header, check_width
from territoires.reading.model import Limits, Source
from territoires.reading.rows import Rows

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta

_CHUNK = 1_000
"""Rows turned into text at once: Python's own copy of the cells is never that of the whole sheet."""


def head_rows(sheet: calamine.CalamineSheet) -> list[list[str]]:
    """The first rows of a sheet, among which the header is searched, as text."""
    return [[cell_text(cell) or "" for cell in row] for row in sheet.to_python(False, SEARCHED_LINES)]


def _rows(sheet: calamine.CalamineSheet) -> Iterator[list[Cell]]:
    """Rows from A1; calamine's own iterator starts at the first row but at the first column that holds something."""
    left: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield left + row


def has_rows(sheet: calamine.CalamineSheet, header: int) -> bool:
    """Tell whether something stands under row *header* (from 0)."""
    return any(index > header and any(cell != "" for cell in row) for index, row in enumerate(sheet.iter_rows()))


def cell_text(cell: Cell) -> str | None:
    """Text of a cell as a person would type it: whole numbers without ``.0``, ISO dates, VRAI and FAUX; None if empty.

    Numbers have 15 significant digits, as in Excel, so that 0.1 + 0.2 is 0.3.
    """
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, int | float):
        return number_text(cell)
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def number_text(number: float) -> str:
    """Text of a number: no ``.0``, no power of ten, at most 15 significant digits."""
    if number == int(number) if abs(number) < 1e15 else False:
        return str(int(number))
    return format(Decimal(f"{number:.15g}"), "f")


def sheet_rows(sheet: calamine.CalamineSheet, header: Header, extent: Extent, source: Source, limits: Limits) -> Rows:
    """Return what stands under the header of a sheet, errors and percentages as people see them (see ``Extent``)."""
    cells = header.cells[: _used(header.cells)]
    top = header.index
    shown = _Shown(extent)
    chunks: list[list[pa.StringArray]] = []
    rows = islice(_rows(sheet), top + 1, None)
    first, size = top + 1, 0
    while block := list(islice(rows, _CHUNK)):
        columns = [list(column) for column in zip(*block, strict=True)]
        shown.put(columns, first)
        chunks.append([pa.array(map(cell_text, column), pa.string(), size=len(block)) for column in columns])
        first += len(block)
        size += sum(column.nbytes for column in chunks[-1])
        # One long text may stand in many cells, which a workbook holds once and we as often as it stands there.
        if size > limits.max_csv_bytes:
            raise unreadable("textes_demesures", feuille=source.sheet, limite=french_size(limits.max_csv_bytes))
    found = [pa.chunked_array(list(parts), pa.string()) for parts in zip(*chunks, strict=True)]
    width = max(
        len(cells), max((place + 1 for place, column in enumerate(found) if column.null_count < len(column)), default=0)
    )
    check_width(width, limits)
    height = first - top - 1
    found += [pa.chunked_array([pa.nulls(height, pa.string())])] * (width - len(found))
    return Rows(
        header=(*cells, *[""] * (width - len(cells))),
        table=pa.table({str(place): column for place, column in enumerate(found[:width])}),
        lines=pa.array(range(top + 2, top + 2 + height), pa.int32()),
        broken=(),
        source=source,
        merged=tuple(sheet.merged_cell_ranges or extent.merged),
        hidden=tuple(row + 1 for row in extent.hidden),
    )


class _Shown:
    """What people see in some cells and calamine does not give, by row."""

    def __init__(self, extent: Extent) -> None:
        self.texts: dict[int, list[tuple[int, str]]] = defaultdict(list)
        for (row, place), text in extent.texts.items():
            self.texts[row].append((place, text))
        self.percents = np.sort(np.frombuffer(extent.percents, dtype=np.uint64))

    def put(self, columns: Sequence[list[Cell]], first: int) -> None:
        """Write them into the columns of the rows from *first* on."""
        height = len(columns[0]) if columns else 0
        for row in range(first, first + height) if self.texts else ():
            for place, text in self.texts.get(row, ()):
                if place < len(columns):
                    columns[place][row - first] = text
        start, end = np.searchsorted(self.percents, [first << 16, (first + height) << 16])
        for packed in self.percents[start:end].tolist():
            row, place = (packed >> 16) - first, packed & 0xFFFF
            number = columns[place][row] if place < len(columns) else ""
            if isinstance(number, int | float):
                columns[place][row] = f"{number_text(number * 100)} %"


def _used(row: Sequence[str]) -> int:
    """Cells of a row up to its last that is not empty."""
    return max((place + 1 for place, cell in enumerate(row) if cell), default=0)
