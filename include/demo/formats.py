"""Writing rows the way operators' tools do: French CSV, spreadsheets, zip; the same bytes for the same rows."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from openpyxl import Workbook

from demo.model import Row, Value

EPOCH = (2019, 3, 5, 12, 0, 0)
"""Time written in every archive: fixed, so that the same seed makes the same bytes."""

Cell = str | int | float | bool | date | datetime | None

_STAMPS = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_EXCEL_DAY_ZERO = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Layout:
    """How one export lays its rows out.

    ``columns``: contract names in the order of the file; ``headers``: what the file calls them where it differs;
    ``amount`` and ``day`` turn an amount and a date into the text that stands in the cell.
    """

    columns: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    amount: Callable[[Decimal], str] = lambda amount: f"{amount:.2f}".replace(".", ",")
    day: Callable[[date], str] = lambda day: day.strftime("%d/%m/%Y")
    yes_no: tuple[str, str] = ("oui", "non")

    def header(self) -> list[str]:
        """Return the header row."""
        return [self.headers.get(column, column) for column in self.columns]

    def texts(self, row: Row) -> list[str]:
        """Return *row* as the texts of its cells."""
        return [self.text(row.get(column)) for column in self.columns]

    def text(self, value: Value) -> str:
        """Return one value as the text of its cell; nothing for None."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return self.yes_no[0] if value else self.yes_no[1]
        if isinstance(value, Decimal):
            return self.amount(value)
        return self.day(value) if isinstance(value, date) else str(value)


def euro_text(amount: Decimal) -> str:
    """Return ``1 234,56 €`` with the no-break spaces (U+202F, U+00A0) that French spreadsheets show."""
    return f"{amount:,.2f}".replace(",", "\u202f").replace(".", ",") + "\u00a0€"


def iso_day(day: date) -> str:
    """Return ``2019-03-05``."""
    return day.isoformat()


def serial_day(day: date) -> int:
    """Return the number by which a spreadsheet (1900 system) counts *day*: 43529 for 05/03/2019."""
    return (day - _EXCEL_DAY_ZERO).days


def csv_text(lines: Iterable[Sequence[str]], separator: str = ";", end: str = "\r\n") -> str:
    """Return *lines* as CSV, quoting only where the separator, a quote or a line break forces it (RFC 4180)."""

    def quoted(cell: str) -> str:
        if separator in cell or '"' in cell or "\n" in cell:
            return '"' + cell.replace('"', '""') + '"'
        return cell

    return "".join(separator.join(map(quoted, line)) + end for line in lines)


def csv_bytes(rows: Iterable[Row], layout: Layout, encoding: str = "utf-8", separator: str = ";") -> bytes:
    """Return header and *rows* as a CSV file; ``utf-8-sig`` writes the BOM that Excel puts ahead."""
    return csv_text([layout.header(), *map(layout.texts, rows)], separator).encode(encoding)


def xlsx_bytes(sheet: str, lines: Iterable[Sequence[Cell]]) -> bytes:
    """Return a workbook of one sheet as bytes that depend on nothing but *lines* (no time of writing in them)."""
    return workbook_bytes({sheet: lines})


def workbook_bytes(sheets: Mapping[str, Iterable[Sequence[Cell]]]) -> bytes:
    """Return a workbook of several sheets, in their order, as `xlsx_bytes` does."""
    book = Workbook(write_only=True)
    for sheet, lines in sheets.items():
        page = book.create_sheet(sheet)
        for line in lines:
            page.append(line)
    buffer = io.BytesIO()
    book.save(buffer)
    with zipfile.ZipFile(buffer) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    stamp = "{:04d}-{:02d}-{:02d}T{:02d}:{:02d}:{:02d}Z".format(*EPOCH).encode()
    return zip_bytes([(name, _STAMPS.sub(rb"\g<1>" + stamp, content)) for name, content in members])


def xlsx_cells(row: Row, layout: Layout, *, serial_dates: bool = False) -> list[Cell]:
    """Return *row* as typed cells: numbers as numbers, dates as dates, or as bare serial numbers if asked."""
    cells: list[Cell] = []
    for column in layout.columns:
        value = row.get(column)
        if isinstance(value, bool):
            cells.append(layout.text(value))
        elif isinstance(value, Decimal):
            cells.append(float(value))
        elif isinstance(value, date):
            cells.append(serial_day(value) if serial_dates else value)
        else:
            cells.append(value)
    return cells


def zip_bytes(members: Sequence[tuple[str, bytes]]) -> bytes:
    """Return a zip of *members* (name, content), every one stamped with the same time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name, date_time=EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()
