"""Reading INSEE's departments: one row for each."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, year_of
from territoires.registers.tables import Columns, named, published_table

COLUMNS: Final[Columns] = {
    "code_departement": named("dep", width=2),
    # REGION, and no name with accents but NCCENR, until 2018 (deptsAAAA.txt).
    "code_region": named("reg", "region", width=2),
    "chef_lieu": named("cheflieu", width=5),
    "libelle": named("libelle", "nccenr"),
}
"""Column of core.departement → INSEE's headers."""


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read the list of any year into the table ``departement``, text columns; the vintage comes from ``year_of``.

    Raises:
        RefusedRegisterError: as ``published_table``; a vintage that cannot be known.
    """
    table = published_table(path, filename, "liste de départements", COLUMNS)
    return Parsed(
        register=source.register,
        millesime=year_of(source, table.name),
        phase=None,
        tables={"departement": table.frame},
        rows=len(table.frame),
    )
