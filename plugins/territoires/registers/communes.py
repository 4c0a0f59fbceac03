"""Reading INSEE's COG: one row for each commune, arrondissement municipal, commune déléguée or associée."""

from __future__ import annotations

from pathlib import Path

from territoires.registers.errors import RefusedRegisterError, shape_difference
from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, year_of

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
"""Column of core.commune → INSEE's header in lower case (the case changes with the vintage)."""
_PREAMBLE = 4096


def parse(path: Path, filename: str, source: Source) -> Parsed:
    """Read the CSV (UTF-8, comma or semicolon) into the table ``commune``: text columns, empty cells as NA.

    The content does not say its vintage: it comes from ``year_of``.

    Raises:
        RefusedRegisterError: not UTF-8, rows of uneven length, other columns, a vintage that cannot be known.
    """
    import pandas as pd
    import pyarrow as pa
    from pyarrow import csv

    millesime = year_of(source, filename)
    header = _header(path, filename)
    separator = ";" if header.count(";") > header.count(",") else ","
    names = [name.strip().strip('"').lower() for name in header.split(separator)]
    if not set(COLUMNS.values()) <= set(names):
        raise RefusedRegisterError(
            f"forme inconnue de liste de communes ; {shape_difference(list(COLUMNS.values()), names)}"
        )
    try:
        table = csv.read_csv(
            path,
            read_options=csv.ReadOptions(column_names=names, skip_rows=1, encoding="utf8"),
            parse_options=csv.ParseOptions(delimiter=separator),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=list(COLUMNS.values()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as error:
        raise RefusedRegisterError(f"« {filename} » : {error}") from error
    frame = pd.DataFrame(
        {column: table.column(name).to_pandas().astype("str").str.strip() for column, name in COLUMNS.items()}
    )
    return Parsed(register=source.register, millesime=millesime, phase=None, tables={"commune": frame}, rows=len(frame))


def _header(path: Path, filename: str) -> str:
    with path.open("rb") as stream:
        first = stream.readline(_PREAMBLE)
    try:
        return first.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise RefusedRegisterError(f"« {filename} » n'est pas en UTF-8") from error
