"""What is right and what is not, row by row, in one vectorised pass over pandas columns backed by Arrow.

Each function takes columns of one frame and tells, for each row, whether a rule holds. A missing cell is right: that it
is missing is the business of the rule ``obligatoire`` alone. Knows nothing of Great Expectations (see `expectations`).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from territoires.contracts.identifiers import LA_POSTE

Bools = NDArray[np.bool_]

_FIRST: Final = int(np.datetime64("0001-01-01", "D").astype(np.int64))
_NEVER: Final = int(np.datetime64("9999-12-31", "D").astype(np.int64)) - _FIRST + 1
"""Stands for the last day of a period that has not ended."""
_LENGTHS: Final = {"siren": 9, "siret": 14}
_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


def in_set(column: pd.Series[Any], values: Sequence[str], stem: int | None = None) -> pd.Series[bool]:
    """Tell which texts of *column*, or their first *stem* signs, are among *values*; a missing one is."""
    text = _texts(column)
    judged = text if stem is None else pc.utf8_slice_codeunits(text, 0, stem)
    known = pc.is_in(judged, value_set=pa.array(values, type=text.type), skip_nulls=True)
    return _series(column, pc.or_(known, pc.is_null(text)))


def valid_at(
    column: pd.Series[Any],
    at: pd.Series[Any],
    codes: Sequence[str],
    starts: Sequence[str | None],
    ends: Sequence[str | None],
) -> pd.Series[bool]:
    """Tell which texts of *column* are valid on the day in *at* (or the last of the year), where they are codes at all.

    The spans *codes*, *starts*, *ends* are parallel: a code is valid from its start to the day before its end (ISO
    dates, None for open). A missing text or day is right, and so is a text without any span: ``in_set`` judges it.
    """
    text, (days, no_day) = _texts(column), _days(at)
    names = pa.array(codes, type=text.type).dictionary_encode()
    ranks = _ranks(text, names.dictionary)
    spans = np.asarray(names.indices, dtype=np.int64)
    first, last = _bounds(starts, 0), _bounds(ends, _NEVER)
    order = np.lexsort((first, spans))
    spans, first, last = spans[order], first[order], last[order]
    # The span of a row is the last one of its code that has begun: found by one number for both.
    found = np.searchsorted(spans * (_NEVER + 1) + first, ranks * (_NEVER + 1) + np.where(no_day, 0, days), "right") - 1
    held = (ranks < 0) | no_day
    begun = ~held & (found >= 0)
    held[begun] = (spans[found[begun]] == ranks[begun]) & (days[begun] < last[found[begun]])
    return pd.Series(held, index=column.index)


def matches(column: pd.Series[Any], pattern: str) -> pd.Series[bool]:
    """Tell which texts of *column* the RE2 *pattern* matches; a missing one does."""
    return _series(column, pc.fill_null(pc.match_substring_regex(_texts(column), pattern), True))


def at_most_long(column: pd.Series[Any], longest: int) -> pd.Series[bool]:
    """Tell which texts of *column* have at most *longest* characters; a missing one has."""
    return _series(column, pc.fill_null(pc.less_equal(pc.utf8_length(_texts(column)), longest), True))


def within(
    column: pd.Series[Any], minimum: float | str | None = None, maximum: float | str | None = None
) -> pd.Series[bool]:
    """Tell which values of *column* (numbers or dates) lie within two bounds, both included; a missing one does.

    Bounds of a date column are ISO texts, since an expectation is kept as JSON.
    """
    values, missing = _values(column)
    right = missing.copy()
    inside = np.ones(len(column), dtype=np.bool_)
    for bound, compare in ((minimum, operator.ge), (maximum, operator.le)):
        if bound is not None:
            inside &= compare(values, np.datetime64(bound, "s") if isinstance(bound, str) else bound)
    return pd.Series(right | inside, index=column.index)


def has_right_key(column: pd.Series[Any], kind: Literal["siren", "siret"]) -> pd.Series[bool]:
    """Tell which texts of *column* are SIREN or SIRET numbers, keys included; a missing one is.

    The rules are those of `territoires.contracts.identifiers`.
    """
    text = _texts(column)
    digits_only = pc.fill_null(pc.match_substring_regex(text, f"^[0-9]{{{_LENGTHS[kind]}}}$"), False)
    right = _bools(pc.is_null(text)).copy()
    formed = np.flatnonzero(_bools(digits_only))
    if len(formed):
        digits = _digits(text.filter(digits_only), _LENGTHS[kind])
        keyed = _luhn(digits[:, :9])
        if kind == "siret":
            post = (digits[:, :9] == np.array([int(digit) for digit in LA_POSTE])).all(axis=1)
            keyed &= _luhn(digits) | (post & (digits.sum(axis=1, dtype=np.int64) % 5 == 0))
        right[formed] = keyed
    return pd.Series(right, index=column.index)


def stands_once(columns: pd.DataFrame) -> pd.Series[bool]:
    """Tell which rows have a key, over all *columns*, that no other row has; one with a missing part counts as such."""
    codes, missing = _numbered(columns)
    times = np.bincount(codes, minlength=1) if len(codes) else np.zeros(1, dtype=np.int64)
    return pd.Series((times[codes] == 1) | missing, index=columns.index)


def twins(columns: pd.DataFrame) -> NDArray[np.int64]:
    """Return, for each row, the position of another row with the same key over all *columns*, -1 for none."""
    codes, missing = _numbered(columns)
    order = np.argsort(codes, kind="stable")
    order = order[~missing[order]]
    same = codes[order][1:] == codes[order][:-1]
    found = np.full(len(columns), -1, dtype=np.int64)
    found[order[:-1][same]] = order[1:][same]
    found[order[1:][same]] = order[:-1][same]
    return found


def lies_apart(group: pd.DataFrame, start: pd.Series[Any], end: pd.Series[Any]) -> pd.Series[bool]:
    """Tell which rows have a period that overlaps no other one of the same *group*; see ``overlaps``."""
    return pd.Series(overlaps(group, start, end) < 0, index=start.index)


def overlaps(group: pd.DataFrame, start: pd.Series[Any], end: pd.Series[Any]) -> NDArray[np.int64]:
    """Return, for each row, the position of one whose period overlaps its own in the same *group*, -1 for none.

    Both days belong to a period, and a missing end is open. A period without a start or with an end before it, or a
    group with a missing part, overlaps nothing: other rules judge those.
    """
    codes, missing = _numbered(group)
    (begins, no_start), (ends, open_end) = _days(start), _days(end)
    ends = np.where(open_end, _NEVER, ends)
    judged = np.flatnonzero(~(missing | no_start) & (ends >= begins))
    order = judged[np.lexsort((begins[judged], codes[judged]))]
    codes, begins, ends = codes[order], begins[order], ends[order]
    found = np.full(len(order), -1, dtype=np.int64)
    # Sorted by start, a period overlaps the next one of its group or none that follows,
    follows = np.zeros(len(order), dtype=np.bool_)
    follows[:-1] = (codes[1:] == codes[:-1]) & (begins[1:] <= ends[:-1])
    found[follows] = np.flatnonzero(follows) + 1
    # and the one that ends last of those before it or none of them. One running maximum serves all groups: each is
    # raised above what the former one can reach.
    raised = ends + codes * (_NEVER + 1)
    highest = np.maximum.accumulate(raised)
    is_new = np.ones(len(order), dtype=np.bool_)
    is_new[1:] = raised[1:] > highest[:-1]
    latest = np.maximum.accumulate(np.where(is_new, np.arange(len(order)), 0))
    former = np.full(len(order), -1, dtype=np.int64)
    former[1:] = latest[:-1]
    reached = (former >= 0) & (codes[former] == codes) & (ends[former] >= begins)
    found[reached] = former[reached]
    positions = np.full(len(start), -1, dtype=np.int64)
    positions[order] = np.where(found >= 0, order[found], -1)
    return positions


def _numbered(columns: pd.DataFrame) -> tuple[NDArray[np.int64], Bools]:
    """Number the keys over all *columns*, the same number for the same key, and tell where a part is missing."""
    codes = np.zeros(len(columns), dtype=np.int64)
    missing = np.zeros(len(columns), dtype=np.bool_)
    for name in columns.columns:
        part = _arrow(columns[name]).combine_chunks().dictionary_encode(null_encoding="encode")
        indices = part.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        missing |= columns[name].isna().to_numpy()
        # The pairs (code so far, code of this part), numbered anew so that they never outgrow the number of rows.
        codes = pd.factorize(codes * len(part.dictionary) + indices)[0] if codes.any() else indices
    return codes, missing


def compares(left: pd.Series[Any], right: pd.Series[Any], sign: str) -> pd.Series[bool]:
    """Tell in which rows ``left sign right`` holds; where one of both is missing, it does."""
    if pd.api.types.is_string_dtype(left.dtype):
        held = pc.fill_null(pc.equal(_texts(left), _texts(right)), True)
        return _series(left, held)
    (first, first_missing), (second, second_missing) = _values(left), _values(right)
    return pd.Series(_COMPARE[sign](first, second) | first_missing | second_missing, index=left.index)


def present_when(column: pd.Series[Any], when: pd.Series[Any], values: Sequence[str]) -> pd.Series[bool]:
    """Tell in which rows *column* is present or *when* is none of *values* (missing, for one)."""
    text = _texts(when)
    called = _bools(pc.is_in(text, value_set=pa.array(values, type=text.type), skip_nulls=True))
    return pd.Series(column.notna().to_numpy() | ~called, index=column.index)


def _arrow(column: pd.Series[Any]) -> pa.ChunkedArray:
    """The column as Arrow holds it, without a copy where it is Arrow's already."""
    found = pa.array(column.array, from_pandas=True)
    return found if isinstance(found, pa.ChunkedArray) else pa.chunked_array([found])


