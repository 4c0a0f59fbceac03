"""One versioned table for each contract of the first delivery types."""

from territoires.warehouse.migrations import run_file

revision = "0002_core_livraisons"
down_revision = "0001_socle"


def upgrade() -> None:
    """Run include/sql/migrations/0002_core_livraisons.sql."""
    run_file(revision)
