"""Advisory locks: one number each, for all of them are in one space."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[3] / "plugins" / "territoires"
NUMBER = re.compile(r"^_LOCK(?:: Final)? = (0x[0-9A-F]+)$", re.MULTILINE)


def test_no_two_locks_share_a_number() -> None:
    """A replay once had the number of the calendar: for the hours of its fold, no build of bi went on."""
    found = Counter(
        number for path in sorted(PACKAGE.rglob("*.py")) for number in NUMBER.findall(path.read_text(encoding="utf-8"))
    )
    assert len(found) >= 6
    assert {number for number, times in found.items() if times > 1} == set()