def _texts(column: pd.Series[Any]) -> pa.ChunkedArray:
    found = _arrow(column)
    # A column without any value has the type null, or whatever pandas made of it.
    return found if pa.types.is_string(found.type) or pa.types.is_large_string(found.type) else found.cast(pa.string())


def _bools(found: pa.ChunkedArray) -> Bools:
    return np.asarray(found.to_numpy(), dtype=np.bool_)


def _series(like: pd.Series[Any], found: pa.ChunkedArray) -> pd.Series[bool]:
    return pd.Series(_bools(found), index=like.index)


def _values(column: pd.Series[Any]) -> tuple[NDArray[Any], Bools]:
    """Numbers as float64 or dates as datetime64[s], and where they are missing."""
    missing = column.isna().to_numpy(dtype=np.bool_)
    if pd.api.types.is_datetime64_any_dtype(column.dtype):
        return column.to_numpy(dtype="datetime64[s]"), missing
    return column.to_numpy(dtype=np.float64, na_value=np.nan), missing


def _ranks(text: pa.ChunkedArray, names: pa.Array) -> NDArray[np.int64]:
    """The place of each text among *names*, -1 where it is not there."""
    found = pc.fill_null(pc.index_in(text, value_set=names, skip_nulls=True), -1)
    return np.asarray(found.to_numpy(), dtype=np.int64)


