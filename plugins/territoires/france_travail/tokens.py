"""The token of an application (OAuth 2, client credentials): asked once, renewed before it ends, by one thread."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from territoires.france_travail.errors import AnswerError, CredentialsError

EARLY_S = 60.0
"""A token is renewed this long before it ends: it must not end on its way."""
UNSTATED_S = 1499.0
"""Life of a token that does not state one: what the real server was seen to give."""


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
                self._proved, self._refused = True, 0

    def refused(self, token: str) -> None:
        """Note that the server refused *token* (401): the next ``get`` renews it, unless somebody did already.

        Raises:
            CredentialsError: two tokens in a row were refused without ever being taken: renewing does not help.
        """
        with self._lock:
            if token != self._token:
                return
            self._token = ""
            self._refused = 0 if self._proved else self._refused + 1
            if self._refused > 1:
                raise CredentialsError(
                    "401 après renouvellement du jeton : le serveur délivre des jetons que l'API refuse ; vérifier que "
                    "l'adresse du jeton et celle de l'API vont ensemble"
                )

    def secrets(self) -> tuple[str, ...]:
        """What must never be shown."""
        return (self._token,) if self._token else ()

    def _renew(self) -> None:
        asked = time.monotonic()
        answer = self._fetch()
        token, lives = answer.get("access_token"), answer.get("expires_in", UNSTATED_S)
        if not isinstance(token, str) or not token or not token.isascii() or not token.isprintable():
            raise AnswerError("access_token", type(token).__name__, "un texte")  # never its value
        kind = answer.get("token_type", "Bearer")
        if str(kind).lower() != "bearer":
            raise AnswerError("token_type", kind, "Bearer")
        try:
            seconds = float(lives)
        except (TypeError, ValueError):
            seconds = math.nan
        if not 0 < seconds < math.inf:
            raise AnswerError("expires_in", lives, "un nombre de secondes")
        # One that lives for less than two minutes is renewed in the middle of its life, not before each call.
        self._until = asked + max(seconds - EARLY_S, seconds / 2)
        self._token, self._proved = token, False
