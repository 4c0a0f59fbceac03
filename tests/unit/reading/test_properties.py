"""Whatever bytes come, reading ends, with rows or with reasons; and no damage loads wrong values without a word."""

from __future__ import annotations

import io
import zipfile
from contextlib import suppress
from pathlib import Path

import pandas as pd
import pytest
from bounded import bounded
from hypothesis import assume, given
from hypothesis import strategies as st
from reading_samples import FIELDS, contract
from workbook_samples import xlsx

from territoires.anomalies import UnreadableFile
from territoires.reading import Limits, Reading, convert, read
from territoires.reading.encoding import UTF8_TRACES
from tests.fixtures.making import luhn, ods, zipped
from tests.fixtures.old_excel import Failed, make_xls

HEADER = ["code", "libelle", "montant", "nombre", "date_fin", "actif", "siren"]
SMALL = contract(FIELDS)
LIMITS = Limits(max_expanded_bytes=5_000_000, max_sheet_cells=100_000)
HEAD = ";".join(HEADER).encode()
NAMES = ["f", "f.csv", "f.xlsx", "f.xls", "f.ods", "f.zip"]


def attempt(path: Path, content: bytes, name: str = "f") -> Reading | None:
    path.write_bytes(content)
    with suppress(UnreadableFile):
        reading = read(path, name, SMALL, LIMITS, (contract(FIELDS[:3], "autre/livraison"),))
        frame = convert(reading, SMALL)
        assert len(frame) == len(reading.lines) == reading.raw.num_rows
        lines = [*reading.lines.to_pylist(), *(row.line for row in reading.broken)]
        assert len(set(lines)) == len(lines)
        assert all(line > reading.source.header_line for line in lines)
        return reading
    return None


SIGNATURES = [b"", b"PK\3\4", b"PK\5\6", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf", b"sep=;\n"]


@bounded(150)
@given(st.sampled_from(NAMES), st.sampled_from(SIGNATURES), st.binary(max_size=300))
def test_any_bytes_end_in_reasons(tmp_path: Path, name: str, signature: bytes, content: bytes) -> None:
    assert attempt(tmp_path / "f", signature + content, name) is None


PIECES = [
    *(b'"', b";", b"\n", b"\r", b"\r\n", b"a", b"\xe9", b"\xc3\xa9", b",", b"=", b"A1", b" ", b"\0", b"12,5"),
    *(HEAD, b"Total", b"* note", b"sep=;\n", b"\x1a", b"\t", b"|", b"43529", b"02/13/2019", b"1E+9", b"\xef\xbb\xbf"),
]


@bounded(150)
@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_text_after_a_header_ends_in_rows_or_reasons(tmp_path: Path, pieces: list[bytes]) -> None:
    attempt(tmp_path / "f", HEAD + b"\n" + b"".join(pieces))


ROW = ["A1", "x", 1.0, 2.0, 43529.0, "oui", None]
WORKBOOKS = {
    "xls": make_xls([HEADER, ROW, ["A2", Failed(42, formula=True), Failed(7), None, None, None, None]], hidden=[1]),
    "zip": zipped([("a.csv", HEAD + b"\nA1;x;1;;;;\n")]),
    "xlsx": xlsx([HEADER, ROW]),
    "ods": ods([["A1", "x", 1.0]], "code;libelle;montant"),
}


@bounded(150)
@given(st.sampled_from(sorted(WORKBOOKS)), st.data())
def test_any_damage_to_a_workbook_or_archive_ends_in_rows_or_reasons(
    tmp_path: Path, kind: str, data: st.DataObject
) -> None:
    content = bytearray(WORKBOOKS[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, min(len(content) - 1, 1_900)))] = data.draw(st.integers(0, 255))
    attempt(tmp_path / "f", bytes(content[: data.draw(st.integers(1, len(content)))]), f"f.{kind}")


