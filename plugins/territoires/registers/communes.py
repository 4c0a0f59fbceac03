"""Reading INSEE's COG: one row for each commune, arrondissement municipal, commune déléguée or associée."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, year_of
from territoires.registers.tables import text_table

COLUMNS = {
    "type_commune": "typecom",
    "code_commune": "com",
    "libelle": "libelle",
    "code_departement": "dep",
    "code_region": "reg",
    "code_collectivite": "ctcd",
    "code_arrondissement": "arr",
    "code_canton": "can",
    "code_parent": "comparent",
}
"""Column of core.commune → INSEE's header in lower case."""


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read the CSV (UTF-8, comma or semicolon) into the table ``commune``: text columns, empty cells as NA.

    The content does not say its vintage: it comes from ``year_of``.

    Raises:
        RefusedRegisterError: not UTF-8, rows of uneven length, other columns, a vintage that cannot be known.
    """
    millesime = year_of(source, filename)
    frame = text_table(path, filename, COLUMNS, "liste de communes")
    return Parsed(register=source.register, millesime=millesime, phase=None, tables={"commune": frame}, rows=len(frame))
