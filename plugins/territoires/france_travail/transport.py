"""One HTTP exchange with a bound on everything: connection, silence, whole duration, size of the answer."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from requests.structures import CaseInsensitiveDict
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

from territoires.france_travail.errors import UnavailableError

MAX_BYTES = 32 << 20
"""The largest answer seen has some 100 kB; beyond this it is none."""
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to connect, between two reads, and for the whole exchange; the last one stops a server that drips."""

    connect: float = 5.0
    read: float = 20.0
    total: float = 60.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: status, headers (any case) and the whole body."""

    status: int
    headers: CaseInsensitiveDict[str]
    body: bytes


class Transport:
    """Sends requests over one session, shared by threads; nothing is retried here and no redirection is followed."""

    def __init__(self, timeouts: Timeouts | None = None, connections: int = 16) -> None:
        self.timeouts = timeouts or Timeouts()
        self._session = requests.Session()
        # 160,000 answers that each leave a cookie would end as headers that the server refuses with 400: « no data ».
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self._session.mount(scheme, _BoundedAdapter(self.timeouts.total, connections))

    def send(
        self,
        method: str,
        url: str,
        *,
        bearer: str | None = None,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
        json: object = None,
    ) -> Reply:
        """Do one exchange; *bearer* is the token, *params* the query, *data* a form or *json* the body.

        Raises:
            UnavailableError: no connection, a timeout, an exchange that is too long or breaks off.
        """
        end = time.monotonic() + self.timeouts.total
        try:
            with self._session.request(
                method,
                url,
                auth=_Bearer(bearer),
                params=params,
                data=data,
                json=json,
                headers={"Accept": "application/json"},
                timeout=(self.timeouts.connect, self.timeouts.read),
                allow_redirects=False,
                stream=True,
            ) as response:
                return Reply(response.status_code, response.headers, _read(response, end))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            # The class alone: the text of these errors quotes what was sent.
            raise UnavailableError(f"échange interrompu ({type(error).__name__})") from None

    def close(self) -> None:
        """Close the session's connections."""
        self._session.close()


def _read(response: requests.Response, end: float) -> bytes:
    body = bytearray()
    # read1 gives what has come; read would wait for a whole block past any deadline.
    while block := response.raw.read1(_BLOCK, decode_content=True):
        body += block
        if len(body) > MAX_BYTES:
            raise UnavailableError(f"réponse de plus de {MAX_BYTES} octets")
        if time.monotonic() > end:
            raise UnavailableError("réponse trop lente, abandonnée")
    return bytes(body)


class _Bearer(AuthBase):
    """The token's header. Given even without token: requests would otherwise look for a password in ~/.netrc."""

    def __init__(self, token: str | None) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        if self._token is not None:
            request.headers["Authorization"] = f"Bearer {self._token}"
        return request


class _BoundedAdapter(HTTPAdapter):
    """An adapter whose connections also bound the time until the last header: the read timeout bounds each silence."""

    def __init__(self, total: float, connections: int) -> None:
        self._total = total
        super().__init__(pool_connections=4, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - as the base class has it
        super().init_poolmanager(*args, **kwargs)
        bound = {"total": self._total}
        plain = type("_Plain", (_Bounded, HTTPConnection), bound)
        secure = type("_Secure", (_Bounded, HTTPSConnection), bound)
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("_PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("_SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
        }


class _Bounded:
    total: float
    sock: socket.socket | None

    def getresponse(self) -> HTTPResponse:
        with _cut_after(self.sock, self.total):
            found: HTTPResponse = super().getresponse()  # type: ignore[misc]  # of the connection it is mixed into
        return found


@contextmanager
def _cut_after(sock: socket.socket | None, seconds: float) -> Iterator[None]:
    """End the stream of *sock* if the block lasts longer: whoever reads it meets its end, not a wait.

    Raises:
        TimeoutError: it did, and the block took the end for that of an answer.
    """
    if sock is None:
        yield
        return
    cut = threading.Event()
    timer = threading.Timer(seconds, _shut, [sock, cut])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if cut.is_set():
        raise TimeoutError("answer too slow, given up")


def _shut(sock: socket.socket, cut: threading.Event) -> None:
    cut.set()
    # That of the plain socket: the one of a TLS socket pulls its session from under the thread that reads it.
    with suppress(OSError):
        socket.socket.shutdown(sock, socket.SHUT_RDWR)
