"""Encodings are decided on all bytes of the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from reading_samples import codes

from territoires.anomalies import UnreadableFile
from territoires.reading import Reading
from territoires.reading.encoding import BLOCK, scan

TEXT = "code;libelle;montant\nA1;Étude à Évreux – 12 €;1\nA2;Créée;2\n"

ReadBytes = Callable[..., Reading]
Refusal = Callable[..., UnreadableFile]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (TEXT.encode(), "utf-8"),
        (b"\xef\xbb\xbf" + TEXT.encode(), "utf-8-sig"),
        (TEXT.encode("cp1252"), "cp1252"),
        (TEXT.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TEXT.encode("utf-16-be"), "utf-16"),
    ],
)
def test_the_same_text_is_read_from_every_encoding(read_bytes: ReadBytes, content: bytes, encoding: str) -> None:
    reading = read_bytes(content)
    assert reading.source.encoding == encoding
    assert reading.raw["libelle"].to_pylist() == ["Étude à Évreux – 12 €", "Créée"]


@pytest.mark.parametrize("size", [BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK - 1])
def test_a_character_across_two_blocks_is_whole(tmp_path: Path, size: int) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"x" * size + "é\n".encode())
    assert scan(path).encoding == "utf-8"
    path.write_bytes(b"x" * size + b"\xe9\n")
    assert scan(path).encoding == "cp1252"


def test_one_odd_line_in_utf8_is_named(refusal: Refusal) -> None:
    (found,) = refusal(TEXT.encode() + "A3;Forêt;3\n".encode("cp1252")).anomalies
    assert (found.code, found.line, found.value) == ("encodage_melange", 4, "Forêt")


def test_one_utf8_line_in_cp1252_is_named_and_not_loaded_as_gibberish(refusal: Refusal) -> None:
    (found,) = refusal(TEXT.encode("cp1252") + "A3;Forêt;3\n".encode()).anomalies
    assert (found.code, found.line, found.value) == ("encodage_melange", 4, "Forêt")


def test_mixed_encodings_are_found_across_blocks(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"\xe9\n" + b"x" * (BLOCK - 3) + "é".encode())
    with pytest.raises(UnreadableFile) as caught:
        scan(path)
    assert codes(caught.value) == ["encodage_melange"]


def test_bytes_of_no_encoding_are_refused_with_their_line(refusal: Refusal) -> None:
    (found,) = refusal(TEXT.encode("cp1252") + b"A3;\x81\x8d;3\n").anomalies
    assert (found.code, found.line) == ("encodage_inconnu", 4)


def test_a_file_cut_in_the_middle_of_a_character(refusal: Refusal) -> None:
    assert codes(refusal(TEXT.encode() + "A3;caf\u00e9".encode()[:-1])) == ["fichier_tronque"]


def test_a_cp1252_file_may_end_with_an_accent(read_bytes: ReadBytes) -> None:
    assert read_bytes(b"code;montant;libelle\nA1;1;caf\xe9").raw["libelle"].to_pylist() == ["café"]


def test_a_nul_byte_is_refused_with_its_line(refusal: Refusal) -> None:
    (found,) = refusal(TEXT + "A3;\0;3\n").anomalies
    assert (found.code, found.line) == ("octet_nul", 4)


def test_utf16_cut_in_a_character_is_refused(refusal: Refusal) -> None:
    assert codes(refusal(TEXT.encode("utf-16")[:-1])) == ["fichier_tronque"]
    assert codes(refusal(TEXT.encode("utf-16") + b"\x00\xd8\x00\x00")) == ["encodage_inconnu"]


@pytest.mark.parametrize("codec", ["cp850", "cp437", "mac_roman", "iso8859-15"])
def test_other_code_pages_are_refused_and_not_loaded_as_gibberish(refusal: Refusal, codec: str) -> None:
    """Read as Windows-1252, « réuni » of DOS is « r‚uni » and « cœur » of ISO 8859-15 « c½ur »."""
    word = "cœur" if codec == "iso8859-15" else "réuni"
    (found,) = refusal(f"code;libelle;montant\nA1;Au {word};1\n".encode(codec)).anomalies
    assert (found.code, found.line) == ("encodage_inconnu", 2)
