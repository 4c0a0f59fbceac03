"""The refused rows in the operator's own columns, ready to be corrected and dropped again, as CSV and as XLSX."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from territoires.receipts.convention import (
    ORIGIN_COLUMN,
    REASON_COLUMN,
    REMEDY_COLUMN,
    is_annotation,
    neutralise,
    reference,
)
from territoires.receipts.french import NBSP, typography
from territoires.receipts.model import Reason, Receipt, RefusedRow
from territoires.receipts.safe import HEADER_LENGTH, SENTENCE_LENGTH, shown, visible

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

XLSX_ROWS = 20_000
"""Above this the XLSX is not written (15 s of CPU for 100,000 rows): nobody corrects so many cells by hand."""
XLSX_COMMENTS = 1_000
"""Cells that get a comment; those after them are coloured, and explained in our columns like all others."""

_CELL_LIMIT = 32_767  # Excel specifications and limits: "Total number of characters that a cell can contain"
_CUT = "… (cellule coupée : sa valeur entière est dans le fichier CSV)"
_XML_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_OURS = (REASON_COLUMN, REMEDY_COLUMN, ORIGIN_COLUMN)
_WIDTHS = {REASON_COLUMN: 60, REMEDY_COLUMN: 60, ORIGIN_COLUMN: 26}
_NARROWEST, _WIDEST = 12, 44
_MEASURED_ROWS = 200
"""Rows from which the width of a column is taken."""
_AUTHOR = "Territoires d'industrie"


def layout(receipt: Receipt) -> tuple[str, ...]:
    """The operator's headers in their order, without the columns that an earlier receipt of ours had added.

    A column that the file lacks and that a reason asks for comes after them: else nobody could write in it.
    """
    headers = receipt.layout or (tuple(receipt.refused[0].cells) if receipt.refused else ())
    theirs = tuple(header for header in headers if not is_annotation(header))
    asked = dict.fromkeys(reason.column for row in receipt.refused for reason in row.reasons if reason.column)
    return (*theirs, *(column for column in asked if column not in theirs))


def write_refused_csv(receipt: Receipt, path: Path) -> None:
    """Write every refused row to *path*: utf-8 with BOM (Excel needs it), ``;``, CRLF.

    Cells are the operator's, byte for byte, but for the apostrophe of :mod:`territoires.receipts.convention`.
    Raises OSError.
    """
    headers = layout(receipt)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow([*map(neutralise, headers), *_OURS])
        for row in receipt.refused:
            ours = _annotations(receipt, row, " | ")
            writer.writerow([neutralise(text) for text in (*_cells(row, headers), *ours)])


def write_refused_xlsx(receipt: Receipt, path: Path) -> None:
    """Write every refused row to *path* as one sheet of text cells, the bad ones coloured and commented.

    Text cells keep leading zeros, SIRET numbers and dates as the operator wrote them. Raises OSError, and ValueError
    above ``XLSX_ROWS`` rows.
    """
    if len(receipt.refused) > XLSX_ROWS:
        raise ValueError(f"{len(receipt.refused)} refused rows: more than {XLSX_ROWS}, use the CSV")
    from openpyxl import Workbook  # 0.3 s that a receipt without refused rows need not pay

    headers = layout(receipt)
    book = Workbook(write_only=True)
    book.properties.creator = _AUTHOR
    sheet = cast("Worksheet", book.create_sheet("Lignes à corriger"))  # what the stubs lack, it has
    _frame(sheet, headers, receipt.refused)
    painter = _Painter(sheet)
    sheet.append([painter.cell(header, "header") for header in (*headers, *_OURS)])
    for row in receipt.refused:
        ours = _annotations(receipt, row, "\n")
        sheet.append([*painter.row(row, headers), *(painter.cell(text, "note") for text in ours)])
    book.save(path)


def _cells(row: RefusedRow, headers: Sequence[str]) -> Iterator[str]:
    if row.text is not None and not row.cells:
        # A line that could not be cut into cells goes back whole, in the first column.
        yield row.text
        yield from [""] * (len(headers) - 1)
        return
    for header in headers:
        yield row.cells.get(header) or ""


def _annotations(receipt: Receipt, row: RefusedRow, separator: str) -> tuple[str, str, str]:
    """What is wrong (after the number of the line in the operator's file), what to write, and which row it is."""
    reasons = [_about(reason, reason.message) for reason in row.reasons]
    remedies = dict.fromkeys(_about(reason, reason.remedy) for reason in row.reasons)
    told = f"Ligne {row.line}{separator}{separator.join(reasons)}"
    return told, separator.join(remedies), reference(receipt.delivery_id, row.line)


def _about(reason: Reason, sentence: str) -> str:
    sentence = typography(shown(sentence, SENTENCE_LENGTH))
    return sentence if reason.column is None else f"{shown(reason.column, HEADER_LENGTH)}{NBSP}: {sentence}"


def _frame(sheet: Worksheet, headers: Sequence[str], rows: Sequence[RefusedRow]) -> None:
    """Column widths, header kept in sight, filter on every column."""
    from openpyxl.utils import get_column_letter

    measured = rows[:_MEASURED_ROWS]
    for position, header in enumerate((*headers, *_OURS), start=1):
        longest = max((len(row.cells.get(header) or "") for row in measured), default=0)
        width = min(max(len(header) + 4, longest + 2, _NARROWEST), _WIDEST)
        sheet.column_dimensions[get_column_letter(position)].width = _WIDTHS.get(header, width)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(headers) + len(_OURS))}{len(rows) + 1}"


