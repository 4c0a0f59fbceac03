"""Roles, databases and schemas of an embedded PostgreSQL: what a database administrator would do on a real one."""

from __future__ import annotations

from collections.abc import Mapping

from psycopg import sql

from territoires.local.postgres import EmbeddedPostgres
from territoires.local.state import Secrets
from territoires.warehouse import migrations
from territoires.warehouse.sql import SQL_ROOT

AIRFLOW = "airflow"
WAREHOUSE = "entrepot"
OWNER, LOADER, BI = "entrepot_owner", "entrepot_loader", "bi"


def provision(server: EmbeddedPostgres, secrets: Secrets) -> None:
    """Make the roles, set their passwords, make both databases and bring the warehouse to its newest revision.

    Can be run again at every start: it changes only what is missing.
    """
    roles = {
        AIRFLOW: secrets.airflow_db,
        OWNER: secrets.entrepot_owner,
        LOADER: secrets.entrepot_loader,
        BI: secrets.bi,
    }
    make_roles(server, roles)
    make_database(server, AIRFLOW, AIRFLOW)
    make_database(server, WAREHOUSE, OWNER)
    guard_roles(server, WAREHOUSE)
    migrate_warehouse(server.url(OWNER, secrets.entrepot_owner, WAREHOUSE))


def make_roles(server: EmbeddedPostgres, passwords: Mapping[str, str]) -> None:
    """Make each role that is missing and give each its password."""
    with server.connect() as connection:
        present = {row[0] for row in connection.execute("select rolname from pg_roles")}
        for role, password in passwords.items():
            verb = sql.SQL("alter" if role in present else "create")
            connection.execute(
                sql.SQL("{} role {} with login password {}").format(verb, sql.Identifier(role), sql.Literal(password))
            )


def make_database(server: EmbeddedPostgres, name: str, owner: str, template: str = "template0") -> None:
    """Make a database that its owner alone may connect to by default, unless it is there already."""
    with server.connect() as connection:
        if connection.execute("select 1 from pg_database where datname = %s", (name,)).fetchone():
            return
        connection.execute(
            sql.SQL("create database {} owner {} template {}").format(
                sql.Identifier(name), sql.Identifier(owner), sql.Identifier(template)
            )
        )
        if name == AIRFLOW:
            connection.execute(sql.SQL("revoke connect on database {} from public").format(sql.Identifier(name)))


def guard_roles(server: EmbeddedPostgres, database: str) -> None:
    """Lay the limits of the role bi that only a superuser may lay."""
    with server.connect(database) as connection:
        for path in sorted((SQL_ROOT / "superuser").glob("*.sql")):
            connection.execute(path.read_bytes())


def migrate_warehouse(owner_url: str) -> None:
    """Bring the warehouse to its newest revision."""
    migrations.upgrade(owner_url)
