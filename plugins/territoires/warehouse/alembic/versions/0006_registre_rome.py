"""The register of occupations (ROME)."""

from territoires.warehouse.migrations import run_file

revision = "0006_registre_rome"
down_revision = "0005_livraisons"


def upgrade() -> None:
    """Run include/sql/migrations/0006_registre_rome.sql."""
    run_file(revision)
