"""The budget of the warehouse: processes that know nothing of each other share it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Any

import pytest

from territoires.france_travail.budget import Pace, WarehouseBudget
from territoires.local.stand_in import Behaviour, serving
from territoires.warehouse.engine import Connection
from tests.integration.france_travail.conftest import client_at
from tests.integration.france_travail.test_against_stand_in import pressed

RATE = 15


def test_two_clients_together_never_pass_the_limit(entrepot: Any) -> None:
    with serving(Behaviour(limit_per_s=RATE)) as server, ExitStack() as stack:
        clients = []
        for _ in range(2):
            own = stack.enter_context(entrepot.connect("loader", autocommit=True))
            budget = WarehouseBudget(own, server.base_url, Pace(RATE))
            clients.append(client_at(server.base_url, server.token_url, budget))
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda client: pressed(client, 18), clients))
        # Calls for a token count too: one of them may come within the same second.
        assert server.busiest_second() <= RATE
        assert len(server.calls) == 2 * 18


def test_what_a_killed_process_held_is_free_again_and_another_api_never_waits(warehouse: Connection) -> None:
    held = WarehouseBudget(warehouse, "api", Pace(1), longest=0.4)
    assert held._take().place is not None  # and it is never given back
    begun = time.monotonic()
    with WarehouseBudget(warehouse, "autre", Pace(1)).call():
        assert time.monotonic() - begun < 0.2
    patient = WarehouseBudget(warehouse, "api", Pace(5), longest=0.4)
    with WarehouseBudget(warehouse, "api", Pace(1), longest=0.4).call():
        assert 0.3 < time.monotonic() - begun < 2
    patient.pause(0.5)
    begun = time.monotonic()
    with patient.call(threading.Event()):
        assert time.monotonic() - begun > 0.4


def test_a_budget_wants_a_connection_in_autocommit(entrepot: Any) -> None:
    with entrepot.connect("loader") as connection, pytest.raises(ValueError, match="autocommit"):
        WarehouseBudget(connection, "api", Pace(1))
