"""The versioned table of a delivery in the schema ``core``, as PostgreSQL DDL."""

from __future__ import annotations

import textwrap
from typing import Final

from territoires.contracts.model import Contract, Field

_DIGITS: Final = 16
TECHNICAL: Final = {
    "id_version": "Numéro de la version de la ligne.",
    "valide_de": "Instant à partir duquel la version est la version courante de sa clé.",
    "valide_a": "Instant où elle a cessé de l'être ; vide pour la version courante.",
    "id_livraison": "Livraison qui a apporté la version.",
    "ligne": "Numéro de la ligne dans le fichier de l'opérateur.",
    "id_livraison_fin": "Livraison qui a clos la version.",
    "confirmee_par": (
        "Livraison plus récente qui donne les mêmes valeurs, notée quand une livraison plus ancienne n'est pas encore "
        "chargée : celle-ci ne doit pas l'emporter."
    ),
}
"""Columns that every table of core has beside those of its contract, and what they hold."""


def core_ddl(contract: Contract) -> str:
    """Return the statements that make ``core.<operateur>_<livraison>``: table, indexes and comments in French.

    Every name was judged when the contract was loaded (lower case, ASCII, no reserved word), so none is quoted. Grants
    are left to the migrations.
    """
    table = f"core.{contract.table}"
    columns = [
        "id_version bigint generated always as identity primary key",
        *(_column(column) for column in contract.fields),
        "valide_de timestamptz not null",
        "valide_a timestamptz",
        # No foreign key: it would look the same delivery up once for each row, a fifth of the cost of a load. The load
        # takes the number from the journal, and chaque_fait_vient_d_une_livraison_chargee.sql blocks bi otherwise.
        "id_livraison bigint not null",
        "ligne integer not null",
        "id_livraison_fin bigint references journal.livraison (id_livraison)",
        "confirmee_par bigint",
        "check (valide_a > valide_de)",
    ]
    body = ",\n".join(textwrap.indent(column, "    ") for column in columns)
    key = ", ".join(contract.primary_key)
    statements = [
        f"create table {table} (\n{body}\n);",
        f"create unique index {contract.table}_courant\non {table} ({key})\nwhere valide_a is null;",
        f"create index {contract.table}_livraison\non {table} (id_livraison);",
        f"comment on table {table} is\n{_literal(f'{contract.title}. {contract.grain}')};",
    ]
    said = {"id_version": TECHNICAL["id_version"]}
    said |= {column.name: _description(column) for column in contract.fields}
    said |= TECHNICAL
    statements += [f"comment on column {table}.{name} is\n{_literal(text)};" for name, text in said.items()]
    return "\n".join(statements) + "\n"


def column_type(column: Field) -> str:
    """Return the PostgreSQL type of a field, with its collation where it is text."""
    types = {
        "string": 'text collate "C"',
        "integer": "bigint",
        "number": f"numeric({_DIGITS}, {column.decimals or 0})",
        "date": "date",
        "boolean": "boolean",
    }
    return types[column.type]


def _column(column: Field) -> str:
    return f"{column.name} {column_type(column)}{' not null' if column.always_known else ''}"


def _description(column: Field) -> str:
    personal = " Donnée personnelle : contact professionnel." if column.personal_data != "aucune" else ""
    return f"{column.title}. {column.description}{personal}"


def _literal(text: str) -> str:
    """Quote a text for SQL; it comes from a contract of the repository, and standard_conforming_strings is on."""
    return "'" + text.replace("'", "''") + "'"
