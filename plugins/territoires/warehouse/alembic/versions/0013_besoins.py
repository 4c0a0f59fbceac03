"""Recruitment needs (BMO)."""

from territoires.warehouse.migrations import run_file

revision = "0013_besoins"
down_revision = "0012_geographie"


def upgrade() -> None:
    """Run include/sql/migrations/0013_besoins.sql."""
    run_file(revision)
