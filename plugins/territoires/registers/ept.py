"""Reading INSEE's list of the établissements publics territoriaux of Grand Paris and of their communes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, vintage_of
from territoires.registers.tables import Columns, named, published_table

NOWHERE: Final = "ZZZZZZZZZ"
"""What INSEE writes for a commune without intercommunality; its label is « Sans objet »."""
_MEMBERS: Final[Columns] = {
    "siren": named("ept", "siren_ept"),
    "code_commune": named("codgeo", "insee_com", width=5),
    "nom_commune": named("libgeo", "lib_com"),
    "libelle": named("libept", "lib_ept"),
}
"""INSEE's codes of variables (they stand below a row of titles), and those of ANCT."""


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read the workbook of any year into the tables ``ept`` and ``ept_commune``; communes without EPT are left out.

    The year is that of « Géographie au 01/01/AAAA » above the table, or else ``year_of``.

    Raises:
        RefusedRegisterError: as ``published_table`` and ``vintage_of``.
    """
    table = published_table(path, filename, "liste d'EPT", _MEMBERS)
    members = table.frame[table.frame["siren"] != NOWHERE].reset_index(drop=True)
    return Parsed(
        register=source.register,
        millesime=vintage_of(source, table.name, table.years, table.title),
        phase=None,
        tables={
            "ept": members[["siren", "libelle"]].drop_duplicates(ignore_index=True),
            "ept_commune": members[["siren", "code_commune", "nom_commune"]],
        },
        rows=len(members),
    )
