"""Fetching one file by https, http or file, only if it changed, straight into the archive."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast
from urllib.parse import unquote, urlsplit
from urllib.request import url2pathname

from territoires.registers.errors import FetchError

if TYPE_CHECKING:
    from requests import Response

    from territoires.inbox.archive import Archive

MAX_BYTES = 128 << 20
"""The largest register published today is 3 MB; beyond this the source is not what it should be."""
MAX_REDIRECTS = 5
_BLOCK = 1 << 16
_TRANSIENT = frozenset({408, 425, 429})
"""Statuses below 500 that RFC 9110, 8470 and 6585 give for "later"."""


@dataclass(frozen=True, slots=True)
class Timeout:
    """Seconds to connect, between two reads, and in all; the last one stops a server that drips."""

    connect: float = 10.0
    read: float = 30.0
    total: float = 300.0


@dataclass(frozen=True, slots=True)
class Known:
    """What the last good fetch of a source left: the validators of RFC 9110 and the hash of the content."""

    sha256: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The source still has the known content; ``reason`` is one of ``etag_ou_date`` (304), ``contenu`` (same hash)."""

    reason: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """A new content, already in the archive under ``sha256``; ``size`` in bytes."""

    sha256: str
    size: int
    filename: str
    etag: str | None
    last_modified: str | None


def fetch(url: str, known: Known | None, archive: Archive, timeout: Timeout | None = None) -> Fetched | Unchanged:
    """Bring the file at *url* into *archive* unless it is the *known* one.

    Conditional requests follow RFC 9110 section 13 (If-None-Match, If-Modified-Since). The body is checked against
    Content-Length, the archive keeps nothing of a body cut short.

    Raises:
        FetchError: no connection, an error status, a truncated or too large body, an https address redirected to http.
    """
    if urlsplit(url).scheme == "file":
        return _fetch_file(url, known, archive)
    return _fetch_http(url, known, archive, timeout or Timeout())


def check_address(url: str) -> None:
    """Raise ValueError, in French, unless *url* can be fetched and written into the journal."""
    parts = urlsplit(url)
    if parts.scheme not in {"https", "http", "file"}:
        raise ValueError(f"adresse en https, http ou file attendue, schéma « {parts.scheme} » trouvé")
    if parts.username or parts.password:
        raise ValueError("pas d'identifiant ni de mot de passe dans l'adresse, elle est inscrite au journal")


def published_on(last_modified: str | None, received: date) -> date:
    """Return the day in a Last-Modified header, or *received* where there is none or it is no date."""
    if not last_modified:
        return received
    try:
        return parsedate_to_datetime(last_modified).date()
    except ValueError:
        return received


def _fetch_file(url: str, known: Known | None, archive: Archive) -> Fetched | Unchanged:
    path = Path(url2pathname(urlsplit(url).path))
    try:
        details = path.stat()
        if details.st_size > MAX_BYTES:
            raise FetchError(f"{path.name} : {details.st_size} octets, {MAX_BYTES} au plus", transient=False)
        with path.open("rb") as stream:
            stored = archive.store(stream)
    except OSError as error:
        raise FetchError(f"{path} : {error.strerror or error}", transient=False) from error
    modified = format_datetime(datetime.fromtimestamp(details.st_mtime, UTC), usegmt=True)
    if known and known.sha256 == stored.sha256:
        return Unchanged("contenu", None, modified)
    return Fetched(stored.sha256, stored.size, path.name, None, modified)


def _fetch_http(url: str, known: Known | None, archive: Archive, timeout: Timeout) -> Fetched | Unchanged:
    import requests
    import urllib3

    # The length of a compressed body is not the length of the file: ask for the file as it is.
    headers = {"User-Agent": "territoires-industrie", "Accept-Encoding": "identity"}
    if known and known.etag:
        headers["If-None-Match"] = known.etag
    if known and known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    deadline = time.monotonic() + timeout.total
    try:
        with requests.Session() as session:
            session.max_redirects = MAX_REDIRECTS
            with session.get(url, headers=headers, timeout=(timeout.connect, timeout.read), stream=True) as response:
                return _receive(response, known, archive, deadline)
    except requests.TooManyRedirects as error:
        raise FetchError(f"{url} : plus de {MAX_REDIRECTS} redirections", transient=False) from error
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise FetchError(f"{url} : {type(error).__name__}", transient=True) from error


def _receive(response: Response, known: Known | None, archive: Archive, deadline: float) -> Fetched | Unchanged:
    url = response.url
    steps = [urlsplit(step.url).scheme for step in (*response.history, response)]
    if steps[0] == "https" and "http" in steps:
        raise FetchError(f"{url} : redirection de https vers http", transient=False)
    etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
    if response.status_code == 304:
        if known is None:
            raise FetchError(f"{url} : réponse 304 à une demande sans condition", transient=False)
        return Unchanged("etag_ou_date", etag or known.etag, modified or known.last_modified)
    if response.status_code != 200:
        transient = response.status_code >= 500 or response.status_code in _TRANSIENT
        raise FetchError(f"{url} : réponse {response.status_code} {response.reason}", transient=transient)
    announced = response.headers.get("Content-Length", "")
    body = _Body(response, int(announced) if announced.isdecimal() else None, deadline)
    stored = archive.store(cast("BinaryIO", io.BufferedReader(body, _BLOCK)))
    if known and known.sha256 == stored.sha256:
        return Unchanged("contenu", etag, modified)
    return Fetched(stored.sha256, stored.size, unquote(urlsplit(url).path.rpartition("/")[2]), etag, modified)


class _Body(io.RawIOBase):
    """The body of a response as a stream that ends only if it is whole, in time and of bearable size."""

    def __init__(self, response: Response, announced: int | None, deadline: float) -> None:
        super().__init__()
        self._url, self._announced, self._deadline = response.url, announced, deadline
        if response.headers.get("Content-Encoding", "identity") != "identity":
            self._announced = None
        self._raw = response.raw
        self._rest = b""
        self._count = 0
        if announced is not None and announced > MAX_BYTES:
            self._refuse(f"{announced} octets annoncés, {MAX_BYTES} au plus", transient=False)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        """Fill *buffer*; 0 at the end of a whole body; FetchError otherwise."""
        if not self._rest:
            self._rest = self._next_block()
        part = self._rest[: len(buffer)]
        buffer[: len(part)] = part
        self._rest = self._rest[len(part) :]
        return len(part)

    def _next_block(self) -> bytes:
        if time.monotonic() > self._deadline:
            self._refuse("réception trop lente, abandonnée", transient=True)
        # read1 gives what has come; read, and iter_content, would wait for a whole block past any deadline.
        block: bytes = self._raw.read1(_BLOCK, decode_content=True)
        self._count += len(block)
        if self._count > MAX_BYTES:
            self._refuse(f"plus de {MAX_BYTES} octets", transient=False)
        if not block and self._announced is not None and self._count != self._announced:
            self._refuse(f"{self._count} octets reçus, {self._announced} annoncés", transient=True)
        return block

    def _refuse(self, reason: str, *, transient: bool) -> None:
        raise FetchError(f"{self._url} : {reason}", transient=transient)
