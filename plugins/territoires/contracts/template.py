"""The file that an operator fills in: a workbook with its drop-down lists, or a CSV."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from territoires import storage
from territoires.contracts.cells import parse
from territoires.contracts.model import Contract, Field
from territoires.contracts.wording import required_words, rule_words, type_words
from territoires.storage import Place

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

GUIDE: Final = "Mode d'emploi"
_LISTS: Final = "Listes"
_LAST_ROW: Final = 1_048_576
_FORMATS: Final = {"string": "@", "boolean": "@", "integer": "0", "date": "dd/mm/yyyy"}
_GUIDE_COLUMNS: Final = {
    "Colonne": 28,
    "Intitulé": 30,
    "Obligatoire": 12,
    "Contenu": 32,
    "Règles": 60,
    "Exemple": 30,
    "Description": 90,
}
_EXAMPLE_NOTE: Final = "Ligne d'exemple : remplacez-la par vos données avant d'envoyer le fichier."


def write_xlsx(contract: Contract, place: Place) -> None:
    """Write the template of *contract* as a workbook at *place*; an existing file is replaced at once or not at all.

    Its first sheet has the contract's column names in row 1 and one example in row 2; text columns are formatted as
    text, so that leading zeros survive typing; lists of values are drop-down lists. The second sheet explains each
    column. The values of lists stand on a hidden third sheet, where their number has no limit.
    """
    # openpyxl takes a fifth of a second to import: not while DAG files are parsed.
    from openpyxl import Workbook

    book = Workbook()
    _fill_sheet(book, contract)
    _fill_guide(book, contract)
    with storage.whole(place) as path:
        book.save(path)


def write_csv(contract: Contract, place: Place) -> None:
    """Write the template of *contract* as CSV at *place*, as French Excel reads it: ``;``, UTF-8 with mark, CRLF."""
    rows = [contract.headers, [column.example for column in contract.fields]]
    with storage.whole(place) as path, path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream, delimiter=";", lineterminator="\r\n").writerows(rows)


def publish_templates(contracts: Iterable[Contract], folder: Place) -> tuple[Place, ...]:
    """Write the templates of each contract into ``<folder>/<operateur>/modeles/``; return their paths, sorted."""
    written = []
    for contract in contracts:
        home = folder / contract.operator / "modeles"
        for suffix, write in ((".csv", write_csv), (".xlsx", write_xlsx)):
            place = home / f"modele_{contract.delivery}{suffix}"
            write(contract, place)
            written.append(place)
    return tuple(sorted(written))


def _fill_sheet(book: Workbook, contract: Contract) -> None:
    from openpyxl.comments import Comment
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    sheet = _first_sheet(book)
    sheet.title = contract.delivery[:31]
    sheet.freeze_panes = "A2"
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    for position, column in enumerate(contract.fields, start=1):
        letter = get_column_letter(position)
        header = sheet.cell(1, position, column.name)
        header.font = Font(bold=True)
        header.fill = PatternFill("solid", fgColor="DDE6F2" if column.mandatory else "F2F2F2")
        header.comment = Comment(_note(contract, column), "Territoires d'industrie", height=180, width=360)
        example = sheet.cell(2, position, _example(column))
        example.font = Font(italic=True, color="808080")
        example.number_format = _number_format(column)
        sheet.column_dimensions[letter].number_format = _number_format(column)
        sheet.column_dimensions[letter].width = max(len(column.name), min(len(column.example), 40)) + 4
        _offer_values(sheet, lists, column, letter)
    sheet.cell(2, 1).comment = Comment(_EXAMPLE_NOTE, "Territoires d'industrie")


def _offer_values(sheet: Worksheet, lists: Worksheet, column: Field, letter: str) -> None:
    """Give a column its drop-down list, with the values in the same column of the hidden sheet."""
    from openpyxl.worksheet.datavalidation import DataValidation

    values = ("oui", "non") if column.type == "boolean" else column.enum
    if not values:
        return
    for row, value in enumerate(values, start=1):
        lists[f"{letter}{row}"] = value
    offered = DataValidation(
        type="list",
        formula1=f"'{_LISTS}'!${letter}$1:${letter}${len(values)}",
        allow_blank=not column.mandatory,
        showErrorMessage=True,
        errorTitle=column.title[:32],
        error="Choisissez une valeur de la liste.",
    )
    offered.add(f"{letter}2:{letter}{_LAST_ROW}")
    sheet.add_data_validation(offered)


def _fill_guide(book: Workbook, contract: Contract) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    guide = book.create_sheet(GUIDE, index=1)
    guide.append([contract.title])
    guide.append([contract.description])
    guide.append([contract.grain])
    guide.append([_EXAMPLE_NOTE])
    guide.append([])
    guide.append(list(_GUIDE_COLUMNS))
    for column in contract.fields:
        guide.append(
            [
                column.name,
                column.title,
                required_words(column),
                type_words(column),
                " ; ".join(rule_words(contract, column)),
                column.example,
                column.description,
            ]
        )
    guide["A1"].font = Font(bold=True, size=14)
    for cell in guide[6]:
        cell.font = Font(bold=True)
    for row in guide.iter_rows(min_row=7):
        for cell in row:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for position, width in enumerate(_GUIDE_COLUMNS.values(), start=1):
        guide.column_dimensions[get_column_letter(position)].width = width


def _first_sheet(book: Workbook) -> Worksheet:
    return book.worksheets[0]


def _note(contract: Contract, column: Field) -> str:
    lines = [f"{column.title} ({'obligatoire' if column.mandatory else 'facultatif'})", column.description]
    return "\n".join([*lines, *(f"– {rule}" for rule in rule_words(contract, column))])


def _number_format(column: Field) -> str:
    if column.type == "number":
        return "#,##0" + ("." + "0" * column.decimals if column.decimals else "")
    return _FORMATS[column.type]


def _example(column: Field) -> str | int | Decimal | date | None:
    """The example as a typed cell; yes and no stay the words that people write."""
    return column.example if column.type == "boolean" else parse(column, column.example)
