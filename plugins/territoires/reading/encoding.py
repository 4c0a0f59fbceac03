"""Which encoding a text file is in, decided on all of its bytes, block by block.

Rule: UTF-16 if its byte order mark says so; else UTF-8 if every byte agrees; else Windows-1252, unless traces of UTF-8
show that two encodings were pasted together. A text whose every accent happens to be UTF-8 too (« çœœ ») is UTF-8.
Guessers by frequency were measured to take cp1252 for other code pages.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from territoires.reading.errors import excerpt, unreadable

BLOCK = 1 << 20

# What French typed in UTF-8 leaves behind, and what cp1252 text never holds: « Ã© », « â€™ », « Å“ », « â‚¬ ».
UTF8_TRACES = (
    re.compile(rb"\xc3[\x80-\xbf]"),
    re.compile(rb"\xe2\x80[\x90-\xbf]"),
    re.compile(rb"\xc5[\x92\x93]"),
    re.compile(rb"\xe2\x82\xac"),
)
_CP1252_LETTER = re.compile(rb"[\xc0-\xff](?=[\x00-\x7f])")
# An accented letter of other code pages, between two letters, is a sign that no French word holds in cp1252: é and è of
# DOS (« ‚ », « Š »), é of old Macs (« Ž »), œ of ISO 8859-15 (« ½ »). The rare sign stands first in the pattern:
# begun by what may stand before it, the search tries every byte (1.8 CPU s for a million rows).
_OTHER_PAGES = re.compile(rb"[\x82\x83\x87\x88\x8a\x8e\xbd](?<=[A-Za-z].)(?=[a-z])", re.DOTALL)
_OVERLAP = 2


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass over the bytes tells: encoding, length of the byte order mark, size, quotes, last byte."""

    encoding: str
    mark: int
    size: int
    quotes: int
    last: bytes


def blocks(path: Path, start: int = 0) -> Iterator[bytes]:
    """Yield the file's bytes in blocks of 1 MiB from offset *start*."""
    with path.open("rb") as stream:
        stream.seek(start)
        while block := stream.read(BLOCK):
            yield block


