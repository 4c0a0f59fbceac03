"""Migrations by Alembic; their statements are the files of include/sql/migrations, so that SQL is linted as SQL.

There is no way down: a warehouse that holds years of history is restored from a backup, not migrated backwards.
"""

from __future__ import annotations

from pathlib import Path

from alembic import command, op
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from territoires.warehouse.engine import engine
from territoires.warehouse.sql import SQL_ROOT, statement

_SCRIPTS = Path(__file__).parent / "alembic"
_LOCK = 0x7E8817
"""Key of the advisory lock that lets one migration run at a time, whoever starts it."""


def _config(connection: Connection | None = None) -> Config:
    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(_SCRIPTS))
    config.set_main_option("path_separator", "os")
    return config


def run_file(revision: str) -> None:
    """Run include/sql/migrations/<revision>.sql on the migration's connection, for a revision's ``upgrade``."""
    _execute(op.get_bind(), f"migrations/{revision}.sql")


def _execute(connection: Connection, name: str) -> None:
    """Send a file as it stands: SQLAlchemy would take ``:name`` and ``%`` in it for parameters."""
    driver = connection.connection.driver_connection
    if driver is None:
        raise RuntimeError("the migration's connection was closed")
    driver.execute(statement(name))


def head() -> str:
    """Return the revision that the code expects."""
    newest = ScriptDirectory.from_config(_config()).get_current_head()
    if newest is None:
        raise RuntimeError(f"no migration in {_SCRIPTS}")
    return newest


def upgrade(owner_url: str) -> None:
    """Bring the warehouse at *owner_url* to the newest revision, in one transaction, then lay the grants again.

    Two callers at a time wait for each other. Nothing is changed if any statement fails.
    """
    migrating = engine(owner_url)
    try:
        with migrating.begin() as connection:
            _upgrade(connection)
    finally:
        migrating.dispose()


def _upgrade(connection: Connection) -> None:
    connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    command.upgrade(_config(connection), "head")
    for path in sorted((SQL_ROOT / "security").glob("*.sql")):
        _execute(connection, f"security/{path.name}")
