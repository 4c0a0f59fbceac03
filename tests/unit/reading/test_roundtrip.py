"""What is written by the conventions of any tool is read back the same: values, types and line numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from bounded import bounded
from hypothesis import given
from hypothesis import strategies as st
from reading_samples import FIELDS, codes, contract
from workbook_samples import xlsx

from territoires.reading import Reading, convert, read
from territoires.reading.cells import INVISIBLE, SPACES
from territoires.receipts.convention import neutralise
from territoires.receipts.model import Reason, Receipt, RefusedRow
from territoires.receipts.sheets import write_refused_csv, write_refused_xlsx
from tests.fixtures.making import luhn, ods
from tests.fixtures.old_excel import make_xls
from tests.unit.receipts.making import receipt

SMALL = contract(FIELDS)
HEADER = [column.name for column in FIELDS]
NARROW = "\N{NARROW NO-BREAK SPACE}"


@dataclass(frozen=True)
class Line:
    """One row as it is meant."""

    code: str
    libelle: str
    montant: Decimal
    nombre: int | None
    date_fin: date | None
    actif: bool | None
    siren: str | None


def _is_plain(text: str) -> bool:
    """Texts that no reader may take for something else: a note, a total, a formula, a guard of ours."""
    return bool(text.strip()) and text == text.strip() and text == neutralise(text) and text[0] not in "'#="


LETTERS = st.text(
    st.one_of(st.sampled_from("éèàçêœ’« »;,|\t\"'-12 €\n"), st.characters(exclude_categories=["C", "Zl", "Zp"])),
    min_size=1,
    max_size=15,
)
FRENCH = st.text(st.sampled_from("abcéèàçêôûïŒœ’«»–€;,| 12\"'\nÉÀ"), min_size=1, max_size=15)


def lines(texts: st.SearchStrategy[str]) -> st.SearchStrategy[list[Line]]:
    line = st.builds(
        Line,
        code=st.from_regex(r"[A-Z][0-9]{1,6}", fullmatch=True),
        libelle=texts.filter(_is_plain),
        montant=st.decimals(-(10**9), 10**9, places=2),
        nombre=st.none() | st.integers(-(10**12), 10**12),
        date_fin=st.none() | st.dates(date(1930, 1, 1), date(2150, 1, 1)),
        actif=st.none() | st.booleans(),
        siren=st.none() | st.integers(10_000_000, 99_999_999).map(lambda body: luhn(str(body))),
    )
    return st.lists(line, min_size=1, max_size=8)


def clean(text: str) -> str:
    """A text as the frame holds it."""
    return text.translate(str.maketrans(dict.fromkeys(SPACES, " ")) | dict.fromkeys(map(ord, INVISIBLE))).strip()


def check(reading: Reading, meant: Sequence[Line], numbers: Sequence[int]) -> None:
    """Compare the frame with what was meant, cell by cell, and the lines with *numbers*."""
    frame = convert(reading, SMALL)
    assert reading.lines.to_pylist() == list(numbers)
    assert reading.broken == ()
    assert not frame[[name for name in frame if name.endswith("__illisible")]].any(axis=None)
    for place, line in enumerate(meant):
        row = frame.iloc[place]
        for name in HEADER:
            wanted, got = getattr(line, name), row[name]
            if wanted is None or wanted == "":
                assert pd.isna(got), name
            elif isinstance(wanted, Decimal):
                assert got == float(wanted)
            elif isinstance(wanted, date):
                assert got.date() == wanted
            else:
                assert got == (clean(wanted) if isinstance(wanted, str) else wanted), name


def grouped(amount: Decimal, space: str) -> str:
    return f"{amount:,}".replace(",", space).replace(".", ",")


def excel(line: Line) -> list[str]:
    """The French Excel's « CSV (séparateur : point-virgule) »."""
    day = line.date_fin.strftime("%d/%m/%Y") if line.date_fin else ""
    truth = {True: "VRAI", False: "FAUX", None: ""}[line.actif]
    return [
        line.code,
        line.libelle,
        grouped(line.montant, NARROW) + " €",
        _text(line.nombre),
        day,
        truth,
        line.siren or "",
    ]


