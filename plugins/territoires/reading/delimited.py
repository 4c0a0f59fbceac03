"""CSV: finds separator and header by the contract's names, then streams the rows through pyarrow.csv.

pyarrow is the only reader measured that is fast (170 MB in 1 CPU s), streams, and reports broken rows one by one
(`invalid_row_handler`; it gives row numbers only with ``use_threads=False``).
https://arrow.apache.org/docs/python/generated/pyarrow.csv.ParseOptions.html
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as pacsv

from territoires.anomalies import UnreadableFile
from territoires.contracts.model import Contract
from territoires.contracts.names import normalise
from territoires.reading import encoding as enc
from territoires.reading.errors import excerpt, french_size, unreadable
from territoires.reading.headers import (
    SEARCHED_LINES,
    Header,
    better_contract,
    check_width,
    find_header,
    header_not_found,
    known_names,
    wrong_delivery,
)
from territoires.reading.model import BrokenRow, Limits, Source
from territoires.reading.records import Record, cells_of, decoded, head_records
from territoires.reading.rows import Rows

SEPARATORS = (";", ",", "\t", "|")
_STRANGE_SEPARATORS = ("~", ":", "^", "!", "#", "/", "\\", "§", "¤", "¦", "·", "•", "\x1f", "*", "$", "&", " ")
_HEAD = 1 << 18
# Excel's hint, which Excel and LibreOffice do not show and do not count.
_HINT = re.compile(rb'"?sep=[^\r\n]"?(?:\r\n|\r|\n)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Dialect:
    separator: str
    header: Header
    records: Sequence[Record]


@dataclass(frozen=True, slots=True)
class _Streamed:
    """The rows under the header: those that are whole and not empty, their places among the *whole* ones, broken rows.

    Broken rows are numbered from 1 under the header, and so are ``lines``.
    """

    table: pa.Table
    places: npt.NDArray[np.int64]
    whole: int
    broken: list[BrokenRow]

    def lines(self) -> npt.NDArray[np.int32]:
        """Line of each row: as far down as there are whole and broken rows before it."""
        before = np.array([row.line - 1 - number for number, row in enumerate(self.broken)], dtype=np.int64)
        return (self.places + 1 + np.searchsorted(before, self.places, side="right")).astype(np.int32)


def read_delimited(path: Path, filename: str, contract: Contract, limits: Limits, others: Sequence[Contract]) -> Rows:
    """Read a text file in UTF-8 or cp1252.

    Raises:
        UnreadableFile: encoding, quotes, header or structure make rows impossible, or the file was cut.
    """
    scanned = enc.scan(path)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)[scanned.mark :]
    hint = _HINT.match(head)
    origin = scanned.mark + (hint.end() if hint else 0)
    head = head[hint.end() :] if hint else head
    if not head.strip():
        raise unreadable("fichier_vide", fichier=filename)
    codec = "cp1252" if scanned.encoding == "cp1252" else "utf-8"
    dialect = _dialect(head, codec, contract, others)
    header = _widen(dialect)
    check_width(len(header), limits)
    header_line = dialect.header.index + 1
    start = origin + dialect.records[dialect.header.index].end
    found = _stream(path, start, header, dialect.separator, codec, limits, header_line, scanned)
    table, broken = found.table, [replace(row, line=row.line + header_line) for row in found.broken]
    surplus = len(header) < len(dialect.header.cells)
    source = Source("csv", scanned.encoding, dialect.separator, None, header_line)
    if broken and not table.num_rows:
        _refuse_two_separators(broken[0], dialect.separator)
    unended = scanned.last not in {b"\n", b"\r"}
    is_last_broken = bool(broken) and found.broken[-1].line == found.whole + len(broken)
    is_last_blank = not len(found.places) or found.places[-1] < found.whole - 1
    return Rows(
        header,
        table,
        pa.array(header_line + found.lines(), pa.int32()),
        tuple(broken),
        source,
        cut=unended and is_last_broken and broken[-1].found < broken[-1].expected,
        unended=unended and not is_last_broken and not is_last_blank and scanned.last != b'"',
        surplus=surplus,
    )


def _refuse_two_separators(row: BrokenRow, separator: str) -> None:
    """Refuse a file of which no row fits the header, where its first one does with another separator."""
    for other in SEPARATORS:
        if other != separator and len(cells_of(row.text, other)) == row.expected:
            named = ["tabulation" if mark == "\t" else mark for mark in (separator, other)]
            raise unreadable(
                "separateurs_differents", line=row.line, value=row.text, separateur=named[0], autre=named[1]
            )


def _dialect(head: bytes, codec: str, contract: Contract, others: Sequence[Contract]) -> _Dialect:
    """Choose the separator under which the contract's column names appear, and the row where they do."""
    seen = {separator: head_records(head, separator, codec) for separator in SEPARATORS}
    found: list[_Dialect] = []
    for separator, records in seen.items():
        header = find_header([record.cells for record in records], contract)
        if header:
            found.append(_Dialect(separator, header, records))
    best = max(found, key=lambda dialect: dialect.header.score, default=None)
    candidates = [best.separator] if best else list(SEPARATORS)
    for separator in candidates:
        other = better_contract([record.cells for record in seen[separator]], contract, others)
        if other:
            raise wrong_delivery(contract, other)
    if best is None:
        raise _no_header(head, codec, contract, seen)
    return best


