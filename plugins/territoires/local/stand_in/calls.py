"""The record of the calls that arrived, and the limit of calls a second."""

from __future__ import annotations

import json
import threading
import time
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

SECOND = 1.0


class Service(StrEnum):
    """What a call is for; each has its own host in reality."""

    TOKEN = "jeton"  # noqa: S105 - a name
    MARKET = "marche"
    OFFERS = "offres"
    NONE = "inconnu"


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it arrived; no secret is kept of it.

    Attributes:
        number: rank among the calls of its service, from 1.
        attempt: how many times this very question was asked until now, this time included.
        arrived: when its first line was read, in seconds of ``time.monotonic``.
        authorized: it carried an ``Authorization`` header, good or bad.
        question: the JSON object of the body; empty if there was none.
    """

    number: int
    service: Service
    method: str
    path: str
    query: str
    attempt: int
    arrived: float
    authorized: bool
    question: Mapping[str, Any]


class Journal:
    """Calls in the order of their arrival; safe to use from many threads."""

    def __init__(self) -> None:
        self._calls: list[Call] = []
        self._attempts: Counter[tuple[str, str, str, bytes]] = Counter()
        self._numbers: Counter[Service] = Counter()
        self._lock = threading.Lock()

    def note(
        self, service: Service, method: str, path: str, query: str, arrived: float, authorized: bool, body: bytes
    ) -> Call:
        """Record a call and return it."""
        question = {} if service is Service.TOKEN else _json_object(body)
        with self._lock:
            self._numbers[service] += 1
            asked = (method, path, query, json.dumps(question, sort_keys=True).encode())
            self._attempts[asked] += 1
            call = Call(
                self._numbers[service],
                service,
                method,
                path,
                query,
                self._attempts[asked],
                arrived,
                authorized,
                question,
            )
            self._calls.append(call)
        return call

    def calls(self, service: Service | None = None) -> tuple[Call, ...]:
        """Return the calls of one service, or all, by the time of their arrival."""
        with self._lock:
            found = [call for call in self._calls if service in {None, call.service}]
        return tuple(sorted(found, key=lambda call: call.arrived))


class Window:
    """A limit counted over the second that ends now, whatever the clock's seconds are.

    Calls that were refused do not count against those that follow.
    """

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._accepted: deque[float] = deque()
        self._lock = threading.Lock()

    def accepts(self, arrived: float) -> bool:
        """Tell whether a call that arrived then is within the limit, and count it if so."""
        with self._lock:
            while self._accepted and self._accepted[0] <= arrived - SECOND:
                self._accepted.popleft()
            if self._limit is not None and len(self._accepted) >= self._limit:
                return False
            self._accepted.append(arrived)
            return True


def busiest_second(arrivals: Iterable[float]) -> int:
    """Return the largest number of arrivals in any half-open second ]t - 1, t]; 0 without arrivals."""
    ordered = sorted(arrivals)
    return max((rank - bisect_right(ordered, at - SECOND) for rank, at in enumerate(ordered, start=1)), default=0)


def now() -> float:
    """Return the time that arrivals are told in."""
    return time.monotonic()


def _json_object(body: bytes) -> dict[str, Any]:
    try:
        content = json.loads(body)
    except ValueError:
        return {}
    return content if isinstance(content, dict) else {}
