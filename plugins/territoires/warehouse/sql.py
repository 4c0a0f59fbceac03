"""SQL statements live in files under include/sql; this finds and reads them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import LiteralString

SQL_ROOT = Path(__file__).resolve().parents[3] / "include" / "sql"


@cache
def statement(name: str) -> LiteralString:
    """Return the text of include/sql/*name* (``core/close_versions.sql``); FileNotFoundError if there is none.

    The text comes from the repository, never from input: that is why it may pass as a literal.
    """
    return (SQL_ROOT / name).read_text(encoding="utf-8")
