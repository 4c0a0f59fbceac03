"""What goes back over a connection: status, headers, body, and the manner of sending them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"


class Ending(Enum):
    """What becomes of the connection after an answer."""

    KEPT = auto()
    CLOSED = auto()
    RESET = auto()
    """Cut off (TCP RST): the client sees "connection reset by peer"."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer.

    Attributes:
        body: bytes that are sent, after ``Content-Encoding`` if there is one.
        announced: Content-Length, when it is not the true one.
        chunked: the body goes in chunks, without Content-Length.
        silent: nothing at all is sent, not even a status.
        delay_s: how long the client waits for the first byte, in seconds.
        drip_s: pause before each of the ``pieces`` that the body goes in; the head too if ``drips_head``.
    """

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    announced: int | None = None
    chunked: bool = False
    silent: bool = False
    delay_s: float = 0.0
    drip_s: float = 0.0
    pieces: int = 1
    drips_head: bool = False
    ending: Ending = Ending.KEPT


def as_json(status: int, content: Json, headers: Mapping[str, str] | None = None) -> Answer:
    """Answer with a JSON body."""
    body = json.dumps(content, ensure_ascii=False).encode()
    return Answer(status, body, {"Content-Type": "application/json;charset=UTF-8", **(headers or {})})


def message(status: int, text: str) -> Answer:
    """Answer with a message of the market API, in French."""
    return as_json(status, {"message": text, "codeHttp": status})


def no_list() -> Answer:
    """Answer "no data" as the market API most often does: as a fault of its own, HTTP 500."""
    return message(
        500,
        "[FiltreErreurSldng] Erreur lors de l'appel de l'Api REST. Status code = 500, "
        "message = Le serveur n'a pas pu trouver la liste",
    )
