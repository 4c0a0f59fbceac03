"""Progress where the output is no terminal: a line for each change, none for a repetition."""

from __future__ import annotations

import pytest

from territoires.local.console import Progress


def test_a_pipe_gets_a_line_for_each_change(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress()
    for state in ("un", "un", "deux"):
        progress.show(state)
    progress.done()
    assert [line.split("] ")[1] for line in capsys.readouterr().out.splitlines()] == ["un", "deux"]


def test_a_terminal_gets_one_line_that_is_rewritten(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    progress = Progress()
    progress.show("un")
    progress.show("deux")
    progress.done()
    written = capsys.readouterr().out
    assert written.count("\r\033[K") == 2
    assert written.count("\n") == 1
