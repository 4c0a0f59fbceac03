"""What reading a file gives: rows as text with their line numbers, and everything that was noticed on the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pyarrow as pa

from territoires.anomalies import Anomaly

FileFormat = Literal["csv", "xlsx", "xls", "ods"]

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a file may be before it is refused unread. Sizes in bytes.

    ``max_csv_bytes`` counts the text once inflated. ``max_sheet_cells`` counts the rectangle that holds all cells of
    a sheet: calamine allocates that rectangle whole, so one stray cell in XFD1048576 would ask for 400 GB.
    ``max_record_bytes`` is the longest record, and the block in which a CSV is read: larger ones cost memory, not time.
    ``max_ratio`` (inflated over compressed) speaks only past ``ratio_floor_bytes``, since tiny files compress oddly.
    """

    max_csv_bytes: int = 500 * MEGABYTE
    max_workbook_bytes: int = 100 * MEGABYTE
    max_expanded_bytes: int = 1_000 * MEGABYTE
    max_ratio: int = 200
    ratio_floor_bytes: int = 10 * MEGABYTE
    max_entries: int = 1_000
    max_sheet_cells: int = 20_000_000
    max_columns: int = 1_000
    max_broken_rows: int = 50_000
    max_record_bytes: int = 1 << 20


@dataclass(frozen=True, slots=True)
class Source:
    """How the file was understood.

    Attributes:
        format: what the content is, whatever the name's extension says.
        encoding: ``utf-8``, ``utf-8-sig`` (with a byte order mark), ``cp1252``, ``utf-16``; None for a workbook.
        separator: the character between cells; None for a workbook.
        sheet: name of the sheet read; None for text.
        header_line: line of the header, 1-based as the operator's tool shows it.
        member: name of the file inside the zip that was dropped, None if it was not zipped.
        date1904: whether day numbers count from 1904 (workbooks made on old Macs) instead of 1900.
    """

    format: FileFormat
    encoding: str | None
    separator: str | None
    sheet: str | None
    header_line: int
    member: str | None = None
    date1904: bool = False


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """A row that has not as many cells as the header: its text as it stands, cells found and cells expected."""

    line: int
    text: str
    found: int
    expected: int


@dataclass(frozen=True, slots=True)
class Reading:
    """The rows of a file, before any rule is applied.

    Attributes:
        raw: one string column for each header, named as the operator wrote it, in their order; null for an empty cell.
        lines: int32, one for each row of ``raw``: the row number that a spreadsheet shows for it.
        columns: contract's field name → header, for the fields that the file has.
        ignored: headers that the contract does not know.
        broken: rows that do not fit the header; they are not in ``raw``.
        anomalies: warnings on the whole file (errors raise ``UnreadableFile`` instead).
        source: how the file was understood.
        references: for a file of refused rows that we had handed back, what its rows say they correct: columns
            ``ligne`` (int32, of this file), ``id_livraison`` (int64) and ``ligne_origine`` (int32). None for any other.
    """

    raw: pa.Table
    lines: pa.Array
    columns: Mapping[str, str]
    source: Source
    ignored: tuple[str, ...] = ()
    broken: tuple[BrokenRow, ...] = ()
    anomalies: tuple[Anomaly, ...] = field(default_factory=tuple)
    references: pa.Table | None = None
