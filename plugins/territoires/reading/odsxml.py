"""The XML of an OpenDocument: extents, error cells, percentages, merges, hidden rows, 1904 dates, passwords.

calamine allocates repeated cells one by one (measured: 1000 × 16 384 of them, 900 bytes of XML, take 2 GB). Source:
OASIS OpenDocument 1.3 part 3, § 9.1 (tables) and § 19 (attributes); ``calcext`` is LibreOffice's extension.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from xml.parsers import expat

from territoires.reading.archive import BrokenArchive, inflate
from territoires.reading.facts import Extent, ProtectedWorkbook, WorkbookFacts

_SHOWN = 60
_MOST_REPEATED = 10_000
_SMALL = 1_000_000
_CELLS = frozenset({"table:table-cell", "table:covered-table-cell"})


class _OdsScan:
    """Counts rows and columns of each table, repeats included, without building them."""

    def __init__(self) -> None:
        self.sheets: dict[str, Extent] = {}
        self.date1904 = False
        self._extent = Extent()
        self._row = self._column = self._row_repeat = 0
        self._depth = 0
        self._failed: list[tuple[int, int]] = []
        self._said: list[str] = []

    def start(self, name: str, attrs: dict[str, str]) -> None:
        if name == "table:null-date":
            self.date1904 = attrs.get("table:date-value") == date(1904, 1, 1).isoformat()
        elif name == "table:table":
            self._depth += 1
            if self._depth == 1:
                self._extent = self.sheets.setdefault(attrs.get("table:name", ""), Extent())
                self._row = 0
        elif self._depth != 1:
            return
        elif name == "table:table-row":
            self._row_repeat = _repeat(attrs.get("table:number-rows-repeated"))
            self._column = 0
            if attrs.get("table:visibility", "visible") != "visible":
                self._extent.hidden += range(self._row, self._row + min(self._row_repeat, _MOST_REPEATED))
        elif name in _CELLS:
            self._cell(attrs)

    def _cell(self, attrs: dict[str, str]) -> None:
        repeat = _repeat(attrs.get("table:number-columns-repeated"))
        kind = attrs.get("calcext:value-type") or attrs.get("office:value-type")
        formula = attrs.get("table:formula")
        if kind is not None or formula is not None:
            self._extent.rows = max(self._extent.rows, self._row + self._row_repeat)
            self._extent.columns = max(self._extent.columns, self._column + repeat)
        notable = kind in {"error", "percentage"} or (kind is None and formula)
        places = self._places(repeat) if notable else []
        if kind == "percentage":
            for row, column in places:
                self._extent.percent(row, column)
        elif kind == "error":
            self._failed, self._said = places, []
        elif formula is not None:
            shown = "=" + formula.partition("=")[2][:_SHOWN]
            self._extent.texts |= dict.fromkeys(places, shown)
        self._merge(attrs)
        self._column += repeat

    def _places(self, repeat: int) -> list[tuple[int, int]]:
        """Places of a cell repeated in columns and, with its row, in rows; where they are too many, the first alone."""
        rows = self._row_repeat if self._row_repeat * repeat <= _MOST_REPEATED else 1
        columns = repeat if rows * repeat <= _MOST_REPEATED else 1
        return [(self._row + row, self._column + column) for row in range(rows) for column in range(columns)]

    def _merge(self, attrs: dict[str, str]) -> None:
        height = _repeat(attrs.get("table:number-rows-spanned"))
        width = _repeat(attrs.get("table:number-columns-spanned"))
        if height > 1 or width > 1:
            last = (self._row + height - 1, self._column + width - 1)
            self._extent.merged.append(((self._row, self._column), last))

    def text(self, data: str) -> None:
        if self._failed:
            self._said.append(data)

    def end(self, name: str) -> None:
        if name == "table:table":
            self._depth -= 1
        elif name == "table:table-row" and self._depth == 1:
            self._row += self._row_repeat
        elif name in _CELLS and self._failed:
            self._extent.texts |= dict.fromkeys(self._failed, "".join(self._said).strip()[:_SHOWN] or "#N/A")
            self._failed = []


def _repeat(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1


def ods_facts(path: Path, parts: Mapping[str, zipfile.ZipInfo]) -> WorkbookFacts:
    """Scan an OpenDocument's content.

    Raises:
        BrokenArchive: a part is broken or missing.
        ProtectedWorkbook: the content is encrypted.
        expat.ExpatError: the content is no XML.
    """
    manifest = parts.get("META-INF/manifest.xml")
    if manifest is not None and manifest.file_size > _SMALL:
        raise BrokenArchive("the manifest is too large")
    if manifest is not None and b"encryption-data" in b"".join(inflate(path, manifest)):
        raise ProtectedWorkbook
    if "content.xml" not in parts:
        raise BrokenArchive("content.xml is missing")
    for name, info in parts.items():
        if name != "content.xml":
            for _ in inflate(path, info):
                pass
    scan = _OdsScan()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = scan.start
    parser.EndElementHandler = scan.end
    parser.CharacterDataHandler = scan.text
    for piece in inflate(path, parts["content.xml"]):
        parser.Parse(piece, False)
    parser.Parse(b"", True)
    return WorkbookFacts(scan.sheets, scan.date1904)
