"""Tokens: OAuth 2 client credentials (RFC 6749, sections 4.4 and 5.2) with the ways of France Travail."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import parse_qs

from territoires.local.stand_in.answers import Answer, Json, as_json
from territoires.local.stand_in.behaviour import SCOPES, Api, Behaviour

_FIELDS = ("grant_type", "client_id", "client_secret", "scope")


@dataclass(slots=True)
class _Grant:
    words: frozenset[str]
    ends: float
    left: int | None


class Tokens:
    """The tokens that were granted; safe to use from many threads."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._grants: dict[str, _Grant] = {}
        self._lock = threading.Lock()

    def grant(self, query: str, content_type: str, body: bytes, at: float) -> Answer:
        """Answer a call for a token that arrived *at* that time."""
        if parse_qs(query).get("realm") != ["/partenaire"]:
            return _refusal(400, "invalid_request", "Le paramètre realm=/partenaire manque à l'adresse.")
        if not content_type.startswith("application/x-www-form-urlencoded"):
            return _refusal(400, "invalid_request", "Content-Type doit être application/x-www-form-urlencoded.")
        form = {name: values[-1] for name, values in parse_qs(body.decode("latin-1")).items()}
        if missing := [name for name in _FIELDS if not form.get(name)]:
            return _refusal(400, "invalid_request", f"Paramètre manquant : {', '.join(missing)}.")
        if form["grant_type"] != "client_credentials":
            return _refusal(400, "unsupported_grant_type", "Seul client_credentials est possible.")
        if not self._knows(form["client_id"], form["client_secret"]):
            return _refusal(401, "invalid_client", "Client authentication failed")
        return self._granted(frozenset(form["scope"].split()), at)

    def verdict(self, authorization: str, api: Api, at: float) -> Answer | None:
        """Return the refusal of a call to *api* with this ``Authorization`` header; None if it may pass."""
        scheme, _, token = authorization.partition(" ")
        with self._lock:
            grant = self._grants.get(token) if scheme == "Bearer" else None
            if grant is None or at >= grant.ends or grant.left == 0:
                return Answer(401, headers={"WWW-Authenticate": 'Bearer realm="/partenaire", error="invalid_token"'})
            if grant.left is not None:
                grant.left -= 1
        return None if grant.words >= SCOPES[api] else Answer(403)

    def _knows(self, client_id: str, client_secret: str) -> bool:
        expected = f"{self._behaviour.client_id}\n{self._behaviour.client_secret}"
        return compare_digest(f"{client_id}\n{client_secret}".encode(), expected.encode())

    def _granted(self, words: frozenset[str], at: float) -> Answer:
        if words - frozenset().union(*SCOPES.values()):
            return _refusal(400, "invalid_scope", "The requested scope(s) are not allowed for this client.")
        if any(words & needed and api not in self._behaviour.attached for api, needed in SCOPES.items()):
            return _refusal(400, "invalid_client", "Client authentication failed")
        token, life = secrets.token_urlsafe(20), self._behaviour.token_lives_s
        grant = _Grant(words, at + (self._behaviour.expires_in if life is None else life), self._behaviour.token_serves)
        with self._lock:
            self._grants[token] = grant
        content: dict[str, Json] = {
            "scope": " ".join(sorted(words)),
            "expires_in": self._behaviour.expires_in,
            "token_type": "Bearer",
            "access_token": token,
        }
        return as_json(200, content, {"Cache-Control": "no-store"})


def _refusal(status: int, error: str, description: str) -> Answer:
    return as_json(status, {"error": error, "error_description": description})
