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

_LENGTHS: Final = {"siren": 9, "siret": 14}
_COMPARE: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
}


def in_set(column: pd.Series[Any], values: Sequence[str]) -> pd.Series[bool]:
    """Tell which texts of *column* are among *values*; a missing one is."""
    text = _texts(column)
    known = pc.is_in(text, value_set=pa.array(values, type=text.type), skip_nulls=True)
    return _series(column, pc.or_(known, pc.is_null(text)))


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
    codes = np.zeros(len(columns), dtype=np.int64)
    missing = np.zeros(len(columns), dtype=np.bool_)
    for name in columns.columns:
        part = _arrow(columns[name]).combine_chunks().dictionary_encode(null_encoding="encode")
        indices = part.indices.to_numpy(zero_copy_only=False).astype(np.int64)
        missing |= columns[name].isna().to_numpy()
        # The pairs (code so far, code of this part), numbered anew so that they never outgrow the number of rows.
        codes = pd.factorize(codes * len(part.dictionary) + indices)[0] if codes.any() else indices
    times = np.bincount(codes, minlength=1) if len(codes) else np.zeros(1, dtype=np.int64)
    return pd.Series((times[codes] == 1) | missing, index=columns.index)


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
