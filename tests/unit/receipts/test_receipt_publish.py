from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from territoires.receipts import publish as publishing
from territoires.receipts import sheets, view
from territoires.receipts.names import of
from territoires.receipts.publish import publish
from tests.unit.receipts.making import receipt

BASE = "2026-11-22_livraison-42_Export-opérations-T4"
ALL = {f"{BASE}_recu.html", f"{BASE}_recu.txt", f"{BASE}_lignes-refusees.csv", f"{BASE}_lignes-refusees.xlsx"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_the_four_files_of_a_receipt_with_refused_rows(tmp_path: Path) -> None:
    published = publish(receipt(), tmp_path / "bpifrance")
    assert names(tmp_path / "bpifrance") == ALL == {path.name for path in published.paths}
    assert published.paths[0] == published.html


def test_a_receipt_without_refused_rows_has_two_files(tmp_path: Path) -> None:
    published = publish(receipt(refused=(), status="chargee"), tmp_path)
    assert names(tmp_path) == {f"{BASE}_recu.html", f"{BASE}_recu.txt"}
    assert (published.refused_csv, published.refused_xlsx) == (None, None)


def test_a_retry_writes_the_same_files_over_what_a_killed_attempt_left(tmp_path: Path) -> None:
    publish(receipt(), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".xlsx"}
    (tmp_path / f".{BASE}_recu.html.tmp").write_text("à moitié", encoding="utf-8")
    publish(receipt(), tmp_path)
    assert names(tmp_path) == ALL
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.suffix != ".xlsx"} == before


def test_a_later_receipt_of_the_same_delivery_takes_back_the_rows_no_longer_refused(tmp_path: Path) -> None:
    publish(receipt(status="en_attente"), tmp_path)
    publish(receipt(status="chargee", refused=()), tmp_path)
    assert names(tmp_path) == {f"{BASE}_recu.html", f"{BASE}_recu.txt"}


def test_a_failure_leaves_the_former_receipt_whole_and_no_rubbish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = publish(receipt(), tmp_path)
    before = published.html.read_bytes()

    def fail(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(publishing, "render_html", fail)
    with pytest.raises(OSError, match="No space"):
        publish(receipt(status="chargee"), tmp_path)
    assert published.html.read_bytes() == before
    assert names(tmp_path) == ALL


def test_a_link_laid_in_the_folder_is_not_written_through(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("intact", encoding="utf-8")
    outbound = tmp_path / "out"
    outbound.mkdir()
    (outbound / f".{BASE}_recu.html.tmp").symlink_to(victim)
    (outbound / f"{BASE}_recu.html").symlink_to(victim)
    publish(receipt(), outbound)
    assert victim.read_text(encoding="utf-8") == "intact"


def test_past_the_limit_of_a_sheet_the_csv_alone_is_given_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (sheets, publishing, view):
        monkeypatch.setattr(module, "XLSX_ROWS", 3)
    published = publish(receipt(), tmp_path)
    assert published.refused_xlsx is None
    assert names(tmp_path) == {name for name in ALL if not name.endswith("xlsx")}
    assert "xlsx" not in published.html.read_text(encoding="utf-8")


def test_no_file_name_leaves_the_folder(tmp_path: Path) -> None:
    published = publish(receipt(file_name="../../../é\x00/" + "é" * 300), tmp_path / "out")
    assert {path.parent for path in published.paths} == {tmp_path / "out"}
    assert max(len(path.name.encode()) for path in published.paths) < 200
    assert names(tmp_path) == {"out"}


def test_a_corrected_file_dropped_again_keeps_its_first_name() -> None:
    again = of(receipt(delivery_id=43, file_name=f"{BASE}_lignes-refusees (1).csv"))
    assert again.html == "2026-11-22_livraison-43_Export-opérations-T4_recu.html"


def test_the_day_is_that_of_paris() -> None:
    late = receipt(received_at=datetime(2026, 11, 22, 23, 30, tzinfo=UTC))
    assert of(late).html.startswith("2026-11-23_")
    with pytest.raises(ValueError, match="time zone"):
        of(receipt(received_at=datetime(2026, 11, 22)))  # noqa: DTZ001 - the very point
