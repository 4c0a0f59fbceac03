"""XLSX, XLS and ODS: the sheet, its cells as text, and what tools do to codes and dates."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from reading_samples import FIELDS, codes, contract
from workbook_samples import HEADER, ROW, Change, opendocument, xlsx

from territoires.anomalies import UnreadableFile
from territoires.contracts.model import Contract
from territoires.reading import Limits, Reading, convert, read
from territoires.reading.cells import SPACES
from territoires.reading.code_cells import fixed_digits
from territoires.reading.probe import TooLarge, Unsafe, probe
from territoires.reading.sheet import cell_text
from territoires.reading.sheetxml import column_index
from tests.fixtures.making import zipped
from tests.fixtures.old_excel import make_xls

ReadBytes = Callable[..., Reading]
Refusal = Callable[..., UnreadableFile]


def test_cells_become_the_text_that_people_see(read_bytes: ReadBytes) -> None:
    reading = read_bytes(xlsx(), "f.xlsx")
    assert list(reading.raw.to_pylist()[0].values()) == [
        "A1",
        "Friche",
        "1234.5",
        "3",
        "2019-03-05",
        "VRAI",
        "123456782",
    ]
    assert (reading.source.format, reading.source.sheet, reading.source.header_line) == ("xlsx", "Données", 1)
    assert reading.lines.to_pylist() == [2, 3]
    assert reading.anomalies == ()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12345.0, "12345"),
        (0.1 + 0.2, "0.3"),
        (1e14, "100000000000000"),
        (12345678901234.0, "12345678901234"),
        (1e21, "1000000000000000000000"),
        (1e-7, "0.0000001"),
        (-0.0, "0"),
        (7, "7"),
        (True, "VRAI"),
        (False, "FAUX"),
        ("", None),
        (" x ", " x "),
        (datetime(2019, 3, 5), "2019-03-05"),  # noqa: DTZ001 -- a spreadsheet knows no time zones
        (datetime(2019, 3, 5, 14, 30), "2019-03-05 14:30:00"),  # noqa: DTZ001
        (time(4, 5), "04:05:00"),
    ],
)
def test_text_of_a_cell(cell: object, text: str | None) -> None:
    assert cell_text(cell) == text  # type: ignore[arg-type]


def test_titles_above_may_be_merged_and_lines_are_those_of_the_sheet(read_bytes: ReadBytes) -> None:
    rows = [["Export du 1er mars"], [], HEADER, ROW, [], ROW]
    reading = read_bytes(xlsx(rows, lambda book: book.active.merge_cells("A1:G1")), "f.xlsx")
    assert (reading.source.header_line, reading.lines.to_pylist()) == (3, [4, 6])


def test_a_table_that_does_not_start_in_column_a(read_bytes: ReadBytes) -> None:
    """calamine's row iterator starts at the first column in use, `to_python` at column A: they must not be mixed."""
    reading = read_bytes(xlsx([[None, None, *row] for row in (HEADER, ROW)]), "f.xlsx")
    assert reading.raw.column_names == HEADER
    assert reading.raw["code"].to_pylist() == ["A1"]


def test_merged_cells_beside_the_data_do_no_harm(read_bytes: ReadBytes) -> None:
    rows = [HEADER, [*ROW, None, "à part"], [], ["Source : nous"]]

    def merge(book: openpyxl.Workbook) -> None:
        book.active.merge_cells("I2:I3")
        book.active.merge_cells("A4:G4")

    assert codes(read_bytes(xlsx(rows, merge), "f.xlsx")) == ["ligne_note", "colonne_sans_titre"]


def test_a_header_on_two_rows_with_merged_groups(read_bytes: ReadBytes) -> None:
    top = ["code", "Montants", None, "nombre", "date_fin", "actif", "siren"]
    rows = [top, [None, "libelle", "montant"], ROW]

    def merge(book: openpyxl.Workbook) -> None:
        for column in "ADEFG":
            book.active.merge_cells(f"{column}1:{column}2")
        book.active.merge_cells("B1:C1")

    reading = read_bytes(xlsx(rows, merge), "f.xlsx")
    assert (reading.raw.column_names, reading.lines.to_pylist()) == (HEADER, [3])


