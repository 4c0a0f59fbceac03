"""Registers published as CSV: every cell as text, by the names that the warehouse gives the columns."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from territoires.registers.errors import RefusedRegisterError, shape_difference

if TYPE_CHECKING:
    import pandas as pd

_PREAMBLE = 4096


def text_table(path: Path, filename: str, columns: Mapping[str, str], what: str) -> pd.DataFrame:
    """Read a CSV (UTF-8, comma or semicolon) into text columns, cells trimmed, empty ones NA.

    Args:
        path: the archived file.
        filename: its name at the source, for messages.
        columns: column of the frame → header of the file in lower case (the case changes with the vintage).
        what: what the file should be, in French, for messages.

    Raises:
        RefusedRegisterError: not UTF-8, rows of uneven length, a header that lacks a column.
    """
    import pandas as pd
    import pyarrow as pa
    from pyarrow import csv

    header = _header(path, filename)
    separator = ";" if header.count(";") > header.count(",") else ","
    names = [name.strip().strip('"').lower() for name in header.split(separator)]
    if not set(columns.values()) <= set(names):
        raise RefusedRegisterError(f"forme inconnue de {what} ; {shape_difference(list(columns.values()), names)}")
    try:
        table = csv.read_csv(
            path,
            read_options=csv.ReadOptions(column_names=names, skip_rows=1, encoding="utf8"),
            parse_options=csv.ParseOptions(delimiter=separator),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=list(columns.values()),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                null_values=[""],
            ),
        )
    except pa.ArrowInvalid as error:
        raise RefusedRegisterError(f"« {filename} » : {error}") from error
    return pd.DataFrame(
        {column: table.column(name).to_pandas().astype("str").str.strip() for column, name in columns.items()}
    )


def _header(path: Path, filename: str) -> str:
    with path.open("rb") as stream:
        first = stream.readline(_PREAMBLE)
    try:
        return first.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise RefusedRegisterError(f"« {filename} » n'est pas en UTF-8") from error
