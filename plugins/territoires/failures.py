"""What an engineer is told of a failure that is no fault of a file: its class and what to do, never a value.

The text of an error can quote a row or a file's name, which can hold personal data: it goes into no log.
"""

from __future__ import annotations

import errno

import psycopg

_FULL = "no room left: « The disk is full » in docs/runbook.md"
_FORBIDDEN = "the folder or store refuses to be written or read: « A step failed » in docs/runbook.md"
_GONE = "PostgreSQL does not answer or ended the session: « PostgreSQL is down » in docs/runbook.md"
_BY_NUMBER = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EFBIG: _FULL,
    errno.EROFS: _FORBIDDEN,
}


def advice(error: BaseException) -> str | None:
    """Return what to do about *error*, or None where its class says all that is known."""
    if isinstance(error, PermissionError):
        return _FORBIDDEN  # that of an object store has no number
    if isinstance(error, OSError):
        return _BY_NUMBER.get(error.errno or 0)
    if isinstance(error, psycopg.errors.DiskFull):
        return _FULL
    if isinstance(error, psycopg.OperationalError) and (error.sqlstate or "57P").startswith(("57P", "08")):
        return _GONE
    return None


def told(error: BaseException) -> str:
    """Return the class of *error*, with the advice where there is one."""
    known = advice(error)
    return type(error).__name__ if known is None else f"{type(error).__name__} ({known})"
