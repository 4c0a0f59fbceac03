"""Columns whose names say nothing, known by what they hold: where it leaves no doubt, and nowhere else.

A contract gives clues (``contracts.model.Clues``) for the files of a publisher who renames columns and sheets as it
likes. Each field that no name gives is matched with the columns that no field claims, so that every clue holds; only if
there is exactly one way to do that is it done. What is recognised so is told; what is not is told too, with the columns
that come into question (docs/decisions/0025).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Final, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from territoires.contracts.model import Clues, Contract, Field
from territoires.reading.cells import parse_integer, parse_number
from territoires.reading.code_cells import tidy_code, whole_code

_ENOUGH: Final = 0.995
"""Share of the filled cells that must fit: totals and notes may stand under a table."""
_LABELS: Final = 0.9
"""Labels there are for each code at least: two departments may share a name, a region stands for many of them."""
_MOST_DISTINCT: Final = 20_000
"""Texts of a column that are looked at: one with more holds neither codes nor labels, nor the numbers of a survey."""
_SOLUTIONS: Final = 2
"""Ways of matching that are looked for: the second one is a doubt."""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What content shows: fields by the position of their column, and for each other field what may be its column."""

    columns: Mapping[int, str] = field(default_factory=dict)
    candidates: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


class _Column:
    """One column of the file, each of its distinct texts looked at once."""

    def __init__(self, position: int, cells: pa.ChunkedArray) -> None:
        self.position = position
        encoded = pc.utf8_trim_whitespace(cells).combine_chunks().dictionary_encode()
        texts = encoded.dictionary.to_pylist()
        self.texts: list[str] = texts if len(texts) <= _MOST_DISTINCT else []
        self.ranks: npt.NDArray[np.int64] = pc.fill_null(encoded.indices, -1).to_numpy().astype(np.int64)
        empty = texts.index("") if "" in texts else -1
        self.ranks[self.ranks == empty] = -1
        self.filled = self.ranks >= 0
        self.counts = np.bincount(self.ranks[self.filled], minlength=max(len(texts), 1))

    def share(self, holds: Sequence[bool]) -> float:
        """Share of the filled cells whose text *holds*."""
        total = int(self.filled.sum())
        return float(self.counts[: len(holds)] @ np.array(holds, dtype=np.int64)) / total if total and holds else 0.0

    def secrets(self, secret: str | None) -> int:
        """Number of cells that hold the sign of a secret value."""
        return int(self.counts[self.texts.index(secret)]) if secret in self.texts else 0

    @cached_property
    def numbers(self) -> npt.NDArray[np.float64]:
        """The number in each cell, NaN where there is none."""
        read = [parse_number(text, None) for text in self.texts]
        known = np.array([np.nan if one is None else float(one) for one in read] or [np.nan])
        return np.where(self.filled, known[np.maximum(self.ranks, 0)], np.nan) if self.texts else np.full(1, np.nan)


def recognise(table: pa.Table, named: Mapping[int, str], free: Sequence[int], contract: Contract) -> Recognised:
    """Match the fields that no name gives with columns that no field claims.

    Args:
        table: what stands under the header, its columns in the order of the file.
        named: fields whose column a name gives, by its position.
        free: positions of the other columns.
        contract: its fields with clues are looked for, and no others.
    """
    wanted = [one for one in contract.fields if one.clues is not None and one.name not in named.values()]
    if not wanted or not free or not table.num_rows:
        return Recognised()
    columns = [_Column(place, table.column(place)) for place in free]
    known = {name: _Column(place, table.column(place)) for place, name in named.items() if name in _compared(contract)}
    optional = [one for one in wanted if not one.mandatory]
    # What a file may lack is looked for after, in what is left, so that it casts no doubt on the rest: all of it
    # together, where each tells the others apart, then one by one, where some of it is not there.
    for fields in ([one for one in wanted if one.mandatory], optional, *([one] for one in optional)):
        sought = [one for one in fields if one.name not in known]
        known |= _match(sought, [column for column in columns if column not in known.values()], known, contract)
    found = {column.position: name for name, column in known.items() if column.position in free}
    missing = [one for one in wanted if one.name not in found.values()]
    left = [column for column in columns if column not in known.values()]
    return Recognised(
        found, {one.name: tuple(column.position for column in left if _fits(one, column)) for one in missing}
    )


def title_row(rows: Sequence[Sequence[str]], contract: Contract, searched: int) -> int | None:
    """Return which of the first rows has the titles of a table that holds the codes of *contract* under them.

    None if there is none, or if the contract does not say how its columns are recognised by their content.
    """
    shaped = [one for one in contract.fields if one.mandatory and _form(one) is not None]
    if not shaped or not is_published(contract):
        return None
    for index in range(min(searched, len(rows) - 1)):
        below = [row for row in rows[index + 1 :] if any(cell.strip() for cell in row)]
        width = sum(bool(cell.strip()) for cell in rows[index])
        if below and width >= len(shaped) and all(_stands(one, rows[index], below) for one in shaped):
            return index
    return None


def is_published(contract: Contract) -> bool:
    """Tell whether its files are made for all, not by our template: every mandatory column has clues."""
    return all(one.clues is not None for one in contract.fields if one.mandatory)


