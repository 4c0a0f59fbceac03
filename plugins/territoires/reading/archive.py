"""Zip files: checked before anything is inflated, inflated within a budget of bytes that headers cannot lie about.

Attacks and what stands against them: https://cwe.mitre.org/data/definitions/409.html (bombs) and
https://cwe.mitre.org/data/definitions/22.html (paths that leave the folder). Nothing is ever written under a name that
the archive chose.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from territoires.anomalies import UnreadableFile
from territoires.reading.errors import excerpt, french_size, unreadable
from territoires.reading.model import Limits

_CHUNK = 1 << 16
_LONGEST_END = 22 + 0xFFFF + 76
_LONGEST_DIRECTORY = 1_000_000
_METHODS = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz"}
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_NESTED = (".zip", ".7z", ".rar", ".gz", ".tar", ".tgz", ".bz2", ".xz")
_DOCUMENTS = (".pdf", ".doc", ".docx", ".odt", ".rtf", ".htm", ".html", ".png", ".jpg", ".jpeg")
"""What a published archive adds to its one table: a notice, never rows."""
_SYSTEM_FILES = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


class BrokenArchive(Exception):
    """The bytes are not what the archive's directory says of them."""


def entries(path: Path) -> list[zipfile.ZipInfo]:
    """List the files of a zip, folders left out.

    Raises:
        BrokenArchive: it has no readable directory.
        UnreadableFile: the directory is so long that reading it would take too much memory.
    """
    _refuse_crowd(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return [info for info in archive.infolist() if not info.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, struct.error, NotImplementedError, UnicodeError) as error:
        raise BrokenArchive(str(error)) from error


def _refuse_crowd(path: Path) -> None:
    """Look at how long the directory says it is before `zipfile` reads it whole, one object for each entry."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - _LONGEST_END))
        tail = stream.read()
        place = tail.rfind(b"PK\x05\x06")
        if place < 0 or place + 22 > len(tail):
            return
        count, size = struct.unpack_from("<HI", tail, place + 10)
        if tail[place - 20 : place - 16] == b"PK\x06\x07":
            stream.seek(struct.unpack_from("<Q", tail, place - 12)[0])
            record = stream.read(56)
            if len(record) == 56:
                count, size = struct.unpack_from("<QQ", record, 32)
    if size > _LONGEST_DIRECTORY:
        raise unreadable("archive_plusieurs_fichiers", nombre=f"{count:,}".replace(",", " "), noms="…")


def check(found: Sequence[zipfile.ZipInfo], filename: str, limits: Limits) -> None:
    """Refuse an archive by what its directory says: paths that leave, passwords, too many entries, too much content."""
    for info in found:
        parts = re.split(r"[\\/]", info.orig_filename)
        if ".." in parts or info.orig_filename.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", info.orig_filename):
            raise unreadable("archive_chemin_dangereux", nom=excerpt(info.orig_filename))
        if info.flag_bits & 0x1:
            raise unreadable("archive_chiffree")
    expanded = sum(info.file_size for info in found)
    compressed = max(1, sum(info.compress_size for info in found))
    too_dense = expanded > limits.ratio_floor_bytes and expanded / compressed > limits.max_ratio
    if len(found) > limits.max_entries or expanded > limits.max_expanded_bytes or too_dense:
        allowed = min(limits.max_expanded_bytes, max(limits.ratio_floor_bytes, compressed * limits.max_ratio))
        raise unreadable("archive_bombe", fichier=filename, limite=french_size(allowed))


def files(found: Sequence[zipfile.ZipInfo], filename: str) -> list[zipfile.ZipInfo]:
    """Return what may hold rows: not what Windows and macOS add by themselves, nor notices beside something else."""
    real = [info for info in found if not _SYSTEM_FILES.search(info.filename)]
    if not real:
        raise unreadable("archive_vide", fichier=filename)
    return [info for info in real if not info.filename.lower().endswith(_DOCUMENTS)] or real


def several(found: Sequence[zipfile.ZipInfo]) -> UnreadableFile:
    """Return the refusal of an archive of which nothing says which file is meant."""
    return unreadable("archive_plusieurs_fichiers", nombre=len(found), noms=names(found))


def names(found: Sequence[zipfile.ZipInfo]) -> str:
    """Name the first files for people."""
    return ", ".join(f"« {excerpt(info.filename)} »" for info in found[:5]) + (", …" if len(found) > 5 else "")


def inflate(path: Path, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield an entry's content in pieces of at most 64 KiB, and never more than the directory declares.

    `zipfile` stops silently at the declared size, and other readers of the same file do not; here a stream that is
    longer, shorter or other than declared is an error.

    Raises:
        BrokenArchive: size or CRC differ from the directory, or the method is neither stored nor deflated.
    """
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise BrokenArchive("method")
    raw = zlib.decompressobj(-15) if info.compress_type == zipfile.ZIP_DEFLATED else None
    size = crc = 0
    for piece in _pieces(path, info, raw):
        size += len(piece)
        if size > info.file_size:
            raise BrokenArchive("longer than declared")
        crc = zlib.crc32(piece, crc)
        yield piece
    if size != info.file_size or crc != info.CRC:
        raise BrokenArchive("size or CRC")


def _pieces(path: Path, info: zipfile.ZipInfo, raw: zlib._Decompress | None) -> Iterator[bytes]:
    if info.header_offset < 0:
        raise BrokenArchive("an entry before the start")
    with path.open("rb") as stream:
        stream.seek(info.header_offset)
        header = stream.read(_LOCAL_HEADER.size)
        if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise BrokenArchive("local header")
        _, name, extra = _LOCAL_HEADER.unpack(header)
        stream.seek(name + extra, 1)
        left = info.compress_size
        while left > 0 and (chunk := stream.read(min(_CHUNK, left))):
            left -= len(chunk)
            if raw is None:
                yield chunk
                continue
            while chunk:
                try:
                    piece = raw.decompress(chunk, _CHUNK)
                except zlib.error as error:
                    raise BrokenArchive(str(error)) from error
                if piece:
                    yield piece
                chunk = raw.unconsumed_tail
                if raw.eof:
                    return


def extract(path: Path, info: zipfile.ZipInfo, target: Path, filename: str, limits: Limits) -> None:
    """Inflate an entry into *target* (a path that we chose).

    Raises:
        UnreadableFile: the entry is broken, larger than a file may be, a link, or another archive.
    """
    if stat.S_ISLNK(info.external_attr >> 16):
        raise unreadable("lien_symbolique", fichier=excerpt(info.filename))
    if info.filename.lower().endswith(_NESTED):
        raise unreadable("archive_imbriquee", nom=excerpt(info.filename))
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        method = _METHODS.get(info.compress_type, f"méthode {info.compress_type}")
        raise unreadable("archive_methode", nom=excerpt(info.filename), methode=method)
    if info.file_size > limits.max_csv_bytes:
        sizes = (french_size(info.file_size), french_size(limits.max_csv_bytes))
        raise unreadable("fichier_trop_gros", taille=sizes[0], limite=sizes[1])
    try:
        with target.open("wb") as out:
            for piece in inflate(path, info):
                out.write(piece)
    except BrokenArchive as error:
        raise unreadable("archive_illisible", fichier=filename) from error
