"""A file before it is written: when, by whom, what is in it, and what must become of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from demo.model import Decision, DemoFile, Status


@dataclass(frozen=True, slots=True)
class Drop:
    """One file of the story; fields as in `DemoFile`, ``day`` is the day on which its operator drops it."""

    day: date
    operator: str
    delivery: str
    name: str
    content: bytes
    expected_status: Status
    why: str
    kind: str = "sain"
    rows: int | None = None
    refused_rows: int | None = None
    decision: Decision | None = None


def write_drops(folder: Path, drops: Iterable[Drop]) -> tuple[DemoFile, ...]:
    """Write *drops* into *folder* in the order of their days, as ``NNN_<operateur>__<livraison>__<nom>``.

    Each file bears the time of its day as its last write, so that a folder filled at once is still taken in order.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for number, drop in enumerate(sorted(drops, key=lambda drop: drop.day), start=1):
        path = folder / f"{number:03d}_{drop.operator}__{drop.delivery}__{drop.name}"
        path.write_bytes(drop.content)
        # One second apart: two files of the same day keep their order too.
        instant = datetime.combine(drop.day, time(9), tzinfo=UTC).timestamp() + number
        os.utime(path, (instant, instant))
        files.append(
            DemoFile(
                path,
                drop.operator,
                drop.delivery,
                drop.name,
                drop.expected_status,
                drop.why,
                drop.kind,
                drop.rows,
                drop.refused_rows,
                drop.decision,
            )
        )
    return tuple(files)
