"""Published tables in every wrapping: what is read is the same, what cannot be is refused with its reason."""

from __future__ import annotations

import gzip
import zipfile
from datetime import date
from pathlib import Path

import pytest

from territoires.registers.errors import RefusedRegisterError
from territoires.registers.tables import Columns, named, plain, published_table, published_tables, whole_numbers
from tests.unit.registers.files import book, text

COLUMNS: Columns = {
    "code": named("com", "code_geographique", width=5),
    "nom": named("libelle"),
    "habitants": named("pmun_{annee}", "pmun", optional=True),
}
ROWS = [("01004", "Ambérieu-en-Bugey"), ("2A004", "Ajaccio"), ("97411", "Saint-Denis")]
LINES = ["COM;LIBELLE", *(";".join(row) for row in ROWS)]


def read(path: Path) -> list[tuple[str, str]]:
    frame = published_table(path, path.name, "liste", COLUMNS).frame
    assert list(frame) == ["code", "nom", "habitants"]
    assert frame["habitants"].isna().all()
    return [*zip(frame["code"], frame["nom"], strict=True)]


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_text_whatever_its_encoding_separator_and_line_ends(
    tmp_path: Path, encoding: str, separator: str, end: str
) -> None:
    lines = [line.replace(";", separator) for line in LINES]
    assert read(text(tmp_path / "a.csv", *lines, encoding=encoding, end=end)) == ROWS


def test_case_accents_and_order_of_the_header_do_not_matter(tmp_path: Path) -> None:
    lines = ["Libellé;autre;Code géographique", *(f"{name};x;{code}" for code, name in ROWS)]
    assert read(text(tmp_path / "a.csv", *lines)) == ROWS


def test_an_archive_or_a_compressed_text_is_what_it_holds(tmp_path: Path) -> None:
    content = "\n".join(LINES).encode("cp1252")
    compressed = tmp_path / "a.csv.gz"
    compressed.write_bytes(gzip.compress(content))
    parts = {"lisezmoi.pdf": b"%PDF", "notes.txt": b"rien", "__MACOSX/._a.txt": b"\x81", "comsimp2018.txt": content}
    archive = zipped(tmp_path / "comsimp2018-txt.zip", parts)
    assert read(compressed) == read(archive) == ROWS
    assert published_table(archive, archive.name, "liste", COLUMNS).name == "comsimp2018-txt.zip/comsimp2018.txt"


def test_a_workbook_with_titles_above_the_header_and_other_sheets(tmp_path: Path) -> None:
    titles: list[list[object]] = [["Liste"], ["Géographie au 01/01/2024"], [], ["Source"], ["Code", "Nom"]]
    rows = [*titles, ["COM", "LIBELLE"], *([*row] for row in ROWS), [None, None]]
    path = book(tmp_path / "a.xlsx", Lisezmoi=[["rien"]], COM=rows)
    assert read(path) == ROWS
    table = published_table(path, path.name, "liste", COLUMNS)
    assert (table.sheet, table.columns) == ("COM", COLUMNS)


def test_notes_below_a_sheet_are_no_rows(tmp_path: Path) -> None:
    """INSEE and DGCL write there « Source : Insee » or « Champ : France »; a record never has one cell alone."""
    lines = [["COM", "PMUN"], ["01001", 5], ["01002", None], ["2A004", 6], [None, None], ["Champ : France"], ["Source"]]
    table = published_table(book(tmp_path / "a.xlsx", F=lines), "a.xlsx", "x", plain({"code": "com", "n": "pmun"}))
    assert table.frame["code"].tolist() == ["01001", "01002", "2A004"]


def test_cells_become_the_text_of_a_code(tmp_path: Path) -> None:
    """A number lost its zeros, a label has no-break spaces, a day is a day."""
    rows = [["com", "libelle", "siren", "jour"], [1004.0, " Le\u00a0Port\u202f", 200029999, date(2024, 1, 2)]]
    columns = COLUMNS | plain({"siren": "siren", "jour": "jour"})
    path = book(tmp_path / "a.xlsx", x=rows)
    [row] = published_table(path, path.name, "liste", columns).frame.drop(columns="habitants").to_numpy().tolist()
    assert row == ["01004", "Le Port", "200029999", "2024-01-02"]


