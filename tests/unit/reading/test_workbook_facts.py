"""What people see in a workbook and its parser does not tell: errors, formulas, percentages, hidden rows, 1904."""

from __future__ import annotations

import re
from collections.abc import Callable

import openpyxl
import pandas as pd
import pytest
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from reading_samples import codes
from workbook_samples import HEADER, changed_sheet, opendocument, xlsx

from territoires.contracts.model import Contract
from territoires.reading import Reading, convert
from tests.fixtures.old_excel import Failed, Percent, make_xls

ReadBytes = Callable[..., Reading]


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_what_people_see_and_the_parser_does_not_tell(read_bytes: ReadBytes, small: Contract, kind: str) -> None:
    """calamine gives errors as empty cells, 80 % as 0.8, hidden rows as others, and forgets 1904."""
    rows = {"xlsx": seen_in_xlsx, "ods": seen_in_ods, "xls": seen_in_xls}[kind]()
    reading = read_bytes(rows, f"f.{kind}")
    frame = convert(reading, small)
    assert reading.raw["libelle"].to_pylist() == ["Friche", "#REF!", "Atelier"]
    assert reading.raw["montant"].to_pylist() == ["#N/A", "5", "80 %"]
    assert frame["montant__illisible"].tolist() == [True, False, True]
    assert frame["libelle__formule"].tolist() == [False, True, False]
    assert frame["date_fin"].tolist() == [pd.Timestamp("2019-03-05")] * 3
    assert codes(reading) == ["lignes_masquees"]
    assert (reading.anomalies[0].line, "ligne 3" in reading.anomalies[0].message) == (3, True)


def seen_in_xlsx() -> bytes:
    def spoil(book: openpyxl.Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904
        sheet = book.active
        for place, text in (("C2", "#N/A"), ("B3", "#REF!")):
            sheet[place] = text
            sheet[place].data_type = "e"
        sheet["C4"].number_format = "0.0 %"
        sheet.row_dimensions[3].hidden = True

    rows = [["A1", "Friche", 0], ["A2", "x", 5], ["A3", "Atelier", 0.8]]
    return xlsx([HEADER, *([*row, None, 42067] for row in rows)], spoil)


def seen_in_xls() -> bytes:
    rows = [["A1", "Friche", Failed(42)], ["A2", Failed(23, formula=True), 5.0], ["A3", "Atelier", Percent(0.8)]]
    return make_xls([HEADER, *([*row, None, 42067.0] for row in rows)], date1904=True, hidden=[2])


def seen_in_ods() -> bytes:
    def text(value: str) -> str:
        return f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'

    def failed(value: str) -> str:
        typed = 'office:value-type="string" office:string-value="" calcext:value-type="error"'
        return f'<table:table-cell table:formula="of:=1/0" {typed}><text:p>{value}</text:p></table:table-cell>'

    def number(value: float, kind: str = "float") -> str:
        return f'<table:table-cell office:value-type="{kind}" office:value="{value}"/>'

    rows = [
        ("", [text("A1"), text("Friche"), failed("#N/A")]),
        ("filter", [text("A2"), failed("#REF!"), number(5)]),
        ("", [text("A3"), text("Atelier"), number(0.8, "percentage")]),
    ]
    lines = "".join(
        f'<table:table-row table:visibility="{visibility or "visible"}">{"".join(cells)}<table:table-cell/>'
        f"{number(42067)}</table:table-row>"
        for visibility, cells in rows
    )
    header = f"<table:table-row>{''.join(map(text, HEADER))}</table:table-row>"
    dates = '<table:calculation-settings><table:null-date table:date-value="1904-01-01"/></table:calculation-settings>'
    return opendocument(f'{dates}<table:table table:name="F">{header}{lines}</table:table>')


def test_formulas_that_no_tool_has_computed_are_no_empty_cells(read_bytes: ReadBytes, small: Contract) -> None:
    """openpyxl and others write formulas without their values; an amount would be lost without a word."""
    rows = [HEADER, ["A1", "=B9", "=1+1"], ["A2", "x", 5]]
    reading = read_bytes(xlsx(rows), "f.xlsx")
    assert reading.raw["montant"].to_pylist() == ["=1+1", "5"]
    frame = convert(reading, small)
    assert (frame["montant__illisible"][0], frame["libelle__formule"][0]) == (True, True)
    assert formulas_read(read_bytes, '<f>IF(1,"","")</f><v></v>', ' t="str"') is None
    assert formulas_read(read_bytes, "<f>1+1</f><v>2</v>", "") == "2"


def formulas_read(read_bytes: ReadBytes, content: str, attributes: str) -> str | None:
    """Read back the amount of a row whose cell has that XML."""
    cell = f'<c r="C2"{attributes}>{content}</c>'.encode()
    changed = changed_sheet(
        xlsx([HEADER, ["A1", "x", None, 3]]), lambda xml: xml.replace(b'<c r="D2"', cell + b'<c r="D2"')
    )
    return read_bytes(changed, "f.xlsx").raw["montant"].to_pylist()[0]


def without_places(xml: bytes) -> bytes:
    return re.sub(rb' r="[A-Z]*\d+"', b"", xml)


def with_prefix(xml: bytes) -> bytes:
    return re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", xml).replace(b"xmlns=", b"xmlns:x=")


@pytest.mark.parametrize("change", [without_places, with_prefix])
def test_error_cells_are_found_in_every_dialect_of_the_xml(
    read_bytes: ReadBytes, change: Callable[[bytes], bytes]
) -> None:
    """Some tools leave out the places of the cells, others write every name with a prefix."""

    def spoil(book: openpyxl.Workbook) -> None:
        book.active["C3"] = "#N/A"
        book.active["C3"].data_type = "e"

    reading = read_bytes(changed_sheet(xlsx(change=spoil), change), "f.xlsx")
    assert reading.raw["montant"].to_pylist() == ["1234.5", "#N/A"]


def test_a_sheet_coloured_down_to_its_last_row_is_not_outsized(read_bytes: ReadBytes) -> None:
    styled = b"".join(b'<row r="%d" s="1"><c r="AZ%d" s="1"/></row>' % (row, row) for row in (1_000_000, 1_048_576))
    content = changed_sheet(xlsx(), lambda xml: xml.replace(b"</sheetData>", styled + b"</sheetData>"))
    assert read_bytes(content, "f.xlsx").raw.num_rows == 2


def test_error_cells_are_unreadable_and_not_empty(read_bytes: ReadBytes, small: Contract) -> None:
    """calamine gives #N/A as an empty cell: an optional amount would be lost without a word."""

    def spoil(book: openpyxl.Workbook) -> None:
        for place, text in (("C2", "#N/A"), ("B3", "#REF!")):
            book.active[place] = text
            book.active[place].data_type = "e"

    reading = read_bytes(xlsx(change=spoil), "f.xlsx")
    frame = convert(reading, small)
    assert reading.raw["montant"].to_pylist() == ["#N/A", "1234.5"]
    assert frame["montant__illisible"].tolist() == [True, False]
    assert frame["libelle__formule"].tolist() == [False, True]
