"""Reading DARES's lists of professional families (FAP): one row for each detailed family, with the levels above it.

The columns are known by what they hold: a file of 2009 and one of 2021 have other titles, other numbers of levels, and
names that say neither (« Intitulés_FAP ») or the wrong year.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from territoires.registers.errors import RefusedRegisterError
from territoires.registers.grids import HEADER_WITHIN, Grid, grids
from territoires.registers.parsed import Parsed
from territoires.registers.source import Source

if TYPE_CHECKING:
    import pandas as pd

_FORMS: Final = {
    "detaille": re.compile(r"[A-Z][0-9A-Z][A-Z][0-9]{2}[a-z]?"),
    "metier": re.compile(r"[A-Z][0-9A-Z][A-Z][0-9]{2}"),
    "agrege": re.compile(r"[A-Z][0-9A-Z][A-Z]"),
    "domaine": re.compile(r"[A-Z]"),
}
"""Form of the codes of each level, from the finest: A0X41a, A0X41, A0X, A."""
_LEVELS: Final = tuple(_FORMS)
_SIGNS: Final = {"Z": "2009", "X": "2021"}
"""Third sign of most codes → nomenclature."""
_NOTE: Final = 2
_REQUIRED: Final = ("metier", "agrege", "domaine")


@dataclass(frozen=True, slots=True)
class _Level:
    """A level and where its codes and labels stand in a row."""

    name: str
    code: int
    label: int


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read CSV or workbook into the table ``fap``: niveau, code_fap, libelle, code_parent (NA for a domaine).

    The nomenclature, 2009 or 2021, is told by the third sign of the codes and by the level « detaille », that 2021
    alone has. ``Parsed.rows`` counts the occupations of the level « metier », of which both have as many: a list of
    2009 that comes after one of 2021 has half of its rows, and is whole.

    Raises:
        RefusedRegisterError: no table has codes of three levels at least, each beside its labels; a nomenclature that
            is neither, or another than the configured one.
    """
    found = [(grid, rows, levels) for grid in grids(path, filename) for rows, levels in _tables(grid)]
    if not found:
        raise RefusedRegisterError(
            f"forme inconnue de liste de familles professionnelles : « {filename} » n'a pas de colonnes de codes "
            "comme A0Z40 ou A0X41a, A0Z ou A0X, et A, chacune suivie de ses intitulés"
        )
    # Workbooks have the levels nested in one sheet, and sheets of their own for some of them.
    grid, rows, levels = max(found, key=lambda one: (len(one[2]), len(one[1])))
    frame = _families(rows, levels)
    skipped = len(grid.rows) - len(rows)
    return Parsed(
        register=source.register,
        millesime=_nomenclature(frame, source),
        phase=None,
        tables={"fap": frame},
        rows=int((frame["niveau"] == "metier").sum()),
        warnings=(f"{skipped} lignes sans code, dont l'en-tête",) if skipped > 1 else (),
    )


def _tables(grid: Grid) -> list[tuple[list[list[str]], list[_Level]]]:
    """Return the rows of the grid that have codes, and its levels; nothing if it is no list of families.

    Below the first row with codes, all have them but notes, which fill one or two cells.
    """
    width = max(map(len, grid.rows), default=0)
    first = next((number for number, row in enumerate(grid.rows) if _is_coded(row)), 0)
    rows = [row for row in _without_merged_cells(grid.rows[first:]) if _is_coded(row) or sum(map(bool, row)) > _NOTE]
    if first > HEADER_WITHIN or {*map(len, rows)} != {width}:
        return []
    columns: dict[str, int] = {}
    for place in range(width):
        level = _level({row[place] for row in rows})
        if level:
            columns.setdefault(level, place)
    levels = [
        _Level(name, columns[name], columns[name] + 1)
        for name in _LEVELS
        if name in columns and columns[name] + 1 < width and columns[name] + 1 not in columns.values()
    ]
    return [(rows, levels)] if {*_REQUIRED} <= {level.name for level in levels} else []


def _without_merged_cells(rows: list[list[str]]) -> Iterator[list[str]]:
    """Yield the rows, those that begin with a code filled from the row before where they lack the levels above it."""
    before: list[str] = []
    for row in rows:
        whole = row
        if before and not _is_coded(row) and _is_code(next(filter(None, row))):
            whole = [cell or above for cell, above in zip(row, before, strict=False)]
        yield whole
        before = whole


def _is_coded(row: list[str]) -> bool:
    return sum(map(_is_code, row)) >= len(_REQUIRED)


def _is_code(cell: str) -> bool:
    return any(form.fullmatch(cell) for form in _FORMS.values())


def _level(cells: set[str]) -> str | None:
    """Return the coarsest level whose form every cell has."""
    fitting = [name for name, form in _FORMS.items() if cells and all(map(form.fullmatch, cells))]
    return fitting[-1] if fitting else None


def _families(rows: list[list[str]], levels: list[_Level]) -> pd.DataFrame:
    """Return each code of each level once, with its parent; contradictions stay, for the suite to refuse."""
    import pandas as pd

    parents: list[_Level | None] = [*levels[1:], None]
    records = [
        (level.name, row[level.code], row[level.label] or None, row[parent.code] if parent else None)
        for level, parent in zip(levels, parents, strict=True)
        for row in rows
    ]
    frame = pd.DataFrame(records, columns=["niveau", "code_fap", "libelle", "code_parent"], dtype="str")
    return frame.drop_duplicates(ignore_index=True)


def _nomenclature(frame: pd.DataFrame, source: Source) -> str:
    signs = Counter(frame.loc[frame["niveau"] == "metier", "code_fap"].str[2])
    sign = signs.most_common(1)[0][0]
    found = _SIGNS.get(sign)
    detailed = bool((frame["niveau"] == "detaille").any())
    if found is None or (found == "2009" and detailed):
        raise RefusedRegisterError(
            f"nomenclature inconnue de familles professionnelles : la plupart des codes ont « {sign} » en troisième "
            "place ; Z est attendu pour 2009 (trois niveaux), X pour 2021 (trois ou quatre)"
        )
    if source.millesime not in {None, found}:
        raise RefusedRegisterError(f"le fichier décrit la FAP {found}, la configuration annonce {source.millesime}")
    return found
