"""Tries a workbook in a process of its own, with bounds of memory and time, before it is opened in ours.

Found by fuzzing: one wrong byte makes calamine ask for 2 TB, which aborts the whole process (no exception passes), or
build gigabytes of empty cells. The trial costs a second parsing, which is little for what people make by hand.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path

import python_calamine as calamine

MEMORY = 2 << 30
SECONDS = 60
_TOO_LARGE = 3


class Unsafe(Exception):
    """Opening the workbook would take the process down, or more time and memory than it may."""


class TooLarge(Unsafe):
    """A sheet has more cells than it may; holds its name and their number."""

    def __init__(self, sheet: str, cells: int) -> None:
        self.sheet = sheet
        self.cells = cells
        super().__init__(f"{sheet}: {cells} cells")


def probe(path: Path, max_cells: int) -> None:
    """Open every sheet of the workbook in a child process.

    Raises:
        TooLarge: a sheet covers more than *max_cells* cells.
        Unsafe: the child died or took too long.
    """
    command = [sys.executable, "-P", __file__, str(path), str(max_cells)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=2 * SECONDS, check=False)
    except subprocess.TimeoutExpired as error:
        raise Unsafe("too long") from error
    if done.returncode == _TOO_LARGE:
        cells, _, sheet = done.stdout.rstrip("\n").partition(" ")
        raise TooLarge(sheet, int(cells))
    if done.returncode != 0:
        raise Unsafe(f"the trial ended with {done.returncode}")


def _try(path: Path, max_cells: int) -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        with path.open("rb") as stream:
            book = calamine.load_workbook(stream)
            for name in book.sheet_names:
                sheet = book.get_sheet_by_name(name)
                cells = (sheet.end[0] + 1) * (sheet.end[1] + 1) if sheet.end else 0
                if cells > max_cells:
                    sys.stdout.write(f"{cells} {name}\n")
                    return _TOO_LARGE
    except calamine.CalamineError:
        # An ordinary refusal: the parent will meet it too, and say which.
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(_try(Path(sys.argv[1]), int(sys.argv[2])))
