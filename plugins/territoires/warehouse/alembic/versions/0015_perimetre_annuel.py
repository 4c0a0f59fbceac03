"""Where each commune is, year by year."""

from territoires.warehouse.migrations import run_file

revision = "0015_perimetre_annuel"
down_revision = "0014_marche_travail"


def upgrade() -> None:
    """Run include/sql/migrations/0015_perimetre_annuel.sql."""
    run_file(revision)
