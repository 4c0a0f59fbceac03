"""The ledger of mails, and the calendar of expected deliveries."""

from territoires.warehouse.migrations import run_file

revision = "0008_courriers"
down_revision = "0007_boucle"


def upgrade() -> None:
    """Run include/sql/migrations/0008_courriers.sql."""
    run_file(revision)
