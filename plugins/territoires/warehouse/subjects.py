"""The tables that a check of the warehouse is run on, when its sentence holds for each of them.

A file of include/sql/quality may name a placeholder instead of a table: it is then run once for each table of that
kind, found in the catalogue or in the contracts, so that a table which is added is checked from its first build.

| placeholder | stands for | comes with |
| --- | --- | --- |
| ``{table}`` | each table of the candidate | ``{objet}``, its name as a text |
| ``{fait}`` | those whose rows name their delivery and line | ``{objet}`` |
| ``{fait_situe}`` | those whose rows name a territory, the dimension itself left out | ``{objet}`` |
| ``{ligne_situee}`` | those of them whose rows also name their delivery and line | ``{objet}`` |
| ``{version}`` | each versioned table of core | ``{objet}``; ``{cle}``, the columns of its business key |
| ``{depot}`` | those of them that deliveries fill | ``{objet}``; ``{operateur}`` and ``{livraison}``, as texts |
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final, LiteralString

from psycopg import sql

from territoires.contracts import load_all
from territoires.contracts.model import Contract
from territoires.warehouse.engine import Connection

Subject = dict[str, sql.Composable]

_CANDIDATE: Final = "magasin_candidat"
_REGISTERS: Final = {
    "territoire": ("phase", "id_ti"),
    "territoire_perimetre": ("phase", "id_ti", "type_maille", "code"),
}
"""Versioned tables that a register fills, and the key of each."""


def expand(connection: Connection, text: LiteralString) -> sql.Composable | None:
    """Return the query of a check, put together over its tables; None if it is for tables of which there are none."""
    for placeholder, subjects in _KINDS.items():
        if f"{{{placeholder}}}" in text:
            queries = [sql.SQL("({})").format(sql.SQL(text).format(**each)) for each in subjects(connection)]
            return sql.SQL(" union all ").join(queries) if queries else None
    return sql.SQL(text)


def _candidates(name: str, *columns: str, but: str = "") -> Callable[[Connection], list[Subject]]:
    """Look for the tables of the candidate that have all of *columns*."""

    def found(connection: Connection) -> list[Subject]:
        rows = connection.execute(
            "select c.relname from pg_class as c where c.relnamespace = %(schema)s::regnamespace and c.relkind = 'r'"
            " and c.relname <> %(but)s and %(columns)s::text[] <@ array(select a.attname::text from pg_attribute as a"
            " where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) order by c.relname",
            {"schema": _CANDIDATE, "but": but, "columns": list(columns)},
        )
        return [
            {name: sql.Identifier(_CANDIDATE, row["relname"]), "objet": sql.Literal(row["relname"])} for row in rows
        ]

    return found


@cache
def _contracts() -> tuple[Contract, ...]:
    return tuple(load_all().values())


def _versions(_: Connection) -> list[Subject]:
    keys = {contract.table: contract.primary_key for contract in _contracts()} | _REGISTERS
    return [
        {
            "version": sql.Identifier("core", table),
            "objet": sql.Literal(table),
            "cle": sql.SQL(", ").join(map(sql.Identifier, key)),
        }
        for table, key in keys.items()
    ]


def _deposits(_: Connection) -> list[Subject]:
    return [
        {
            "depot": sql.Identifier("core", contract.table),
            "objet": sql.Literal(contract.table),
            "operateur": sql.Literal(contract.operator),
            "livraison": sql.Literal(contract.delivery),
        }
        for contract in _contracts()
    ]


_KINDS: Final[dict[str, Callable[[Connection], list[Subject]]]] = {
    "table": _candidates("table"),
    "fait": _candidates("fait", "id_livraison", "ligne"),
    "fait_situe": _candidates("fait_situe", "cle_territoire", but="territoire"),
    "ligne_situee": _candidates("ligne_situee", "cle_territoire", "id_livraison", "ligne"),
    "version": _versions,
    "depot": _deposits,
}
