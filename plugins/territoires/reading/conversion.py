"""From text to typed columns, by the contract: Arrow's vectorised paths first, cell by cell only for what is left."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from territoires.contracts.model import Contract, Field
from territoires.reading.cells import INVISIBLE, SPACES, parse_boolean, parse_date, parse_integer, parse_number
from territoires.reading.code_cells import tidy_codes, whole_codes
from territoires.reading.model import Reading

UNREADABLE = "__illisible"
FORMULA = "__formule"
EMPTY = "__vide"

_STRING = pd.StringDtype(na_value=np.nan)
_SIGNS = "=+\\-@＝＋－＠"
_SUSPECT = f"^[{_SIGNS}#]"
# Phone numbers, amounts, and a dash that opens a list item do no harm in a spreadsheet.
_ERROR_CELL = "^#(?:N/A|REF!|DIV/0!|NULL!|NUL!|NAME\\?|NOM\\?|NUM!|NOMBRE!|VALUE!|VALEUR!|SPILL!|CALC!)$"
_HARMLESS = "^(?:[+\\-][\\d\\s().,/€%-]*|- [^=+@|!(){}\\[\\]]*)$"

# At most 15 significant digits, which a float holds exactly.
_SPACE = f"[ {SPACES}]"
_GROUPED = f"^-?(?:\\d{{1,13}}|\\d{{1,3}}(?:{_SPACE}\\d{{3}}){{1,3}})%s{_SPACE}?(?:€|EUR)?$"
_PLAIN = "^-?\\d{1,13}%s$"

Bools = npt.NDArray[np.bool_]


def has_formula_companion(column: Field) -> bool:
    """Tell whether ``convert`` adds ``<name>__formule``: free text only, since lists and patterns let no formula in."""
    return column.free_text


def convert(reading: Reading, contract: Contract) -> pd.DataFrame:
    """Make the typed frame of a reading.

    Returns:
        One row for each row of ``reading.raw`` (RangeIndex, same order). For each field of the contract, whether the
        file has it or not (then all NA): ``str`` (trimmed, no-break spaces made plain, empty → NA), ``Int64``,
        ``float64``, ``datetime64[s]`` or ``boolean``; codes lose what tools add to them (see ``tidy_codes``). After
        each field that is no string, ``<name>__illisible`` (bool): there is text but it cannot be read as the type.
        A secret value is NA; ``<name>__vide`` (bool) then tells which cells of a required column are empty. After each
        free text, ``<name>__formule`` (bool): the text starts as a spreadsheet formula would.
    """
    columns: dict[str, object] = {}
    rows = reading.raw.num_rows
    for column in contract.fields:
        header = reading.columns.get(column.name)
        raw = pa.chunked_array([pa.nulls(rows, pa.string())]) if header is None else reading.raw.column(header)
        text = _text(raw)
        if column.type == "string":
            whole = whole_codes(tidy_codes(text, column), column)
            columns[column.name] = _STRING.__from_arrow__(whole)  # type: ignore[attr-defined]
            if has_formula_companion(column):
                columns[column.name + FORMULA] = formula_cells(text)
            continue
        if column.secret is not None:
            if column.required:
                columns[column.name + EMPTY] = _bools(pc.is_null(text))
            text = pc.if_else(pc.equal(text, column.secret), pa.scalar(None, pa.string()), text)
        values, unreadable = _typed(text, column, date1904=reading.source.date1904)
        columns[column.name] = values
        columns[column.name + UNREADABLE] = unreadable
    return pd.DataFrame(columns, index=pd.RangeIndex(rows), copy=False)


def formula_cells(text: pa.ChunkedArray) -> Bools:
    """Tell which trimmed texts a spreadsheet would run as a formula, or are what a formula that failed leaves (#N/A).

    After OWASP's list (``=``, ``+``, ``-``, ``@``, their full-width forms; tabs and returns before them are trimmed):
    https://owasp.org/www-community/attacks/CSV_Injection
    """
    suspect = pc.match_substring_regex(text, _SUSPECT)
    if not pc.any(suspect).as_py():
        return np.zeros(len(text), dtype=bool)
    failed = _bools(pc.match_substring_regex(text, _ERROR_CELL))
    harmless = _bools(pc.match_substring_regex(text, _HARMLESS)) | _bools(pc.starts_with(text, "#"))
    return (_bools(suspect) & ~harmless) | failed


def _text(raw: pa.ChunkedArray) -> pa.ChunkedArray:
    """Clean each block of a column, so that only the blocks that change take new memory."""
    return pa.chunked_array([_clean(chunk) for chunk in raw.chunks], pa.string())


def _clean(raw: pa.StringArray) -> pa.StringArray:
    """Trim, turn no-break spaces into plain ones, empty into null; returns *raw* itself where nothing changes.

    Signs without width go too.
    """
    text = raw
    if not pc.all(pc.string_is_ascii(raw)).as_py():  # all these signs are outside ASCII, most blocks are within
        for mark, plain in (*((space, " ") for space in SPACES), *((sign, "") for sign in INVISIBLE)):
            if pc.any(pc.match_substring(text, mark)).as_py():
                text = pc.replace_substring(text, mark, plain)
    trimmed = pc.utf8_trim_whitespace(text)
    length = pc.binary_length(trimmed)
    empty = pc.equal(length, 0)
    if pc.any(empty).as_py():
        return pc.if_else(empty, pa.scalar(None, pa.string()), trimmed)
    return text if pc.sum(length).as_py() == pc.sum(pc.binary_length(text)).as_py() else trimmed


def _bools(values: pa.ChunkedArray) -> Bools:
    return cast("Bools", pc.fill_null(values, False).to_numpy())


def _typed(text: pa.ChunkedArray, column: Field, *, date1904: bool) -> tuple[object, Bools]:
    present = _bools(pc.is_valid(text))
    if column.type == "date":
        return _dates(text, present, date1904=date1904)
    if column.type == "boolean":
        return _booleans(text, present)
    if column.type == "integer":
        return _integers(text, present)
    return _numbers(text, present, column.decimals)


def _numbers(text: pa.ChunkedArray, present: Bools, decimals: int | None) -> tuple[npt.NDArray[np.float64], Bools]:
    fraction = "" if decimals == 0 else f"(?:[.,]\\d{{1,{min(decimals or 2, 2)}}})?"
    values = np.full(len(text), np.nan)
    left = present.copy()
    for pattern, marks in ((_PLAIN, ""), (_GROUPED, f"{_SPACE}|€|EUR")):
        if not left.any():
            break
        fits = _bools(pc.match_substring_regex(text, pattern % fraction)) & left
        if fits.any():
            chosen = text if fits.all() else text.filter(pa.array(fits))
            if marks:
                chosen = pc.replace_substring_regex(chosen, marks, "")
            values[fits] = pc.cast(pc.replace_substring(chosen, ",", "."), pa.float64()).to_numpy()
            left &= ~fits

    def parse(cell: str) -> float | None:
        number = parse_number(cell, decimals)
        return None if number is None else float(number)

    _fill(values, left, text, parse)
    return values, left


def _integers(text: pa.ChunkedArray, present: Bools) -> tuple[pd.api.extensions.ExtensionArray, Bools]:
    values = np.zeros(len(text), dtype=np.int64)
    left = present.copy()
    fits = _bools(pc.match_substring_regex(text, "^-?\\d{1,18}$"))
    if fits.any():
        chosen = text if fits.all() else text.filter(pa.array(fits))
        values[fits] = pc.cast(chosen, pa.int64()).to_numpy()
        left &= ~fits
    _fill(values, left, text, parse_integer)
    return pd.arrays.IntegerArray(values, ~present | left), left


def _dates(text: pa.ChunkedArray, present: Bools, *, date1904: bool) -> tuple[npt.NDArray[np.datetime64], Bools]:
    """Days repeat: a million rows hold a few thousand of them, so each distinct text is parsed once, in Python."""
    values = np.full(len(text), np.datetime64("NaT", "s"), dtype="datetime64[s]")
    left = present.copy()
    _fill(values, left, text, lambda cell: parse_date(cell, date1904=date1904))
    return values, left


def _booleans(text: pa.ChunkedArray, present: Bools) -> tuple[pd.api.extensions.ExtensionArray, Bools]:
    values = np.zeros(len(text), dtype=bool)
    left = present.copy()
    _fill(values, left, text, parse_boolean)
    return pd.arrays.BooleanArray(values, ~present | left), left


def _fill(values: npt.NDArray[Any], left: Bools, text: pa.ChunkedArray, parse: Callable[[str], object | None]) -> None:
    """Parse the cells marked in *left*, each distinct text once, into *values*; unmark those that were read."""
    if not left.any():
        return
    encoded = text.filter(pa.array(left)).combine_chunks().dictionary_encode()
    parsed = [parse(cell) for cell in encoded.dictionary.to_pylist()]
    read = np.array([value is not None for value in parsed])
    known = np.zeros(len(parsed), dtype=values.dtype)
    known[read] = np.array([value for value in parsed if value is not None], dtype=values.dtype)
    places = np.flatnonzero(left)
    indices = encoded.indices.to_numpy()
    done = read[indices]
    values[places[done]] = known[indices[done]]
    left[places[done]] = False
