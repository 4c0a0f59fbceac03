"""What BI tools read, and the announced envelopes."""

from territoires.warehouse.migrations import run_file

revision = "0004_bi"
down_revision = "0003_registres"


def upgrade() -> None:
    """Run include/sql/migrations/0004_bi.sql."""
    run_file(revision)
