"""What is wrong with a contract, for the engineer who writes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Place = tuple[str | int, ...]
"""Where in a YAML document: keys and positions from its root."""

Finding = tuple[Place, str, str]
"""Place, what is wrong there, and what to do about it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in a contract: where (``fields[3].constraints.pattern``), what, and how to mend it."""

    place: str
    what: str
    remedy: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"{self.place} (line {self.line})" if self.line else self.place
        return f"{where}: {self.what} {self.remedy}".rstrip()


class FaultyContract(Exception):
    """A contract, or several, that cannot be used; carries every fault found, by file."""

    def __init__(self, faults: dict[Path, tuple[Fault, ...]]) -> None:
        self.faults = faults
        lines = [f"{path}: {fault}" for path, found in faults.items() for fault in found]
        super().__init__("\n".join(lines))

    @property
    def all(self) -> tuple[Fault, ...]:
        """Every fault of every file, in the order of the files."""
        return tuple(fault for found in self.faults.values() for fault in found)


def spell(place: Iterable[str | int]) -> str:
    """Write a place in a YAML document as engineers read it: ``fields[3].constraints.pattern``."""
    text = ""
    for step in place:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text or "(document)"
