"""What calamine does not tell of a workbook, from its XML: extents, error cells, 1904 dates, ODS merges.

calamine allocates the rectangle between the first and the last cell whole (measured: 1000 × 16 384 repeated ODS cells
take 2 GB), and gives error cells (``#N/A``) as empty ones. Source: ECMA-376 part 1, § 18.3.1.4 (``c``)
and § 18.2.19 (``sheet``).
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from territoires.reading.archive import BrokenArchive, inflate

Merge = tuple[tuple[int, int], tuple[int, int]]
"""First and last cell of a merged range, as (row, column) from 0, both included."""

_CELL = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br=["']([A-Za-z]{1,12})(\d{1,12})["']""")
_ROW = re.compile(rb"""<(?:\w+:)?row\b(?:[^>]*?\br=["'](\d{1,12})["'])?""")
_ERROR = re.compile(
    rb"""<(?:\w+:)?c\s(?=[^>]*\bt=["']e["'])[^>]*?\br=["']([A-Z]{1,3})(\d{1,7})["'][^>]*>"""
    rb"""(?:(?!</(?:\w+:)?c>).)*?<(?:\w+:)?v[^>]*>([^<]{1,40})<""",
    re.DOTALL,
)
_CELL_START = re.compile(rb"<(?:\w+:)?(?:c|row)[\s>]")
_CARRY = 1 << 15
_SMALL = 16_000_000


@dataclass(slots=True)
class Extent:
    """How far a sheet goes, and what calamine does not say of its cells; rows and columns from 0."""

    rows: int = 0
    columns: int = 0
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Merge] = field(default_factory=list)

    @property
    def cells(self) -> int:
        """Cells of the rectangle from A1."""
        return self.rows * self.columns


@dataclass(frozen=True, slots=True)
class WorkbookFacts:
    """Extents by sheet name, and whether day numbers count from 1904."""

    sheets: Mapping[str, Extent]
    date1904: bool


def column_index(letters: str) -> int:
    """Column number from 0 of its letters: ``A`` is 0, ``AA`` 26."""
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def _elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Flat list of elements, local names only, with their attributes (the relation's id keeps its prefix)."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name.rpartition(":")[2], attributes))
    parser.Parse(xml, True)
    return found


def _whole(path: Path, info: zipfile.ZipInfo) -> bytes:
    if info.file_size > _SMALL:
        raise BrokenArchive(f"{info.filename} is too large for what it is")
    return b"".join(inflate(path, info))


def xlsx_facts(path: Path, parts: Mapping[str, zipfile.ZipInfo]) -> WorkbookFacts:
    """Scan every part of an XLSX once: sheets for what they hold, the rest so that no part inflates beyond its word.

    Raises:
        BrokenArchive: a part is broken or missing.
        expat.ExpatError: the list of sheets is no XML.
    """
    by_path = {name.replace("\\", "/").lstrip("/").lower(): info for name, info in parts.items()}
    try:
        book = _elements(_whole(path, by_path["xl/workbook.xml"]))
        relations = _elements(_whole(path, by_path["xl/_rels/workbook.xml.rels"]))
    except KeyError as error:
        raise BrokenArchive(f"{error} is missing") from error
    targets = {attrs.get("Id", ""): attrs.get("Target", "") for name, attrs in relations if name == "Relationship"}
    sheets: dict[str, Extent] = {}
    seen: set[str] = set()
    for name, attrs in book:
        identifier = next((value for key, value in attrs.items() if key.endswith(":id")), "")
        if name != "sheet" or identifier not in targets:
            continue
        target = targets[identifier].replace("\\", "/")
        part = (target.lstrip("/") if target.startswith("/") else posixpath.normpath(f"xl/{target}")).lower()
        if part in by_path and part not in seen:
            seen.add(part)
            sheets[attrs.get("name", "")] = _sheet(inflate(path, by_path[part]))
    for part, info in by_path.items():
        if part not in seen:
            for _ in inflate(path, info):
                pass
    date1904 = any(name == "workbookPr" and attrs.get("date1904") in {"1", "true", "on"} for name, attrs in book)
    return WorkbookFacts(sheets, date1904)


def _sheet(pieces: Iterator[bytes]) -> Extent:
    extent = Extent()
    carry = b""
    for piece in pieces:
        window = carry + piece
        starts = list(_CELL_START.finditer(window, max(0, len(window) - _CARRY)))
        cut = starts[-1].start() if starts else max(0, len(window) - _CARRY)
        _look(window[:cut], extent)
        carry = window[cut:]
    _look(carry, extent)
    return extent


def _look(text: bytes, extent: Extent) -> None:
    for number in _ROW.findall(text):
        extent.rows = max(extent.rows + 1, int(number or 0)) if not number else max(extent.rows, int(number))
    pairs = _CELL.findall(text)
    if pairs:
        # Longer letters come later, and letters of one length sort as their numbers do.
        furthest = max({letters for letters, _ in pairs}, key=lambda letters: (len(letters), letters))
        extent.columns = max(extent.columns, column_index(furthest.decode()) + 1)
        extent.rows = max(extent.rows, int(pairs[-1][1]), int(pairs[0][1]))
    if b't="e"' in text or b"t='e'" in text:
        for letters, number, value in _ERROR.findall(text):
            extent.errors[int(number) - 1, column_index(letters.decode())] = value.decode("latin-1")


class _OdsScan:
    """Counts rows and columns of each table of an OpenDocument, repeats included, without building them."""

    def __init__(self) -> None:
        self.sheets: dict[str, Extent] = {}
        self._extent = Extent()
        self._row = self._column = self._row_repeat = 0
        self._depth = 0

    def start(self, name: str, attrs: dict[str, str]) -> None:
        if name == "table:table":
            self._depth += 1
            if self._depth == 1:
                self._extent = self.sheets.setdefault(attrs.get("table:name", ""), Extent())
                self._row = 0
        elif self._depth != 1:
            return
        elif name == "table:table-row":
            self._row_repeat = _repeat(attrs.get("table:number-rows-repeated"))
            self._column = 0
        elif name in {"table:table-cell", "table:covered-table-cell"}:
            self._cell(attrs)

    def _cell(self, attrs: dict[str, str]) -> None:
        repeat = _repeat(attrs.get("table:number-columns-repeated"))
        if "office:value-type" in attrs or "calcext:value-type" in attrs:
            self._extent.rows = max(self._extent.rows, self._row + self._row_repeat)
            self._extent.columns = max(self._extent.columns, self._column + repeat)
        height = _repeat(attrs.get("table:number-rows-spanned"))
        width = _repeat(attrs.get("table:number-columns-spanned"))
        if height > 1 or width > 1:
            last = (self._row + height - 1, self._column + width - 1)
            self._extent.merged.append(((self._row, self._column), last))
        self._column += repeat

    def end(self, name: str) -> None:
        if name == "table:table":
            self._depth -= 1
        elif name == "table:table-row" and self._depth == 1:
            self._row += self._row_repeat


def _repeat(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1


def ods_facts(path: Path, parts: Mapping[str, zipfile.ZipInfo]) -> WorkbookFacts:
    """Scan an OpenDocument's content.

    Raises:
        BrokenArchive: a part is broken or missing.
        expat.ExpatError: the content is no XML.
    """
    if "content.xml" not in parts:
        raise BrokenArchive("content.xml is missing")
    for name, info in parts.items():
        if name != "content.xml":
            for _ in inflate(path, info):
                pass
    scan = _OdsScan()
    parser = expat.ParserCreate()
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    for piece in inflate(path, parts["content.xml"]):
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    return WorkbookFacts(scan.sheets, date1904=False)
