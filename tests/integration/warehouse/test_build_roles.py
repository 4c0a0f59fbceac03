"""Who may do what, tried with real connections: bi reads bi and nothing else; the loader makes no schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from territoires.warehouse import build
from territoires.warehouse.engine import Connection, connect
from tests.integration.warehouse.build_world import programme

HIDDEN = ("core", "journal", "quarantaine", "magasin", "magasin_candidat", "public")
REFUSED = psycopg.errors.InsufficientPrivilege


@pytest.fixture
def built(entrepot: Any) -> Any:
    programme(entrepot.loader_url, operations=10)
    with connect(entrepot.loader_url) as loader:
        build.build(loader)
        build.build_candidate(loader)  # so that the candidate schema holds tables too
    return entrepot


@pytest.fixture
def bi(built: Any) -> Iterator[Connection]:
    with connect(built.bi_url, autocommit=True) as connection:
        yield connection


@pytest.fixture
def bold_bi(bi: Connection) -> Connection:
    """The role bi once it has set its rails off: what is left are the grants."""
    bi.execute("set default_transaction_read_only = off")
    return bi


def test_bi_reads_each_view_of_bi_without_naming_the_schema(bi: Connection) -> None:
    # In this programme nothing is refused, and no commune is known whose bassin would have an indicator.
    for view in set(build.VIEWS) - {"quarantaine_ouverte", "tension_metier_territoire"}:
        query = psycopg.sql.SQL("select count(*) as n from {}").format(psycopg.sql.Identifier(view))
        assert bi.execute(query).fetchall()[0]["n"] >= 1, view


def test_bi_reads_nothing_else(built: Any, bi: Connection) -> None:
    with connect(built.owner_url) as owner:
        tables = owner.execute(
            "select n.nspname, c.relname from pg_class as c inner join pg_namespace as n on n.oid = c.relnamespace"
            " where n.nspname = any (%s) and c.relkind in ('r', 'v', 'S')",
            [list(HIDDEN)],
        ).fetchall()
    assert {table["nspname"] for table in tables} >= set(HIDDEN) - {"public"}
    for table in tables:
        query = psycopg.sql.SQL("select 1 from {}").format(psycopg.sql.Identifier(table["nspname"], table["relname"]))
        with pytest.raises(REFUSED):
            bi.execute(query)


WRITES = [
    "insert into bi.fait_programme (code) values ('x')",
    "update bi.investissement set montant_engage_eur = 0",
    "delete from bi.investissement",
    "truncate magasin.investissement",
    "create table bi.a (b integer)",
    "create view bi.a as select 1 as b",
    "create temporary table a (b integer)",
    "create schema a",
    "create table public.a (b integer)",
    "create function bi.a() returns integer language sql as 'select 1'",
    "comment on view bi.investissement is 'autre'",
    "drop view bi.investissement",
    "select lo_create(0)",
]


def test_bi_writes_nothing(bi: Connection) -> None:
    for statement in WRITES:
        with pytest.raises((psycopg.errors.ReadOnlySqlTransaction, REFUSED)):
            bi.execute(statement)  # type: ignore[call-overload]


def test_grants_alone_keep_bi_from_writing(bold_bi: Connection) -> None:
    for statement in WRITES:
        with pytest.raises(REFUSED):
            bold_bi.execute(statement)  # type: ignore[call-overload]


def test_a_session_of_bi_runs_on_rails(bi: Connection) -> None:
    rails = {
        "default_transaction_read_only": "on",
        "search_path": "bi",
        "statement_timeout": "5min",
        "idle_in_transaction_session_timeout": "1min",
        "lock_timeout": "10s",
    }
    rows = bi.execute("select name, current_setting(name) as valeur from pg_settings where name = any (%s)", [[*rails]])
    assert {row["name"]: row["valeur"] for row in rows} == rails


def test_the_loader_changes_rows_of_deliveries_and_nothing_of_the_house(built: Any) -> None:
    with connect(built.loader_url, autocommit=True) as loader:
        for statement in (
            "create schema entrepot_owner",
            "create table core.a (b integer)",
            "create table public.a (b integer)",
            "alter schema magasin rename to a",
            "drop table core.programme_contrats",
            "truncate core.programme_contrats",
            "alter table journal.livraison disable trigger all",
            "update core.enveloppe_annoncee set objectif_eur = 0",
            "delete from core.fait_programme",
            "update core.statut_engagement set statut_canonique = 'realise'",
        ):
            with pytest.raises(REFUSED):
                loader.execute(statement)  # type: ignore[call-overload]


def test_public_has_nothing_in_our_schemas(built: Any) -> None:
    with connect(built.owner_url) as owner:
        granted = owner.execute(
            "select n.nspname as quoi from pg_namespace as n, aclexplode(n.nspacl) as a"
            " where a.grantee = 0 and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
            " union all select c.relname from pg_class as c, aclexplode(c.relacl) as a"
            " where a.grantee = 0 and c.relnamespace::regnamespace::text !~ '^(pg_|information_schema)'"
            " union all select d.datname from pg_database as d, aclexplode(d.datacl) as a"
            " where a.grantee = 0 and d.datname = current_database()"
        ).fetchall()
    assert granted == []
