"""What an engineer is told of a failure: what to do, and never the text of the error."""

from __future__ import annotations

import errno

import psycopg
import pytest

from territoires.failures import advice, told


@pytest.mark.parametrize(
    ("error", "word"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/srv/Dupont.csv"), "no room left"),
        (OSError(errno.EROFS, "Read-only file system"), "refuses"),
        (PermissionError("Access Denied"), "refuses"),
        (psycopg.errors.DiskFull("could not extend file"), "no room left"),
        (psycopg.errors.AdminShutdown("terminating connection"), "PostgreSQL does not answer"),
        (
            psycopg.OperationalError("consuming input failed: server closed the connection"),
            "PostgreSQL does not answer",
        ),
    ],
)
def test_what_can_be_mended_is_said_with_how(error: Exception, word: str) -> None:
    assert word in told(error)
    assert "docs/runbook.md" in told(error)
    assert "Dupont" not in told(error)


@pytest.mark.parametrize("error", [ValueError("Dupont"), OSError("Dupont"), psycopg.errors.DeadlockDetected("Dupont")])
def test_of_any_other_the_class_alone_is_told(error: Exception) -> None:
    assert advice(error) is None
    assert told(error) == type(error).__name__
