"""${message}."""

from territoires.warehouse.migrations import run_file

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade() -> None:
    """Run include/sql/migrations/${up_revision}.sql."""
    run_file(revision)
