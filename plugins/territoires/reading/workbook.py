"""XLSX, XLS and ODS through python-calamine, ten times faster than openpyxl; cells become the text that people see.

https://github.com/dimastbk/python-calamine. What it leaves out comes from ``sheetxml``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from xml.parsers import expat

import pyarrow as pa
import python_calamine as calamine

from territoires.anomalies import Anomaly, UnreadableFile
from territoires.contracts.model import Contract, Field
from territoires.contracts.names import normalise
from territoires.reading import archive
from territoires.reading.errors import anomaly, unreadable
from territoires.reading.headers import (
    SEARCHED_LINES,
    Header,
    better_contract,
    check_width,
    find_header,
    header_not_found,
    is_complete,
    known_names,
    wrong_delivery,
)
from territoires.reading.model import FileFormat, Limits, Source
from territoires.reading.probe import TooLarge, Unsafe, probe
from territoires.reading.rows import TOTAL, Rows
from territoires.reading.sheetxml import Extent, Merge, WorkbookFacts, ods_facts, xlsx_facts

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta

_FIXED_DIGITS = re.compile(r"\^?(?:\\d|\[0-9\])\{(\d+)\}\$?")
_SHOWN_RANGES = 5


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    sheet: calamine.CalamineSheet
    header: Header
    complete: bool
    filled: bool


def read_workbook(
    path: Path, filename: str, kind: FileFormat, contract: Contract, limits: Limits, others: Sequence[Contract]
) -> tuple[Rows, tuple[Anomaly, ...]]:
    """Read the sheet that holds the contract's columns; returns its rows and the warnings on its cells.

    Raises:
        UnreadableFile: broken, protected, outsized, no sheet or several with the columns, merged data cells.
    """
    facts = _facts(path, filename, kind, limits)
    try:
        with path.open("rb") as stream:
            book = calamine.load_workbook(stream)
            candidate = _choose(book, filename, contract, others)
            extent = facts.sheets.get(candidate.name, Extent())
            return _sheet_rows(candidate, kind, extent, contract, limits, date1904=facts.date1904)
    except calamine.PasswordError as error:
        raise unreadable("classeur_protege", fichier=filename) from error
    except calamine.CalamineError as error:
        protected = "password" in str(error).lower() or _is_encrypted(path, kind)
        raise unreadable("classeur_protege" if protected else "classeur_illisible", fichier=filename) from error
    except BaseException as error:
        # A panic in calamine's Rust code comes as pyo3's PanicException, which is no Exception.
        if type(error).__name__ == "PanicException":
            raise unreadable("classeur_illisible", fichier=filename) from error
        raise


def _is_encrypted(path: Path, kind: FileFormat) -> bool:
    """An encrypted XLSX is an OLE file with a stream called EncryptedPackage (MS-OFFCRYPTO § 2.3.4)."""
    if kind != "xls":
        return False
    needle = "EncryptedPackage".encode("utf-16-le")
    with path.open("rb") as stream:
        carry = b""
        while block := stream.read(1 << 20):
            if needle in carry + block:
                return True
            carry = block[-len(needle) :]
    return False


def _too_large(sheet: str, cells: int, limits: Limits) -> UnreadableFile:
    found, limit = (f"{count:,}".replace(",", " ") for count in (cells, limits.max_sheet_cells))
    return unreadable("feuille_demesuree", feuille=sheet, cellules=found, limite=limit)


def _xml_facts(path: Path, kind: FileFormat) -> WorkbookFacts:
    if kind == "xls":
        return WorkbookFacts({}, date1904=False)
    parts = {info.filename: info for info in archive.entries(path)}
    return xlsx_facts(path, parts) if kind == "xlsx" else ods_facts(path, parts)


def _facts(path: Path, filename: str, kind: FileFormat, limits: Limits) -> WorkbookFacts:
    """Measure a workbook and try it in a child process; only then is it safe to open here."""
    try:
        facts = _xml_facts(path, kind)
        _refuse_outsized(facts, limits)
        probe(path, limits.max_sheet_cells)
    except TooLarge as error:
        raise _too_large(error.sheet, error.cells, limits) from error
    except (archive.BrokenArchive, expat.ExpatError, Unsafe) as error:
        raise unreadable("classeur_illisible", fichier=filename) from error
    return facts


def _refuse_outsized(facts: WorkbookFacts, limits: Limits) -> None:
    for name, extent in facts.sheets.items():
        if extent.cells > limits.max_sheet_cells:
            raise TooLarge(name, extent.cells)


def _choose(
    book: calamine.CalamineWorkbook, filename: str, contract: Contract, others: Sequence[Contract]
) -> _Candidate:
    """Choose the visible sheet whose header is the contract's; several that are complete and hold rows are too many."""
    heads: dict[str, list[list[str]]] = {}
    found: list[_Candidate] = []
    for info in book.sheets_metadata:
        if info.typ != calamine.SheetTypeEnum.WorkSheet or info.visible != calamine.SheetVisibleEnum.Visible:
            continue
        sheet = book.get_sheet_by_name(info.name)
        heads[info.name] = _head(sheet)
        header = find_header(heads[info.name], contract)
        if header:
            whole = is_complete(header.cells, contract)
            found.append(_Candidate(info.name, sheet, header, whole, _has_rows(sheet, header.index)))
    for head in heads.values() if not any(item.complete for item in found) else ():
        other = better_contract(head, contract, others)
        if other:
            raise wrong_delivery(contract, other)
    if not any(heads.values()):
        raise unreadable("fichier_vide", fichier=filename)
    if not found:
        first = next((" ".join(cells) for head in heads.values() for cells in head if any(cells)), "")
        raise header_not_found(contract, first)
    filled = [item for item in found if item.filled] or found
    complete = [item for item in filled if item.complete]
    if len(complete) > 1:
        raise unreadable("feuilles_ambigues", feuilles=", ".join(f"« {item.name} »" for item in complete))
    return complete[0] if complete else max(filled, key=lambda item: item.header.score)


