"""Reading France Travail's lists of the communes of each bassin d'emploi, whose columns change name every year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Final

from territoires.contracts.names import normalise
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.grids import Grid, grids
from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, vintage_of
from territoires.registers.tables import Columns, Table, named, published_table

if TYPE_CHECKING:
    import pandas as pd

_CODE: Final = ("code_bassin_bmo", "code_bassin", "code_be", "bassin_bmo", "cbassin", "be")
_LABEL: Final = ("lib_bassin_bmo", "libelle_bassin_bmo", "nom_bassin_bmo", "lib_bassin", "libelle_bassin", "nom_bassin",
                 "lib_be", "nom_be", "nombe", "libbe")  # fmt: skip


def _of_any_year(names: Sequence[str]) -> list[str]:
    """Return *names* as they stand, and with a year at their end (BE19, code_bassin_2026)."""
    return [form for name in names for form in (f"{name}{{annee}}", f"{name}_{{annee}}", name)]


_COLUMNS: Final[Columns] = {
    "code_commune": named(
        "code_commune_insee", "code_commune", "code_insee", "codgeo", "insee_com", "insee", "com", width=5
    ),
    "code_bassin": named(*_of_any_year(_CODE), width=4),
    "libelle": named(*_of_any_year(_LABEL)),
}
"""Known names: lexique of BMO 2019 (BE19), Bassins_d'emploi_2026.xlsx (code_bassin_2026), list of 2025
(code_bassin_BMO). Their columns of departments and regions are not read: those of 2025 lost their zeros and put
overseas under 97."""

_COMMUNE: Final = re.compile(r"\d[0-9AB]?\d{3}")
_REGIONS: Final = "0[1-6]|11|24|27|28|32|44|52|53|75|76|84|93|94"
_BASIN: Final = re.compile(rf"(?:{_REGIONS})\d{{2}}|[1-6]\d{{2}}")
"""Code of a bassin: region since 2016 (05 for Saint-Pierre-et-Miquelon), whose zero may be lost, and number."""
_OTHER_ZONES: Final = re.compile(r"ze(_?\d+)?|(code_)?zones?_d?_?emploi(_\d+)?")
"""INSEE's zones d'emploi, by their column's name: their codes have the very form of those of bassins (8405)."""
_YEAR: Final = re.compile(r"(?<!\d)20\d{2}(?!\d)")
_WORD: Final = re.compile(r"[^\W\d_]{2}")
_LINES: Final = 4
_MANY: Final = 0.9
"""Share of the lines that may be taken for all of them, where lists have a few doubles and labels spelt in two ways."""


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read a list into tables ``bassin`` and ``bassin_commune``, codes of four digits and of five signs.

    The columns are known by their names, or else by what they hold. The year is that of the columns, or else
    ``year_of``. A bassin with several labels takes the most frequent one;
    a commune listed twice in one bassin counts once.

    Raises:
        RefusedRegisterError: as ``published_table`` and ``vintage_of``.
    """
    table = _table(path, filename)
    frame = table.frame
    members = frame[["code_commune", "code_bassin"]].drop_duplicates(ignore_index=True)
    basins, warnings = _labelled(frame)
    if len(members) < len(frame):
        warnings.append(f"lignes répétées : {len(frame) - len(members)}")
    return Parsed(
        register=source.register,
        millesime=vintage_of(source, table.name, table.years, table.title),
        phase=None,
        tables={"bassin": basins, "bassin_commune": members},
        rows=len(members),
        warnings=tuple(warnings),
    )


def _table(path: Path, filename: str) -> Table:
    try:
        return published_table(path, filename, "liste de bassins d'emploi", _COLUMNS)
    except RefusedRegisterError:
        found = next(filter(None, map(_by_content, grids(path, filename))), None)
        if found is None:
            raise
        return found


def _by_content(grid: Grid) -> Table | None:
    """Return the table of a grid under other names, None if it is none or may be read in two ways.

    It has one column of communes, each once, and one of bassins with their labels: these go together one to one, which
    names of communes, departments or regions do not.
    """
    import pandas as pd

    first = next((number for number, row in enumerate(grid.rows) if any(map(_COMMUNE.fullmatch, row))), 0)
    header, body = grid.rows[first - 1] if first else [], grid.rows[first:]
    if len(body) < _LINES or {*map(len, body)} != {len(header)}:
        return None
    cells = pd.DataFrame(body, dtype="str")
    places = range(len(header))
    communes = [
        place
        for place in places
        if cells[place].str.fullmatch(_COMMUNE).all() and cells[place].nunique() > _MANY * len(body)
    ]
    codes = {place: cells[place].str.zfill(4) for place in places if cells[place].str.fullmatch(_BASIN).all()}
    labels = [place for place in places if cells[place].str.contains(_WORD).mean() > _MANY]
    basins = [
        (place, label)
        for place, label in product(codes, labels)
        if codes[place].nunique() < len(body) / 2
        and _MANY * len(pd.concat([codes[place], cells[label]], axis=1).drop_duplicates())
        <= min(codes[place].nunique(), cells[label].nunique())
    ]
    if len(communes) != 1 or len(basins) != 1:
        return None
    chosen = [communes[0], *basins[0]]
    titles = [normalise(row[basins[0][0]]) for row in grid.rows[:first] if len(row) == len(header)]
    if any(map(_OTHER_ZONES.fullmatch, titles)):
        return None
    frame = cells[chosen].set_axis(list(_COLUMNS), axis=1)
    frame = frame.assign(**{name: frame[name].str.zfill(_COLUMNS[name].width) for name in _COLUMNS})
    years = frozenset(year for place in chosen for year in _YEAR.findall(header[place]))
    return Table(
        frame=frame, columns=_COLUMNS, years=years, name=grid.name, sheet=grid.sheet, others=len(header) - len(chosen)
    )


def _labelled(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Return each bassin with its most frequent label (the first one listed among equals), and which had several."""
    counts = frame.groupby(["code_bassin", "libelle"], sort=False, dropna=False).size().reset_index(name="lignes")
    ordered = counts.sort_values("lignes", ascending=False, kind="stable")
    kept = ordered.drop_duplicates("code_bassin").sort_values("code_bassin", ignore_index=True)
    named_twice = counts[counts["libelle"].notna() & counts["code_bassin"].duplicated(keep=False)]
    told = []
    for code, labels in named_twice.groupby("code_bassin"):
        names = ", ".join(f"{name} × {lines}" for name, lines in zip(labels["libelle"], labels["lignes"], strict=True))
        told.append(f"{code} : plusieurs noms ({names}), le plus fréquent est pris")
    return kept[["code_bassin", "libelle"]], told
