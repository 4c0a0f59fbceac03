"""Whatever bytes come, reading ends, with rows or with reasons; and what tools write is read back the same."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from reading_samples import FIELDS, contract

from territoires.anomalies import UnreadableFile
from territoires.reading import Limits, convert, read
from territoires.reading.encoding import UTF8_TRACES
from tests.fixtures.make_fixtures import zipped
from tests.fixtures.old_excel import make_xls

HEADER = ["code", "libelle", "montant", "nombre", "date_fin", "actif", "siren"]
SMALL = contract(FIELDS)
LIMITS = Limits(max_expanded_bytes=5_000_000, max_sheet_cells=100_000)
HEAD = ";".join(HEADER).encode()

fast = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


def attempt(path: Path, content: bytes, name: str = "f") -> None:
    path.write_bytes(content)
    with suppress(UnreadableFile):
        reading = read(path, name, SMALL, LIMITS, (contract(FIELDS[:3], "autre/livraison"),))
        frame = convert(reading, SMALL)
        assert len(frame) == len(reading.lines) == reading.raw.num_rows
        lines = [*reading.lines.to_pylist(), *(row.line for row in reading.broken)]
        assert len(set(lines)) == len(lines)
        assert all(line > reading.source.header_line for line in lines)


@fast
@given(st.binary(max_size=300))
def test_any_bytes_end_in_rows_or_reasons(tmp_path: Path, content: bytes) -> None:
    attempt(tmp_path / "f", content)


@fast
@given(
    st.lists(
        st.sampled_from(
            [
                b'"',
                b";",
                b"\n",
                b"\r",
                b"\r\n",
                b"a",
                b"\xe9",
                b"\xc3\xa9",
                b",",
                b"=",
                b"A1",
                b" ",
                HEAD,
                b"\0",
                b"12,5",
            ]
        ),
        max_size=60,
    )
)
def test_any_text_after_a_header_ends_in_rows_or_reasons(tmp_path: Path, pieces: list[bytes]) -> None:
    attempt(tmp_path / "f", HEAD + b"\n" + b"".join(pieces))


WORKBOOKS = {
    "xls": make_xls([HEADER, ["A1", "x", 1.0, 2.0, 43529.0, "oui", None]]),
    "zip": zipped([("a.csv", HEAD + b"\nA1;x;1;;;;\n")]),
}


@fast
@given(st.sampled_from(sorted(WORKBOOKS)), st.data())
def test_any_damage_to_a_workbook_or_archive_ends_in_rows_or_reasons(
    tmp_path: Path, kind: str, data: st.DataObject
) -> None:
    content = bytearray(WORKBOOKS[kind])
    for _ in range(data.draw(st.integers(1, 6))):
        content[data.draw(st.integers(0, min(len(content) - 1, 1600)))] = data.draw(st.integers(0, 255))
    attempt(tmp_path / "f", bytes(content[: data.draw(st.integers(1, len(content)))]))


CELLS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=10).map(str.strip)
LINES = st.lists(st.tuples(CELLS, CELLS), min_size=1, max_size=10)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=15)
@given(lines=LINES)
def test_what_the_csv_module_writes_is_read_back(
    tmp_path: Path, separator: str, encoding: str, quoting: int, lines: list[tuple[str, str]]
) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=quoting)  # type: ignore[arg-type]
    rows = [["A1", first, "1.5", "2", second, "oui", ""] for first, second in lines]
    writer.writerows([HEADER, *rows])
    path = tmp_path / "f"
    path.write_bytes(out.getvalue().encode(encoding))
    reading = read(path, "f.csv", SMALL)
    assert [[cell or "" for cell in row.values()] for row in reading.raw.to_pylist()] == rows
    assert reading.lines.to_pylist() == list(range(2, len(rows) + 2))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
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
