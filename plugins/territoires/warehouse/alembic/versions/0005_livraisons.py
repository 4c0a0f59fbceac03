"""The versioned tables of the deliveries of every operator."""

from territoires.warehouse.migrations import run_file

revision = "0005_livraisons"
down_revision = "0004_bi"


def upgrade() -> None:
    """Run include/sql/migrations/0005_livraisons.sql."""
    run_file(revision)
