"""The client of one API of France Travail: token, budget, retries, and what each status means."""

from __future__ import annotations

import threading
from codecs import getincrementaldecoder
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from http import HTTPStatus
from json import dumps, loads
from typing import Any, Self, TypeVar
from unicodedata import combining, normalize
from urllib.parse import quote_plus

from territoires.france_travail.budget import Budget
from territoires.france_travail.errors import (
    AnswerError,
    CredentialsError,
    FranceTravailError,
    RequestError,
    UnavailableError,
)
from territoires.france_travail.questions import Question
from territoires.france_travail.retries import UNSTATED_S, Patience, retry_after
from territoires.france_travail.tokens import Credentials, TokenKeeper
from territoires.france_travail.transport import Reply, Timeouts, Transport

Result = TypeVar("Result")
_HEALING = frozenset({408, 425, 429, *range(500, 600)}) - {501, 505}
"""Statuses that the same request may not meet again; gateways have some of their own from 520 on."""
_NO_LIST = "trouver la liste"
"""What the body of a 500 says when there is nothing to say (« Le serveur n'a pas pu trouver la liste »)."""
_TOKENS_A_CALL = 5
"""Tokens with which a question is asked before 401 is taken for its own fault."""
_QUOTED = 200
_READ = 1 << 16
"""Bytes of a bad answer in which words are looked for."""