def _bounds(days: Sequence[str | None], open_: int) -> NDArray[np.int64]:
    """ISO dates as days from the first of the calendar, *open_* for None."""
    found = np.array(days, dtype="datetime64[D]")
    return np.where(np.isnat(found), open_, found.astype(np.int64) - _FIRST)


def _days(column: pd.Series[Any]) -> tuple[NDArray[np.int64], Bools]:
    """Dates, or the last days of years, as days from the first of the calendar, and where they are missing."""
    values, missing = _values(column)
    if not pd.api.types.is_datetime64_any_dtype(column.dtype):
        years = np.clip(np.nan_to_num(values), 1, 9998).astype(np.int64) - 1970
        values = (years + 1).astype("datetime64[Y]").astype("datetime64[D]") - np.timedelta64(1, "D")
    return values.astype("datetime64[D]").astype(np.int64) - _FIRST, missing


def _digits(text: pa.ChunkedArray, length: int) -> NDArray[np.uint8]:
    """The digits of n texts of *length* ASCII digits and no null, shape (n, length), straight from Arrow's bytes."""
    whole = text.combine_chunks()
    if isinstance(whole, pa.ChunkedArray):
        whole = pa.concat_arrays(whole.chunks)
    offsets = np.uint64 if pa.types.is_large_string(whole.type) else np.uint32
    start = int(np.frombuffer(whole.buffers()[1], dtype=offsets)[whole.offset])
    data = np.frombuffer(whole.buffers()[2], dtype=np.uint8)[start : start + len(whole) * length]
    return data.reshape(len(whole), length) - ord("0")


_DOUBLED: Final = np.array([sum(divmod(2 * digit, 10)) for digit in range(10)], dtype=np.uint8)


def _luhn(digits: NDArray[np.uint8]) -> Bools:
    """Tell which rows of digits have a right Luhn key (ISO/IEC 7812-1): every second one from the right doubled."""
    last = digits.shape[1] - 1
    total = np.zeros(len(digits), dtype=np.uint16)
    for position in range(digits.shape[1]):
        column = digits[:, position]
        total += column if (last - position) % 2 == 0 else _DOUBLED[column]
    result: Bools = total % 10 == 0
    return result
