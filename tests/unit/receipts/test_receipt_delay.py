"""What an operator reads while a file cannot be taken up."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from territoires.receipts import delay

KEY = UUID("0b0b3f6e-2a51-4a3c-9a63-0d9e33a8c111")


def test_it_names_the_file_promises_an_answer_and_goes(tmp_path: Path) -> None:
    at = datetime(2026, 11, 22, 13, 5, tzinfo=UTC)
    for _ in range(2):
        place = delay.announce(tmp_path / "bpifrance", KEY, "suivi\nété.xlsx", "Référents de Bpifrance", at)
    assert [path.name for path in (tmp_path / "bpifrance").iterdir()] == [place.name]
    assert place.name == "suivi-été_0b0b3f6e_prise-en-charge-differee.txt"
    text = (tmp_path / "bpifrance" / place.name).read_text("utf-8")
    assert "suivi" in text.splitlines()[2]
    assert "été.xlsx" in text.splitlines()[2], "a name cannot break a line"
    assert "Référents de Bpifrance" in text
    assert "22 novembre 2026 à 14 h 05" in text.replace("\xa0", " ")
    assert "automatiquement" in text
    delay.withdraw(tmp_path / "bpifrance", KEY, "suivi\nété.xlsx")
    delay.withdraw(tmp_path / "bpifrance", KEY, "suivi\nété.xlsx")
    assert list((tmp_path / "bpifrance").iterdir()) == []
