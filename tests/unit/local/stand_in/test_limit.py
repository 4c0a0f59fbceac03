"""The limit of calls a second, and the record that proves whether anybody passed it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from email.utils import parsedate_to_datetime

import pytest

from territoires.local.stand_in import Behaviour, serving
from territoires.local.stand_in.calls import Window, busiest_second
from tests.unit.local.stand_in.asking import ask, session


def test_the_second_slides() -> None:
    """Ten at the end of one second of the clock and ten at the start of the next are twenty in one."""
    window = Window(10)
    taken = [window.accepts(at) for at in [0.95] * 10 + [1.05] * 10]
    assert taken == [True] * 10 + [False] * 10
    assert window.accepts(1.95)  # the first ten lie a whole second back; those refused do not count


def test_no_limit_refuses_nobody() -> None:
    window = Window(None)
    assert all(window.accepts(0.0) for _ in range(1000))


@pytest.mark.parametrize(
    ("arrivals", "most"),
    [([], 0), ([5.0], 1), ([0.0, 1.0], 1), ([0.0, 0.999], 2), ([0.0, 0.9, 0.95, 1.5, 1.8, 3.0], 4)],
)
def test_the_busiest_second_is_any_second(arrivals: list[float], most: int) -> None:
    assert busiest_second(reversed(arrivals)) == most


def test_whoever_calls_too_often_is_refused_and_seen() -> None:
    with serving(Behaviour(limit_per_s=4)) as server:
        callers = [session(server) for _ in range(4)]
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda rank: ask(server, callers[rank % 4]), range(8)))
        assert sorted(answer.status_code for answer in answers) == [200] * 4 + [429] * 4
        assert server.busiest_second() == len(server.calls) == 8
        assert [call.arrived for call in server.calls] == sorted(call.arrived for call in server.calls)
        refused = next(answer for answer in answers if answer.status_code == 429)
        assert "Retry-After" not in refused.headers


def test_a_refusal_may_say_how_long_to_wait() -> None:
    with serving(Behaviour(limit_per_s=0, retry_after="seconds", wait_s=3)) as server:
        assert ask(server, session(server)).headers["Retry-After"] == "3"
    with serving(Behaviour(limit_per_s=0, retry_after="date", wait_s=3)) as server:
        headers = ask(server, session(server)).headers
        waited = parsedate_to_datetime(headers["Retry-After"]) - parsedate_to_datetime(headers["Date"])
        assert 2 <= waited.total_seconds() <= 4


def test_tokens_do_not_count_against_the_limit() -> None:
    with serving(Behaviour(limit_per_s=1)) as server:
        session(server)
        caller = session(server)
        assert ask(server, caller).status_code == 200
        assert ask(server, caller).status_code == 429