def _head(sheet: calamine.CalamineSheet) -> list[list[str]]:
    return [[cell_text(cell) or "" for cell in row] for row in sheet.to_python(False, SEARCHED_LINES)]


def _rows(sheet: calamine.CalamineSheet) -> Iterator[list[Cell]]:
    """Rows from A1; calamine's own iterator starts at the first row but at the first column that holds something."""
    left: list[Cell] = [""] * (sheet.start[1] if sheet.start else 0)
    for row in sheet.iter_rows():
        yield left + row


def _has_rows(sheet: calamine.CalamineSheet, header: int) -> bool:
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
        return _number_text(cell)
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    return cell.isoformat() if isinstance(cell, dt.date | dt.time) else str(cell)


def _number_text(number: float) -> str:
    if number == int(number) if abs(number) < 1e15 else False:
        return str(int(number))
    return format(Decimal(f"{number:.15g}"), "f")


def _sheet_rows(
    candidate: _Candidate,
    kind: FileFormat,
    extent: Extent,
    contract: Contract,
    limits: Limits,
    *,
    date1904: bool,
) -> tuple[Rows, tuple[Anomaly, ...]]:
    cells = candidate.header.cells[: _used(candidate.header.cells)]
    top = candidate.header.index
    grid = [row for index, row in enumerate(_rows(candidate.sheet)) if index > top]
    _refuse_merged(candidate.sheet.merged_cell_ranges or extent.merged, grid, top, candidate.name)
    width = max(len(cells), max(map(_used, grid), default=0))
    check_width(width, limits)
    columns: list[list[Cell]] = [[row[place] if place < len(row) else "" for row in grid] for place in range(width)]
    for (row, place), text in extent.errors.items():
        if top < row <= top + len(grid) and place < width:
            columns[place][row - top - 1] = text
    noticed = _lost_zeros(columns, cells, top, contract)
    table = pa.table(
        {
            str(place): pa.array(map(cell_text, column), pa.string(), size=len(grid))
            for place, column in enumerate(columns)
        }
    )
    header = (*cells, *[""] * (width - len(cells)))
    lines = pa.array(range(top + 2, top + 2 + len(grid)), pa.int32())
    source = Source(kind, None, None, candidate.name, top + 1, date1904=date1904)
    return Rows(header, table, lines, (), source), noticed


def _used(row: Sequence[Cell]) -> int:
    """Cells of a row up to its last that is not empty."""
    width = len(row)
    while width and row[width - 1] == "":
        width -= 1
    return width


def _refuse_merged(ranges: Iterable[Merge], grid: Sequence[Sequence[Cell]], top: int, name: str) -> None:
    """Refuse merged cells below the header, since they leave cells that look empty; a totals row may be merged."""
    spoilt = [
        ((first_row, first), (last_row, last))
        for (first_row, first), (last_row, last) in ranges
        if last_row > top and not _is_total(grid, first_row - top - 1)
    ]
    if not spoilt:
        return
    shown = [_a1(*place) for place in sorted(spoilt)]
    text = ", ".join(shown[:_SHOWN_RANGES]) + (f" et {len(shown) - _SHOWN_RANGES} autres" if len(shown) > 5 else "")
    line = min(first[0] for first, _ in spoilt) + 1
    raise unreadable("cellules_fusionnees", line=line, value=shown[0], feuille=name, plages=text)


def _is_total(grid: Sequence[Sequence[Cell]], row: int) -> bool:
    last = max((index for index, cells in enumerate(grid) if any(cell != "" for cell in cells)), default=-1)
    return 0 <= row == last and any(isinstance(cell, str) and TOTAL.match(cell) for cell in grid[row][:1])


def _a1(first: tuple[int, int], last: tuple[int, int]) -> str:
    return f"{_letters(first[1])}{first[0] + 1}:{_letters(last[1])}{last[0] + 1}"


def _letters(column: int) -> str:
    text = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(65 + rest) + text
    return text


def fixed_digits(column: Field) -> int | None:
    """Return how many digits every value of a column has, where its identifier or pattern fixes that; else None."""
    if column.identifier is not None:
        return {"siren": 9, "siret": 14}[column.identifier]
    match = _FIXED_DIGITS.fullmatch(column.pattern or "")
    return int(match[1]) if match and column.type == "string" else None


def _lost_zeros(
    columns: Sequence[Sequence[Cell]], header: Sequence[str], top: int, contract: Contract
) -> tuple[Anomaly, ...]:
    """Warn of codes kept as numbers that are too short, since a tool dropped their zeros.

    They are not put back: the rule on the column refuses them, and this says why.
    """
    names = known_names(contract)
    found: list[Anomaly] = []
    for place, title in enumerate(header):
        column = next((item for item in contract.fields if item.name == names.get(normalise(title))), None)
        length = fixed_digits(column) if column else None
        if length is None:
            continue
        short = [
            (row, text)
            for row, cell in enumerate(columns[place])
            if isinstance(cell, int | float) and not isinstance(cell, bool)
            if (text := _number_text(cell)).isdigit() and len(text) < length
        ]
        if short:
            row, text = short[0]
            found.append(
                anomaly(
                    "zeros_perdus",
                    line=top + 2 + row,
                    column=title,
                    value=text,
                    nombre=len(short),
                    colonne=title,
                    trouve=len(text),
                    attendu=length,
                )
            )
    return tuple(found)
