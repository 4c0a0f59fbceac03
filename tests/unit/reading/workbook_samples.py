"""Workbooks made for tests, and changed as no tool would."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from datetime import date

import openpyxl

from tests.fixtures.making import zipped

HEADER = ["code", "libelle", "montant", "nombre", "date_fin", "actif", "siren"]
ROW = ["A1", "Friche", 1234.5, 3, date(2019, 3, 5), True, "123456782"]

Change = Callable[[openpyxl.Workbook], object]


def xlsx(rows: Sequence[Sequence[object]] = (HEADER, ROW, ROW), change: Change | None = None) -> bytes:
    book = openpyxl.Workbook()
    book.active.title = "Données"
    for row in rows:
        book.active.append(list(row))
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed_sheet(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Change the XML of the first sheet of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [(name, archive.read(name)) for name in archive.namelist()]
    return zipped([(name, change(part) if name.endswith("sheet1.xml") else part) for name, part in parts])


def opendocument(content: str, manifest: bytes = b"<m/>") -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns"
    spaces = " ".join(f'xmlns:{name}="{names}:{name}:1.0"' for name in ("office", "table", "text"))
    calc = 'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    body = f"<office:document-content {spaces} {calc}><office:body><office:spreadsheet>{content}"
    whole = f"{body}</office:spreadsheet></office:body></office:document-content>"
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    return zipped([("mimetype", kind), ("META-INF/manifest.xml", manifest), ("content.xml", whole.encode())])
