"""From a header and rows of text, whatever file they came from, to a ``Reading``."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from territoires.anomalies import Anomaly, UnreadableFile
from territoires.contracts.model import Contract
from territoires.reading.doubts import doubts
from territoires.reading.errors import anomaly, lines_words, unreadable
from territoires.reading.extras import Body, flags, without_extras
from territoires.reading.headers import Layout, lay_out
from territoires.reading.model import BrokenRow, Reading, Source
from territoires.receipts.convention import REFERENCE, is_annotation, is_origin, restore

Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, as (row, column) from 0, both included."""

_BLANK = " \t\xa0;,|\"'\x1a"
_SHOWN_RANGES = 5
_CUT_UNSEEN = frozenset({"number", "integer", "date"})


@dataclass(frozen=True, slots=True)
class Rows:
    """What a format's reader hands on: header, columns of text named "0", "1"…, and their lines.

    ``cut`` says that the file ends in the middle of its last row, ``unended`` that its last cell may be cut,
    ``surplus`` that only the header ends with separators. ``merged`` are the merged ranges of the sheet,
    ``hidden`` the lines that people do not see; ``references`` are as in ``Reading``.
    """

    header: tuple[str, ...]
    table: pa.Table
    lines: pa.Array
    broken: tuple[BrokenRow, ...]
    source: Source
    cut: bool = False
    unended: bool = False
    surplus: bool = False
    merged: tuple[Merge, ...] = ()
    hidden: tuple[int, ...] = ()
    references: pa.Table | None = None


def settle(rows: Rows, contract: Contract, warnings: tuple[Anomaly, ...] = ()) -> Reading:
    """Drop what is no data, name the columns, and say what was noticed.

    Raises:
        UnreadableFile: columns missing or twice (see ``lay_out``), no row at all, a file cut in its last row, data
            cells merged, or dates that can be read in two ways.
    """
    read, rows = rows, _without_annotations(rows)
    layout = lay_out(rows.header, contract, rows.source.header_line, rows.table)
    table, lines = _without_blank(rows.table, rows.lines)
    named = table.rename_columns(list(layout.names))
    body = Body(named, lines, tuple(row for row in rows.broken if row.text.strip(_BLANK)))
    extras: list[Anomaly] = []
    if rows is read:  # whereas each row of a file that we made is one to be corrected
        body, extras = without_extras(body, layout, contract, rows.source.separator, cut=rows.cut)
    if rows.cut and body.broken and body.broken[-1].line == rows.broken[-1].line:
        last = body.broken[-1]
        raise unreadable("fichier_tronque", line=last.line, value=last.text)
    if body.table.num_rows == 0 and not body.broken:
        raise unreadable("entete_seul", line=rows.source.header_line)
    _refuse_merged(rows, body)
    if rows.source.format != "csv":
        _refuse_nulls(body.table, body.lines)
    named, untitled = _without_untitled(body.table, body.lines, layout, contract)
    noticed = [*warnings, *layout.anomalies, *_hidden(rows, body), *extras, *untitled]
    if rows.surplus:
        noticed.append(anomaly("separateur_final"))
    noticed += doubts(named, body.lines, layout.columns, contract, rows.source)
    if rows.unended:
        noticed += _unended(named, body.lines, int(rows.lines[-1].as_py()), layout, contract)
    return Reading(
        raw=named,
        lines=body.lines,
        columns=layout.columns,
        source=rows.source,
        ignored=layout.ignored,
        broken=body.broken,
        anomalies=tuple(noticed),
        references=rows.references,
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
    return replace(rows, header=header, table=table, references=_references(rows))


def _references(rows: Rows) -> pa.Table | None:
    """Read what each row says it corrects; a row whose cell cannot be read says nothing."""
    place = next((position for position, cell in enumerate(rows.header) if is_origin(cell)), None)
    if place is None:
        return None
    found = pc.extract_regex(rows.table.column(place).combine_chunks(), REFERENCE)
    told = pc.is_valid(found)
    parts = {"id_livraison": pa.int64(), "ligne_origine": pa.int32()}
    columns = {name: pc.struct_field(found, name).filter(told).cast(kind) for name, kind in parts.items()}
    return pa.table({"ligne": rows.lines.filter(told), **columns})


def _restored(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    if not pc.any(pc.starts_with(column, "'")).as_py():
        return column
    return pa.array([restore(cell) if cell else cell for cell in column.to_pylist()], column.type)


def _refuse_nulls(table: pa.Table, lines: pa.Array) -> None:
    """Refuse a workbook that hides a null character in a cell (``_x0000_``): no database takes one in a text."""
    for name in table.column_names:
        found = flags(pc.match_substring(table.column(name), "\0"))
        if found.any():
            raise unreadable("octet_nul", line=lines[int(found.argmax())].as_py(), column=name)


def _blank(column: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    return flags(pc.fill_null(pc.equal(pc.utf8_trim_whitespace(column), ""), True))


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


def _refuse_merged(rows: Rows, body: Body) -> None:
    """Refuse merged cells in the data, since they leave cells that look empty; titles and totals may have them."""
    kept = body.lines.to_numpy(zero_copy_only=False)
    titled = max((place for place, name in enumerate(rows.header) if name.strip()), default=0)
    spoilt = [
        (first, last)
        for first, last in sorted(rows.merged)
        if first[1] <= titled and _holds(kept, first[0] + 1, last[0] + 1)
    ]
    if not spoilt:
        return
    shown = [_range(*merge) for merge in spoilt]
    more = f" et {len(shown) - _SHOWN_RANGES} autres" if len(shown) > _SHOWN_RANGES else ""
    raise unreadable(
        "cellules_fusionnees",
        line=spoilt[0][0][0] + 1,
        value=shown[0],
        feuille=rows.source.sheet,
        plages=", ".join(shown[:_SHOWN_RANGES]) + more,
    )


def _hidden(rows: Rows, body: Body) -> list[Anomaly]:
    """Tell of the rows that people do not see, since they may not know that they send them."""
    kept = body.lines.to_numpy(zero_copy_only=False)
    lines = [int(line) for line in np.intersect1d(kept, np.array(rows.hidden, dtype=np.int32))]
    if not lines:
        return []
    return [anomaly("lignes_masquees", line=lines[0], feuille=rows.source.sheet, lignes=lines_words(lines))]


def _holds(lines: npt.NDArray[np.int32], first: int, last: int) -> bool:
    """Whether one of the sorted *lines* lies between *first* and *last*, both included."""
    place = int(np.searchsorted(lines, first))
    return place < len(lines) and int(lines[place]) <= last


def _range(first: tuple[int, int], last: tuple[int, int]) -> str:
    return f"{_letters(first[1])}{first[0] + 1}:{_letters(last[1])}{last[0] + 1}"


def _letters(column: int) -> str:
    text = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def _unended(table: pa.Table, lines: pa.Array, end: int, layout: Layout, contract: Contract) -> list[Anomaly]:
    """Flag a last cell that may be cut, where no rule on its column would see it: a number, a date, a free text.

    An empty one may be cut too, unless every row needs it.
    """
    if not len(lines) or lines[-1].as_py() != end:
        return []
    header = table.column_names[-1]
    column = next((column for column in contract.fields if layout.columns.get(column.name) == header), None)
    value = (table.column(header)[-1].as_py() or "").strip()
    if column is None or not (column.free_text or column.type in _CUT_UNSEEN if value else not column.required):
        return []
    return [anomaly("fin_sans_retour", line=end, column=header, value=value or "(vide)")]
