"""The one stream of an old Office file that holds the workbook, out of the small file system that such a file is.

Source: MS-CFB, https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from territoires.reading.facts import BrokenWorkbook

_HEADER = 512
_NO_SECTOR = 0xFFFFFFFA
"""Numbers from here on are marks (free, end of chain…) and no sectors."""
_ENTRY = struct.Struct("<64sHBB12x36xIQ")
_NAMES = ("Workbook", "Book")
_SMALL_STREAM = 4096
_SMALL_SECTOR = 64


def workbook_stream(data: bytes) -> bytes:
    """Return the stream ``Workbook`` (``Book`` before 1997).

    Raises:
        BrokenWorkbook: a chain of sectors leads nowhere or in a circle, or the stream is shorter than announced.
    """
    if len(data) < _HEADER:
        raise BrokenWorkbook("no header")
    shift, count, first_directory, first_mini, first_more = (
        struct.unpack_from("<H", data, 30)[0],
        *struct.unpack_from("<II", data, 44),
        struct.unpack_from("<I", data, 60)[0],
        struct.unpack_from("<I", data, 68)[0],
    )
    if shift not in {9, 12}:
        raise BrokenWorkbook("sector size")
    sectors = _Sectors(data, 1 << shift)
    fat = sectors.numbers(_fat_places(sectors, first_more, count))
    directory = sectors.chain(first_directory, fat)
    entries: dict[str, tuple[int, int]] = {}
    for offset in range(0, len(directory) - 127, 128):
        name, length, kind, _, start, size = _ENTRY.unpack_from(directory, offset)
        text = name[: max(0, min(length, 64) - 2)].decode("utf-16-le", "ignore")
        entries.setdefault("root" if kind == 5 else text, (start, size & 0xFFFFFFFF))
    found = next((entries[name] for name in _NAMES if name in entries), None)
    if found is None:
        raise BrokenWorkbook("no workbook")
    start, size = found
    if size < _SMALL_STREAM and "root" in entries:
        mini = _Sectors(b"\0" * _SMALL_SECTOR + sectors.chain(entries["root"][0], fat), _SMALL_SECTOR)
        stream = mini.chain(start, sectors.numbers(sectors.places(first_mini, fat)))
    else:
        stream = sectors.chain(start, fat)
    if len(stream) < size:
        raise BrokenWorkbook("the stream is cut")
    return stream[:size]


class _Sectors:
    """The sectors of a file, after its header."""

    def __init__(self, data: bytes, size: int) -> None:
        self.data = data
        self.size = size
        self.count = -(-len(data) // size) - 1

    def get(self, number: int) -> bytes:
        if not 0 <= number < self.count:
            raise BrokenWorkbook("a sector beyond the end")
        return self.data[(number + 1) * self.size : (number + 2) * self.size]

    def places(self, start: int, fat: Sequence[int]) -> list[int]:
        """Numbers of the sectors of a chain, in order."""
        found: list[int] = []
        while start < _NO_SECTOR:
            if len(found) > self.count or start >= len(fat):
                raise BrokenWorkbook("a chain without end")
            found.append(start)
            start = fat[start]
        return found

    def chain(self, start: int, fat: Sequence[int]) -> bytes:
        return b"".join(map(self.get, self.places(start, fat)))

    def numbers(self, places: Sequence[int]) -> list[int]:
        """The 32-bit numbers that fill the sectors at *places*."""
        content = b"".join(map(self.get, places))
        return list(struct.unpack(f"<{len(content) // 4}I", content[: len(content) // 4 * 4]))


def _fat_places(sectors: _Sectors, first_more: int, count: int) -> list[int]:
    """Sectors of the allocation table: 109 are listed in the header, more in a chain of sectors of their own."""
    places = list(struct.unpack_from("<109I", sectors.data, 76))
    seen = 0
    more = first_more
    while more < _NO_SECTOR:
        seen += 1
        if seen > sectors.count:
            raise BrokenWorkbook("a chain without end")
        *listed, more = sectors.numbers([more])
        places += listed
    return [place for place in places if place < _NO_SECTOR][:count]