def test_codes_that_went_through_a_number_in_a_text(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", "com;libelle", "1004;A", "1005.0;12.0", "97411;C", "2A004;D")
    assert read(path) == [("01004", "A"), ("01005", "12.0"), ("97411", "C"), ("2A004", "D")]


def test_a_column_that_carries_a_year(tmp_path: Path) -> None:
    for header, year in (("PMUN_2023", "2023"), ("pmun_22", "2022")):
        path = text(tmp_path / "a.csv", f"com;libelle;{header}", "01004;X;1 234")
        table = published_table(path, path.name, "liste", COLUMNS)
        assert (table.years, table.frame["habitants"].tolist()) == (frozenset({year}), ["1 234"])
    several = text(tmp_path / "b.csv", "com;c_2003;c_2024", "01004;a;b")
    columns: Columns = {"com": named("com"), "c": named("c_{annee}", yearly=True)}
    table = published_table(several, several.name, "liste", columns)
    assert (list(table.frame), table.years) == (["com", "c_2003", "c_2024"], frozenset({"2003", "2024"}))


def test_the_first_form_that_fits_and_every_sheet(tmp_path: Path) -> None:
    other: Columns = {"code": named("com"), "total": named("ptot")}
    path = book(tmp_path / "a.xlsx", A=[["com", "ptot"], ["01001", 3]], B=[["com", "libelle"], ["01002", "X"]])
    tables = published_tables(path, path.name, "liste", COLUMNS, other)
    assert [(table.sheet, table.columns) for table in tables] == [("A", other), ("B", COLUMNS)]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("COM;NOM\n1;2\n", "absentes : « libelle »"),
        ("COMM;LIBELLE\n1;2\n", "colonnes trouvées : comm, libelle ; absentes : « com » .serait-ce « comm » ?"),
        ("", "colonnes trouvées : aucune"),
        ("COM;LIBELLE\n01001;A\n01002\n", "ligne 3 : 1 cellules, 2 attendues"),
        ("COM;LIBELLE\n01001;A;B\n", "ligne 2 : 3 cellules, 2 attendues"),
        ('COM;LIBELLE\n01001;"A\n', "ligne 2"),
        ("COM;LIBELLE;com\n01001;A;01001\n", "colonnes COM, com, une seule attendue"),
        ("COM;LIBELLE;PMUN_2022;PMUN_2023\n01001;A;1;2\n", "colonnes PMUN_2022, PMUN_2023, une seule attendue"),
    ],
)
def test_texts_that_are_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(RefusedRegisterError, match=message):
        read(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("COM;LIBELLE\n1;Bâgé\n".encode() + "2;Bâgé\n".encode("cp1252"), "ni en UTF-8 ni en Windows-1252"),
        (b"COM;LIBELLE\n1;\x81\n", "ni en UTF-8 ni en Windows-1252"),
        (b"\x1f\x8b\x08\x00cut", "archive gzip"),
        (b"PK\x03\x04cut", "classeur ni une archive lisible"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1cut", "classeur XLSX lisible"),
    ],
)
def test_contents_that_are_no_table(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    with pytest.raises(RefusedRegisterError, match=message):
        read(path)


def test_what_would_fill_the_memory_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a.csv", "w") as part:
        for _ in range(520):
            part.write(bytes(1 << 20))
    with pytest.raises(RefusedRegisterError, match="512 Mo"):
        read(path)


def test_whole_numbers_may_have_their_thousands_apart(tmp_path: Path) -> None:
    path = text(tmp_path / "a.csv", "com;libelle;pmun", "1;X;1\u202f234\u00a0567", "2;Y;", "3;Z;12.0")
    frame = published_table(path, path.name, "liste", COLUMNS).frame
    assert whole_numbers(frame, "habitants")["habitants"].astype(object).tolist()[::2] == [1_234_567, 12]
    assert whole_numbers(frame, "habitants")["habitants"].isna().tolist() == [False, True, False]
    with pytest.raises(RefusedRegisterError, match="colonne nom : « X » n'est pas un nombre entier"):
        whole_numbers(frame, "nom")
