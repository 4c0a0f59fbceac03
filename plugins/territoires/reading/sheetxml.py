"""The XML of an XLSX: extents, error cells, formulas never computed, percentages, hidden rows, 1904 dates.

calamine allocates the rectangle between the first and the last cell whole, and gives error cells (``#N/A``) as empty
ones. Source: ECMA-376 part 1, § 18.3.1.4 (``c``), § 18.3.1.73 (``row``) and § 18.2.19 (``sheet``).
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from xml.parsers import expat

from territoires.reading.archive import BrokenArchive, inflate
from territoires.reading.facts import Extent, WorkbookFacts, is_percent

# Cells that close at once, in one tag or two, hold nothing but a format: a sheet coloured down to its last row is no
# large one.
# No pattern looks beyond the next « < », so that none takes more than linear time.
_CELL = re.compile(rb"""<(?:\w+:)?c\s(?>(?:[^<>]*?\s)?r=["']([A-Za-z]{1,12})(\d{1,12})["'])[^<>]*+(?<!/)>(?!</)""")
_LOOSE = re.compile(rb"""<(?:\w+:)?c(?=[\s>])(?![^<>]*\sr=)[^<>]*+(?<!/)>(?!</)""")
_TOKEN = re.compile(
    rb"<(?:\w+:)?(?:(row)(?=[\s>/])([^<>]*)>|c(?=[\s>/])([^<>]*?)(?:/>|>((?:(?!<(?:\w+:)?c[\s>/]).)*?)</(?:\w+:)?c>))",
    re.DOTALL,
)
_NOTABLE = (b't="e"', b"t='e'", b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b'hidden="', b"hidden='")
_STARTS = (b"<c ", b"<c>", b":c ", b":c>", b"<row", b":row")
_PLACE = re.compile(rb"""(?:^|\s)r=["']([A-Za-z]{0,12})(\d{1,12})["']""")
_HIDDEN = re.compile(rb"""\shidden=["'](?:1|true)["']""")
_TYPE = re.compile(rb"""\st=["'](\w+)["']""")
_STYLE = re.compile(rb"""\ss=["'](\d+)["']""")
_VALUE = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]+)<")
_FORMULA = re.compile(rb"<(?:\w+:)?f(?:\s[^>]*?)?(?:/>|>([^<]*)<)")
_CARRY = 1 << 15
_SMALL = 16_000_000
_PERCENTS = frozenset({9, 10})
_SHOWN = 60


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
    styles = _elements(_whole(path, by_path["xl/styles.xml"])) if "xl/styles.xml" in by_path else []
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
            sheets[attrs.get("name", "")] = _SheetScan(_percent_styles(styles)).scan(inflate(path, by_path[part]))
    for part, info in by_path.items():
        if part not in seen:
            for _ in inflate(path, info):
                pass
    date1904 = any(name == "workbookPr" and attrs.get("date1904") in {"1", "true", "on"} for name, attrs in book)
    return WorkbookFacts(sheets, date1904)


def _percent_styles(styles: Sequence[tuple[str, dict[str, str]]]) -> frozenset[int]:
    """Numbers of the cell formats (``cellXfs``) that show percentages."""
    formats = {
        attrs.get("numFmtId") for name, attrs in styles if name == "numFmt" and is_percent(attrs.get("formatCode", ""))
    }
    wanted = {str(number) for number in _PERCENTS} | formats
    found: set[int] = set()
    place = -1
    inside = False
    for name, attrs in styles:
        if name in {"cellXfs", "cellStyles", "dxfs"}:
            inside = name == "cellXfs"
        elif inside and name == "xf":
            place += 1
            if attrs.get("numFmtId") in wanted:
                found.add(place)
    return frozenset(found)


class _SheetScan:
    """Reads a sheet's XML by pieces: every cell's place at the speed of ``re``, the few notable cells one by one."""

    def __init__(self, percents: frozenset[int]) -> None:
        self.extent = Extent()
        self.percents = percents
        numbers = b"|".join(str(number).encode() for number in sorted(percents))
        self.shown = re.compile(rb"""\ss=["'](?:""" + numbers + rb""")["']""") if percents else None
        # Whether cells come without their place, as some tools write them; told by the first that come.
        self.loose: bool | None = None
        self.row = self.column = -1

    def scan(self, pieces: Iterator[bytes]) -> Extent:
        carry = b""
        for piece in pieces:
            window = carry + piece
            if b"\0" in window[:100]:
                raise BrokenArchive("a sheet in UTF-16")
            floor = max(0, len(window) - _CARRY)
            last = max(window.rfind(mark, floor) for mark in _STARTS)
            cut = window.rfind(b"<", 0, last + 1) if last >= 0 else floor
            self._look(window[:cut])
            carry = window[cut:]
        self._look(carry)
        return self.extent

    def _look(self, text: bytes) -> None:
        pairs = _CELL.findall(text)
        if pairs:
            # Longer letters come later, and letters of one length sort as their numbers do.
            furthest = max({letters for letters, _ in pairs}, key=lambda letters: (len(letters), letters.upper()))
            self._reach(max(int(pairs[-1][1]), int(pairs[0][1])), column_index(furthest.decode()) + 1)
        if self.loose is None and b"<" in text:
            self.loose = True if _LOOSE.search(text) else (False if pairs else None)
        notable = any(mark in text for mark in _NOTABLE) or (self.shown is not None and self.shown.search(text))
        if notable or self.loose:
            self._walk(text)

    def _reach(self, rows: int, columns: int) -> None:
        self.extent.rows = max(self.extent.rows, rows)
        self.extent.columns = max(self.extent.columns, columns)

    def _walk(self, text: bytes) -> None:
        for token in _TOKEN.finditer(text):
            is_row, row, cell, content = token.groups()
            place = _PLACE.search(row if is_row else cell)
            if is_row:
                self.row = int(place[2]) - 1 if place else self.row + 1
                self.column = -1
                if _HIDDEN.search(row):
                    self.extent.hidden.append(self.row)
                continue
            self.column = column_index(place[1].decode()) if place else self.column + 1
            self.row = int(place[2]) - 1 if place else self.row
            if content:
                self._reach(self.row + 1, self.column + 1)
                self._note(cell, content)

    def _note(self, attributes: bytes, content: bytes) -> None:
        kind = _TYPE.search(attributes)
        value = _VALUE.search(content)
        style = _STYLE.search(attributes)
        if kind and kind[1] == b"e":
            self.extent.texts[self.row, self.column] = _text(value[1]) if value else "#N/A"
        elif value is None and (formula := _FORMULA.search(content)) and (kind is None or kind[1] != b"str"):
            self.extent.texts[self.row, self.column] = "=" + _text(formula[1] or b"")[:_SHOWN]
        elif style and int(style[1]) in self.percents and (kind is None or kind[1] == b"n"):
            self.extent.percent(self.row, self.column)


def _text(xml: bytes) -> str:
    try:
        return html.unescape(xml.decode())
    except UnicodeDecodeError:
        return html.unescape(xml.decode("latin-1"))