def _no_header(head: bytes, codec: str, contract: Contract, seen: dict[str, list[Record]]) -> UnreadableFile:
    """Say why no header was found: a separator that nobody accepts, or no column names at all."""
    for separator in _STRANGE_SEPARATORS:
        if not separator.isascii():
            continue
        header = find_header([record.cells for record in head_records(head, separator, codec)], contract)
        if header:
            shown = separator if separator.isprintable() else repr(separator).strip("'")
            return unreadable("separateur_inconnu", line=header.index + 1, separateur=shown)
    for line, record in enumerate(seen["|"], start=1):
        inside = [cells_of(record.cells[0], separator) for separator in SEPARATORS] if len(record.cells) == 1 else []
        if find_header(inside, contract):
            return unreadable("lignes_entre_guillemets", line=line, value=record.cells[0])
    names = set(known_names(contract))
    for line, record in enumerate(seen[";"][:SEARCHED_LINES], start=1):
        text = ";".join(record.cells)
        words = re.findall(r"\w+", text)
        marks = Counter(mark for mark in re.findall(r"[^\w\s\"']", text) if mark not in SEPARATORS)
        if marks and len({normalise(word) for word in words} & names) >= min(3, len(contract.fields)):
            return unreadable("separateur_inconnu", line=line, separateur=marks.most_common(1)[0][0])
    first = next((";".join(record.cells) for record in seen[";"] if any(record.cells)), "")
    return header_not_found(contract, excerpt(first))


def _widen(dialect: _Dialect) -> tuple[str, ...]:
    """Give the header as many cells as the rows below it, when all that differs is empty cells on the right."""
    cells = list(dialect.header.cells)
    titled = max(index for index, cell in enumerate(cells) if cell.strip()) + 1
    after = [record.cells for record in dialect.records[dialect.header.index + 1 :]]
    widths = Counter(len(row) for row in after if any(cell.strip() for cell in row))
    if not widths:
        return tuple(cells)
    common = widths.most_common(1)[0][0]
    surplus_empty = all(not cell.strip() for row in after if len(row) == common for cell in row[titled:])
    if common > len(cells) and surplus_empty:
        return tuple(cells + [""] * (common - len(cells)))
    if titled <= common < len(cells):
        return tuple(cells[:common])
    return tuple(cells)


