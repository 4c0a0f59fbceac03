"""What the end-to-end tests do to a machine: run make in a state folder of their own, and look for what is left."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from territoires.local.processes import marked
from territoires.settings import REPOSITORY, Settings

MAKE = shutil.which("make") or "make"


@dataclass(frozen=True)
class Machine:
    """A platform's settings, as a person would give them to make."""

    settings: Settings

    @property
    def environment(self) -> dict[str, str]:
        """The shell's environment, without what pytest's own process set for itself."""
        foreign = ("AIRFLOW", "MAKE", "MFLAGS", "TI_")
        kept = {name: text for name, text in os.environ.items() if not name.startswith(foreign)}
        names = ("TI_STATE", "TI_PG_PORT", "TI_AIRFLOW_PORT", "TI_STAND_IN_PORT")
        return kept | {name: self.settings.to_env()[name] for name in names}

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start make without waiting for it; its output is one stream."""
        # A file rather than a pipe: what make leaves running must not keep us reading.
        with tempfile.NamedTemporaryFile("w", delete=False, dir=self.settings.state.parent, suffix=".log") as output:
            started = subprocess.Popen(
                [MAKE, "-C", str(REPOSITORY), "--no-print-directory", *arguments],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                text=True,
                start_new_session=True,
            )
        started.log = Path(output.name)  # type: ignore[attr-defined]
        return started

    def make(self, *arguments: str, timeout_s: float = 500) -> tuple[int, str]:
        """Run make and return its exit code and its output."""
        started = self.start(*arguments)
        code = started.wait(timeout_s)
        return code, self.output(started)

    @staticmethod
    def output(started: subprocess.Popen[str]) -> str:
        """What a make that was started has written so far."""
        return str(started.log.read_text("utf-8"))  # type: ignore[attr-defined]

    def wait_for(self, started: subprocess.Popen[str], words: str, timeout_s: float = 60) -> None:
        """Wait until *words* stand in the output."""
        limit = time.monotonic() + timeout_s
        while words not in self.output(started):
            assert time.monotonic() < limit, self.output(started)
            assert started.poll() is None, self.output(started)
            time.sleep(0.1)

    def left(self) -> list[str]:
        """The processes of this platform that live."""
        return [f"{process.pid} {process.name()}" for process in marked(self.settings.state)]
