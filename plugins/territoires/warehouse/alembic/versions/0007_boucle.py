"""The loop of corrections, and the decisions on held deliveries."""

from territoires.warehouse.migrations import run_file

revision = "0007_boucle"
down_revision = "0006_registre_rome"


def upgrade() -> None:
    """Run include/sql/migrations/0007_boucle.sql."""
    run_file(revision)
