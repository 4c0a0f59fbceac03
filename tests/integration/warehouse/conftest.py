"""Fixtures of the warehouse: a small programme in core, and a connection as the loader."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from territoires.warehouse.engine import Connection, connect
from tests.integration.warehouse.build_world import World, programme
from tests.integration.warehouse.needs_world import Country


@pytest.fixture
def world(entrepot: Any) -> World:
    return programme(entrepot.loader_url)


@pytest.fixture
def loader(entrepot: Any) -> Iterator[Connection]:
    with connect(entrepot.loader_url) as connection:
        yield connection


@pytest.fixture
def country(entrepot: Any, tmp_path: Path) -> Country:
    made = Country(entrepot.loader_url, tmp_path)
    made.registers()
    made.some_needs()
    return made
