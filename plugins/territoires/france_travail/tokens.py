"""The token of an application (OAuth 2, client credentials): asked once, renewed before it ends, by one thread."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from territoires.france_travail.errors import AnswerError, CredentialsError

EARLY_S = 60.0
"""A token is renewed this long before it ends: it must not end on its way."""
UNSTATED_S = 1499.0
"""Life of a token that does not state one that can be: what the real server was seen to give."""
_REMEMBERED = 8
"""Tokens that are still masked once they are out of use: a late answer may echo one, and the API may still take it."""
_REFUSED_AT_FIRST, _REFUSED_LATER = 1, 8
"""New tokens refused in a row that are borne: by an API that never took one, and by one that did, where a question of
its own may be what meets 401."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """Who asks, and where: *token_url*, *client_id*, *client_secret*, *scope* (words apart by a space), *realm*."""

    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    scope: str
    realm: str = "/partenaire"

    @property
    def query(self) -> dict[str, str]:
        """The realm goes into the address, not the form; an address that has one already keeps it."""
        return {} if "realm=" in urlsplit(self.token_url).query else {"realm": self.realm}

    @property
    def form(self) -> dict[str, str]:
        """The body of the request (RFC 6749, section 4.4.2)."""
        return {
            "grant_type": "client_credentials",
            "client_id": self.client_id,
            "client_secret": self.client_secret,
            "scope": self.scope,
        }


class TokenKeeper:
    """Holds the token in use. *fetch* asks for a new one and returns the JSON of the answer."""

    def __init__(self, fetch: Callable[[], dict[str, Any]]) -> None:
        self._fetch = fetch
        self._lock = threading.Lock()
        self._token = ""
        self._until = 0.0
        self._proved = False
        self._refused = 0
        self._borne = _REFUSED_AT_FIRST
        self._given: deque[str] = deque(maxlen=_REMEMBERED)

    def get(self) -> str:
        """Return a token that lives; whoever finds it near its end renews it while the others wait."""
        with self._lock:
            if not self._token or time.monotonic() >= self._until:
                self._renew()
            return self._token

    def accepted(self, token: str) -> None:
        """Note that the server took *token*: should it refuse it later, it merely ended early."""
        with self._lock:
            if token == self._token:
                self._proved, self._refused, self._borne = True, 0, _REFUSED_LATER

    def refused(self, token: str) -> None:
        """Note that the server refused *token* (401): the next ``get`` renews it, unless somebody did already.

        Raises:
            CredentialsError: two first tokens, or nine later ones, were refused in a row without ever being taken:
                renewing does not help.
        """
        with self._lock:
            if token != self._token:
                return
            self._token = ""
            self._refused = 0 if self._proved else self._refused + 1
            if self._refused > self._borne:
                raise CredentialsError(
                    "401 après renouvellement du jeton : le serveur délivre des jetons que l'API refuse ; vérifier que "
                    "l'adresse du jeton et celle de l'API vont ensemble"
                )

    def secrets(self) -> tuple[str, ...]:
        """What must never be shown: the tokens given of late, whether still in use or not."""
        return tuple(self._given)

    def _renew(self) -> None:
        asked = time.monotonic()
        answer = self._fetch()
        token, lives = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise AnswerError("access_token", type(token).__name__, "un texte")  # never its value
        kind = answer.get("token_type") or "Bearer"
        if str(kind).lower() != "bearer":
            raise AnswerError("token_type", kind, "Bearer")
        try:
            seconds = float(lives)  # type: ignore[arg-type]  # whatever the JSON has
        except (TypeError, ValueError, OverflowError):
            seconds = math.nan
        if not 0 < seconds < math.inf:
            # A hint that cannot be (0, null, a word) is none: the token was given, and a 401 tells when it ends.
            seconds = UNSTATED_S
        # One that lives for less than two minutes is renewed in the middle of its life, not before each call.
        self._until = asked + max(seconds - EARLY_S, seconds / 2)
        self._token, self._proved = token, False
        self._given.append(token)
