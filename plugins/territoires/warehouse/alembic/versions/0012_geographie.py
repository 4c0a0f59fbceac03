"""Communes through time, and where each is at a date."""

from territoires.warehouse.migrations import run_file

revision = "0012_geographie"
down_revision = "0011_registres"


def upgrade() -> None:
    """Run include/sql/migrations/0012_geographie.sql."""
    run_file(revision)
