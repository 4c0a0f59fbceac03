"""Labour market indicators of France Travail's API."""

from territoires.warehouse.migrations import run_file

revision = "0014_marche_travail"
down_revision = "0013_besoins"


def upgrade() -> None:
    """Run include/sql/migrations/0014_marche_travail.sql."""
    run_file(revision)