@dataclass(frozen=True, slots=True)
class NoData:
    """The API has nothing to say. *form* is how it said so: 204, 400, 404, 500, liste_absente or liste_vide."""

    form: str
    detail: str = ""
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: its raw *body*, and the JSON *document* in it (numbers with a point as Decimal)."""

    body: bytes
    document: dict[str, Any]
    tries: int = 1


class Client:
    """Calls the API at *base_url*; shared by threads. ``close`` lets waiting threads end at once."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        budget: Budget,
        *,
        timeouts: Timeouts | None = None,
        patience: Patience | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._credentials = credentials
        self._budget = budget
        self._patience = patience or Patience()
        self._transport = Transport(timeouts)
        self._closed = threading.Event()
        self._tokens = TokenKeeper(self._ask_token)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give up what waits, close the connections."""
        self._closed.set()
        self._transport.close()

    def territories(self, kind: str) -> list[str]:
        """Return the codes of the territories of *kind* (REG or DEP) that the market API covers.

        Raises:
            FranceTravailError: as ``call``, or an answer of another shape.
        """
        found = self.call(lambda: self.get(f"/referentiel/territoires/{kind}"))
        listed = found.document.get("territoires")
        if not isinstance(listed, list):
            raise AnswerError("territoires", listed, "une liste")
        codes = []
        for number, one in enumerate(listed):
            place = f"territoires[{number}]"
            if not isinstance(one, dict):
                raise AnswerError(place, one, "un objet")
            code, answered = one.get("codeTerritoire"), one.get("codeTypeTerritoire")
            if answered != kind:
                raise AnswerError(f"{place}.codeTypeTerritoire", answered, kind)
            if not isinstance(code, str) or not code:
                raise AnswerError(f"{place}.codeTerritoire", code, "un code")
            codes.append(code)
        return codes

    def ask(self, question: Question) -> Found | NoData:
        """Ask the market API one question; that there is no answer to it is a value, not an error.

        Raises:
            CredentialsError: the connection is to be mended; no other question would do better.
            RequestError: a status that nobody foresaw, such as a redirection.
            UnavailableError: it did not answer after all tries.
        """
        tries = 0

        def attempt() -> Found | NoData:
            nonlocal tries
            tries += 1
            reply = self._authorised("POST", question.indicator.path, json=question.body)
            return self._no_data(reply, tries) or self._found(reply, tries)

        try:
            return self.call(attempt)
        except FranceTravailError as error:
            error.tries = tries
            raise

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Found:
        """Do one GET, without retry; see ``call``."""
        return self._found(self._authorised("GET", path, params=params))

    def call(self, attempt: Callable[[], Result]) -> Result:
        """Do *attempt* until it succeeds, within the bounds of patience; raise its last error."""
        return self._patience.retrying(self._closed)(attempt)

    def exchange(self, path: str, params: Mapping[str, str]) -> Reply:
        """Do one authorised GET and return the reply as it is, any bad status raised; see ``call``."""
        reply = self._authorised("GET", path, params=params)
        self._check(reply)
        return reply

    def _authorised(
        self, method: str, path: str, *, params: Mapping[str, str] | None = None, json: object = None
    ) -> Reply:
        """Send with the token; a token that is refused is renewed, and the question asked again."""
        for _ in range(_TOKENS_A_CALL):
            token = self._token()
            with self._budget.call(self._closed):
                reply = self._transport.send(method, self.base_url + path, bearer=token, params=params, json=json)
            if reply.status != HTTPStatus.UNAUTHORIZED:
                self._tokens.accepted(token)
                return reply
            self._tokens.refused(token)
        raise RequestError(
            f"réponse 401 de {self.base_url} à cette demande, avec {_TOKENS_A_CALL} jetons de suite : "
            f"{self._quote(reply.body)}"
        )

    def _token(self) -> str:
        try:
            return self._tokens.get()
        except AnswerError as error:
            # Not an answer to the question, which must not be taken for one that does not hold.
            raise UnavailableError(f"jeton : {error}") from None

    def _no_data(self, reply: Reply, tries: int) -> NoData | None:
        """Return the reply as « no data » if it is one of its disguises."""
        status = reply.status
        if status == HTTPStatus.NO_CONTENT:
            return NoData("204", tries=tries)
        if status not in {HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND, HTTPStatus.INTERNAL_SERVER_ERROR}:
            return None
        if status == HTTPStatus.INTERNAL_SERVER_ERROR and _NO_LIST not in _words(reply.body):
            return None
        return NoData(str(int(status)), self._quote(_message(reply.body)), tries)

    def _found(self, reply: Reply, tries: int = 1) -> Found:
        self._check(reply)
        try:
            return Found(reply.body, read_json(reply.body), tries)
        except AnswerError as error:
            error.body = reply.body
            raise

    def _check(self, reply: Reply) -> None:
        """Raise what a status means that is no answer."""
        status = reply.status
        if status in {HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.NO_CONTENT}:
            return
        if status in _HEALING:
            raise self._unavailable(reply)
        if status == HTTPStatus.FORBIDDEN and not reply.body.strip():
            raise CredentialsError(
                f"403 sans contenu de {self.base_url} : le second mot du périmètre (scope) manque, ou l'API n'est pas "
                f"rattachée à l'application ; périmètre demandé : « {self._credentials.scope} »"
            )
        raise RequestError(f"réponse {status} de {self.base_url} : {self._quote(reply.body)}")

    def _unavailable(self, reply: Reply) -> UnavailableError:
        wait, limited = retry_after(reply.headers), reply.status == HTTPStatus.TOO_MANY_REQUESTS
        if limited:
            wait = UNSTATED_S if wait is None else wait
            self._budget.pause(min(wait, self._patience.retry_after))
        said = self._quote(reply.body)
        return UnavailableError(f"réponse {reply.status}{said and f' : {said}'}", retry_after=wait, limited=limited)

    def _ask_token(self) -> dict[str, Any]:
        asked = self._credentials
        with self._budget.call(self._closed):
            reply = self._transport.send("POST", asked.token_url, params=asked.query, data=asked.form)
        if reply.status == HTTPStatus.OK:
            return read_json(reply.body)
        if reply.status in _HEALING:
            raise self._unavailable(reply)
        raise _refused_token(reply, self._quote(reply.body), asked)

    def _quote(self, body: bytes) -> str:
        """Return the start of a body for people, on one line, without the secret or a token if it echoes them."""
        text = " ".join(_decoded(body[:_READ]).split())
        for secret in (self._credentials.client_secret, *self._tokens.secrets()):
            for written in (secret, quote_plus(secret), dumps(secret)[1:-1]):
                text = text.replace(written, "***") if written else text
        return "".join(one if one.isprintable() else "·" for one in text[:_QUOTED])


def read_json(body: bytes) -> dict[str, Any]:
    """Return the object in *body*.

    Raises:
        UnavailableError: it is cut short or no JSON (a page of maintenance): the next one may be whole.
        AnswerError: it is JSON, but no object.
    """
    try:
        try:
            document = loads(body, parse_float=Decimal, parse_constant=_refuse_constant)
        except UnicodeDecodeError:
            document = loads(body.decode("latin-1"), parse_float=Decimal, parse_constant=_refuse_constant)
    except (ValueError, ArithmeticError, RecursionError):
        raise UnavailableError(f"réponse de {len(body)} octets qui n'est pas du JSON entier") from None
    if not isinstance(document, dict):
        raise AnswerError("$", type(document).__name__, "un objet JSON")
    return document


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is no JSON")


def _decoded(body: bytes) -> str:
    try:
        return getincrementaldecoder("utf-8-sig")().decode(body)  # bears a letter that a cut halved
    except UnicodeDecodeError:
        return body.decode("latin-1")


def _message(body: bytes) -> bytes:
    """Return what the body of an error says: its message if it is the JSON that we know, else the whole of it."""
    try:
        message = str(read_json(body).get("message") or "")
    except (FranceTravailError, RecursionError):
        message = ""
    return message.encode("utf-8", "replace") or body


def _words(body: bytes) -> str:
    """Return all that a body says, JSON of any shape or not, to be searched: lower case, no accents, single spaces."""
    head = body[:_READ]
    try:
        text = dumps(loads(head), ensure_ascii=False)
    except (ValueError, RecursionError):
        text = _decoded(head)
    plain = "".join(letter for letter in normalize("NFKD", text.casefold()) if not combining(letter))
    return " ".join(plain.split())


def _refused_token(reply: Reply, said: str, asked: Credentials) -> FranceTravailError:
    try:
        code = str(read_json(reply.body).get("error", ""))
    except FranceTravailError:
        code = ""
    known = {
        "invalid_client": "identifiant ou clé secrète faux, ou API non rattachée à l'application sur francetravail.io",
        "invalid_scope": f"périmètre (scope) inconnu : « {asked.scope} »",
    }
    if code in known:
        return CredentialsError(f"jeton refusé ({code}) : {known[code]}")
    kind = CredentialsError if reply.status in {400, 401, 403} else RequestError
    return kind(f"jeton refusé : réponse {reply.status} de {asked.token_url} : {said}")
