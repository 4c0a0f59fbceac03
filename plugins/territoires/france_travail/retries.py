"""How long to wait before asking again, and for how long at all (tenacity counts, this says)."""

from __future__ import annotations

import math
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_after_delay,
    stop_when_event_set,
    wait_random,
    wait_random_exponential,
)
from tenacity.nap import sleep_using_event

from territoires.france_travail.errors import UnavailableError

UNSTATED_S = 2.0
"""Wait after a 429 without Retry-After: what the real API is known to want."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Bounds of asking again: *tries* in all, first and longest wait (s), cap on what a server may ask, whole time."""

    tries: int = 6
    first: float = 0.5
    longest: float = 30.0
    retry_after: float = 120.0
    total: float = 300.0

    def retrying(self, given_up: threading.Event) -> Retrying:
        """Return the loop that asks again what may heal, and ends at once when *given_up* is set."""
        return Retrying(
            retry=retry_if_exception_type(UnavailableError),
            stop=stop_after_attempt(self.tries) | stop_after_delay(self.total) | stop_when_event_set(given_up),
            wait=self._wait,
            sleep=sleep_using_event(given_up),
            reraise=True,
        )

    def _wait(self, state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after if isinstance(error, UnavailableError) else None
        # Anywhere up to the exponential: what failed together must not come back together.
        own = wait_random_exponential(multiplier=self.first, max=self.longest, min=self.first / 2)(state)
        if asked is None:
            return own
        # A server that is overrun and asks for 0 s, or for a date that is past, would have all the tries at once.
        return max(own, min(asked, self.retry_after) + wait_random(0, self.first)(state))


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return the seconds that ``Retry-After`` asks for (a number or an HTTP date, RFC 9110 section 10.2.3), None if it
    is absent or cannot be read. A date is compared with the server's own ``Date``, whose clock it is by.
    """
    text = headers.get("Retry-After", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        until, by = _date(text), _date(headers.get("Date", "")) or now or datetime.now(UTC)
        return None if until is None else max(0.0, (until - by).total_seconds())
    return max(0.0, seconds) if math.isfinite(seconds) else None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
