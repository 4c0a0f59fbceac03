"""Registers by vintage."""

from territoires.warehouse.migrations import run_file

revision = "0011_registres"
down_revision = "0010_rejeu"


def upgrade() -> None:
    """Run include/sql/migrations/0011_registres.sql."""
    run_file(revision)
