"""What a published file holds, whatever its wrapping: rows of text cells of CSV and workbooks, also in zip or gzip."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import without_nbsp

HEADER_WITHIN: Final = 10
"""Rows of a sheet among which its header is looked for: INSEE's workbooks have theirs on row 6."""
_MAX_UNZIPPED: Final = 512 << 20
_SEPARATORS: Final = (",", ";", "\t")
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"
_WORKBOOK_PARTS: Final = frozenset({"[Content_Types].xml", "content.xml"})
"""What a zip that is a workbook holds: the first in XLSX (ECMA-376, part 2), the second in ODS."""
_APPLE: Final = "__MACOSX/"
"""What macOS adds to an archive, named as its files but none of them."""
_TABLES: Final = (".csv", ".txt", ".tsv", ".xlsx", ".xls", ".ods")


@dataclass(frozen=True, slots=True)
class Grid:
    """One sheet, or the whole of a text file.

    Attributes:
        name: name of the file; for a part of an archive, the archive's, a slash and the part's.
        sheet: name of the sheet, None for a text file.
        rows: cells as text, trimmed, no-break spaces made plain, whole numbers without ``.0``, days as 2024-01-01.
        lines: line of the file on which each row of a text file ends; row of the sheet for a workbook.
    """

    name: str
    sheet: str | None
    rows: list[list[str]]
    lines: list[int]


def grids(path: Path, filename: str) -> Iterator[Grid]:
    """Yield every table of the file; blank rows are left out.

    Raises:
        RefusedRegisterError: larger than it may be once unpacked, a damaged archive or workbook, a text in no known
            encoding, a quote that is not closed.
    """
    for name, content in _parts(filename, path.read_bytes()):
        if content.startswith((_ZIP, _OLE)):
            yield from _sheets(name, content)
        else:
            yield _text(name, content)


def _parts(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the file itself, or what it wraps: INSEE publishes some lists as the one text of a zip."""
    if content.startswith(_GZIP):
        yield name, _unzipped(name, content)
        return
    if not content.startswith(_ZIP):
        yield name, content
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_size(name, sum(part.file_size for part in archive.infolist()))
            names = archive.namelist()
            if _WORKBOOK_PARTS & set(names):
                yield name, content
                return
            for part in names:
                if part.lower().endswith(_TABLES) and not part.startswith(_APPLE):
                    yield f"{name}/{part}", archive.read(part)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError) as error:
        raise RefusedRegisterError(f"« {name} » n'est pas un classeur ni une archive lisible : {error}") from error


def _unzipped(name: str, content: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(content)) as stream:
            found = stream.read(_MAX_UNZIPPED + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise RefusedRegisterError(f"« {name} » n'est pas une archive gzip lisible : {error}") from error
    _check_size(name, len(found))
    return found


def _check_size(name: str, size: int) -> None:
    if size > _MAX_UNZIPPED:
        raise RefusedRegisterError(f"« {name} » occuperait plus de {_MAX_UNZIPPED >> 20} Mo une fois décompressé")


def _sheets(name: str, content: bytes) -> Iterator[Grid]:
    from python_calamine import CalamineError, CalamineWorkbook

    from territoires.reading.sheet import cell_text

    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for sheet in workbook.sheet_names:
            cells = workbook.get_sheet_by_name(sheet).to_python(skip_empty_area=False)
            rows = [[without_nbsp(cell_text(cell) or "") for cell in row] for row in cells]
            yield _grid(name, sheet, list(enumerate(rows, 1)))
    except (CalamineError, ValueError) as error:
        raise RefusedRegisterError(f"« {name} » n'est pas un classeur XLSX lisible : {error}") from error


csv.field_size_limit(_MAX_UNZIPPED)  # a cell may hold a whole geometry, of more than the 128 KiB that csv allows


def _text(name: str, content: bytes) -> Grid:
    text = _decoded(name, content)
    head = text.splitlines()[:HEADER_WITHIN]
    separator = max(_SEPARATORS, key=lambda sign: _regularity(head, sign))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    clean = _Clean()
    try:
        rows = [(reader.line_num, [clean[cell] for cell in row]) for row in reader]
    except csv.Error as error:
        raise RefusedRegisterError(f"« {name} », ligne {reader.line_num} : {error}") from error
    return _grid(name, None, rows)


class _Clean(dict[str, str]):
    """Cells as they came → trimmed, each text once: the same few fill a table of a million rows."""

    def __missing__(self, cell: str) -> str:
        found = self[cell] = without_nbsp(cell)
        return found


def _regularity(head: list[str], separator: str) -> tuple[int, int]:
    """Return how many of the first lines *separator* cuts into equally many cells, and into how many (two at least).

    Commas stand in labels as well, where they cut some lines into more cells than the separator does.
    """
    widths = Counter(len(row) for row in csv.reader(head, delimiter=separator))
    return max(((lines, width) for width, lines in widths.items() if width > 1), default=(0, 1))


def _grid(name: str, sheet: str | None, numbered: list[tuple[int, list[str]]]) -> Grid:
    kept = [(line, row) for line, row in numbered if any(row)]
    return Grid(name, sheet, [row for _, row in kept], [line for line, _ in kept])


def _decoded(name: str, content: bytes) -> str:
    """Decode as UTF-8, else as Windows-1252 (which INSEE's texts until 2018 are) if nothing in it can be UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        refused = RefusedRegisterError(f"« {name} » n'est ni en UTF-8 ni en Windows-1252 ({error})")
        if any(_is_utf8(line) for line in content.splitlines()):
            raise refused from error
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError as error:
        raise refused from error


def _is_utf8(line: bytes) -> bool:
    """Tell whether a line has signs beyond ASCII and all of them in UTF-8, which no French Windows-1252 has."""
    try:
        return not line.isascii() and bool(line.decode("utf-8"))
    except UnicodeDecodeError:
        return False