@pytest.mark.parametrize("place", ["A2:A3", "C2:D2", "A1:A2"])
def test_merged_data_cells_are_named(refusal: Refusal, place: str) -> None:
    (found,) = refusal(xlsx(change=lambda book: book.active.merge_cells(place)), "f.xlsx").anomalies
    assert found.code == "cellules_fusionnees"
    assert place in found.message


def test_a_merged_totals_row_is_let_through(read_bytes: ReadBytes) -> None:
    rows = [HEADER, ROW, ["Total", None, 1234.5]]
    reading = read_bytes(xlsx(rows, lambda book: book.active.merge_cells("A3:B3")), "f.xlsx")
    assert (reading.raw.num_rows, codes(reading)) == (1, ["ligne_total"])


def test_columns_in_a_hidden_sheet_alone_are_not_read(refusal: Refusal) -> None:
    content = xlsx([["à lire"]], add("Données cachées", [HEADER, ROW], "veryHidden"))
    (found,) = refusal(content, "f.xlsx").anomalies
    assert (found.code, "Données cachées" in found.message) == ("feuille_masquee", True)


def add(title: str, rows: Sequence[Sequence[object]], state: str = "visible") -> Change:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet(title)
        sheet.sheet_state = state
        for row in rows:
            sheet.append(list(row))

    return change


@pytest.mark.parametrize(
    "change",
    [
        add("Notes", [["à lire"], ["rien"]]),
        add("Listes", [HEADER, ROW], "hidden"),
        add("Modèle vide", [HEADER]),
        add("Synthèse", [["code", "montant"], ["A1", 3]]),
    ],
)
def test_the_one_sheet_with_the_columns_and_rows_is_chosen(read_bytes: ReadBytes, change: Change) -> None:
    assert read_bytes(xlsx(change=change), "f.xlsx").source.sheet == "Données"


def test_several_sheets_with_the_columns_are_named(refusal: Refusal) -> None:
    (found,) = refusal(xlsx(change=add("Données (2)", [HEADER, ROW])), "f.xlsx").anomalies
    assert found.code == "feuilles_ambigues"
    assert "« Données », « Données (2) »" in found.message


def test_lost_zeros_are_told_and_not_put_back(read_bytes: ReadBytes, small: Contract) -> None:
    rows = [HEADER, [*ROW[:6], 5602012.0], [*ROW[:6], 356000000.0]]
    reading = read_bytes(xlsx(rows), "f.xlsx")
    assert convert(reading, small)["siren"].tolist() == ["5602012", "356000000"]
    (found,) = reading.anomalies
    assert (found.code, found.line, found.value) == ("zeros_perdus", 2, "5602012")
    assert "format Texte" in found.remedy


def test_columns_of_a_fixed_number_of_digits() -> None:
    fields = {column.name: fixed_digits(column) for column in FIELDS}
    assert fields["siren"] == 9
    assert fields["libelle"] is None


def test_day_numbers_follow_the_workbook(read_bytes: ReadBytes, small: Contract) -> None:
    def old_mac(book: openpyxl.Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904

    rows = [HEADER, [*ROW[:4], 43529, True, None]]
    assert convert(read_bytes(xlsx(rows), "f.xlsx"), small)["date_fin"][0] == pd.Timestamp("2019-03-05")
    rows[1][4] = 42067
    reading = read_bytes(xlsx(rows, old_mac), "f.xlsx")
    assert reading.source.date1904
    assert convert(reading, small)["date_fin"][0] == pd.Timestamp("2019-03-05")


def test_a_cell_lost_far_away_does_not_eat_the_memory(refusal: Refusal) -> None:
    def far(book: openpyxl.Workbook) -> None:
        book.active["XFD1048576"] = "x"

    (found,) = refusal(xlsx(change=far), "f.xlsx").anomalies
    assert found.code == "feuille_demesuree"
    assert "17 179 869 184" in found.message


def test_repeated_ods_cells_do_not_eat_the_memory(refusal: Refusal) -> None:
    """1000 × 16 384 repeated cells, 900 bytes of XML, made calamine take 2 GB."""
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<d xmlns:table="{names}:table:1.0" xmlns:office="{names}:office:1.0"><table:table table:name="F">'
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384" '
        'office:value-type="string"/></table:table-row></table:table></d>'
    )
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    assert codes(refusal(zipped([("mimetype", kind), ("content.xml", content.encode())]), "f.ods")) == [
        "feuille_demesuree"
    ]