def _stands(column: Field, titles: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether one column has the codes of *column* in each row *below*, and something else as its title."""
    return any(
        title.strip()
        and not _is_one(column, title)
        and all(place < len(row) and _is_one(column, row[place]) for row in below)
        for place, title in enumerate(titles)
    )


def _compared(contract: Contract) -> set[str]:
    return {name for one in contract.fields if one.clues is not None for name in one.clues.others.values()}


def _match(
    wanted: Sequence[Field], columns: Sequence[_Column], known: Mapping[str, _Column], contract: Contract
) -> dict[str, _Column]:
    """Match each group of *wanted* that hangs together, where there is exactly one way to do it."""
    candidates = {one.name: [column for column in columns if _fits(one, column)] for one in wanted}
    found: dict[str, _Column] = {}
    for group in _groups(wanted, candidates):
        order = sorted(group, key=lambda one: len(candidates[one.name]))
        ways = list(islice(_ways(order, candidates, {**known, **found}, contract, known), _SOLUTIONS))
        if len(ways) == 1:
            found |= {one.name: ways[0][one.name] for one in group}
    return found


def _groups(wanted: Sequence[Field], candidates: Mapping[str, list[_Column]]) -> list[list[Field]]:
    """Part the fields that no column and no clue ties to each other: a doubt about some is none about the others."""
    groups: list[list[Field]] = []
    for one in wanted:
        tied = [group for group in groups if any(_tied(one, other, candidates) for other in group)]
        groups = [group for group in groups if group not in tied]
        groups.append([*(other for group in tied for other in group), one])
    return groups


def _tied(one: Field, other: Field, candidates: Mapping[str, list[_Column]]) -> bool:
    shared = any(column in candidates[other.name] for column in candidates[one.name])
    return shared or _touches(one, other.name) or _touches(other, one.name)


def _ways(
    order: Sequence[Field],
    candidates: Mapping[str, list[_Column]],
    way: dict[str, _Column],
    contract: Contract,
    named: Collection[str],
) -> Iterator[dict[str, _Column]]:
    if not order:
        yield way
        return
    one = order[0]
    for column in candidates[one.name]:
        if column in way.values():
            continue
        tried = {**way, one.name: column}
        if all(_agrees(other, tried, named) for other in contract.fields if _touches(other, one.name)):
            yield from _ways(order[1:], candidates, tried, contract, named)


def _touches(column: Field, name: str) -> bool:
    return column.clues is not None and (column.name == name or name in column.clues.others.values())


def _form(column: Field) -> str | None:
    return (column.clues.form if column.clues is not None else None) or column.pattern


def _is_one(column: Field, text: str) -> bool:
    """Whether one cell is a value of a column that has a form."""
    form = column.clues.form if column.clues is not None else None
    tidy = tidy_code(text.strip(), column)
    if form is not None:
        return re.fullmatch(form, tidy) is not None
    return column.pattern is not None and re.fullmatch(column.pattern, whole_code(tidy, column)) is not None


def _fits(column: Field, found: _Column) -> bool:
    """Whether *found* may be *column* by its own values alone."""
    clues = cast("Clues", column.clues)
    if not found.texts:
        return False
    if _form(column) is not None:
        fits = [_is_one(column, text) for text in found.texts]
    elif column.type in {"integer", "number"}:
        fits = [text == column.secret or _within(column, text) for text in found.texts]
    else:
        fits = [any(sign.isalpha() for sign in text) for text in found.texts]
    if found.share(fits) < _ENOUGH or (column.secret is not None and not found.secrets(column.secret)):
        return False
    return not clues.constant or found.counts.max() >= _ENOUGH * found.filled.sum()


def _within(column: Field, text: str) -> bool:
    number = parse_integer(text) if column.type == "integer" else parse_number(text, column.decimals)
    if number is None:
        return False
    low, high = (bound if isinstance(bound, int | float) else None for bound in (column.minimum, column.maximum))
    return (low is None or number >= low) and (high is None or number <= high)


def _agrees(column: Field, way: Mapping[str, _Column], named: Collection[str]) -> bool:
    """Whether the clues of *column* that compare it with others hold, as far as these are matched already.

    Place and secrets are asked only of two columns neither of which is *named*.
    """
    clues, own = cast("Clues", column.clues), way.get(column.name)
    if own is None:
        return True
    unnamed = {name: found for name, found in way.items() if name not in named} if column.name not in named else {}
    before, less = unnamed.get(clues.after or ""), unnamed.get(clues.hidden_more_than or "")
    above, codes = way.get(clues.at_most or ""), way.get(clues.label_of or "")
    narrower = way.get(clues.one_for_each or "")
    return (
        (above is None or _never_more(own, above))
        and (before is None or own.position > before.position)
        and (codes is None or _is_label(own, codes))
        and (narrower is None or _has_one_for_each(own, narrower))
        and (less is None or own.secrets(column.secret) > less.secrets(column.secret))
    )


def _never_more(own: _Column, above: _Column) -> bool:
    both = ~(np.isnan(own.numbers) | np.isnan(above.numbers))
    return bool(both.any()) and float((own.numbers[both] <= above.numbers[both]).mean()) >= _ENOUGH


def _has_one_for_each(own: _Column, other: _Column) -> bool:
    both = own.filled & other.filled
    if not both.any():
        return False
    pairs, rows = np.unique(other.ranks[both] * (len(own.texts) + 1) + own.ranks[both], return_counts=True)
    usual = np.zeros(len(other.counts), dtype=np.int64)
    np.maximum.at(usual, pairs // (len(own.texts) + 1), rows)
    return float(usual.sum() / both.sum()) >= _ENOUGH


def _is_label(own: _Column, codes: _Column) -> bool:
    """Whether each code has one text of *own*, and few codes share one."""
    both = own.filled & codes.filled
    labels = len(np.unique(own.ranks[both]))
    return _has_one_for_each(own, codes) and labels >= _LABELS * len(np.unique(codes.ranks[both]))
