"""The records of an XLS: error cells, percentages, hidden rows, 1904 dates, which calamine does not tell.

Source: MS-XLS, https://learn.microsoft.com/openspecs/office_file_formats/ms-xls, § 2.4 (records), § 2.5.133 (results
of formulas).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from territoires.reading.compound import workbook_stream
from territoires.reading.facts import BrokenWorkbook, Extent, ProtectedWorkbook, WorkbookFacts, is_percent

_BOF, _EOF, _BOUND_SHEET, _FILE_PASS, _DATE_MODE, _FORMAT, _XF = 0x809, 0x0A, 0x85, 0x2F, 0x22, 0x41E, 0xE0
_FORMULA, _BOOL_ERR, _ROW, _NUMBER, _RK, _MUL_RK = 0x06, 0x205, 0x208, 0x203, 0x27E, 0xBD
_UNICODE_BIFF = 0x0600
_PERCENTS = (9, 10)
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}

Record = tuple[int, bytes]


def xls_facts(path: Path) -> WorkbookFacts:
    """Scan the workbook's records.

    Raises:
        BrokenWorkbook: the file is cut or damaged.
        ProtectedWorkbook: a password encrypts it.
    """
    stream = workbook_stream(path.read_bytes())
    try:
        return _scan(stream)
    except struct.error as error:
        raise BrokenWorkbook(str(error)) from error


def _scan(stream: bytes) -> WorkbookFacts:
    sheets: list[tuple[str, int]] = []
    formats: set[int] = set(_PERCENTS)
    percents: list[bool] = []
    date1904 = False
    unicode_names = True
    for kind, content in _records(stream, 0):
        if kind == _BOF:
            unicode_names = struct.unpack_from("<H", content)[0] >= _UNICODE_BIFF
        elif kind == _FILE_PASS:
            raise ProtectedWorkbook
        elif kind == _DATE_MODE:
            date1904 = content[:1] == b"\1"
        elif kind == _FORMAT and unicode_names:
            number, length = struct.unpack_from("<HH", content)
            if is_percent(_unicode(content[4:], length)):
                formats.add(number)
        elif kind == _XF:
            percents.append(struct.unpack_from("<H", content, 2)[0] in formats)
        elif kind == _BOUND_SHEET:
            name = _unicode(content[7:], content[6]) if unicode_names else content[7:].decode("cp1252", "ignore")
            sheets.append((name, struct.unpack_from("<I", content)[0]))
    return WorkbookFacts({name: _sheet(stream, offset, percents) for name, offset in sheets}, date1904)


def _records(stream: bytes, offset: int) -> Iterator[Record]:
    """Yield the records from *offset* to the end of their part; those of embedded charts are left out."""
    depth = 0
    while True:
        kind, length = struct.unpack_from("<HH", stream, offset)
        content = stream[offset + 4 : offset + 4 + length]
        if len(content) < length:
            raise BrokenWorkbook("a record is cut")
        depth += (kind == _BOF) - (kind == _EOF)
        if depth <= 1 and kind != _EOF:
            yield kind, content
        if depth <= 0:
            return
        offset += 4 + length


def _unicode(content: bytes, length: int) -> str:
    """Read a short text: a byte that says whether letters take two bytes, then the letters."""
    wide = content[:1] == b"\1"
    return content[1 : 1 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1", "ignore")


def _sheet(stream: bytes, offset: int, percents: list[bool]) -> Extent:
    extent = Extent()
    for kind, content in _records(stream, offset):
        if kind == _ROW:
            row, options = struct.unpack_from("<H10xI", content)
            if options & 0x20:
                extent.hidden.append(row)
        elif kind == _MUL_RK:
            row, first = struct.unpack_from("<HH", content)
            for place in range((len(content) - 6) // 6):
                _note_percent(extent, row, first + place, struct.unpack_from("<H", content, 4 + 6 * place)[0], percents)
        elif kind in {_FORMULA, _BOOL_ERR, _NUMBER, _RK}:
            row, column, style = struct.unpack_from("<HHH", content)
            error = _error(kind, content)
            if error is not None:
                extent.texts[row, column] = _ERRORS.get(error, "#N/A")
            elif kind != _BOOL_ERR and not (kind == _FORMULA and content[12:14] == b"\xff\xff"):
                _note_percent(extent, row, column, style, percents)
    return extent


def _error(kind: int, content: bytes) -> int | None:
    """Code of the error that a cell shows, None if it shows none."""
    if kind == _BOOL_ERR and content[7:8] == b"\1":
        return content[6]
    if kind == _FORMULA and content[12:14] == b"\xff\xff" and content[6:7] == b"\2":
        return content[8]
    return None


def _note_percent(extent: Extent, row: int, column: int, style: int, percents: list[bool]) -> None:
    if style < len(percents) and percents[style]:
        extent.percent(row, column)