def test_a_damaged_xls_cannot_take_the_process_down(refusal: Refusal, tmp_path: Path) -> None:
    """A size of 2 TB in one record aborted the interpreter; a column of 40 713 took 100 s: both found by fuzzing."""
    whole = make_xls([HEADER, ["A1", "x", 1.0]])
    far = bytearray(whole)
    place = whole.index(struct.pack("<HHHHH", 0x0204, 6 + 3 + 2, 1, 1, 0)) + 6
    far[place : place + 2] = struct.pack("<H", 40_713)
    assert codes(refusal(bytes(far), "f.xls")) == ["trop_de_colonnes"]
    path = tmp_path / "f"
    path.write_bytes(bytes(far))
    with pytest.raises(TooLarge, match="Feuil1"):
        probe(path, 1_000)
    path.unlink()
    with pytest.raises(Unsafe):
        probe(path, 1_000)


def test_cells_beyond_the_format_s_columns_do_not_eat_the_memory(refusal: Refusal) -> None:
    """« AAAAAAAL2 » made calamine ask for 779 GB."""
    with zipfile.ZipFile(io.BytesIO(xlsx())) as archive:
        parts = [(name, archive.read(name).replace(b'r="B2"', b'r="AAAAAAAB2"')) for name in archive.namelist()]
    assert codes(refusal(zipped(parts), "f.xlsx")) == ["feuille_demesuree"]


def test_xls_is_read(read_bytes: ReadBytes, small: Contract) -> None:
    reading = read_bytes(make_xls([HEADER, ["A1", "Fôret", 1.5, 2.0, 43529.0, "oui", None]]), "f.xls")
    frame = convert(reading, small)
    assert (reading.source.format, frame["libelle"][0], frame["montant"][0]) == ("xls", "Fôret", 1.5)
    assert frame["date_fin"][0] == pd.Timestamp("2019-03-05")


@pytest.mark.parametrize(
    ("content", "name", "code"),
    [
        (xlsx()[:2000], "f.xlsx", "classeur_illisible"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000), "f.xls", "classeur_illisible"),
        (make_xls([HEADER]).replace(b"W\0o\0r\0k", b"X\0o\0r\0k"), "f.xls", "classeur_illisible"),
        (
            zipped([("xl/workbook.xml", b"<workbook"), ("xl/_rels/workbook.xml.rels", b"<a/>")]),
            "f.xlsx",
            "classeur_illisible",
        ),
        (zipped([("[Content_Types].xml", b"<a/>"), ("word/document.xml", b"<a/>")]), "f.docx", "format_inconnu"),
        (
            zipped([("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<a/>")]),
            "f.odt",
            "format_inconnu",
        ),
        (xlsx([]), "f.xlsx", "fichier_vide"),
        (xlsx([HEADER]), "f.xlsx", "entete_seul"),
        (xlsx([["a", "b"], ["c", "d"]]), "f.xlsx", "entete_introuvable"),
    ],
)
def test_what_is_no_workbook_of_rows_is_refused(refusal: Refusal, content: bytes, name: str, code: str) -> None:
    assert codes(refusal(content, name)) == [code]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (make_xls([HEADER], protected=True), "f.xls"),
        (opendocument("", b"<m><manifest:encryption-data/></m>"), "f.ods"),
        (
            zipped([("mimetype", b"application/vnd.oasis.opendocument.spreadsheet"), ("encrypted-package", b"x")]),
            "f.ods",
        ),
    ],
)
def test_a_password_is_told_in_every_format(refusal: Refusal, content: bytes, name: str) -> None:
    assert codes(refusal(content, name)) == ["classeur_protege"]


