"""Replays from the archive, and versions of a contract."""

from territoires.warehouse.migrations import run_file

revision = "0010_rejeu"
down_revision = "0009_engagement"


def upgrade() -> None:
    """Run include/sql/migrations/0010_rejeu.sql."""
    run_file(revision)
