"""The refused rows in the operator's own columns, ready to be corrected and dropped again, as CSV and as XLSX."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from territoires.receipts.convention import REASON_COLUMN, REMEDY_COLUMN, is_annotation, neutralise
from territoires.receipts.french import NBSP, typography
from territoires.receipts.model import Reason, Receipt, RefusedRow
from territoires.receipts.safe import HEADER_LENGTH, SENTENCE_LENGTH, shown, visible

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

XLSX_ROWS = 20_000
"""Above this the XLSX is not written (15 s of CPU for 100,000 rows): nobody corrects so many cells by hand."""
XLSX_COMMENTS = 1_000
"""Cells that get a comment; those after them are coloured, and explained in the last two columns like all others."""

_CELL_LIMIT = 32_767  # Excel specifications and limits: "Total number of characters that a cell can contain"
_CUT = "… (cellule coupée : sa valeur entière est dans le fichier CSV)"
_XML_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDTHS = {REASON_COLUMN: 60, REMEDY_COLUMN: 60}
_AUTHOR = "Territoires d'industrie"


def layout(receipt: Receipt) -> tuple[str, ...]:
    """The operator's headers in their order, without the two columns that an earlier receipt of ours had added."""
    headers = receipt.layout or (tuple(receipt.refused[0].cells) if receipt.refused else ())
    return tuple(header for header in headers if not is_annotation(header))


def write_refused_csv(receipt: Receipt, path: Path) -> None:
    """Write every refused row to *path*: utf-8 with BOM (Excel needs it), ``;``, CRLF.

    Cells are the operator's, byte for byte, but for the apostrophe of :mod:`territoires.receipts.convention`.
    Raises OSError.
    """
    headers = layout(receipt)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
        writer.writerow([*map(neutralise, headers), REASON_COLUMN, REMEDY_COLUMN])
        for row in receipt.refused:
            writer.writerow([neutralise(text) for text in (*_cells(row, headers), *_annotations(row, " | "))])


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
    _frame(sheet, headers, len(receipt.refused))
    painter = _Painter(sheet)
    sheet.append([painter.cell(header, "header") for header in (*headers, REASON_COLUMN, REMEDY_COLUMN)])
    for row in receipt.refused:
        sheet.append(painter.row(row, headers))
    book.save(path)


def _cells(row: RefusedRow, headers: Sequence[str]) -> Iterator[str]:
    if row.text is not None:
        # A line that could not be cut into cells goes back whole, in the first column.
        yield row.text
        yield from [""] * (len(headers) - 1)
        return
    for header in headers:
        yield row.cells.get(header) or ""


def _annotations(row: RefusedRow, separator: str) -> tuple[str, str]:
    """What is wrong (after the number of the line in the operator's file) and what to write."""
    reasons = [_about(reason, reason.message) for reason in row.reasons]
    remedies = dict.fromkeys(_about(reason, reason.remedy) for reason in row.reasons)
    return f"Ligne {row.line}{separator}{separator.join(reasons)}", separator.join(remedies)


def _about(reason: Reason, sentence: str) -> str:
    sentence = typography(shown(sentence, SENTENCE_LENGTH))
    return sentence if reason.column is None else f"{shown(reason.column, HEADER_LENGTH)}{NBSP}: {sentence}"


def _frame(sheet: Worksheet, headers: Sequence[str], rows: int) -> None:
    """Column widths, header kept in sight, filter on every column."""
    from openpyxl.utils import get_column_letter

    names = (*headers, REASON_COLUMN, REMEDY_COLUMN)
    for position, header in enumerate(names, start=1):
        dimension = sheet.column_dimensions[get_column_letter(position)]
        dimension.width = _WIDTHS.get(header, min(max(len(header) + 4, 14), 40))
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(names))}{rows + 1}"


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
        """The cells of one refused row, then its two annotations."""
        blamed: dict[str, list[Reason]] = {}
        for reason in row.reasons:
            if reason.column is not None:
                blamed.setdefault(reason.column, []).append(reason)
        cells = []
        for header, text in zip(headers, _cells(row, headers), strict=True):
            reasons = blamed.get(header)
            if reasons is None:
                cells.append(self.cell(text, "plain"))
                continue
            grave = any(reason.severity == "error" for reason in reasons)
            cell = self.cell(text, "error" if grave else "warning")
            self._comment(cell, reasons)
            cells.append(cell)
        return [*cells, *(self.cell(text, "note") for text in _annotations(row, "\n"))]

    def _comment(self, cell: Cell, reasons: Sequence[Reason]) -> None:
        if self._comments >= XLSX_COMMENTS:
            return
        from openpyxl.comments import Comment

        self._comments += 1
        sentences = [sentence for reason in reasons for sentence in (reason.message, reason.remedy)]
        text = typography("\n".join(shown(sentence, SENTENCE_LENGTH) for sentence in sentences))
        cell.comment = Comment(_xml_text(text), _AUTHOR, height=40 + 18 * (2 + len(text) // 45), width=320)


def _xml_text(text: str) -> str:
    """*text* without the characters that XML 1.0 forbids (shown as signs), within Excel's limit for a cell."""
    if len(text) > _CELL_LIMIT:
        text = text[: _CELL_LIMIT - len(_CUT)] + _CUT
    return _XML_ILLEGAL.sub(lambda found: visible(found.group()), text)