@pytest.mark.parametrize("encoding", ["TF-8", "utf-7", "idna"])
def test_xml_in_an_unknown_encoding_is_refused(refusal: Refusal, encoding: str) -> None:
    """expat raises LookupError or ValueError, found by fuzzing."""
    kind = b"application/vnd.oasis.opendocument.spreadsheet"
    content = f'<?xml version="1.0" encoding="{encoding}"?><a/>'.encode()
    assert codes(refusal(zipped([("mimetype", kind), ("content.xml", content)]), "f.ods")) == ["classeur_illisible"]


def test_a_binary_workbook_is_named(refusal: Refusal) -> None:
    (found,) = refusal(zipped([("[Content_Types].xml", b"<a/>"), ("xl/workbook.bin", b"x")]), "f.xlsb").anomalies
    assert (found.code, "XLSB" in found.message) == ("format_inconnu", True)


@pytest.mark.parametrize("size", range(600, 6_000, 450))
def test_an_xls_cut_anywhere_is_refused(refusal: Refusal, size: int) -> None:
    whole = make_xls([HEADER, *(["A1", "Friche", 1.5] for _ in range(40))])
    assert size < len(whole)
    assert codes(refusal(whole[:size], "f.xls")) == ["classeur_illisible"]


def test_one_text_in_many_cells_is_bounded(refusal: Refusal) -> None:
    """A workbook holds a text once however often it stands there: 5 000 cells of 1 MB in 30 KB."""
    rows = [HEADER, *(["A1", "x" * 1_000, 1] for _ in range(50))]
    found = refusal(xlsx(rows), "f.xlsx", limits=Limits(max_csv_bytes=40_000))
    assert codes(found) == ["textes_demesures"]


def test_an_encrypted_workbook_is_told_from_a_broken_one(refusal: Refusal) -> None:
    broken = make_xls([HEADER]).replace(b"W\0o\0r\0k", b"X\0o\0r\0k")
    assert codes(refusal(broken + "EncryptedPackage".encode("utf-16-le"), "f.xlsx")) == ["classeur_protege"]


def test_a_workbook_above_the_limit_is_refused(refusal: Refusal) -> None:
    assert codes(refusal(xlsx(), "f.xlsx", limits=Limits(max_workbook_bytes=100))) == ["fichier_trop_gros"]
    assert codes(refusal(xlsx(), "f.xlsx", limits=Limits(max_sheet_cells=10))) == ["feuille_demesuree"]


def test_column_letters() -> None:
    assert [column_index(letters) for letters in ("A", "Z", "AA", "XFD")] == [0, 25, 26, 16383]


PLAIN_SPACES = str.maketrans(dict.fromkeys(SPACES, " "))
TEXTS = st.text(st.characters(exclude_categories=["C"], exclude_characters="_"), min_size=1, max_size=12).filter(
    lambda text: text.strip() == text and text[0] not in {"=", "#"}
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    st.lists(
        st.tuples(TEXTS, st.decimals(-(10**9), 10**9, places=2), st.integers(-(10**12), 10**12))
        .map(list)
        .flatmap(lambda row: st.dates(date(1930, 1, 1), date(2100, 1, 1)).map(lambda day: [*row, day])),
        min_size=1,
        max_size=8,
    )
)
def test_what_openpyxl_writes_is_read_back(tmp_path: Path, rows: list[list[object]]) -> None:
    path = tmp_path / "f"
    path.write_bytes(xlsx([HEADER, *[["A1", *row, True, None] for row in rows]]))
    small = contract(FIELDS)
    frame = convert(read(path, "f.xlsx", small), small)
    got = frame[["libelle", "montant", "nombre", "date_fin"]]
    for place, (text, amount, number, day) in enumerate(rows):
        first = got.iloc[place]
        assert first["libelle"] == str(text).translate(PLAIN_SPACES)
        assert (first["montant"], first["nombre"], first["date_fin"].date()) == (float(amount), number, day)  # type: ignore[arg-type]
