"""How many calls may leave: never more in any second than the API allows, as its server counts them.

A call takes a place when it leaves and keeps it until one window after it was answered. Its arrival at the server lies
in between, wherever the network or a busy machine delays it, so that no window of the server can hold more calls than
there are places. Spacing departures alone would not do: two calls that leave 100 ms apart may arrive together.
Departures are spaced too, so that calls come evenly rather than in bursts.
"""

from __future__ import annotations

import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from territoires.france_travail.errors import UnavailableError

if TYPE_CHECKING:
    from territoires.warehouse.engine import Connection

_MARGIN = 1.05
"""A window is longer than the server's by this factor: a call given up by us may be counted a little later."""
_LOOK_S = 0.1
"""Longest wait before looking again: a place may become free sooner than was known."""


@dataclass(frozen=True, slots=True)
class Pace:
    """What *calls_per_second* means: how many calls in which window, how far apart (s); below 1, one call at a time."""

    calls_per_second: float

    def __post_init__(self) -> None:
        if not 0 < self.calls_per_second < float("inf"):
            raise ValueError(f"{self.calls_per_second!r} appels par seconde : nombre positif attendu")

    @property
    def places(self) -> int:
        """Calls at a time."""
        return max(1, int(self.calls_per_second))

    @property
    def window(self) -> float:
        """Seconds that a call keeps its place after its answer."""
        return _MARGIN * max(1.0, 1 / self.calls_per_second)

    @property
    def spacing(self) -> float:
        """Seconds between two departures."""
        return 1 / self.calls_per_second


@dataclass(frozen=True, slots=True)
class Departure:
    """A place taken (its number), or none, and then the seconds until it is worth asking again."""

    place: int | None
    wait: float = 0.0


class Budget(ABC):
    """Lets calls leave at *pace*. ``longest`` bounds a call in seconds: what a killed process held is free after it."""

    def __init__(self, pace: Pace, longest: float = 90.0) -> None:
        self.pace = pace
        self.longest = longest

    @contextmanager
    def call(self, given_up: threading.Event | None = None) -> Iterator[None]:
        """Wait for a place, then do the block, which is the call.

        Raises:
            UnavailableError: *given_up* was set while it waited.
        """
        stop = given_up or threading.Event()
        departure = self._take()
        while departure.place is None and not stop.wait(min(departure.wait, _LOOK_S)):
            departure = self._take()
        if departure.place is None:
            raise UnavailableError("appel abandonné avant son départ")
        try:
            yield
        finally:
            self._give_back(departure.place)

    @abstractmethod
    def pause(self, seconds: float) -> None:
        """Let nothing leave for *seconds*: the server said that too much came."""

    @abstractmethod
    def _take(self) -> Departure: ...

    @abstractmethod
    def _give_back(self, place: int) -> None:
        """Say that the call was answered: its place is free one window later."""


class MemoryBudget(Budget):
    """A budget that the threads of one process share."""

    def __init__(self, pace: Pace, longest: float = 90.0) -> None:
        super().__init__(pace, longest)
        self._lock = threading.Lock()
        self._next = 0.0
        self._held: dict[int, float] = {}
        self._count = 0

    def pause(self, seconds: float) -> None:
        """Let no thread's call leave for *seconds*."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)

    def _take(self) -> Departure:
        with self._lock:
            now = time.monotonic()
            self._held = {place: until for place, until in self._held.items() if until > now}
            wait = self._next - now
            if len(self._held) >= self.pace.places:
                wait = max(wait, min(self._held.values()) - now)
            if wait > 0:
                return Departure(None, wait)
            self._count += 1
            self._held[self._count] = now + self.longest
            self._next = now + self.pace.spacing
            return Departure(self._count)

    def _give_back(self, place: int) -> None:
        with self._lock:
            self._held[place] = time.monotonic() + self.pace.window


_SHARED: dict[tuple[str, Pace], MemoryBudget] = {}
_SHARING = threading.Lock()


def shared(api: str, pace: Pace) -> MemoryBudget:
    """Return the budget of this process for *api*: clients made apart must not each take the whole of it."""
    with _SHARING:
        return _SHARED.setdefault((api, pace), MemoryBudget(pace))


class WarehouseBudget(Budget):
    """A budget that all processes share which reach the warehouse; its clock is the database's.

    *connection* is its own, in autocommit; threads take turns on it, for a millisecond each.
    """

    def __init__(self, connection: Connection, api: str, pace: Pace, longest: float = 90.0) -> None:
        super().__init__(pace, longest)
        if not connection.autocommit:
            raise ValueError("a budget wants a connection in autocommit: others wait for what it writes")
        self._connection = connection
        self._api = api
        self._lock = threading.Lock()

    def pause(self, seconds: float) -> None:
        """Let no process's call leave for *seconds*."""
        with self._lock:
            self._connection.execute("select journal.suspendre_appels(%s, %s)", (self._api, seconds))

    def _take(self) -> Departure:
        with self._lock:
            row = self._connection.execute(
                "select id_place, attente_s from journal.prendre_place_appel(%s, %s, %s, %s)",
                (self._api, self.pace.places, self.pace.spacing, self.longest),
            ).fetchone()
        if row is None:
            raise LookupError("journal.prendre_place_appel gave no row")
        return Departure(row["id_place"], float(row["attente_s"]))

    def _give_back(self, place: int) -> None:
        with self._lock:
            self._connection.execute("select journal.rendre_place_appel(%s, %s)", (place, self.pace.window))
