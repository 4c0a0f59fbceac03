"""Reading INSEE's yearly passage table: what a commune's code of an earlier year is in the geography of the latest."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, vintage_of
from territoires.registers.tables import Columns, named, published_tables

LONG: Final[Columns] = {
    "annee": named("annee"),
    "niveau": named("niveau"),
    "code_ancien": named("ancien_code_officiel", width=5),
    "code_courant": named("code_courant_officiel", width=5),
}
"""One row for each code that ever was, departments and regions included: the year is that of the current code."""
WIDE: Final[Columns] = {
    "niveau": named("nivgeo", optional=True),
    "code": named("codgeo_{annee}", width=5, yearly=True),
    # The table between two geographies alone has the earlier one here.
    "initial": named("codgeo_ini", width=5, optional=True),
}
"""One row for each way that codes took, one column for each year (table_passage_annuelle_AAAA, header on row 6)."""
_LEVELS: Final = frozenset({"COM", "ARM"})
_NOTHING: Final = pd.DataFrame({"code_ancien": [], "code_courant": [], "annee": []})


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read the table into ``passage_commune``: code_ancien, code_courant, and the years in which the old one is met.

    Communes and arrondissements municipaux alone; the vintage is the latest year that the table has. ``annee_de`` and
    ``annee_a`` (Int64) are NA where it does not say in which years the old code was in use.

    Raises:
        RefusedRegisterError: as ``published_tables``; several years in the long form, no commune at all.
    """
    tables = published_tables(path, filename, "table de passage", LONG, WIDE)
    if tables[0].columns is LONG:
        years = frozenset(tables[0].frame["annee"].dropna())
        pairs = _long(tables[0].frame)
    else:
        # A sheet of documentation has the names of the columns too, one to a row.
        tables = [table for table in tables if len(table.years) > 1 or table.frame["initial"].notna().any()]
        years = frozenset(max(table.years) for table in tables)
        pairs = pd.concat([_wide(table.frame, max(table.years)) for table in tables] or [_NOTHING], ignore_index=True)
    if pairs.empty:
        raise RefusedRegisterError(f"« {filename} » : aucune commune (niveaux COM et ARM) dans la table de passage")
    frame = pairs.groupby(["code_ancien", "code_courant"], as_index=False, sort=False).agg(
        annee_de=("annee", "min"), annee_a=("annee", "max")
    )
    return Parsed(
        register=source.register,
        millesime=vintage_of(source, filename, years),
        phase=None,
        tables={"passage_commune": frame},
        rows=len(frame),
    )


def _long(frame: pd.DataFrame) -> pd.DataFrame:
    frame = frame[frame["niveau"].isin(_LEVELS)]
    return frame[["code_ancien", "code_courant"]].assign(annee=pd.array([pd.NA] * len(frame), dtype="Int64"))


def _wide(frame: pd.DataFrame, current: str) -> pd.DataFrame:
    """Return a row for each code of each year and what it is in the year *current*."""
    if not frame["niveau"].isna().all():
        frame = frame[frame["niveau"].isin(_LEVELS)]
    codes = {name: int(name.removeprefix("code_")) for name in frame.columns if name.startswith("code_")}
    by_year = pd.concat(
        [
            pd.DataFrame({"code_ancien": frame[name], "code_courant": frame[f"code_{current}"], "annee": year})
            for name, year in [*codes.items(), ("initial", pd.NA)]
        ]
    )
    return by_year.astype({"annee": "Int64"}).dropna(subset=["code_ancien", "code_courant"])
