"""The commitments of the four operators under one roof."""

from territoires.warehouse.migrations import run_file

revision = "0009_engagement"
down_revision = "0008_courriers"


def upgrade() -> None:
    """Run include/sql/migrations/0009_engagement.sql."""
    run_file(revision)
