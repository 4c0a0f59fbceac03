"""The publication of a candidate: its tables take the place of the store's, and the views of bi are laid over them.

A view of bi is its table, column by column, with the table's comments: a file of include/sql/bi is thus the one place
that says what a view holds and how it is documented.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import sql

from territoires.warehouse.engine import Connection

CANDIDATE = "magasin_candidat"
STORE = "magasin"
VIEWS = "bi"
READER = "bi"

_LOCK_PATIENCE = "800ms"
"""How long the views may be asked for in one go. New readers queue behind us meanwhile. It is below deadlock_timeout
(1 s by default): a reader that waits for one view while it holds another sees us give up, it is never the victim."""


@dataclass(frozen=True, slots=True)
class _Column:
    name: str
    type: str
    comment: str | None


@dataclass(frozen=True, slots=True)
class _Relation:
    comment: str | None
    columns: tuple[_Column, ...]

    def starts_like(self, other: _Relation) -> bool:
        """Whether ``create or replace view`` can lead from *other* to this: same columns first, more at the end."""
        mine = [(column.name, column.type) for column in self.columns]
        before = [(column.name, column.type) for column in other.columns]
        return mine[: len(before)] == before


def names(connection: Connection, schema: str) -> list[str]:
    """List the tables and views of *schema* by name: the order in which everybody locks them."""
    rows = connection.execute(
        "select c.relname from pg_class as c where c.relnamespace = to_regnamespace(%s) and c.relkind in ('r', 'v')"
        ' order by c.relname collate "C"',
        [schema],
    )
    return [row["relname"] for row in rows]


def drop_tables(connection: Connection, schema: str) -> None:
    """Drop the tables of the candidate or of the store; refused while a view reads them."""
    for name in names(connection, schema):
        connection.execute(sql.SQL("drop table {}").format(sql.Identifier(schema, name)))


def publish(connection: Connection) -> tuple[str, ...]:
    """Put the candidate in the place of the store within the caller's transaction; return the views of bi.

    Readers see the former tables until the commit and the new ones after it. One limit, PostgreSQL's own for tables
    that are replaced: a REPEATABLE READ transaction begun before the candidate was *built*, and that reads a view for
    the first time after the publication, finds it empty.

    Raises:
        psycopg.errors.QueryCanceled: a reader holds a view for longer than we may make the others wait.
    """
    candidate, former = _relations(connection, CANDIDATE), _relations(connection, VIEWS)
    _lock(connection, sorted(former))
    gone = [name for name in former if name not in candidate or not candidate[name].starts_like(former[name])]
    steps: list[sql.Composable] = [sql.SQL("drop view {}").format(sql.Identifier(VIEWS, name)) for name in gone]
    for name, relation in candidate.items():
        steps += _view(name, relation)
    steps += [sql.SQL("drop table {}").format(sql.Identifier(STORE, name)) for name in names(connection, STORE)]
    steps += [
        sql.SQL("alter table {} set schema {}").format(sql.Identifier(CANDIDATE, name), sql.Identifier(STORE))
        for name in candidate
    ]
    # One round trip: readers wait for all of this.
    connection.execute(sql.SQL("; ").join(steps))
    return tuple(candidate)


def _lock(connection: Connection, views: list[str]) -> None:
    if not views:
        return
    connection.execute("select set_config('statement_timeout', %s, true)", [_LOCK_PATIENCE])
    connection.execute(
        sql.SQL("lock table {} in access exclusive mode").format(
            sql.SQL(", ").join(sql.Identifier(VIEWS, name) for name in views)
        )
    )
    connection.execute("select set_config('statement_timeout', '0', true)")


def _view(name: str, relation: _Relation) -> list[sql.Composable]:
    view, table = sql.Identifier(VIEWS, name), sql.Identifier(CANDIDATE, name)
    columns = sql.SQL(", ").join(sql.Identifier(column.name) for column in relation.columns)
    steps: list[sql.Composable] = [
        # The view follows its table by identity when this one moves to the store.
        sql.SQL("create or replace view {} as select {} from {}").format(view, columns, table),
        sql.SQL("comment on view {} is {}").format(view, sql.Literal(relation.comment)),
        sql.SQL("revoke all on {} from public").format(view),
        sql.SQL("grant select on {} to {}").format(view, sql.Identifier(READER)),
    ]
    steps += [
        sql.SQL("comment on column {} is {}").format(
            sql.Identifier(VIEWS, name, column.name), sql.Literal(column.comment)
        )
        for column in relation.columns
    ]
    return steps


def _relations(connection: Connection, schema: str) -> dict[str, _Relation]:
    rows = connection.execute(
        "select c.relname, obj_description(c.oid, 'pg_class') as commentaire, a.attname,"
        " format_type(a.atttypid, a.atttypmod) || ' ' || a.attcollation::text as type,"
        " col_description(c.oid, a.attnum) as commentaire_colonne"
        " from pg_class as c inner join pg_attribute as a on a.attrelid = c.oid"
        " where c.relnamespace = to_regnamespace(%s) and c.relkind in ('r', 'v') and a.attnum > 0"
        ' and not a.attisdropped order by c.relname collate "C", a.attnum',
        [schema],
    ).fetchall()
    comments = {row["relname"]: row["commentaire"] for row in rows}
    return {
        name: _Relation(
            comment,
            tuple(
                _Column(row["attname"], row["type"], row["commentaire_colonne"])
                for row in rows
                if row["relname"] == name
            ),
        )
        for name, comment in comments.items()
    }
