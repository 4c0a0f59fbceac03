"""Journal, quarantine and the schema of the versioned tables."""

from territoires.warehouse.migrations import run_file

revision = "0001_socle"
down_revision = None


def upgrade() -> None:
    """Run include/sql/migrations/0001_socle.sql."""
    run_file(revision)