def scan(path: Path) -> Scan:
    """Read the whole file once and decide its encoding.

    Raises:
        UnreadableFile: a NUL byte, two encodings in one file, bytes of neither UTF-8 nor cp1252, or a file cut in the
            middle of a character.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    size = quotes = 0
    wrong_at: int | None = None
    last = b""
    mark = 0
    for block in blocks(path):
        if size == 0 and block.startswith(codecs.BOM_UTF8):
            mark = len(codecs.BOM_UTF8)
        null = block.find(b"\0")
        if null >= 0:
            raise unreadable("octet_nul", line=line_of(path, size + null))
        quotes += block.count(b'"')
        if wrong_at is None:
            wrong_at = _decode(decoder, block, size)
        size += len(block)
        last = block[-1:]
    if wrong_at is None and decoder.getstate()[0]:
        if _is_cut_character(path, size):
            raise unreadable("fichier_tronque", line=line_of(path, size - 1))
        wrong_at = size - len(decoder.getstate()[0])
    encoding = ("utf-8-sig" if mark else "utf-8") if wrong_at is None else _legacy(path, wrong_at)
    return Scan(encoding, mark, size, quotes, last)


def _decode(decoder: codecs.IncrementalDecoder, block: bytes, offset: int) -> int | None:
    """Feed *block* to the decoder; return the file offset of the first byte that is not UTF-8."""
    pending = len(decoder.getstate()[0])
    try:
        decoder.decode(block)
    except UnicodeDecodeError as error:
        return offset - pending + error.start
    return None


def _is_cut_character(path: Path, size: int) -> bool:
    """Tell whether a file that ends in half a UTF-8 character was UTF-8 before: a lone « é » at the end is cp1252."""
    tail = next(blocks(path, max(0, size - 3)))
    return (len(tail) > 1 and tail[-2] >= 0x80) or _traces(path)[0] > 0


def _letters(path: Path) -> int:
    """Count the accented letters that cannot be UTF-8; asked only of a file that has marks of UTF-8 too."""
    letters, tail = 0, b""
    for block in blocks(path):
        window = tail + block
        letters += len(_CP1252_LETTER.findall(window))
        tail = window[-_OVERLAP:]
    return letters


def _traces(path: Path) -> tuple[int, int | None]:
    """Count the marks of UTF-8, and tell the offset of the first."""
    count, first = 0, None
    offset, tail = 0, b""
    for block in blocks(path):
        window = tail + block
        for pattern in UTF8_TRACES:
            for match in pattern.finditer(window):
                # A match wholly inside the overlap was counted with the block before.
                if match.end() <= len(tail):
                    continue
                count += 1
                place = offset - len(tail) + match.start()
                first = place if first is None else min(first, place)
        offset += len(block)
        tail = window[-_OVERLAP:]
    return count, first


def _legacy(path: Path, wrong_at: int) -> str:
    """Return ``cp1252``, or refuse what is neither that nor UTF-8, or both."""
    traces, first_trace = _traces(path)
    if traces and first_trace is not None:
        offset, other = (wrong_at, "cp1252") if traces >= _letters(path) else (first_trace, "utf-8")
        line, text = _cell_around(path, offset, other)
        raise unreadable("encodage_melange", line=line, value=text)
    offset = 0
    for block in blocks(path):
        try:
            block.decode("cp1252")
        except UnicodeDecodeError as error:
            raise unreadable("encodage_inconnu", line=line_of(path, offset + error.start)) from error
        foreign = _OTHER_PAGES.search(block)
        if foreign:
            line, text = _cell_around(path, offset + foreign.start(), "cp1252")
            raise unreadable("encodage_inconnu", line=line, value=text)
        offset += len(block)
    return "cp1252"


def line_of(path: Path, offset: int) -> int:
    """Number (1-based) of the line that holds the byte at *offset*; counts CRLF, LF or lone CR."""
    feeds = returns = seen = 0
    for block in blocks(path):
        part = block[: max(0, offset - seen)]
        feeds += part.count(b"\n")
        returns += part.count(b"\r")
        seen += len(block)
        if seen >= offset:
            break
    return 1 + (feeds or returns)


def _cell_around(path: Path, offset: int, encoding: str) -> tuple[int, str]:
    """Line of *offset* and the cell there, read in *encoding* where it can be."""
    start = max(0, offset - 200)
    with path.open("rb") as stream:
        stream.seek(start)
        window = stream.read(400)
    place = offset - start
    left = max(window.rfind(mark, 0, place) for mark in (b"\n", b"\r", b";", b",", b"\t", b"|")) + 1
    rights = [found for mark in (b"\n", b"\r", b";", b",", b"\t", b"|") if (found := window.find(mark, place)) >= 0]
    cell = window[left : min(rights, default=len(window))]
    for candidate in (encoding, "cp1252", "latin-1"):
        try:
            return line_of(path, offset), excerpt(cell.decode(candidate))
        except UnicodeDecodeError:
            continue
    return line_of(path, offset), ""


def is_utf16(head: bytes) -> bool:
    """Tell whether the first bytes are a UTF-16 byte order mark (Excel's « Texte Unicode »)."""
    return head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))


def transcode_utf16(path: Path, target: Path) -> None:
    """Rewrite a UTF-16 file as UTF-8, in blocks.

    Raises:
        UnreadableFile: the bytes are not UTF-16, or stop in the middle of a character.
    """
    decoder = codecs.getincrementaldecoder("utf-16")()
    lines = 1
    with target.open("wb") as out:
        try:
            for block in blocks(path):
                text = decoder.decode(block)
                lines += text.count("\n")
                out.write(text.encode("utf-8"))
        except UnicodeError as error:
            raise unreadable("encodage_inconnu", line=lines) from error
    if decoder.getstate()[0]:
        raise unreadable("fichier_tronque", line=lines)
