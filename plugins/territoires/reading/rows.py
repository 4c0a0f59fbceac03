"""From a header and rows of text, whatever file they came from, to a ``Reading``."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from territoires.anomalies import Anomaly, UnreadableFile
from territoires.contracts.model import Contract
from territoires.reading.cells import excel_day
from territoires.reading.errors import anomaly, unreadable
from territoires.reading.headers import Layout, lay_out
from territoires.reading.model import BrokenRow, Reading, Source
from territoires.receipts.convention import is_annotation, restore

TOTAL = re.compile(r"\s*(sous[- ]?)?(total|totaux)\b", re.IGNORECASE)
"""How the first cell of a totals row starts."""

DAY_NUMBER = r"^\s*[1-9]\d{4}\s*$"


@dataclass(frozen=True, slots=True)
class Rows:
    """What a format's reader hands on: header, columns of text named "0", "1"…, and their lines.

    ``cut`` says that the file ends in the middle of its last row, ``surplus`` that only the header ends
    with separators.
    """

    header: tuple[str, ...]
    table: pa.Table
    lines: pa.Array
    broken: tuple[BrokenRow, ...]
    source: Source
    cut: bool = False
    surplus: bool = False


def settle(rows: Rows, contract: Contract, warnings: tuple[Anomaly, ...] = ()) -> Reading:
    """Drop blank rows and the total, name the columns, and say what was noticed.

    Raises:
        UnreadableFile: columns missing or twice (see ``lay_out``), no row at all, or a file cut in its last row.
    """
    rows = _without_annotations(rows)
    layout = lay_out(rows.header, contract, rows.source.header_line)
    table, lines = _without_blank(rows.table, rows.lines)
    broken = tuple(row for row in rows.broken if row.text.strip(" \t\xa0;,|\"'"))
    noticed = [*warnings, *layout.anomalies]
    named = table.rename_columns(list(layout.names))
    named, lines, broken, total = _without_total(named, lines, broken, layout, contract)
    noticed += total
    if rows.cut and broken and broken[-1].line == rows.broken[-1].line:
        last = broken[-1]
        raise unreadable("fichier_tronque", line=last.line, value=last.text)
    if named.num_rows == 0 and not broken:
        raise unreadable("entete_seul", line=rows.source.header_line)
    named, untitled = _without_untitled(named, lines, layout, contract)
    noticed += untitled
    if rows.surplus:
        noticed.append(anomaly("separateur_final"))
    if rows.source.format != "csv":
        _refuse_nulls(named, lines)
    if rows.source.format == "csv":
        noticed += _day_numbers(named, lines, layout, contract)
    return Reading(
        raw=named,
        lines=lines,
        columns=layout.columns,
        source=rows.source,
        ignored=layout.ignored,
        broken=broken,
        anomalies=tuple(noticed),
    )


def _without_annotations(rows: Rows) -> Rows:
    """Undo what we did to refused rows that come back: our columns go, and the apostrophe that defused a formula."""
    kept = [position for position, cell in enumerate(rows.header) if not is_annotation(cell)]
    if len(kept) == len(rows.header):
        return rows
    header = tuple(rows.header[position] for position in kept)
    table = rows.table.select(kept).rename_columns([str(position) for position in range(len(kept))])
    if rows.source.format == "csv":
        header = tuple(restore(cell) for cell in header)
        table = pa.table({name: _restored(table.column(name)) for name in table.column_names})
    return replace(rows, header=header, table=table)


def _restored(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    if not pc.any(pc.starts_with(column, "'")).as_py():
        return column
    return pa.array([restore(cell) if cell else cell for cell in column.to_pylist()], column.type)


def _refuse_nulls(table: pa.Table, lines: pa.Array) -> None:
    """Refuse a workbook that hides a null character in a cell (``_x0000_``): no database takes one in a text."""
    for name in table.column_names:
        found = _mask(pc.match_substring(table.column(name), "\0"))
        if found.any():
            raise unreadable("octet_nul", line=lines[int(found.argmax())].as_py(), column=name)


def _mask(values: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.bool_]:
    """Booleans of Arrow as numpy; an unknown is False."""
    flat = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return cast("npt.NDArray[np.bool_]", pc.fill_null(flat, False).to_numpy(zero_copy_only=False))


def _blank(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    return _mask(pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), ""), True))


def _without_blank(table: pa.Table, lines: pa.Array) -> tuple[pa.Table, pa.Array]:
    """Drop rows whose cells are all empty; the first column is looked at alone first, since it is seldom empty."""
    if table.num_rows == 0:
        return table, lines
    blank = _blank(table.column(0))
    for position in range(1, table.num_columns):
        if not blank.any():
            return table, lines
        blank &= _blank(table.column(position))
    if not blank.any():
        return table, lines
    keep = pa.array(~blank)
    return table.filter(keep), lines.filter(keep)


def _without_total(
    table: pa.Table, lines: pa.Array, broken: tuple[BrokenRow, ...], layout: Layout, contract: Contract
) -> tuple[pa.Table, pa.Array, tuple[BrokenRow, ...], list[Anomaly]]:
    """Drop a last row that says « Total »: its first cell starts so, and it is no full row (« Total SA »)."""
    last_line = lines[-1].as_py() if len(lines) else 0
    if broken and broken[-1].line > last_line:
        last = broken[-1]
        if TOTAL.match(last.text.lstrip('"')):
            return table, lines, broken[:-1], [anomaly("ligne_total", line=last.line, value=last.text)]
        return table, lines, broken, []
    if not last_line:
        return table, lines, broken, []
    cells = {name: table.column(name)[-1].as_py() for name in table.column_names}
    first = cells[table.column_names[0]]
    required = [layout.columns[c.name] for c in contract.fields if c.required and c.name in layout.columns]
    in_key = table.column_names[0] in {layout.columns.get(name) for name in contract.primary_key}
    if first and TOTAL.match(first) and (in_key or any(not cells[name] for name in required)):
        total = anomaly("ligne_total", line=last_line, value=first)
        return table.slice(0, table.num_rows - 1), lines.slice(0, len(lines) - 1), broken, [total]
    return table, lines, broken, []


def _without_untitled(
    table: pa.Table, lines: pa.Array, layout: Layout, contract: Contract
) -> tuple[pa.Table, list[Anomaly]]:
    """Drop empty columns without title; one that has values is kept in ``raw`` and spoken of."""
    if not layout.untitled:
        return table, []
    noticed: list[Anomaly] = []
    names = list(layout.names)
    dropped: list[str] = []
    for position in layout.untitled:
        filled = ~_blank(table.column(names[position])) if table.num_rows else np.zeros(0, dtype=bool)
        if not filled.any():
            dropped.append(names[position])
            continue
        place = int(filled.argmax())
        value = table.column(names[position])[place].as_py()
        noticed.append(
            anomaly(
                "colonne_sans_titre",
                line=lines[place].as_py(),
                column=names[position],
                value=value,
                numero=position + 1,
            )
        )
    if dropped and max(layout.untitled) == len(names) - 1 and names[-1] in dropped:
        noticed.append(anomaly("separateur_final"))
    if noticed and contract.unknown_columns == "freeze":
        frozen = tuple(item for item in noticed if item.code == "colonne_sans_titre")
        if frozen:
            raise UnreadableFile(frozen)
    return table.drop_columns(dropped), noticed


def _day_numbers(table: pa.Table, lines: pa.Array, layout: Layout, contract: Contract) -> list[Anomaly]:
    """Flag dates that are bare Excel day numbers in a text file: they are read, but any five-digit code looks so."""
    noticed: list[Anomaly] = []
    for column in contract.fields:
        header = layout.columns.get(column.name)
        if column.type != "date" or header is None or table.num_rows == 0:
            continue
        found = _mask(pc.match_substring_regex(table.column(header), DAY_NUMBER))
        if not found.any():
            continue
        place = int(found.argmax())
        value = table.column(header)[place].as_py()
        day = excel_day(int(value), date1904=False)
        noticed.append(
            anomaly(
                "date_numero_serie",
                line=lines[place].as_py(),
                column=header,
                value=value,
                nombre=int(found.sum()),
                colonne=header,
                lu=_french(day),
            )
        )
    return noticed


def _french(day: dt.date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "jour inconnu"
