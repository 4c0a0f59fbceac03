"""``make drop``: the exit code of each outcome, and how it comes through make."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from territoires.local import drop
from territoires.local.drop import ACCEPTED, HELD, NO_ANSWER, REFUSED, exit_code
from territoires.settings import REPOSITORY

MAKE = shutil.which("make") or "make"


@pytest.mark.parametrize(
    ("status", "refused", "original", "refused_there", "code"),
    [
        ("chargee", 0, None, None, ACCEPTED),
        ("chargee_partiellement", 3, None, None, REFUSED),
        ("refusee", None, None, None, REFUSED),
        ("en_attente", 90, None, None, HELD),
        ("remplacee", 0, None, None, ACCEPTED),
        ("remplacee", 3, None, None, REFUSED),
        ("doublon", None, "chargee", 0, ACCEPTED),
        ("doublon", None, "chargee_partiellement", 3, REFUSED),
        ("doublon", None, "en_attente", 90, HELD),
        ("doublon", None, "remplacee", 0, ACCEPTED),
    ],
)
def test_code(status: str, refused: int | None, original: str | None, refused_there: int | None, code: int) -> None:
    row = {
        "statut": status,
        "lignes_refusees": refused,
        "statut_original": original,
        "refusees_original": refused_there,
    }
    assert exit_code(row) == code


@pytest.mark.parametrize(
    ("code", "of_make"), [(ACCEPTED, 0), (REFUSED, 1), (HELD, 2), (NO_ANSWER, -signal.SIGALRM)], ids=str
)
def test_make_leaves_with_the_code_as_far_as_it_can(code: int, of_make: int, tmp_path: Path) -> None:
    """GNU make 4.3 leaves with 2 for any failed recipe: a change of ``_leave`` or of make's signals shows here."""
    program = "import sys; from territoires.local.__main__ import _leave as l; sys.exit(l(%d, through_make=True))"
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"drop:\n\t@{sys.executable} -c '{program % code}'\n")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "plugins")}
    left = subprocess.run([MAKE, "-f", makefile, "drop"], env=environment, check=False, capture_output=True)
    assert left.returncode == of_make


def test_a_make_that_ignores_the_signal_never_says_that_a_refused_file_was_accepted(tmp_path: Path) -> None:
    program = "import sys; from territoires.local.__main__ import _leave as l; sys.exit(l(1, through_make=True))"
    makefile = tmp_path / "Makefile"
    makefile.write_text(f"drop:\n\t@{sys.executable} -c '{program}'\n")
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "plugins")}
    command = f'trap "" QUIT; exec {MAKE} -f "{makefile}" drop'
    left = subprocess.run(["/bin/sh", "-c", command], env=environment, check=False, capture_output=True)
    assert left.returncode == 2


def test_only_make_is_signalled() -> None:
    program = "import sys; from territoires.local.__main__ import _leave as l; sys.exit(l(1, through_make=True))"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "plugins")}
    assert subprocess.run([sys.executable, "-c", program], env=environment, check=False).returncode == REFUSED


def test_waiting_survives_a_server_that_is_restarted(monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([psycopg.OperationalError("refused"), None, drop.Answer(drop.ACCEPTED, "chargee", "")])

    def answer(*_: object) -> drop.Answer | None:
        if isinstance(one := next(found), Exception):
            raise one
        return one

    looked: list[None] = []
    monkeypatch.setattr(drop, "answer", answer)
    monkeypatch.setattr(drop, "_POLL_S", 0)
    dropped = drop.Dropped("bpifrance", "referents", "un.csv", "0" * 64, 0)
    assert drop.wait(dropped, Path(), "", 5, lambda: looked.append(None)).status == "chargee"
    assert len(looked) == 2
