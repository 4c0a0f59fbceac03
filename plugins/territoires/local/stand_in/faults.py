"""What goes wrong, and when: a fault changes an answer, a moment chooses the calls that it strikes.

Several faults may strike one call, each changing what the former left.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Literal, TypeAlias

from territoires.local.stand_in.answers import Answer, Ending, Json, as_json, no_list
from territoires.local.stand_in.calls import Call
from territoires.local.stand_in.figures import Figures

Fault: TypeAlias = Callable[[Answer], Answer]
Moment: TypeAlias = Callable[[Call], bool]
RetryAfter: TypeAlias = Literal["absent", "seconds", "date"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault and the calls that it strikes."""

    fault: Fault
    when: Moment


# When


def always(_call: Call) -> bool:
    """Strike each call."""
    return True


def calls(*numbers: int) -> Moment:
    """Strike the calls of these numbers; each service counts its own from 1."""
    return lambda call: call.number in numbers


def attempts(*numbers: int) -> Moment:
    """Strike each question the first time that it is asked (1), or the second…"""
    return lambda call: call.attempt in numbers


def share(of: float, seed: int = 0) -> Moment:
    """Strike this share (0 to 1) of the calls, the same ones for the same seed."""
    drawn = Figures(seed)
    return lambda call: drawn.draw("call", call.service, str(call.number)) < of


def share_of_questions(of: float, seed: int = 0) -> Moment:
    """Strike this share (0 to 1) of the questions, each the first time that it is asked: the next time heals it."""
    drawn = Figures(seed)
    return lambda call: (
        call.attempt == 1 and drawn.draw("question", call.path, json.dumps(call.question, sort_keys=True)) < of
    )


# What


def too_many(retry_after: RetryAfter = "absent", wait_s: int = 1) -> Fault:
    """Refuse with 429, and say how many seconds to wait, or until when, or nothing."""

    def strike(_answer: Answer) -> Answer:
        if retry_after == "absent":
            return Answer(429)
        until = datetime.now(UTC) + timedelta(seconds=wait_s)
        told = str(wait_s) if retry_after == "seconds" else format_datetime(until, usegmt=True)
        return Answer(429, headers={"Retry-After": told})

    return strike


def known_500(_answer: Answer) -> Answer:
    """Answer "no data" as HTTP 500 with the known body, whether there is some or not."""
    return no_list()


def broken(status: Literal[500, 502, 503] = 503, retry_after: int | None = None) -> Fault:
    """Fail as a gateway does, with a page of HTML."""
    page = f"<html><head><title>{status}</title></head><body><h1>Service indisponible</h1></body></html>".encode()
    headers = {"Content-Type": "text/html;charset=UTF-8"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return lambda _answer: Answer(status, page, headers)


def forbidden(_answer: Answer) -> Answer:
    """Refuse with an empty 403, as for a token of half a scope."""
    return Answer(403)


def no_content(_answer: Answer) -> Answer:
    """Say that there is nothing, where there was something."""
    return Answer(204)


def dropped(*, reset: bool = False) -> Fault:
    """End the connection before any answer, in good order or by a reset."""
    ending = Ending.RESET if reset else Ending.CLOSED
    return lambda answer: replace(answer, silent=True, ending=ending)


def dropped_midway(answer: Answer) -> Answer:
    """Reset the connection in the middle of the body."""
    half = answer.body[: len(answer.body) // 2]
    return replace(answer, body=half, announced=len(answer.body), ending=Ending.RESET)


def slow(delay_s: float) -> Fault:
    """Let the client wait for the first byte."""
    return lambda answer: replace(answer, delay_s=delay_s)


def dripping(pause_s: float, pieces: int = 10, *, head: bool = False) -> Fault:
    """Send the body in pieces, the headers too if *head*, with a pause before each: no read waits long, all do."""
    return lambda answer: replace(answer, drip_s=pause_s, pieces=pieces, drips_head=head)


def chunked(answer: Answer) -> Answer:
    """Send the body in chunks; a fault that cuts it then leaves out the chunk that ends them."""
    return replace(answer, chunked=bool(answer.body))


def truncated(length: Literal["right", "long", "short"] = "right") -> Fault:
    """Lose the second half of the body.

    *length* is what Content-Length says: ``right`` is that of the half; ``long`` that of the whole, of which only the
    half comes before the connection ends; ``short`` that of the half although the whole comes.
    """

    def strike(answer: Answer) -> Answer:
        half = answer.body[: len(answer.body) // 2]
        if length == "right":
            return replace(answer, body=half)
        if length == "long":
            return replace(answer, body=half, announced=len(answer.body), ending=Ending.CLOSED)
        return replace(answer, announced=len(half), ending=Ending.CLOSED)

    return strike


def other_shape(content: Json = None) -> Fault:
    """Answer 200 with valid JSON that is something else: ``null`` unless told, a list, a number."""
    return lambda _answer: as_json(200, content)


def in_a_list(answer: Answer) -> Answer:
    """Answer with a list that holds the object."""
    return _changed(answer, lambda content: [content])


def numbers_as_text(answer: Answer) -> Answer:
    """Write each number as text, ``"80"`` for 80."""
    return _changed(answer, _with_text)


def without(key: str) -> Fault:
    """Leave a key out wherever it stands."""
    return lambda answer: _changed(answer, lambda content: _pruned(content, key))


def compressed(answer: Answer) -> Answer:
    """Send the body compressed with gzip."""
    if not answer.body:
        return answer
    return replace(answer, body=gzip.compress(answer.body), headers={**answer.headers, "Content-Encoding": "gzip"})


def redirected(to: str, status: Literal[301, 302, 307, 308] = 302) -> Fault:
    """Send the client to another address, where its token has no business."""
    return lambda _answer: Answer(status, headers={"Location": to})


def _changed(answer: Answer, change: Callable[[Json], Json]) -> Answer:
    if answer.status != 200 or not answer.body:
        return answer
    return as_json(answer.status, change(json.loads(answer.body)))


def _with_text(content: Json) -> Json:
    if isinstance(content, dict):
        return {key: _with_text(one) for key, one in content.items()}
    if isinstance(content, list):
        return [_with_text(one) for one in content]
    return str(content) if isinstance(content, int | float) and not isinstance(content, bool) else content


def _pruned(content: Json, key: str) -> Json:
    if isinstance(content, dict):
        return {name: _pruned(one, key) for name, one in content.items() if name != key}
    return [_pruned(one, key) for one in content] if isinstance(content, list) else content
