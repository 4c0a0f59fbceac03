"""CSV: finds separator and header by the contract's names, then streams the rows through pyarrow.csv.

pyarrow is the only reader measured that is fast (170 MB in 1 CPU s), streams, and reports broken rows one by one
(`invalid_row_handler`; it gives row numbers only with ``use_threads=False``).
https://arrow.apache.org/docs/python/generated/pyarrow.csv.ParseOptions.html
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
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
from territoires.reading.rows import Rows

SEPARATORS = (";", ",", "\t", "|")
_STRANGE_SEPARATORS = ("~", ":", "^", "!", "#", "/", "\\", "§", "¤", "¦", "·", "•", "\x1f", "*", "$", "&", " ")
_HEAD = 1 << 18
_SAMPLE = 200


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the file's head: its cells and the byte offset just after its end of line."""

    cells: tuple[str, ...]
    end: int


@dataclass(frozen=True, slots=True)
class _Dialect:
    separator: str
    header: Header
    records: Sequence[Record]


def read_delimited(path: Path, filename: str, contract: Contract, limits: Limits, others: Sequence[Contract]) -> Rows:
    """Read a text file in UTF-8 or cp1252.

    Raises:
        UnreadableFile: encoding, quotes, header or structure make rows impossible, or the file was cut.
    """
    scanned = enc.scan(path)
    with path.open("rb") as stream:
        head = stream.read(_HEAD)[scanned.mark :]
    if not head.strip():
        raise unreadable("fichier_vide", fichier=filename)
    codec = "cp1252" if scanned.encoding == "cp1252" else "utf-8"
    dialect = _dialect(head, codec, contract, others)
    header = _widen(dialect)
    check_width(len(header), limits)
    header_line = dialect.header.index + 1
    start = scanned.mark + dialect.records[dialect.header.index].end
    table, broken = _stream(path, start, header, dialect.separator, codec, limits, header_line, scanned)
    total = header_line + table.num_rows + len(broken)
    broken = [replace(row, line=row.line + header_line) for row in broken]
    lines = np.setdiff1d(
        np.arange(header_line + 1, total + 1, dtype=np.int32),
        np.array([row.line for row in broken], dtype=np.int32),
        assume_unique=True,
    )
    surplus = len(header) < len(dialect.header.cells)
    source = Source("csv", scanned.encoding, dialect.separator, None, header_line)
    cut = not scanned.ends_with_newline and bool(broken) and broken[-1].line == total
    return Rows(header, table, pa.array(lines, pa.int32()), tuple(broken), source, cut and _short(broken[-1]), surplus)


def _short(row: BrokenRow) -> bool:
    return row.found < row.expected


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
    names = set(known_names(contract))
    for line, record in enumerate(seen[";"][:SEARCHED_LINES], start=1):
        text = ";".join(record.cells)
        words = re.findall(r"\w+", text)
        marks = Counter(re.findall(r"[^\w\s\"']", text))
        if marks and len({normalise(word) for word in words} & names) >= min(3, len(contract.fields)):
            return unreadable("separateur_inconnu", line=line, separateur=marks.most_common(1)[0][0])
    first = next((";".join(record.cells) for record in seen[";"] if any(record.cells)), "")
    return header_not_found(contract, excerpt(first))


def _field(separator: str) -> re.Pattern[str]:
    sep = re.escape(separator)
    # Quotes count only at the start of a cell, as in pyarrow; possessive, so that no input makes it backtrack.
    return re.compile(rf'(?:"((?:[^"]++|"")*+)"([^{sep}\r\n]*+)|([^{sep}\r\n]*+))({sep}|\r\n|\r|\n|\Z)')


def head_records(head: bytes, separator: str, codec: str) -> list[Record]:
    """Cut the first bytes of a file into records, at most header search + sample; offsets count encoded bytes."""
    text = _decoded(head, codec)
    pattern = _field(separator)
    records: list[Record] = []
    cells: list[str] = []
    place = done = offset = 0
    while place < len(text) and len(records) < SEARCHED_LINES + _SAMPLE:
        match = pattern.match(text, place)
        if match is None:
            break
        quoted, rest, plain, end = match.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"') + rest)
        place = match.end()
        if end != separator:
            offset += len(text[done:place].encode(codec))
            done = place
            records.append(Record(tuple(cells), offset))
            cells = []
    return records


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
) -> tuple[pa.Table, list[BrokenRow]]:
    """Read the rows after the header; broken rows are numbered from 1 after it."""
    broken: list[BrokenRow] = []
    names = [str(position) for position in range(len(header))]

    def note(row: pacsv.InvalidRow) -> str:
        broken.append(BrokenRow(row.number, row.text, row.actual_columns, row.expected_columns))
        return "skip" if len(broken) <= limits.max_broken_rows else "error"

    if start >= scanned.size:
        return pa.table({name: pa.array([], pa.string()) for name in names}), broken
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
            table = pa.Table.from_batches(list(reader), reader.schema)
        except pa.ArrowInvalid as error:
            raise _explain(error, path, start, separator, codec, limits, header_line, broken) from error
    return table, broken


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


def _decoded(piece: bytes, codec: str) -> str:
    """Text of bytes cut anywhere, in the encoding that the whole file has; half a character at the end is left out."""
    return codecs.getincrementaldecoder(codec)().decode(piece)


def _cell_text(data: bytes, offset: int, codec: str) -> str:
    end = data.find(b"\n", offset)
    piece = data[offset : min(end if end >= 0 else len(data), offset + 120)]
    return excerpt(_decoded(piece, codec))
