"""One demonstration for all tests of it: making it takes half a second, reading it spoils nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from demo import Demo, make_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    return make_demo(tmp_path_factory.mktemp("demonstration"))


@pytest.fixture(scope="session")
def real_data() -> Path:
    folder = Path(__file__).parents[4] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the published files are not at {folder}")
    return folder
