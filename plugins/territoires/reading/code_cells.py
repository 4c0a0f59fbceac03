"""Codes as tools leave them: a float's ``.0``, spaces between digits, a typographic dash, leading zeros gone."""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from territoires.contracts.model import Field

_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"))
_SUSPECT = r"^\d[\d .\-]*[ .\-][\d .\-]*\d$|^[\d ]+[.,]00?$|[\x{2010}-\x{2014}\x{2212}]"
_FLOAT = re.compile(r"([0-9 ]+)[.,]00?")
_GROUPED = re.compile(r"[0-9]+(?:[ .-][0-9]+)*")
_FIXED_DIGITS = re.compile(r"\^?(?:\\d|\[0-9\])\{(\d+)\}\$?")


def tidy_codes(text: pa.ChunkedArray, column: Field) -> pa.ChunkedArray:
    """Undo, in a column of codes, what tools do to codes and nobody means; other columns come back as they are.

    ``200029999.0`` is ``200029999`` (a number kept as a float), ``552 100 554`` a SIREN, ``BDT‑2020‑00042`` written
    with the dashes of a word processor. Lost zeros are put back by ``whole_codes``, where the contract says how wide a
    code is; elsewhere only a register proves which they were.
    """
    if column.type != "string" or (column.identifier is None and column.pattern is None):
        return text
    if not pc.any(pc.match_substring_regex(text, _SUSPECT)).as_py():
        return text
    chunks = []
    for chunk in text.chunks:
        encoded = chunk.dictionary_encode()
        tidy = [None if cell is None else tidy_code(cell, column) for cell in encoded.dictionary.to_pylist()]
        chunks.append(pa.array(tidy, pa.string()).take(encoded.indices))
    return pa.chunked_array(chunks, pa.string())


def tidy_code(cell: str, column: Field) -> str:
    """Return one code without what a tool added to it; a cell of the right form comes back as it is."""
    if column.pattern is not None and re.search(column.pattern, cell):
        return cell
    tidy = cell.translate(_DASHES)
    if whole := _FLOAT.fullmatch(tidy):
        tidy = whole[1]
    if column.identifier is not None and _GROUPED.fullmatch(tidy):
        tidy = re.sub(r"[ .-]", "", tidy)
    return tidy


def whole_codes(text: pa.ChunkedArray, column: Field) -> pa.ChunkedArray:
    """Give the numbers in a column that is published with a fixed width their leading zeros back (``whole_code``)."""
    if column.width is None:
        return text
    short = pc.fill_null(pc.match_substring_regex(text, rf"^[0-9]{{1,{column.width - 1}}}$"), False)
    if not pc.any(short).as_py():
        return text
    return pc.if_else(short, pc.utf8_lpad(text, column.width, padding="0"), text)


def whole_code(text: str, column: Field) -> str:
    """Return a number with the leading zeros of its column's width; anything else, or a longer one, as it is."""
    is_number = text.isascii() and text.isdigit()
    return text.zfill(column.width) if column.width is not None and is_number else text


def fixed_digits(column: Field) -> int | None:
    """Return how many digits every value of a column has, where its identifier or pattern fixes that; else None."""
    if column.identifier is not None:
        return {"siren": 9, "siret": 14}[column.identifier]
    match = _FIXED_DIGITS.fullmatch(column.pattern or "")
    return int(match[1]) if match and column.type == "string" else None