def libreoffice(line: Line) -> list[str]:
    """LibreOffice's CSV with the cells as shown, in French."""
    day = f"{line.date_fin.day}/{line.date_fin.month}/{line.date_fin.year}" if line.date_fin else ""
    truth = {True: "vrai", False: "faux", None: ""}[line.actif]
    number = "" if line.nombre is None else grouped(Decimal(line.nombre), "\N{NO-BREAK SPACE}")
    return [line.code, line.libelle, str(line.montant).replace(".", ","), number, day, truth, line.siren or ""]


def pandas(line: Line) -> list[str]:
    """pandas' ``to_csv``, where a column of integers with a hole has become one of floats."""
    number = "" if line.nombre is None else repr(float(line.nombre))
    day = line.date_fin.isoformat() if line.date_fin else ""
    truth = "" if line.actif is None else str(line.actif)
    return [
        line.code,
        line.libelle,
        repr(float(line.montant)),
        number,
        day,
        truth,
        f"{line.siren}.0" if line.siren else "",
    ]


def database(line: Line) -> list[str]:
    """A database's export, with times and flags of one figure."""
    day = f"{line.date_fin.isoformat()} 00:00:00" if line.date_fin else ""
    truth = "" if line.actif is None else str(int(line.actif))
    return [line.code, line.libelle, str(line.montant), _text(line.nombre), day, truth, line.siren or ""]


def _text(value: object) -> str:
    return "" if value is None else str(value)


TOOLS = {
    "excel": (excel, ";", "cp1252", "\r\n", csv.QUOTE_MINIMAL, FRENCH),
    "excel-utf-8": (excel, ";", "utf-8-sig", "\r\n", csv.QUOTE_MINIMAL, LETTERS),
    "excel-unicode": (excel, "\t", "utf-16", "\r\n", csv.QUOTE_MINIMAL, LETTERS),
    "libreoffice": (libreoffice, ",", "utf-8", "\n", csv.QUOTE_ALL, LETTERS),
    "libreoffice-point-virgule": (libreoffice, ";", "utf-8", "\n", csv.QUOTE_NONNUMERIC, LETTERS),
    "pandas": (pandas, ",", "utf-8", "\n", csv.QUOTE_MINIMAL, LETTERS),
    "base": (database, "|", "utf-8", "\n", csv.QUOTE_MINIMAL, LETTERS),
}


@pytest.mark.parametrize("tool", TOOLS)
@bounded(12)
@given(st.data())
def test_text_files(tmp_path: Path, tool: str, data: st.DataObject) -> None:
    """Titles above, blank lines between, cells on several lines: a line is what a spreadsheet numbers as one."""
    write, separator, encoding, end, quoting, texts = TOOLS[tool]
    meant = data.draw(lines(texts))
    if encoding == "cp1252":
        meant = [replace(line, libelle=without_utf8(line.libelle)) for line in meant]
    above = data.draw(st.integers(0, 3))
    blanks = [data.draw(st.integers(0, 2)) for _ in meant]
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    for number in range(above):
        out.write(f"Titre {number}{end}")
    writer.writerow(HEADER)
    numbers, at = [], above + 1
    for line, blank in zip(meant, blanks, strict=True):
        out.write(end * blank)
        writer.writerow(write(line))
        at += blank + 1
        numbers.append(at)
    content = out.getvalue().replace(NARROW, "\N{NO-BREAK SPACE}") if encoding == "cp1252" else out.getvalue()
    path = tmp_path / "f"
    path.write_bytes(content.encode(encoding))
    check(read(path, "f.csv", SMALL), meant, numbers)


def without_utf8(text: str) -> str:
    """A text whose cp1252 bytes could be UTF-8, or another code page's, is refused or read as that: not asked here."""
    plain = text.encode("cp1252").decode("ascii", "ignore").strip()
    return f"é {plain}".strip(" '#=-")


def typed(line: Line) -> list[object]:
    number = None if line.nombre is None else float(line.nombre)
    return [line.code, line.libelle, float(line.montant), number, line.date_fin, line.actif, line.siren]


def serial(line: Line) -> list[str | float | None]:
    """Cells of an old XLS: days are numbers, and so is the SIREN that a hurried hand typed."""
    day = None if line.date_fin is None else float((line.date_fin - date(1899, 12, 30)).days)
    truth = None if line.actif is None else ("oui" if line.actif else "non")
    siren = None if line.siren is None else float(line.siren)
    return [
        line.code,
        line.libelle,
        float(line.montant),
        None if line.nombre is None else float(line.nombre),
        day,
        truth,
        siren,
    ]


