"""Cuts text into records and cells as pyarrow does, for what is looked at before it or after it."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from territoires.reading.headers import SEARCHED_LINES

SAMPLE = 200
"""Records looked at beyond those among which the header is searched."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the file's head: its cells and the byte offset just after its end of line."""

    cells: tuple[str, ...]
    end: int


def _field(separator: str) -> re.Pattern[str]:
    sep = re.escape(separator)
    # Quotes count only at the start of a cell, as in pyarrow; possessive, so that no input makes it backtrack.
    return re.compile(rf'(?:"((?:[^"]++|"")*+)"([^{sep}\r\n]*+)|([^{sep}\r\n]*+))({sep}|\r\n|\r|\n|\Z)')


def head_records(head: bytes, separator: str, codec: str) -> list[Record]:
    """Cut the first bytes of a file into records, at most header search + sample; offsets count encoded bytes."""
    text = decoded(head, codec)
    pattern = _field(separator)
    records: list[Record] = []
    cells: list[str] = []
    place = done = offset = 0
    while place < len(text) and len(records) < SEARCHED_LINES + SAMPLE:
        match = pattern.match(text, place)
        if match is None:
            break
        quoted, rest, plain, end = match.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"') + rest)
        place = match.end()
        if end != separator:
            offset += len(text[done:place].encode(codec))
            done = place
            records.append(Record(tuple(cells), offset))
            cells = []
    return records


def cells_of(text: str, separator: str) -> list[str]:
    """Cut one record into cells, however damaged it is; a cell that is empty is the empty text."""
    pattern = _field(separator)
    cells: list[str] = []
    place = 0
    while match := pattern.match(text, place):
        quoted, rest, plain, end = match.groups()
        cells.append(plain if quoted is None else quoted.replace('""', '"') + rest)
        place = match.end()
        if end != separator:
            break
    return cells


def decoded(piece: bytes, codec: str) -> str:
    """Text of bytes cut anywhere, in the encoding that the whole file has; half a character at the end is left out."""
    return codecs.getincrementaldecoder(codec)().decode(piece)
