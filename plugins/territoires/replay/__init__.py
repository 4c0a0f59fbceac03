"""Replay: deliveries read again from the archive into a candidate, compared with what stands, and put in its place.

The versioned table of a type of delivery is a fold over its deliveries, in the order in which they were loaded. A
replay does that fold anew from the first delivery that was chosen (``candidate``), says what would change
(``difference``), and swaps once a person has approved (``replay``): docs/decisions/0022-replay-is-a-fold.md.
"""

from territoires.replay.plan import ReplayImpossible
from territoires.replay.replay import (
    NotWaiting,
    Prepared,
    ReplayRunning,
    StaleCandidate,
    Verdict,
    apply,
    give_up,
    prepare,
)
from territoires.replay.report import report
from territoires.replay.request import Request, RequestRefused, request_of

__all__ = [
    "NotWaiting",
    "Prepared",
    "ReplayImpossible",
    "ReplayRunning",
    "Request",
    "RequestRefused",
    "StaleCandidate",
    "Verdict",
    "apply",
    "give_up",
    "prepare",
    "report",
    "request_of",
]
