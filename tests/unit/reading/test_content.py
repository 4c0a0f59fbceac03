"""The format is told by the content; a name that says otherwise is spoken of."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reading_samples import codes

from territoires.anomalies import UnreadableFile
from territoires.reading import Reading
from territoires.reading.content import misnamed, sniff

CSV = b"code;libelle;montant\nA1;x;1\n"


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (CSV, "text"),
        (b"PK\x03\x04...", "zip"),
        (b"PK\x05\x06" + bytes(18), "zip"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
        (b"%PDF-1.7", "other"),
        (b"\x1f\x8b\x08", "other"),
        (b"\xef\xbb\xbf  <!DOCTYPE html>", "html"),
        (b"<table><tr>", "html"),
        (b'<?xml version="1.0"?><Workbook>', "html"),
        (b"<5 salari\xe9s;x", "text"),
    ],
)
def test_kinds_by_first_bytes(head: bytes, kind: str) -> None:
    assert sniff(head)[0] == kind


@pytest.mark.parametrize(
    ("name", "found", "extension"),
    [
        ("f.csv", "csv", None),
        ("f.TXT", "csv", None),
        ("f.xlsx", "csv", "xlsx"),
        ("f.csv", "ods", "csv"),
        ("f", "csv", None),
        ("f.dat", "csv", None),
    ],
)
def test_extensions_that_mislead(name: str, found: str, extension: str | None) -> None:
    assert misnamed(name, found) == extension


def test_csv_named_xlsx_is_read_with_a_warning(read_bytes: Callable[..., Reading]) -> None:
    reading = read_bytes(CSV, "f.xlsx")
    assert (reading.source.format, codes(reading)[0]) == ("csv", "extension_trompeuse")


def test_a_page_named_xlsx_is_refused_for_what_it_is(refusal: Callable[..., UnreadableFile]) -> None:
    (found,) = refusal("<html><table>…", "f.xlsx").anomalies
    assert found.code == "format_inconnu"
    assert "une page web" in found.message
