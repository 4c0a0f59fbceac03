"""The floor: ``\\copy`` of a file that is already clean into a temporary table, then ``INSERT … ON CONFLICT``.

It reads no French, checks nothing, keeps no history and answers nobody; its table has the same columns and indexes.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.csv
from psycopg import sql

from territoires.contracts import Contract
from territoires.local.postgres import binaries
from territoires.warehouse.engine import connect

_SCRIPT = """\\set ON_ERROR_STOP on
begin;
create temporary table depot on commit drop as select {columns}, ligne from core.plancher with no data;
\\copy depot from '{path}' (format csv)
insert into core.plancher ({columns}, ligne, valide_de, id_livraison)
select {columns}, ligne, now(), 1 from depot
on conflict (id_operation) where valide_a is null do update set ({columns}) = row({excluded});
commit;
"""


def write_clean(frame: pd.DataFrame, path: Path) -> None:
    """Write the accepted rows as PostgreSQL reads them without a thought: ISO dates, decimal points, no header."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for position, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type):
            table = table.set_column(position, column.name, table.column(position).cast(pa.date32()))
    with path.open("wb") as sink:
        pa.csv.write_csv(table, sink, write_options=pa.csv.WriteOptions(include_header=False))


def make_table(owner_url: str, contract: Contract) -> None:
    """Make the floor's table anew, empty, with the columns and indexes of the contract's (``like`` copies both)."""
    real = sql.Identifier("core", contract.table)
    with connect(owner_url) as connection:
        connection.execute("drop table if exists core.plancher")
        connection.execute(sql.SQL("create table core.plancher (like {} including all)").format(real))


def run(owner_url: str, contract: Contract, path: Path) -> None:
    """Let psql do the floor's work."""
    columns = ", ".join(contract.headers)
    excluded = ", ".join(f"excluded.{name}" for name in contract.headers)
    script = _SCRIPT.format(columns=columns, excluded=excluded, path=path)
    url = owner_url.replace("+psycopg", "")
    environment = {**os.environ, "PGCLIENTENCODING": "UTF8"}
    subprocess.run([str(binaries() / "psql"), "-q", "-X", url], input=script, text=True, check=True, env=environment)
