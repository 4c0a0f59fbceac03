"""The budget: however calls are slow or bunched, no second of the server sees more of them than allowed."""

from __future__ import annotations

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from territoires.france_travail.budget import MemoryBudget, Pace
from territoires.france_travail.errors import UnavailableError


def busiest(arrivals: list[float], window: float = 1.0) -> int:
    ordered = sorted(arrivals)
    return max(sum(first <= other < first + window for other in ordered) for first in ordered)


@pytest.mark.parametrize("delay", [0.0, 0.3])
def test_no_second_holds_more_arrivals_than_allowed_even_when_they_are_late(delay: float) -> None:
    budget = MemoryBudget(Pace(15))
    arrivals: list[float] = []
    drawn = random.Random(4)

    def call(_: int) -> None:
        with budget.call():
            time.sleep(drawn.random() * delay)
            arrivals.append(time.monotonic())

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(call, range(32)))
    assert busiest(arrivals) <= 15
    assert max(arrivals) - min(arrivals) < 6  # and it does not crawl


@pytest.mark.parametrize(("rate", "places", "window"), [(10, 10, 1.05), (1, 1, 1.05), (2.5, 2, 1.05), (0.5, 1, 2.1)])
def test_what_a_rate_means(rate: float, places: int, window: float) -> None:
    pace = Pace(rate)
    assert (pace.places, pace.window) == (places, pytest.approx(window))


@pytest.mark.parametrize("rate", [0, -1, float("nan"), float("inf")])
def test_a_rate_that_is_none_is_refused(rate: float) -> None:
    with pytest.raises(ValueError, match="appels par seconde"):
        Pace(rate)


def test_a_pause_holds_every_call() -> None:
    budget = MemoryBudget(Pace(100))
    budget.pause(0.3)
    begun = time.monotonic()
    with budget.call():
        assert time.monotonic() - begun >= 0.3


def test_a_call_that_failed_gives_its_place_back_and_one_given_up_never_leaves() -> None:
    budget = MemoryBudget(Pace(1), longest=60)
    with pytest.raises(OSError, match="coupé"), budget.call():
        raise OSError("coupé")
    given_up = threading.Event()
    given_up.set()
    with pytest.raises(UnavailableError, match="abandonné"), budget.call(given_up):
        pytest.fail("it left")
