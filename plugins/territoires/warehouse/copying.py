"""COPY of frames into tables: by blocks, never a whole text in memory."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.csv
from psycopg import Copy, sql

from territoires.warehouse.engine import Connection


def copy_frame(connection: Connection, table: str, frame: pd.DataFrame | pa.Table) -> None:
    """COPY *frame* into a table with columns of the same names; NA becomes NULL, dates lose their midnight."""
    content = frame if isinstance(frame, pa.Table) else pa.Table.from_pandas(frame, preserve_index=False)
    columns = sql.SQL(", ").join(map(sql.Identifier, content.column_names))
    query = sql.SQL("copy {} ({}) from stdin (format csv)").format(sql.Identifier(table), columns)
    for position, column in enumerate(content.schema):
        if pa.types.is_timestamp(column.type):
            content = content.set_column(position, column.name, content.column(position).cast(pa.date32()))
    options = pa.csv.WriteOptions(include_header=False, batch_size=16_384)
    with connection.cursor() as cursor, cursor.copy(query) as copy:
        pa.csv.write_csv(content, pa.PythonFile(_Sink(copy), mode="w"), write_options=options)


class _Sink:
    """What pyarrow writes CSV into: each block goes straight to the COPY, no whole text in memory."""

    closed = False

    def __init__(self, copy: Copy) -> None:
        self._copy = copy

    def write(self, block: bytes) -> int:
        self._copy.write(block)
        return len(block)

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        return
