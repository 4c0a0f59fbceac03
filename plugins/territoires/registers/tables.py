"""Published tables: found by their columns, whatever the format, the case, the order; every cell as text.

``published_table`` is the one way in which registers read CSV, tab-separated texts and workbooks (see ``grids``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from territoires.contracts.names import normalise
from territoires.registers.errors import RefusedRegisterError, shape_difference
from territoires.registers.grids import HEADER_WITHIN, Grid, grids

if TYPE_CHECKING:
    import pandas as pd

_YEAR = "{annee}"
_YEAR_LENGTH = 4
_WHOLE = re.compile(r"-?\d+(\.0)?")


@dataclass(frozen=True, slots=True)
class Column:
    """A wanted column, by the headers that it has borne; made by ``named``.

    Attributes:
        names: headers as ``names.normalise`` gives them (lower case, no accents, ``_`` for spaces and signs);
            ``{annee}`` stands for a year of two or four digits.
        width: length up to which a code has its lost leading zeros back (cells of digits alone), 0 for none.
        optional: whether a file may lack it; its cells are NA then.
        yearly: whether there is one for each year: the frame has ``<column>_<year>`` for each.
    """

    names: tuple[str, ...]
    width: int = 0
    optional: bool = False
    yearly: bool = False

    @property
    def title(self) -> str:
        """Its first name, for messages."""
        return self.names[0].replace(_YEAR, "AAAA")


Columns = Mapping[str, Column]
"""By column of the frame."""


def named(*names: str, width: int = 0, optional: bool = False, yearly: bool = False) -> Column:
    """Return a wanted column; see ``Column``."""
    return Column(names, width, optional, yearly)


def plain(columns: Mapping[str, str]) -> dict[str, Column]:
    """Return wanted columns that only ever had one header each."""
    return {column: named(name) for column, name in columns.items()}


@dataclass(frozen=True, slots=True)
class Table:
    """A table as found.

    Attributes:
        frame: wanted columns in their order, text (dtype ``str``), empty cells NA.
        columns: the form that it has: one of those that were given.
        years: years in the names of the wanted columns, as four digits.
        name: name of the file, with the part of the archive that the table stood in.
        sheet: name of the sheet, None for a text file.
        title: what stands above the header (INSEE writes there « Géographie au 01/01/2023 »).
        others: how many columns it has besides.
    """

    frame: pd.DataFrame
    columns: Columns
    years: frozenset[str]
    name: str
    sheet: str | None
    title: str = ""
    others: int = 0


def published_table(path: Path, filename: str, what: str, *forms: Columns) -> Table:
    """Return the table of the file that has all columns of one of *forms*, and fewest others.

    The header is looked for in the first ten rows of every sheet, or of the text. Where a table has the columns of
    several forms, it is of the first one. Where several tables fit, those with more columns are of something smaller:
    INSEE's arrondissements have all columns of its departments, which have those of its regions.

    Args:
        path: the archived file: CSV (comma, semicolon or tab; UTF-8 or Windows-1252), XLSX, XLS, ODS, or zip or gzip
            of these.
        filename: its name at the source, for messages.
        what: what the file should be, in French, for messages.
        forms: column of the frame → wanted column; the forms that such a table has had.

    Raises:
        RefusedRegisterError: the file cannot be read (see ``grids``), no table has the columns of a form (the message
            spells out the difference with the nearest), a wanted column is there twice, rows of uneven length.
    """
    return min(published_tables(path, filename, what, *forms), key=lambda table: table.others)


def published_tables(path: Path, filename: str, what: str, *forms: Columns) -> list[Table]:
    """Return every table of the file that has all columns of one of *forms*, one at least; as ``published_table``."""
    found, headers = [], []
    for grid in grids(path, filename):
        for number, row in enumerate(grid.rows[:HEADER_WITHIN]):
            headers.append(row)
            fitting = next((header for form in forms if (header := _fit(form, row)).complete), None)
            if fitting:
                found.append(_table(grid, number, fitting))
                break
    if found:
        return found
    nearest = max(
        (_fit(form, row) for row in headers for form in forms),
        key=lambda header: len(header.places),
        default=_fit(forms[0], []),
    )
    raise RefusedRegisterError(f"forme inconnue de {what} ; {nearest.difference}")


@dataclass(frozen=True, slots=True)
class _Header:
    """How a row of cells fits a form: place and year (or None) of each header, by wanted column."""

    columns: Columns
    cells: list[str]
    places: dict[str, list[tuple[int, str | None]]]

    @property
    def complete(self) -> bool:
        return all(column.optional or name in self.places for name, column in self.columns.items())

    @property
    def difference(self) -> str:
        """What a complete header would have, and what this one has."""
        titles = {place: self.columns[name].title for name, places in self.places.items() for place, _ in places}
        wanted = [column.title for column in self.columns.values() if not column.optional]
        cells = [titles.get(place, cell.lower()) for place, cell in enumerate(self.cells) if cell]
        return shape_difference(wanted, list(dict.fromkeys(cells)))


def _fit(form: Columns, row: list[str]) -> _Header:
    cells = [normalise(cell) for cell in row]
    places: dict[str, list[tuple[int, str | None]]] = {}
    for name, column in form.items():
        # The names in their order: a file may have both the one of today and an older one, for something else.
        for wanted in column.names:
            found = _places(wanted, cells)
            if found:
                places[name] = found
                break
    return _Header(form, row, places)


def _places(wanted: str, cells: list[str]) -> list[tuple[int, str | None]]:
    if _YEAR not in wanted:
        return [(place, None) for place, cell in enumerate(cells) if cell == wanted]
    before, _, after = wanted.partition(_YEAR)
    form = re.compile(rf"{re.escape(before)}(\d{{4}}|\d{{2}}){re.escape(after)}")
    matches = [(place, form.fullmatch(cell)) for place, cell in enumerate(cells)]
    return [
        (place, match[1] if len(match[1]) == _YEAR_LENGTH else f"20{match[1]}") for place, match in matches if match
    ]


def _table(grid: Grid, number: int, header: _Header) -> Table:
    import pandas as pd

    rows = grid.rows[number + 1 :]
    if grid.sheet is None:
        _check_lengths(grid, number)
    else:
        # « Source : Insee » stands alone in its row, and no record does.
        while rows and sum(map(bool, rows[-1])) == 1:
            rows.pop()
    cells: dict[str, list[str | None]] = {}
    for name, column in header.columns.items():
        places = header.places.get(name, [])
        if len(places) > 1 and not column.yearly:
            twice = ", ".join(header.cells[place] for place, _ in places)
            raise RefusedRegisterError(f"« {grid.name} » : colonnes {twice}, une seule attendue")
        if not places:
            cells[name] = [None] * len(rows)
        for place, year in places:
            cells[f"{name}_{year}" if column.yearly else name] = [_cell(row[place], column.width) for row in rows]
    years = frozenset(year for places in header.places.values() for _, year in places if year)
    title = " ".join(cell for row in grid.rows[:number] for cell in row if cell)
    others = sum(map(bool, header.cells)) - sum(map(len, header.places.values()))
    return Table(pd.DataFrame(cells, dtype="str"), header.columns, years, grid.name, grid.sheet, title, others)


def _cell(text: str, width: int) -> str | None:
    """Return a cell, and a code that went through a number (``1004.0``, ``1004``) as it was."""
    if width and text:
        digits = text.removesuffix(".0")
        return digits.zfill(width) if digits.isdecimal() else text
    return text or None


def _check_lengths(grid: Grid, number: int) -> None:
    """Refuse a text of which a row has more or fewer cells than the header: it was cut, or a cell has a separator."""
    width = len(grid.rows[number])
    for row, line in zip(grid.rows[number + 1 :], grid.lines[number + 1 :], strict=True):
        if len(row) != width:
            raise RefusedRegisterError(f"« {grid.name} », ligne {line} : {len(row)} cellules, {width} attendues")


def whole_numbers(frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return *frame* with *columns* as Int64: spaces may set thousands apart, ``.0`` may follow, empty cells are NA.

    Raises:
        RefusedRegisterError: a cell is no whole number; the message says which column and what it holds.
    """
    import pandas as pd

    def number(text: str | None, column: str) -> int | None:
        if pd.isna(text):
            return None
        digits = text.replace(" ", "")
        if not _WHOLE.fullmatch(digits):
            raise RefusedRegisterError(f"colonne {column} : « {text} » n'est pas un nombre entier")
        return int(digits.removesuffix(".0"))

    return frame.assign(
        **{name: pd.Series([number(cell, name) for cell in frame[name]], frame.index, "Int64") for name in columns}
    )