def as_text(line: Line) -> list[object]:
    return list(excel(line))


SHEET_TEXTS = st.text(
    st.one_of(st.sampled_from("éèàçêœ’« »;,|\"'-12 €\n"), st.characters(exclude_categories=["C", "Zl", "Zp"])),
    min_size=1,
    max_size=15,
).filter(lambda text: "_x" not in text)


def _escaped(cell: object) -> object:
    """An ODS of our own making holds XML: texts are escaped, empty cells left empty."""
    if cell is None or cell == "":
        return "<table:table-cell/>"
    if isinstance(cell, bool):
        return f'<table:table-cell office:value-type="boolean" office:boolean-value="{str(cell).lower()}"/>'
    if isinstance(cell, str):
        text = cell.replace("&", "&amp;").replace("<", "&lt;")
        paragraphs = "".join(f"<text:p>{part}</text:p>" for part in text.split("\n"))
        return f'<table:table-cell office:value-type="string">{paragraphs}</table:table-cell>'
    return cell


def as_ods(rows: Sequence[Sequence[object]]) -> bytes:
    return ods([[_escaped(cell) for cell in row] for row in rows], ";".join(HEADER))


WORKBOOKS: dict[str, tuple[Callable[[Line], Sequence[object]], Callable[[Sequence[Sequence[object]]], bytes]]] = {
    "typed.xlsx": (typed, lambda rows: xlsx([HEADER, *rows])),
    "textes.xlsx": (as_text, lambda rows: xlsx([HEADER, *rows])),
    "typed.ods": (typed, as_ods),
    "textes.ods": (as_text, as_ods),
    "vieux.xls": (serial, lambda rows: make_xls([HEADER, *rows])),  # type: ignore[list-item]
}


@pytest.mark.parametrize("kind", WORKBOOKS)
@bounded(10)
@given(st.data())
def test_workbooks(tmp_path: Path, kind: str, data: st.DataObject) -> None:
    """Typed cells or texts, blank rows between."""
    write, make = WORKBOOKS[kind]
    # Spaces in a row are one in OpenDocument, unless written as elements.
    texts = SHEET_TEXTS.map(lambda text: " ".join(text.split(" "))) if kind.endswith("ods") else SHEET_TEXTS
    meant = data.draw(lines(texts.filter(lambda text: "  " not in text and " \n" not in text and "\n " not in text)))
    rows: list[Sequence[object]] = []
    numbers = []
    for line in meant:
        rows += [[None] * len(HEADER)] * data.draw(st.integers(0, 2))
        rows.append(write(line))
        numbers.append(len(rows) + 1)
    path = tmp_path / "f"
    path.write_bytes(make(rows))
    check(read(path, kind, SMALL), meant, numbers)


HAND_WRITTEN = st.one_of(
    st.sampled_from(
        ["=1+1", "'=1+1", "@x", "-12,5", "+33 6 12", "#N/A", "Total", "Source : nous", "007", "1,234", "'a"]
    ),
    SHEET_TEXTS,
).filter(lambda text: bool(text.strip()))


@pytest.mark.parametrize(("name", "write"), [("r.csv", write_refused_csv), ("r.xlsx", write_refused_xlsx)])
@bounded(15)
@given(texts=st.lists(HAND_WRITTEN, min_size=1, max_size=6))
def test_our_own_files_of_refused_rows(
    tmp_path: Path, name: str, write: Callable[[Receipt, Path], None], texts: list[str]
) -> None:
    """Every row comes back, whatever it looks like, with the row that it corrects; none is a total or a note."""
    reason = Reason("libelle", None, "motif", "Non.", "Oui.")
    refused = [
        RefusedRow(number, {"code": None, "libelle": text, "montant": "1,234"}, (reason,))
        for number, text in enumerate(texts, start=5)
    ]
    path = tmp_path / name
    write(receipt(layout=("code", "libelle", "montant"), refused=tuple(refused)), path)
    reading = read(path, name, SMALL)
    assert [cell.replace("\r\n", "\n") for cell in reading.raw["libelle"].to_pylist()] == texts
    assert reading.lines.to_pylist() == list(range(2, len(texts) + 2))
    assert reading.references is not None
    assert reading.references["ligne_origine"].to_pylist() == [row.line for row in refused]
    assert reading.raw.column_names == ["code", "libelle", "montant"]
    assert set(codes(reading)) <= {"colonne_absente", "accents_abimes"}
