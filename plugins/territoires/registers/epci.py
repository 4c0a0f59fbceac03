"""Reading DGCL's yearly list of EPCI and their communes (sheet EpcicomAAAA, one row for each commune)."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from territoires.registers.errors import RefusedRegisterError, shape_difference
from territoires.registers.parsed import Parsed, without_nbsp
from territoires.registers.source import Source

if TYPE_CHECKING:
    import pandas as pd

EPCI = {
    "siren": "siren",
    "raison_sociale": "raison_sociale",
    "nature_juridique": "nature_juridique",
    "mode_financement": "mode_financ",
    "code_departement": "dept",
    "nb_membres": "nb_membres",
    "population_totale": "total_pop_tot",
    "population_municipale": "total_pop_mun",
}
"""Column of core.epci → DGCL's header."""
MEMBER = {
    "siren": "siren",
    "code_commune": "insee",
    "siren_commune": "siren_membre",
    "nom_commune": "nom_membre",
    "code_departement": "dep_com",
    "population_totale": "ptot",
    "population_municipale": "pmun",
}
"""Column of core.epci_commune → DGCL's header, without the year that ends the last two."""
_NUMBERS = frozenset({"nb_membres", "population_totale", "population_municipale"})
_WIDTHS = {"siren": 9, "siren_commune": 9, "code_commune": 5, "code_departement": 2}
"""Length that a code has lost its leading zeros from, when the sheet holds it as a number."""
_YEARLY = re.compile(r"(ptot|pmun)_(\d{4})")
_REQUIRED = tuple(dict.fromkeys([*EPCI.values(), *MEMBER.values()]))
_HEADER_WITHIN = 10
_MAX_UNZIPPED = 512 << 20


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read the XLSX into tables ``epci`` (one row for each distinct SIREN and facts) and ``epci_commune``.

    The vintage is the year of the columns ptot_AAAA and pmun_AAAA. Codes are text, also where the sheet holds numbers
    (``200029999.0`` → ``200029999``); counts are Int64.

    Raises:
        RefusedRegisterError: not a workbook, no sheet with the expected columns, no number where one should be, years
            that differ.
    """
    import pandas as pd

    sheet, header, rows = _sheet(path, filename)
    names, years = _names(header)
    if len(years) != 1:
        raise RefusedRegisterError(
            f"feuille « {sheet} » : années {', '.join(sorted(years))} dans les colonnes, une attendue"
        )
    millesime = years.pop()
    if source.millesime not in {None, millesime}:
        raise RefusedRegisterError(f"le fichier décrit {millesime}, la configuration annonce {source.millesime}")
    places = {name: names.index(name) for name in _REQUIRED}
    epci = pd.DataFrame({column: _column(rows, places[name], column) for column, name in EPCI.items()})
    member = pd.DataFrame({column: _column(rows, places[name], column) for column, name in MEMBER.items()})
    warnings = () if millesime in sheet else (f"la feuille se nomme « {sheet} », ses colonnes sont de {millesime}",)
    return Parsed(
        register=source.register,
        millesime=millesime,
        phase=None,
        # Two rows of one SIREN that differ both stay: the suite refuses a SIREN that is there twice.
        tables={"epci": epci.drop_duplicates(ignore_index=True), "epci_commune": member},
        rows=len(rows),
        warnings=warnings,
    )


def _sheet(path: Path, filename: str) -> tuple[str, list[str], list[list[Any]]]:
    """Return the name, header and data rows of the first sheet whose header has the expected columns."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with zipfile.ZipFile(path) as parts:
            if sum(part.file_size for part in parts.infolist()) > _MAX_UNZIPPED:
                raise RefusedRegisterError(
                    f"« {filename} » occuperait plus de {_MAX_UNZIPPED >> 20} Mo une fois décompressé"
                )
        workbook = CalamineWorkbook.from_path(path)
        sheets = [(name, workbook.get_sheet_by_name(name).to_python()) for name in workbook.sheet_names]
    except (zipfile.BadZipFile, CalamineError, ValueError) as error:
        raise RefusedRegisterError(f"« {filename} » n'est pas un classeur XLSX lisible : {error}") from error
    nearest: list[str] = []
    for name, rows in sheets:
        for number, row in enumerate(rows[:_HEADER_WITHIN]):
            header = [without_nbsp(str(cell)).lower() for cell in row]
            names, _ = _names(header)
            if set(_REQUIRED) <= set(names):
                return name, header, [row for row in rows[number + 1 :] if any(cell != "" for cell in row)]
            if len(set(_REQUIRED) & set(names)) >= len(set(_REQUIRED) & set(_names(nearest)[0])):
                nearest = [cell for cell in header if cell] or nearest
    expected = [f"{name}_AAAA" if name in {"ptot", "pmun"} else name for name in _REQUIRED]
    found = [_YEARLY.sub(r"\1_AAAA", name) for name in nearest]
    raise RefusedRegisterError(f"forme inconnue de liste d'EPCI ; {shape_difference(expected, found)}")


def _names(header: Sequence[str]) -> tuple[list[str], set[str]]:
    """Return the header without the year of its yearly columns, and the years found."""
    matches = [_YEARLY.fullmatch(name) for name in header]
    names = [match[1] if match else name for match, name in zip(matches, header, strict=True)]
    return names, {match[2] for match in matches if match}


def _column(rows: list[list[Any]], place: int, column: str) -> pd.Series[Any]:
    import pandas as pd

    if column in _NUMBERS:
        return pd.Series([_integer(row[place], column) for row in rows], dtype="Int64")
    return pd.Series([_code(row[place], _WIDTHS.get(column, 0)) for row in rows], dtype="str")


def _integer(cell: object, column: str) -> int | None:
    if cell == "":
        return None
    try:
        number = float(str(cell))
    except ValueError as error:
        raise RefusedRegisterError(f"colonne {column} : « {cell} » n'est pas un nombre") from error
    if not number.is_integer():
        raise RefusedRegisterError(f"colonne {column} : « {cell} » n'est pas un nombre entier")
    return int(number)


def _code(cell: object, width: int) -> str | None:
    if isinstance(cell, float) and cell.is_integer():
        cell = str(int(cell)).zfill(width)
    return without_nbsp(str(cell)) or None
