"""Fixtures of the warehouse: a small programme in core, and a connection as the loader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from territoires.warehouse.engine import Connection, connect
from tests.integration.warehouse.build_world import World, programme


@pytest.fixture
def world(entrepot: Any) -> World:
    return programme(entrepot.loader_url)


@pytest.fixture
def loader(entrepot: Any) -> Iterator[Connection]:
    with connect(entrepot.loader_url) as connection:
        yield connection
