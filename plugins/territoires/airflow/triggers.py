"""Triggers that run in Airflow's triggerer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

Signature = tuple[int, int]


def whole_files(folder: str) -> dict[str, Signature]:
    """Return (last write in ns, size in bytes) of each whole file in the folders below *folder*, by relative path."""
    from territoires.inbox.folders import stable_files

    root = Path(folder)
    found: dict[str, Signature] = {}
    for place in sorted(root.glob("*/")) if root.is_dir() else []:
        for path in stable_files(place, datetime.now(UTC)):
            try:
                facts = path.lstat()
            except FileNotFoundError:
                continue  # taken up, or taken back, since it was listed
            found[path.relative_to(root).as_posix()] = (facts.st_mtime_ns, facts.st_size)
    return found


class InboundTrigger(BaseEventTrigger):
    """Fires when new whole files stand below *folder*: the same on two scans in a row, and not announced before.

    It reads names and sizes only. What it has announced is kept in memory: after a restart it may announce a file
    again, which costs one run that finds nothing. The event carries how many files there are, never their names.
    """

    def __init__(self, folder: str, poke_interval: float = 2.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.folder = folder
        self.poke_interval = poke_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class and arguments from which the triggerer makes this trigger anew."""
        return (
            "territoires.airflow.triggers.InboundTrigger",
            {"folder": self.folder, "poke_interval": self.poke_interval},
        )

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Scan for ever, one event for each scan that finds something new."""
        announced: dict[str, Signature] = {}
        former: dict[str, Signature] = {}
        while True:
            found = await asyncio.to_thread(whole_files, self.folder)
            announced = {name: signature for name, signature in announced.items() if name in found}
            new = [name for name, signature in found.items() if former.get(name) == signature]
            new = [name for name in new if announced.get(name) != found[name]]
            former = found
            if new:
                announced.update({name: found[name] for name in new})
                yield TriggerEvent({"fichiers": len(new)})  # type: ignore[no-untyped-call]
            await asyncio.sleep(self.poke_interval)
