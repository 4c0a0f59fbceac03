"""The Makefile as a person meets it, without starting anything."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from territoires.settings import REPOSITORY

MAKE = shutil.which("make") or "make"


def make(*arguments: str, state: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("AIRFLOW", "MAKE", "TI_"))}
    return subprocess.run(
        [MAKE, "-C", str(REPOSITORY), "--no-print-directory", *arguments],
        env={**environment, "TI_STATE": str(state), "TI_PG_PORT": "6001"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_make_alone_lists_every_target(tmp_path: Path) -> None:
    shown = make(state=tmp_path).stdout
    names = ("demo", "up", "down", "drop", "bi-url", "warehouse-url", "test", "lint", "bench", "lock", "clean")
    assert [name for name in names if f"\n  {name} " not in shown] == []


@pytest.mark.parametrize(("target", "role"), [("bi-url", "bi"), ("warehouse-url", "entrepot_owner")])
def test_an_url_is_all_that_stands_on_stdout(target: str, role: str, tmp_path: Path) -> None:
    written = make(target, state=tmp_path / "s").stdout
    url = make_url(written.removesuffix("\n"))
    assert (url.drivername, url.username, url.port, url.database) == ("postgresql+psycopg", role, 6001, "entrepot")
    assert written.count("\n") == 1


def test_down_and_clean_have_nothing_to_do_twice(tmp_path: Path) -> None:
    state = tmp_path / "s"
    assert make("down", state=state).returncode == 0
    assert make("clean", state=state).returncode == 0
    assert not state.exists()
    assert make("clean", state=state).returncode == 0


def test_clean_does_not_touch_a_folder_that_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "thèse.odt").write_text("trois ans")
    refused = make("clean", state=tmp_path)
    assert refused.returncode != 0
    assert (tmp_path / "thèse.odt").read_text() == "trois ans"


def test_a_wrong_setting_is_named_without_a_traceback(tmp_path: Path) -> None:
    refused = make("up", "TI_AIRFLOW_PORT=http", state=tmp_path / "s")
    assert refused.returncode != 0
    assert "TI_AIRFLOW_PORT='http'" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_drop_says_what_it_wants_and_that_nothing_runs(tmp_path: Path) -> None:
    assert "FILE=" in make("drop", state=tmp_path / "s").stderr
    assert "make up" in make("drop", "FILE=Makefile", "TO=a/b", state=tmp_path / "s").stderr


def test_an_old_python_is_refused_by_its_version(tmp_path: Path) -> None:
    """A venv made with Python 3.10 would fail much later, with a message about a package."""
    old = tmp_path / "python-ancien"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.10.1" && exit 0\nexit 1\n')
    old.chmod(0o755)
    refused = make(f"PYTHON={old}", f"VENV={tmp_path}/venv", f"{tmp_path}/venv/bin/python", state=tmp_path / "s")
    assert refused.returncode != 0
    assert "Python 3.10.1 est trop ancien" in refused.stderr
