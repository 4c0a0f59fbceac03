"""Zip files: one file, inflated within limits, under no name that the archive chose."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from reading_samples import codes

from territoires.anomalies import UnreadableFile
from territoires.contracts import load_all
from territoires.contracts.model import Contract
from territoires.reading import Limits, Reading, read
from territoires.reading.archive import BrokenArchive, entries, inflate
from tests.fixtures.making import zipped
from tests.unit.delivery.needs import published, survey

CSV = "code;libelle;montant\nA1;é;1\n".encode()

ReadBytes = Callable[..., Reading]
Refusal = Callable[..., UnreadableFile]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_the_one_file_is_read_and_named(read_bytes: ReadBytes, method: int) -> None:
    extra = [("__MACOSX/._f.csv", b"x"), ("dossier/.DS_Store", b"x")]
    reading = read_bytes(zipped([("dossier/f.csv", CSV), *extra], method), "f.zip")
    assert (reading.source.member, reading.source.format, reading.raw.num_rows) == ("f.csv", "csv", 1)


def test_a_notice_beside_the_one_table_is_left_alone(read_bytes: ReadBytes, refusal: Refusal) -> None:
    notice = ("BMO/Description des variables.PDF", b"%PDF")
    assert read_bytes(zipped([notice, ("BMO/f.csv", CSV)]), "f.zip").source.member == "f.csv"
    assert codes(refusal(zipped([notice]), "f.zip")) == ["format_inconnu"]


def test_of_a_published_archive_the_one_file_that_is_the_delivery_is_read(
    read_bytes: ReadBytes, refusal: Refusal
) -> None:
    """France Travail's data « sont accompagnées d'un fichier décrivant les variables » (a public course on BMO)."""
    needs = load_all()["pole_emploi/besoins_main_oeuvre"]
    described = ("BMO 2019/Description.csv", b"Variable;Description\nmet;projets\n")
    data, name = published(2019)
    reading = read_bytes(zipped([described, (f"BMO 2019/{name}", data)]), "bmo.zip", needs)
    assert (reading.source.member, reading.raw.num_rows) == (name, len(survey(2019)))
    assert [(one.code, "Description.csv" in one.message) for one in reading.anomalies] == [
        ("archive_autres_fichiers", True)
    ]
    for entries_of_it in ([described, described], [(name, data), ("copie.csv", data)], [(name, data)] * 6):
        several = [(f"{rank} {entry}", content) for rank, (entry, content) in enumerate(entries_of_it)]
        assert codes(refusal(zipped(several), "bmo.zip", needs)) == ["archive_plusieurs_fichiers"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (zipped([]), "archive_vide"),
        (zipped([("a.csv", CSV), ("b.csv", CSV)]), "archive_plusieurs_fichiers"),
        (zipped([("a.zip", b"x")]), "archive_imbriquee"),
        (zipped([("a.csv", zipped([("b.csv", CSV)]))]), "archive_imbriquee"),
        (zipped([("../a.csv", CSV)]), "archive_chemin_dangereux"),
        (zipped([("/etc/a.csv", CSV)]), "archive_chemin_dangereux"),
        (zipped([("..\\a.csv", CSV)]), "archive_chemin_dangereux"),
        (zipped([("C:\\a.csv", CSV)]), "archive_chemin_dangereux"),
        (zipped([("a.csv", CSV)])[:40], "archive_illisible"),
        (zipped([("a.csv", CSV)], zipfile.ZIP_BZIP2), "archive_methode"),
        (zipped([("a.csv", b"0" * 20_000_000)]), "archive_bombe"),
        (zipped([(f"{number}", b"") for number in range(1001)]), "archive_bombe"),
    ],
)
def test_archives_that_are_refused(refusal: Refusal, content: bytes, code: str) -> None:
    assert codes(refusal(content, "f.zip")) == [code]


def test_a_content_above_the_limit_is_refused(refusal: Refusal) -> None:
    assert codes(refusal(zipped([("a.csv", CSV)]), "f.zip", limits=Limits(max_csv_bytes=5))) == ["fichier_trop_gros"]


def test_a_link_inside_an_archive_is_not_followed(refusal: Refusal) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        link = zipfile.ZipInfo("a.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    assert codes(refusal(out.getvalue(), "f.zip")) == ["lien_symbolique"]


@pytest.mark.parametrize("zip64", [False, True])
def test_a_directory_of_a_million_entries_is_not_even_listed(refusal: Refusal, zip64: bool) -> None:
    """`zipfile` makes an object of each entry before anyone may count them: a gigabyte for a file of 90 MB."""
    many, size = 1_200_000, 60_000_000
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF if zip64 else size, 0, 0)
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, many, many, size, 0)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, 4, 1)
    (found,) = refusal(b"PK\3\4" + (record + locator if zip64 else b"") + end, "f.zip").anomalies
    assert found.code == "archive_plusieurs_fichiers"
    assert ("1 200 000" if zip64 else "65 535") in found.message


def lying(content: bytes, declared: int) -> bytes:
    """Change the size that the archive's directory declares for its only entry."""
    spoilt = bytearray(zipped([("a.csv", content)]))
    place = spoilt.rindex(b"PK\x01\x02")
    spoilt[place + 24 : place + 28] = declared.to_bytes(4, "little")
    return bytes(spoilt)


def test_no_more_than_declared_is_ever_inflated(tmp_path: Path, refusal: Refusal) -> None:
    """`zipfile` would stop at the declared size and other readers go on: what is checked must be what is read."""
    spoilt = lying(b"0" * 5_000_000, 100)
    path = tmp_path / "f.zip"
    path.write_bytes(spoilt)
    with pytest.raises(BrokenArchive):
        next(inflate(path, entries(path)[0]))
    assert codes(refusal(spoilt, "f.zip")) == ["archive_illisible"]


def test_an_entry_said_to_stand_before_the_file_is_refused(refusal: Refusal) -> None:
    """A directory said to start later than it does gave `zipfile` a negative offset, and ours an OSError."""
    spoilt = bytearray(zipped([("a.csv", CSV)]))
    end = spoilt.rindex(b"PK\x05\x06")
    spoilt[end + 16 : end + 20] = (int.from_bytes(spoilt[end + 16 : end + 20], "little") + 50).to_bytes(4, "little")
    assert codes(refusal(bytes(spoilt), "f.zip")) == ["archive_illisible"]


def test_a_wrong_checksum_is_refused(refusal: Refusal) -> None:
    spoilt = bytearray(zipped([("a.csv", CSV)], zipfile.ZIP_STORED))
    spoilt[spoilt.index(b"A1")] = ord("B")
    assert codes(refusal(bytes(spoilt), "f.zip")) == ["archive_illisible"]


def test_nothing_is_left_behind_in_the_work_folder(tmp_path: Path, small: Contract) -> None:
    path, work = tmp_path / "f", tmp_path / "travail"
    path.write_bytes(zipped([("a.csv", CSV)]))
    work.mkdir()
    assert read(path, "f.zip", small, work=work).raw.num_rows == 1
    assert list(work.iterdir()) == []


def test_a_link_is_not_followed(tmp_path: Path, small: Contract) -> None:
    (tmp_path / "f").write_bytes(CSV)
    (tmp_path / "lien").symlink_to(tmp_path / "f")
    with pytest.raises(UnreadableFile) as caught:
        read(tmp_path / "lien", "f.csv", small)
    assert codes(caught.value) == ["lien_symbolique"]
