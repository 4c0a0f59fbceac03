"""How long is waited before asking again."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest

from territoires.france_travail.errors import RequestError, UnavailableError
from territoires.france_travail.retries import Patience, retry_after

NOW = datetime(2026, 3, 11, 8, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "3"}, 3.0),
        ({"Retry-After": " 1.5 "}, 1.5),
        ({"Retry-After": "-4"}, 0.0),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "bientôt"}, None),
        ({"Retry-After": "Wed, 11 Mar 2026 08:00:30 GMT"}, 30.0),
        ({"Retry-After": "Wed, 11 Mar 2026 07:00:00 GMT"}, 0.0),
        # The server's clock is 10 s late: its own Date says so.
        ({"Retry-After": "Wed, 11 Mar 2026 08:00:30 GMT", "Date": "Wed, 11 Mar 2026 07:59:50 GMT"}, 40.0),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == seconds


def waits(patience: Patience, error: Exception) -> list[float]:
    """Return the waits before each further try of what always fails so."""
    asked: list[float] = []
    looping = patience.retrying(threading.Event())
    looping.sleep = asked.append

    def attempt() -> None:
        raise error

    with pytest.raises(type(error)):
        looping(attempt)
    return asked


def test_waits_grow_at_random_and_are_capped() -> None:
    patience = Patience(tries=9, first=1.0, longest=8.0, total=1000.0)
    runs = [waits(patience, UnavailableError("503")) for _ in range(200)]
    longest = [max(run[rank] for run in runs) for rank in range(8)]
    assert all(len(run) == 8 for run in runs)
    assert longest[0] <= 1 < longest[1] <= 2 < longest[2] <= 4 < longest[3] <= 8
    assert max(longest) <= 8
    assert len({run[5] for run in runs}) > 100  # jitter


def test_what_the_server_asks_is_waited_at_least_and_capped() -> None:
    patience = Patience(tries=3, first=0.5, retry_after=60.0)
    assert all(7 <= wait <= 7.5 for wait in waits(patience, UnavailableError("429", retry_after=7)))
    assert all(60 <= wait <= 60.5 for wait in waits(patience, UnavailableError("429", retry_after=86400)))


@pytest.mark.parametrize("asked", [0.0, 0.1])
def test_a_server_that_is_overrun_and_asks_for_nothing_is_given_more(asked: float) -> None:
    """Retry-After: 0, or a date that is past: six tries within a second would all meet the same crowd."""
    patience = Patience(tries=6, first=1.0, longest=30.0)
    runs = [sum(waits(patience, UnavailableError("429", retry_after=asked, limited=True))) for _ in range(100)]
    assert sum(runs) / len(runs) > 10


def test_what_cannot_heal_is_not_asked_again() -> None:
    assert waits(Patience(), RequestError("405")) == []


def test_a_client_that_is_closed_does_not_wait() -> None:
    closed = threading.Event()
    threading.Timer(0.05, closed.set).start()
    begun = time.monotonic()

    def attempt() -> None:
        raise UnavailableError("503", retry_after=30)

    with pytest.raises(UnavailableError):
        Patience().retrying(closed)(attempt)
    assert time.monotonic() - begun < 1