def _stream(
    path: Path,
    start: int,
    header: Sequence[str],
    separator: str,
    codec: str,
    limits: Limits,
    header_line: int,
    scanned: enc.Scan,
) -> _Streamed:
    """Read the rows after the header."""
    broken: list[BrokenRow] = []
    names = [str(position) for position in range(len(header))]

    def note(row: pacsv.InvalidRow) -> str:
        broken.append(BrokenRow(row.number, row.text, row.actual_columns, row.expected_columns))
        return "skip" if len(broken) <= limits.max_broken_rows else "error"

    if start >= scanned.size:
        return _Streamed(
            pa.table({name: pa.array([], pa.string()) for name in names}), np.zeros(0, np.int64), 0, broken
        )
    if scanned.quotes % 2:
        _refuse_open_quote(path, start, separator, codec)
    with pa.OSFile(str(path)) as stream:
        stream.seek(start)
        try:
            reader = pacsv.open_csv(
                stream,
                read_options=pacsv.ReadOptions(
                    use_threads=False, column_names=names, block_size=limits.max_record_bytes, encoding=codec
                ),
                parse_options=pacsv.ParseOptions(
                    delimiter=separator, newlines_in_values=True, invalid_row_handler=note, ignore_empty_lines=False
                ),
                convert_options=pacsv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.string()),
                    strings_can_be_null=True,
                    quoted_strings_can_be_null=True,
                    null_values=[""],
                ),
            )
            return _gather(reader, broken)
        except pa.ArrowInvalid as error:
            raise _explain(error, path, start, separator, codec, limits, header_line, broken) from error


def _gather(reader: pacsv.CSVStreamingReader, broken: list[BrokenRow]) -> _Streamed:
    """Keep the rows that are not empty, block by block: a file of blank lines takes time and no memory."""
    batches: list[pa.RecordBatch] = []
    places: list[npt.NDArray[np.int64]] = []
    whole = 0
    for batch in reader:
        filled = np.zeros(batch.num_rows, dtype=bool)
        for column in batch.columns:
            filled |= column.is_valid().to_numpy(zero_copy_only=False)
            if filled.all():
                break
        if filled.any():
            batches.append(batch if filled.all() else batch.filter(pa.array(filled)))
            places.append(whole + np.flatnonzero(filled))
        whole += batch.num_rows
    table = pa.Table.from_batches(batches, reader.schema)
    return _Streamed(table, np.concatenate(places) if places else np.zeros(0, np.int64), whole, broken)


def _explain(
    error: pa.ArrowInvalid,
    path: Path,
    start: int,
    separator: str,
    codec: str,
    limits: Limits,
    header_line: int,
    broken: Sequence[BrokenRow],
) -> UnreadableFile:
    """Turn pyarrow's message into ours."""
    if len(broken) > limits.max_broken_rows:
        first = broken[0]
        return unreadable(
            "lignes_cassees", line=header_line + first.line, limite=limits.max_broken_rows, attendu=first.expected
        )
    if "straddl" in str(error) or "out of sync" in str(error):
        _refuse_open_quote(path, start, separator, codec)
        return unreadable("ligne_demesuree", line=header_line + 1, limite=french_size(limits.max_record_bytes))
    return unreadable("texte_illisible", value=str(error))


def _refuse_open_quote(path: Path, start: int, separator: str, codec: str) -> None:
    """Refuse the file if a quote opens a cell and is not closed before a separator or an end of line.

    Called only where the number of quotes is odd: a stray inch sign inside a cell is harmless, an open quote swallows
    what follows it. Cells are walked from one opening quote to the next, at the speed of ``re``.
    """
    sep = re.escape(separator).encode()
    opening = re.compile(rb"(?:(?<=[\r\n" + sep + rb'])|\A)"')
    closed = re.compile(rb'"(?:[^"]++|"")*+"')
    after = re.compile(rb"[\r\n" + sep + rb"]|\Z")
    data = path.read_bytes()
    place = start
    first_doubtful: int | None = None
    while (match := opening.search(data, place)) is not None:
        cell = closed.match(data, match.start())
        if cell is None:
            offset = match.start() if first_doubtful is None else first_doubtful
            last = data.find(b"\n", match.start()) < 0 and first_doubtful is None
            code = "fichier_tronque" if last else "guillemet_non_ferme"
            raise unreadable(code, line=enc.line_of(path, offset), value=_cell_text(data, offset, codec))
        if after.match(data, cell.end()) is None and b"\n" in cell.group() and first_doubtful is None:
            first_doubtful = match.start()
        place = cell.end()
    if first_doubtful is not None:
        text = _cell_text(data, first_doubtful, codec)
        raise unreadable("guillemet_non_ferme", line=enc.line_of(path, first_doubtful), value=text)


def _cell_text(data: bytes, offset: int, codec: str) -> str:
    end = data.find(b"\n", offset)
    piece = data[offset : min(end if end >= 0 else len(data), offset + 120)]
    return excerpt(decoded(piece, codec))
