"""What whole columns tell: days written as numbers, months before days, codes and letters that a tool has spoilt."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from territoires.anomalies import Anomaly
from territoires.contracts.model import Contract, Field
from territoires.contracts.texts import key_of, loses_zeros
from territoires.reading.cells import excel_day
from territoires.reading.code_cells import fixed_digits
from territoires.reading.errors import SHOWN_LINES, anomaly, lines_words, unreadable
from territoires.reading.extras import flags
from territoires.reading.model import Source

_DAY_NUMBER = r"^\s*[1-9]\d{4}(?:[.,]0+)?\s*$"
_DAY, _MONTH = "(?:1[3-9]|2[0-9]|3[01])", "(?:0?[1-9]|1[0-2])"
_AMERICAN, _FRENCH, _EITHER = (
    rf"^\s*{first}[/.\- ]{second}[/.\- ]\d{{4}}\b"
    for first, second in ((_MONTH, _DAY), (_DAY, _MONTH), (_MONTH, _MONTH))
)
_SAME = "^\\s*(?:" + "|".join(rf"0?{number}[/.\- ]0?{number}" for number in range(1, 13)) + ")\\b"
_ROUNDED = r"^\s*\d(?:[.,]\d+)?[eE]\+?\d+\s*$"
# UTF-8 read as Windows-1252 (« Ã© », « â€™ »), and what stands for a letter that a tool could not keep.
_SPOILT = "Ã[^\\sA-Za-z0-9]|â€|Å“|\ufffd"


def doubts(
    table: pa.Table, lines: pa.Array, columns: Mapping[str, str], contract: Contract, source: Source
) -> Iterator[Anomaly]:
    """Yield a warning for each column of the contract in which something is odd.

    Raises:
        UnreadableFile: a column has the month before the day, and days that could be read in both ways.
    """
    if table.num_rows == 0:
        return
    for column in contract.fields:
        header = columns.get(column.name)
        if header is None:
            continue
        texts = table.column(header)
        if column.type == "date":
            _refuse_months_first(texts, lines, header)
            if source.format == "csv":
                yield from _day_numbers(texts, lines, header)
        elif column.type == "string" and column.free_text:
            yield from _found("accents_abimes", flags(pc.match_substring_regex(texts, _SPOILT)), texts, lines, header)
        elif column.type == "string":
            yield from _found("chiffres_perdus", flags(pc.match_substring_regex(texts, _ROUNDED)), texts, lines, header)
            yield from _lost_zeros(texts, lines, header, column, contract)


def _found(
    code: str, where: npt.NDArray[np.bool_], texts: pa.ChunkedArray, lines: pa.Array, header: str, **facts: object
) -> Iterator[Anomaly]:
    """Make the anomaly *code* of the first cell at fault, with the lines of all."""
    places = np.flatnonzero(where)
    if not len(places):
        return
    first = lines.take(pa.array(places[: SHOWN_LINES + 1], pa.int64())).to_pylist()
    named = lines_words(first, len(places))
    value = texts[int(places[0])].as_py()
    yield anomaly(code, line=first[0], column=header, value=value, colonne=header, lignes=named, **facts)


def _refuse_months_first(texts: pa.ChunkedArray, lines: pa.Array, header: str) -> None:
    """Refuse a column where dates are proved to be American (02/13/2019), none French, and others could be both."""
    american = flags(pc.match_substring_regex(texts, _AMERICAN))
    if not american.any() or pc.any(pc.match_substring_regex(texts, _FRENCH)).as_py():
        return
    either = flags(pc.match_substring_regex(texts, _EITHER)) & ~flags(pc.match_substring_regex(texts, _SAME))
    if either.any():
        raise unreadable(
            "dates_americaines",
            line=lines[int(american.argmax())].as_py(),
            column=header,
            value=texts[int(american.argmax())].as_py(),
            colonne=header,
            exemple=texts[int(either.argmax())].as_py().strip(),
        )


def _day_numbers(texts: pa.ChunkedArray, lines: pa.Array, header: str) -> Iterator[Anomaly]:
    """Flag dates that are bare Excel day numbers in a text file: they are read, but any five-digit code looks so."""
    where = flags(pc.match_substring_regex(texts, _DAY_NUMBER))
    if where.any():
        first = texts[int(where.argmax())].as_py()
        day = excel_day(int(first.strip()[:5]), date1904=False)
        yield from _found("date_numero_serie", where, texts, lines, header, lu=_french(day))


def _french(day: dt.date | None) -> str:
    return day.strftime("%d/%m/%Y") if day else "jour inconnu"


def _lost_zeros(
    texts: pa.ChunkedArray, lines: pa.Array, header: str, column: Field, contract: Contract
) -> Iterator[Anomaly]:
    """Flag codes that are too short, since a tool dropped their zeros, where no register can tell which.

    They are not put back: the rule on the column refuses them, and this says why.
    """
    length = fixed_digits(column)
    if length is None or column.width is not None or loses_zeros(column, key_of(contract.foreign_keys, column.name)):
        return
    where = flags(pc.match_substring_regex(texts, rf"^\s*[1-9]\d{{0,{length - 2}}}(?:[.,]00?)?\s*$"))
    if where.any():
        digits = texts[int(where.argmax())].as_py().strip().partition(".")[0].partition(",")[0]
        yield from _found("zeros_perdus", where, texts, lines, header, trouve=len(digits), attendu=length)