class _Painter:
    """Makes the cells of one sheet; counts the comments given, which Excel and openpyxl handle slowly."""

    def __init__(self, sheet: Worksheet) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Font, PatternFill

        self._new = WriteOnlyCell
        self._sheet = sheet
        self._comments = 0
        top, wrapped = Alignment(vertical="top"), Alignment(vertical="top", wrap_text=True)
        self._styles: Mapping[str, dict[str, Any]] = {
            "header": {"font": Font(bold=True, color="FFFFFF"), "fill": PatternFill("solid", "000091")},
            "plain": {"alignment": top},
            "error": {"alignment": top, "fill": PatternFill("solid", "FFE9E9"), "font": Font(color="CE0500")},
            "warning": {"alignment": top, "fill": PatternFill("solid", "FFE9E6"), "font": Font(color="B34000")},
            "note": {"alignment": wrapped, "fill": PatternFill("solid", "F5F5FE")},
        }
        self._prepared: dict[str, Any] = {}

    def cell(self, text: str, kind: str) -> Cell:
        """A cell of text, never a formula, in the style of its *kind*."""
        cell = self._new(self._sheet, _xml_text(text))
        if cell.data_type != "s" and cell.value is not None:
            cell.data_type = "s"  # openpyxl takes a text that begins with = for a formula, #N/A for an error
        style = self._prepared.get(kind)
        if style is None:
            cell.number_format = "@"
            for name, value in self._styles[kind].items():
                setattr(cell, name, value)
            self._prepared[kind] = cell._style  # type: ignore[attr-defined]
        else:
            # Assigning styles one by one costs ten times the cell itself; the prepared array is shared.
            cell._style = style  # type: ignore[attr-defined]
        return cell

    def row(self, row: RefusedRow, headers: Sequence[str]) -> list[Cell]:
        """The cells of one refused row; what concerns the whole row colours all of them, and is said on the first."""
        blamed: dict[str, list[Reason]] = {}
        for reason in row.reasons:
            blamed.setdefault(headers[0] if reason.column is None else reason.column, []).append(reason)
        whole = [reason for reason in row.reasons if reason.column is None]
        cells = []
        for header, text in zip(headers, _cells(row, headers), strict=True):
            reasons = blamed.get(header, ())
            cell = self.cell(text, _kind([*reasons, *whole]))
            if reasons:
                self._comment(cell, reasons)
            cells.append(cell)
        return cells

    def _comment(self, cell: Cell, reasons: Sequence[Reason]) -> None:
        if self._comments >= XLSX_COMMENTS:
            return
        from openpyxl.comments import Comment

        self._comments += 1
        sentences = [sentence for reason in reasons for sentence in (reason.message, reason.remedy)]
        text = typography("\n".join(shown(sentence, SENTENCE_LENGTH) for sentence in sentences))
        cell.comment = Comment(_xml_text(text), _AUTHOR, height=40 + 18 * (2 + len(text) // 45), width=320)


def _kind(reasons: Sequence[Reason]) -> str:
    if not reasons:
        return "plain"
    return "error" if any(reason.severity == "error" for reason in reasons) else "warning"


def _xml_text(text: str) -> str:
    """*text* without the characters that XML 1.0 forbids (shown as signs), within Excel's limit for a cell."""
    if len(text) > _CELL_LIMIT:
        text = text[: _CELL_LIMIT - len(_CUT)] + _CUT
    return _XML_ILLEGAL.sub(lambda found: visible(found.group()), text)
