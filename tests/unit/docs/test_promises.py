"""What the guide promises of a correction: refused rows that were written are read back as they were."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from territoires.contracts import load_all
from territoires.reading import read
from territoires.receipts.model import Reason, Receipt, RefusedRow
from territoires.receipts.sheets import write_refused_csv, write_refused_xlsx

CONTRACT = load_all()["banque_des_territoires/investissements"]
CELLS = {column.name: column.example for column in CONTRACT.fields} | {
    "libelle": "- Friche Saint-Éloi",
    "axe": "atirer",
}
NOW = datetime(2026, 11, 22, tzinfo=UTC)


def receipt() -> Receipt:
    reason = Reason(
        "axe", "atirer", "liste", "« atirer » ne fait pas partie des valeurs admises.", "Écrivez « attirer »."
    )
    return Receipt(
        delivery_id=42,
        operator=CONTRACT.operator,
        operator_title="Banque des Territoires",
        delivery=CONTRACT.delivery,
        delivery_title=CONTRACT.title,
        file_name="export.csv",
        received_at=NOW,
        answered_at=NOW,
        sha256="0" * 64,
        size=1,
        contract_version=CONTRACT.version,
        status="chargee_partiellement",
        contact="",
        layout=tuple(CELLS),
        refused=(RefusedRow(2, CELLS, (reason,)),),
    )


def test_refused_rows_dropped_again_as_csv_are_read_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "lignes.csv"
    write_refused_csv(receipt(), path)
    reading = read(path, path.name, CONTRACT)
    assert reading.anomalies == ()
    assert reading.ignored == ()
    assert reading.raw.to_pylist() == [CELLS]


def test_refused_rows_dropped_again_as_a_workbook_are_read_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "lignes.xlsx"
    write_refused_xlsx(receipt(), path)
    reading = read(path, path.name, CONTRACT)
    assert reading.anomalies == ()
    assert reading.raw.to_pylist() == [CELLS]
