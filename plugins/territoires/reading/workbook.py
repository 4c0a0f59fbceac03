"""XLSX, XLS and ODS through python-calamine, ten times faster than openpyxl: which sheet holds the delivery.

https://github.com/dimastbk/python-calamine. What it leaves out comes from ``sheetxml``, ``odsxml`` and ``biff``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.parsers import expat

import python_calamine as calamine

from territoires.anomalies import UnreadableFile
from territoires.contracts.model import Contract
from territoires.reading import archive
from territoires.reading.biff import xls_facts
from territoires.reading.errors import unreadable
from territoires.reading.facts import BrokenWorkbook, Extent, ProtectedWorkbook, WorkbookFacts
from territoires.reading.headers import (
    Header,
    better_contract,
    find_header,
    header_not_found,
    is_complete,
    wrong_delivery,
)
from territoires.reading.model import FileFormat, Limits, Source
from territoires.reading.odsxml import ods_facts
from territoires.reading.probe import TooLarge, Unsafe, probe
from territoires.reading.rows import Rows
from territoires.reading.sheet import has_rows, head_rows, sheet_rows
from territoires.reading.sheetxml import xlsx_facts


@dataclass(frozen=True, slots=True)
class _Candidate:
    name: str
    sheet: calamine.CalamineSheet
    header: Header
    complete: bool
    filled: bool


def read_workbook(
    path: Path, filename: str, kind: FileFormat, contract: Contract, limits: Limits, others: Sequence[Contract]
) -> Rows:
    """Read the sheet that holds the contract's columns.

    Raises:
        UnreadableFile: broken, protected, outsized, no sheet or several with the columns.
    """
    facts = _facts(path, filename, kind, limits)
    try:
        with path.open("rb") as stream:
            book = calamine.load_workbook(stream)
            candidate = _choose(book, filename, contract, others)
            extent = facts.sheets.get(candidate.name, Extent())
            source = Source(kind, None, None, candidate.name, candidate.header.index + 1, date1904=facts.date1904)
            return sheet_rows(candidate.sheet, candidate.header, extent, source, limits)
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
        return xls_facts(path)
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
    except ProtectedWorkbook as error:
        raise unreadable("classeur_protege", fichier=filename) from error
    except (archive.BrokenArchive, BrokenWorkbook, expat.ExpatError, LookupError, ValueError, Unsafe) as error:
        # expat raises LookupError or ValueError for an XML in an encoding that it does not know or cannot read.
        protected = _is_encrypted(path, kind)
        raise unreadable("classeur_protege" if protected else "classeur_illisible", fichier=filename) from error
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
    hidden: list[_Candidate] = []
    for info in book.sheets_metadata:
        if info.typ != calamine.SheetTypeEnum.WorkSheet:
            continue
        visible = info.visible == calamine.SheetVisibleEnum.Visible
        sheet = book.get_sheet_by_name(info.name)
        head = head_rows(sheet)
        if visible:
            heads[info.name] = head
        header = find_header(head, contract)
        if header:
            whole = header.by_content or is_complete(header.cells, contract)
            candidate = _Candidate(info.name, sheet, header, whole, has_rows(sheet, header.index))
            (found if visible else hidden).append(candidate)
    if not any(item.complete for item in found):
        _refuse_other(heads, hidden if not found else [], filename, contract, others)
    filled = [item for item in found if item.filled] or found
    complete = [item for item in filled if item.complete]
    if len(complete) > 1:
        raise unreadable("feuilles_ambigues", feuilles=", ".join(f"« {item.name} »" for item in complete))
    return complete[0] if complete else max(filled, key=lambda item: item.header.score)


def _refuse_other(
    heads: dict[str, list[list[str]]],
    hidden: Sequence[_Candidate],
    filename: str,
    contract: Contract,
    others: Sequence[Contract],
) -> None:
    """Refuse a workbook whose visible sheets (*heads*) are for another delivery, or have no header of this one.

    *hidden* are the hidden sheets with a header, given where no visible one has it.
    """
    for head in heads.values():
        other = better_contract(head, contract, others)
        if other:
            raise wrong_delivery(contract, other)
    if any(item.complete for item in hidden):
        raise unreadable("feuille_masquee", feuille=hidden[0].name)
    if not any(heads.values()):
        raise unreadable("fichier_vide", fichier=filename)
    if not any(find_header(head, contract) for head in heads.values()):
        first = next((" ".join(cells) for head in heads.values() for cells in head if any(cells)), "")
        raise header_not_found(contract, first)
