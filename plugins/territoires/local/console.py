"""What the command line says: one line for each fact, on stderr where stdout is the answer."""

from __future__ import annotations

import sys
import time
from typing import TextIO


class LocalError(Exception):
    """Something that the person at the keyboard can mend; its message says what and how."""


def say(message: str = "", *, to: TextIO | None = None) -> None:
    """Write one line at once, even where the output is a pipe."""
    print(message, file=to or sys.stdout, flush=True)


class Progress:
    """A state that changes: one line that is rewritten on a terminal, a line for each change elsewhere."""

    def __init__(self) -> None:
        self._start = time.monotonic()
        self._last = ""
        self._rewrites = sys.stdout.isatty()

    def show(self, state: str) -> None:
        """Show *state* with the seconds since the start, unless it is what is shown already and cannot be rewritten."""
        elapsed = f"[{time.monotonic() - self._start:4.0f} s]"
        if self._rewrites:
            sys.stdout.write(f"\r\033[K{elapsed} {state}")
            sys.stdout.flush()
        elif state != self._last:
            say(f"{elapsed} {state}")
        self._last = state

    def done(self) -> None:
        """End the rewritten line."""
        if self._rewrites and self._last:
            say()
