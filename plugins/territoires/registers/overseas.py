"""Reading the communes and districts of the collectivités d'outre-mer, which the list of communes leaves out."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, year_of
from territoires.registers.tables import Columns, named, published_table, whole_numbers

COLUMNS: Final[Columns] = {
    "code_commune": named("code_commune", "com_comer", width=5),
    "libelle": named("nom_commune", "libelle"),
    "code_collectivite": named("code_collectivite", "comer"),
    "libelle_collectivite": named("nom_collectivite", "libelle_comer"),
    "code_postal": named("code_postal", optional=True, width=5),
    "population": named("population", optional=True),
}
"""Column of core.commune_outremer → header of data.gouv.fr's list, then of INSEE's (v_commune_comer_AAAA.csv)."""


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read the list into ``commune_outremer``: text columns, population Int64; the vintage comes from ``year_of``.

    Raises:
        RefusedRegisterError: as ``published_table``; no number where one should be, a vintage that cannot be known.
    """
    table = published_table(path, filename, "liste de communes d'outre-mer", COLUMNS)
    return Parsed(
        register=source.register,
        millesime=year_of(source, table.name),
        phase=None,
        tables={"commune_outremer": whole_numbers(table.frame, "population")},
        rows=len(table.frame),
    )