def parts_of(content: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


PARTS = {kind: parts_of(WORKBOOKS[kind]) for kind in ("ods", "xlsx")}
SCRAPS = [
    b"",
    b"<",
    b">",
    b'"',
    b"/",
    b"<c ",
    b"<row ",
    b"</c>",
    b' t="e"',
    b"<f>",
    b"\0",
    b"&x;",
    b"99999999",
    b"<!--",
]


@bounded(100)
@given(st.sampled_from(sorted(PARTS)), st.data())
def test_any_damage_to_the_xml_of_a_workbook_ends_in_rows_or_reasons(
    tmp_path: Path, kind: str, data: st.DataObject
) -> None:
    """The archive around it is whole, so that the damage is not seen by its checksum."""
    parts = list(PARTS[kind])
    place = data.draw(st.integers(0, len(parts) - 1))
    name, content = parts[place]
    for _ in range(data.draw(st.integers(1, 3))):
        start = data.draw(st.integers(0, len(content)))
        content = content[:start] + data.draw(st.sampled_from(SCRAPS)) + content[start + data.draw(st.integers(0, 9)) :]
    parts[place] = (name, content)
    attempt(tmp_path / "f", zipped(parts), f"f.{kind}")


GOOD = [
    ["A1", "Friche", "1 234,50", "3", "05/03/2019", "oui", luhn("12345678")],
    ["A2", '"Atelier ; relais"', "12,00", "", "2019-12-31", "non", ""],
    ["A3", "Étude", "100000,25", "1000", "", "", luhn("99100000")],
    ["A4", "Pôle", "7,5", "12", "10/10/2020", "oui", luhn("55210055")],
]


def whole(order: list[int]) -> bytes:
    rows = [HEADER, *GOOD]
    return "".join(";".join(row[place] for place in order) + "\r\n" for row in rows).encode()


def meant(path: Path) -> dict[int, dict[str, object]]:
    reading = attempt(path, whole(list(range(7))))
    assert reading is not None
    return told(reading)


def told(reading: Reading) -> dict[int, dict[str, object]]:
    """What each line of the file says; a cell that no rule would let through says nothing."""
    frame = convert(reading, SMALL)
    rows = {}
    for place, line in enumerate(reading.lines.to_pylist()):
        row = {name: frame[name][place] for name in HEADER}
        siren = row["siren"]
        row["siren"] = siren if isinstance(siren, str) and len(siren) == 9 else None
        rows[line] = {
            name: value for name, value in row.items() if not frame.get(f"{name}__illisible", [False] * 9)[place]
        }
    return rows


@bounded(60)
@given(st.permutations(range(7)), st.data())
def test_a_file_cut_anywhere_loads_the_same_values_or_says_so(
    tmp_path: Path, order: list[int], data: st.DataObject
) -> None:
    """The half-written file: a number, a date or a text that ends early is still one, so the last cell is told."""
    known = meant(tmp_path / "f")
    content = whole(order)
    reading = attempt(tmp_path / "f", content[: data.draw(st.integers(0, len(content)))])
    if reading is None:
        return
    doubted = {item.line for item in reading.anomalies if item.code == "fin_sans_retour"}
    for line, row in told(reading).items():
        same = all(str(known[line][name]) == str(value) for name, value in row.items() if name != "siren" or value)
        assert same or line in doubted or not complete(row)


def complete(row: dict[str, object]) -> bool:
    """Whether nothing that every row needs is missing, and its code has the right form."""
    needed = all(name in row and not pd.isna(row[name]) for name in ("code", "libelle", "montant"))  # type: ignore[call-overload]
    return needed and str(row["code"])[1:].isdigit()


@bounded(60)
@given(st.integers(0, 400), st.sampled_from([b";", b"\n", b"\r\n", b"\0", b";;"]), st.booleans())
def test_a_mark_too_many_or_too_few_never_moves_a_cell_to_another_column(
    tmp_path: Path, place: int, mark: bytes, insert: bool
) -> None:
    known = list(meant(tmp_path / "f").values())
    content = whole(list(range(7)))
    marks = [at for at in range(len(content)) if content[at : at + 1] in b";\n"]
    at = marks[place % len(marks)]
    # Inside a quoted text a separator is a sign like another.
    assume(not content[:at].endswith(b'"Atelier '))
    damaged = content[:at] + mark + content[at:] if insert else content[:at] + content[at + 1 :]
    reading = attempt(tmp_path / "f", damaged)
    for row in told(reading).values() if reading else ():
        same = [all(str(row[name]) == str(value) for name, value in one.items() if name in row) for one in known]
        assert any(same) or not complete(row)


@pytest.mark.parametrize("kind", ["xlsx", "ods", "zip", "xls"])
def test_a_workbook_or_archive_cut_anywhere_is_refused(tmp_path: Path, kind: str) -> None:
    content = WORKBOOKS[kind]
    for size in range(1, len(content) - 1, max(1, len(content) // 25)):
        assert attempt(tmp_path / "f", content[:size], f"f.{kind}") is None


@bounded(60)
@given(lines=st.lists(st.text("éèàçêôûïœ€’«»–abcÉÀ 12", min_size=1, max_size=12), min_size=1, max_size=10))
def test_french_text_in_cp1252_is_read_back(tmp_path: Path, lines: list[str]) -> None:
    path = tmp_path / "f"
    content = HEAD + b"\n" + "".join(f"A1;{line};1;;;;\n" for line in lines).encode("cp1252")
    # « çœœ » in cp1252 is also a Chinese character in UTF-8: where every accent agrees to be UTF-8, it is UTF-8.
    with suppress(UnicodeDecodeError):
        assume(content.decode("utf-8") == content.decode("cp1252"))
    # Traces of UTF-8 among real cp1252 letters are refused as mixed, never read as something else.
    assume(not any(pattern.search(content) for pattern in UTF8_TRACES))
    path.write_bytes(content)
    assert [text or "" for text in read(path, "f.csv", SMALL).raw["libelle"].to_pylist()] == lines
