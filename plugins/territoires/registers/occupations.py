"""Reading France Travail's list of occupations (ROME): one row for each occupation of one version."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, version_of
from territoires.registers.tables import plain, published_table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS = {
    "code_rome": "code_rome",
    "libelle": "libelle_rome",
    "code_parent": "code_rome_parent",
    "code_fiche_metier": "code_fiche_metier",
    "code_ogr": "code_ogr",
    "transition_ecologique": "transition_eco",
    "transition_numerique": "transition_num",
    "transition_demographique": "transition_demo",
    "emploi_reglemente": "emploi_reglemente",
    "emploi_cadre": "emploi_cadre",
}
"""Column of core.rome → France Travail's header."""
_YES_NO = ("transition_numerique", "transition_demographique", "emploi_reglemente", "emploi_cadre")
_BOOLEANS = {"O": True, "N": False}


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read the list into the table ``rome``: text columns, and booleans for O and N; empty cells as NA.

    The content does not say its version: it comes from ``version_of``.

    Raises:
        RefusedRegisterError: as ``published_table``; a version that cannot be known.
    """
    millesime = version_of(source, filename)
    frame = published_table(path, filename, "liste de métiers", plain(COLUMNS)).frame
    frame = frame.assign(**{name: _boolean(frame[name]) for name in _YES_NO})
    return Parsed(register=source.register, millesime=millesime, phase=None, tables={"rome": frame}, rows=len(frame))


def _boolean(column: pd.Series[Any]) -> pd.Series[Any]:
    unknown = sorted(set(column.dropna()) - set(_BOOLEANS))
    if unknown:
        raise RefusedRegisterError(f"colonne {COLUMNS[str(column.name)]} : « {unknown[0]} », O ou N est attendu")
    return column.map(_BOOLEANS).astype("boolean")
