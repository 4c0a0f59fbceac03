"""Territories, EPCI and communes, with their vintages."""

from territoires.warehouse.migrations import run_file

revision = "0003_registres"
down_revision = "0002_core_livraisons"


def upgrade() -> None:
    """Run include/sql/migrations/0003_registres.sql."""
    run_file(revision)
