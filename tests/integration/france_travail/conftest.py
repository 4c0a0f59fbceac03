"""A stand-in for France Travail, a client that calls it, and a warehouse and archive to collect into."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from territoires.france_travail.budget import Budget, MemoryBudget, Pace
from territoires.france_travail.client import Client
from territoires.france_travail.questions import MARKET_SCOPE
from territoires.france_travail.retries import Patience
from territoires.france_travail.tokens import Credentials
from territoires.france_travail.transport import Timeouts
from territoires.inbox.archive import Archive
from territoires.local.stand_in import Behaviour, StandIn
from territoires.warehouse.engine import Connection

QUICK = Patience(tries=4, first=0.02, longest=0.1, retry_after=1.0, total=20.0)
BRISK = Timeouts(1.0, 1.0, 2.0)


def client_of(
    server: StandIn, *, calls_per_second: float = 200, patience: Patience = QUICK, timeouts: Timeouts = BRISK
) -> Client:
    return client_at(server.base_url, server.token_url, MemoryBudget(Pace(calls_per_second)), patience, timeouts)


def client_at(
    base_url: str,
    token_url: str,
    budget: Budget | None = None,
    patience: Patience = QUICK,
    timeouts: Timeouts = BRISK,
    scope: str = MARKET_SCOPE,
) -> Client:
    known = Behaviour()
    credentials = Credentials(token_url, known.client_id, known.client_secret, scope)
    pace = budget or MemoryBudget(Pace(200))
    return Client(base_url, credentials, pace, timeouts=timeouts, patience=patience)


@pytest.fixture
def warehouse(entrepot: object) -> Iterator[Connection]:
    with entrepot.connect("loader", autocommit=True) as connection:  # type: ignore[attr-defined]
        yield connection


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archives")
