"""The HTTP side: calls come in, are written down, held to the limit and the tokens, answered, and spoiled by faults."""

from __future__ import annotations

import logging
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from urllib.parse import urlsplit

from territoires.local.stand_in.answers import Answer, Ending, Json, message
from territoires.local.stand_in.behaviour import Behaviour
from territoires.local.stand_in.calls import Call, Journal, Service, Window, busiest_second, now
from territoires.local.stand_in.faults import Trouble, too_many
from territoires.local.stand_in.market import PREFIX, Market
from territoires.local.stand_in.offers import SEARCH, Offers
from territoires.local.stand_in.tokens import Tokens

HOST = "127.0.0.1"
TOKEN_PATH = "/connexion/oauth2/access_token"  # noqa: S105 - an address
_IDLE_S = 60.0
_LARGEST_BODY = 1_000_000
_READ_S = 0.02
_NO_LINGER = struct.pack("ii", 1, 0)
_log = logging.getLogger(__name__)


class StandIn(ThreadingMixIn, TCPServer):
    """A server on loopback that answers as France Travail does; ``serving`` starts and ends it.

    Attributes:
        behaviour: may be replaced while the server runs, for instance to mend it; figures and limit then stay as they
            were, its troubles follow.
    """

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, behaviour: Behaviour, port: int = 0) -> None:
        super().__init__((HOST, port), _Handler)
        self.behaviour = behaviour
        self.ended = threading.Event()
        self._tokens = Tokens(behaviour)
        self._market = Market(behaviour)
        self._offers = Offers(behaviour)
        self._window = Window(behaviour.limit_per_s)
        self._journal = Journal()
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """TCP port on 127.0.0.1."""
        return int(self.server_address[1])

    @property
    def origin(self) -> str:
        """Address of the server, without a path."""
        return f"http://{HOST}:{self.port}"

    @property
    def base_url(self) -> str:
        """Address of the labour market API."""
        return f"{self.origin}{PREFIX}"

    @property
    def token_url(self) -> str:
        """Address that gives tokens, with its realm."""
        return f"{self.origin}{TOKEN_PATH}?realm=/partenaire"

    @property
    def offers_url(self) -> str:
        """Address of the search of job offers."""
        return f"{self.origin}{SEARCH}"

    @property
    def connection(self) -> dict[str, Json]:
        """The Airflow connection that leads here; see ``connection``."""
        return connection(self.port, self.behaviour)

    @property
    def calls(self) -> tuple[Call, ...]:
        """Every call to the labour market API until now, refused ones included."""
        return self._journal.calls(Service.MARKET)

    def calls_to(self, service: Service) -> tuple[Call, ...]:
        """Every call to one service until now."""
        return self._journal.calls(service)

    def busiest_second(self) -> int:
        """Return the largest number of calls to the labour market API within any one second, refused ones included."""
        return busiest_second(call.arrived for call in self.calls)

    def answer(self, handler: _Handler, body: bytes, arrived: float) -> Answer:
        """Write a call down and answer it, faults included."""
        address = urlsplit(handler.path)
        authorization, content_type = handler.headers.get("Authorization", ""), handler.headers.get("Content-Type", "")
        service = _service(address.path)
        call = self._journal.note(
            service, handler.command, address.path, address.query, arrived, bool(authorization), body
        )
        match service:
            case Service.TOKEN:
                answer = self._token(call, content_type, body)
            case Service.MARKET:
                answer = self._held_to_limit(call, authorization, content_type, body)
            case Service.OFFERS:
                refusal = self._tokens.verdict(authorization, "offres", arrived)
                answer = refusal or self._offers.search(call.method, call.query)
            case Service.NONE:
                return message(404, f"Aucune ressource à cette adresse : {address.path}")
        troubles = self.behaviour.token_troubles if service is Service.TOKEN else self.behaviour.troubles
        return _spoiled(answer, call, troubles)

    def _token(self, call: Call, content_type: str, body: bytes) -> Answer:
        if call.method != "POST":
            return Answer(405, headers={"Allow": "POST"})
        return self._tokens.grant(call.query, content_type, body, call.arrived)

    def _held_to_limit(self, call: Call, authorization: str, content_type: str, body: bytes) -> Answer:
        """Answer for the market API, where the gateway counts calls before it looks at anything else."""
        if not self._window.accepts(call.arrived):
            return too_many(self.behaviour.retry_after, self.behaviour.wait_s)(Answer(200))
        refusal = self._tokens.verdict(authorization, "marche", call.arrived)
        return refusal or self._market.answer(call.method, call.path.removeprefix(PREFIX), content_type, body)

    def opened(self, connection: socket.socket) -> None:
        """Remember a connection, to be ended with the server even if a client keeps it open."""
        with self._lock:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        """Forget a connection."""
        with self._lock:
            self._open.discard(connection)

    def handle_error(self, _request: object, _client_address: object) -> None:
        """Say little of clients that go away in the middle of an answer; anything else is a fault of ours."""
        gone = isinstance(sys.exception(), OSError)
        _log.log(logging.DEBUG if gone else logging.ERROR, "réponse interrompue", exc_info=True)

    def end(self) -> None:
        """Stop listening and end every connection, at once."""
        self.ended.set()
        self.shutdown()
        self.server_close()
        with self._lock:
            left = list(self._open)
        for connection in left:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class _Handler(BaseHTTPRequestHandler):
    """One connection: HTTP/1.1, kept open between calls."""

    server: StandIn
    protocol_version = "HTTP/1.1"
    timeout = _IDLE_S
    disable_nagle_algorithm = True
    wbufsize = -1  # head and body leave together

    def setup(self) -> None:
        """Take up a connection."""
        super().setup()
        self._reset = False
        self.server.opened(self.connection)

    def finish(self) -> None:
        """Leave a connection; to close it without lingering is to reset it."""
        self.server.closed(self.connection)
        with suppress(OSError):
            super().finish()
        if self._reset:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
            self.connection.close()

    def parse_request(self) -> bool:
        """Note when the first line came, before anything is made of it."""
        self._arrived = now()
        return super().parse_request()

    def do_GET(self) -> None:
        """Answer any method alike: what is allowed depends on the address."""
        length = self.headers.get("Content-Length", "0")
        if not length.isdecimal() or int(length) > _LARGEST_BODY or "Transfer-Encoding" in self.headers:
            self.close_connection = True
            return self._send(message(411, "Content-Length est obligatoire et limité."))
        body = self.rfile.read(int(length))
        answer = self.server.answer(self, body, self._arrived)
        _log.info("%s %s → %s", self.command, urlsplit(self.path).path, "rien" if answer.silent else answer.status)
        return self._send(answer)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_GET  # noqa: N815 - names of the standard library

    def _send(self, answer: Answer) -> None:
        if answer.delay_s and self.server.ended.wait(answer.delay_s):
            self.close_connection = True
            return
        if answer.ending is not Ending.KEPT:
            self.close_connection = True
        self._reset = answer.ending is Ending.RESET
        if not answer.silent:
            self._write(answer)

    def _write(self, answer: Answer) -> None:
        """Send head and body, in one piece unless they are to drip."""
        head, body = self._head(answer), b"" if self.command == "HEAD" else _framed(answer)
        at_once, slowly = (b"", head + body) if answer.drips_head else (head, body)
        self.wfile.write(at_once)
        size = -(-len(slowly) // answer.pieces) or 1
        for start in range(0, len(slowly), size):
            if answer.drip_s:
                self.wfile.flush()
                if self.server.ended.wait(answer.drip_s):
                    break
            self.wfile.write(slowly[start : start + size])
        self.wfile.flush()
        if answer.ending is Ending.RESET:
            # What was sent has a moment to be read: a reset takes back what still waits in the client's buffer.
            self.server.ended.wait(_READ_S)

    def _head(self, answer: Answer) -> bytes:
        headers = {"Server": "france-travail-simule", "Date": self.date_time_string(), **answer.headers}
        if answer.chunked:
            headers["Transfer-Encoding"] = "chunked"
        elif answer.status != HTTPStatus.NO_CONTENT:
            headers["Content-Length"] = str(len(answer.body) if answer.announced is None else answer.announced)
        if answer.ending is Ending.CLOSED:
            headers["Connection"] = "close"
        lines = [f"{self.protocol_version} {answer.status} {HTTPStatus(answer.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name of the standard library
        """Leave the standard library's lines on stderr out: ours say more."""


def _service(path: str) -> Service:
    if path == TOKEN_PATH:
        return Service.TOKEN
    if path.startswith(f"{PREFIX}/"):
        return Service.MARKET
    return Service.OFFERS if path == SEARCH else Service.NONE


def _framed(answer: Answer) -> bytes:
    """Return the body as it goes over the wire; chunks that break off lack the one that ends them."""
    if not answer.chunked:
        return answer.body
    half = len(answer.body) // 2
    pieces = [piece for piece in (answer.body[:half], answer.body[half:]) if piece]
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces)
    return chunks + (b"0\r\n\r\n" if answer.announced is None else b"")


def _spoiled(answer: Answer, call: Call, troubles: tuple[Trouble, ...]) -> Answer:
    for trouble in troubles:
        if trouble.when(call):
            answer = trouble.fault(answer)
    return answer


def connection(port: int, behaviour: Behaviour | None = None) -> dict[str, Json]:
    """Return the Airflow connection that leads to a stand-in on *port*; as JSON, it may be ``AIRFLOW_CONN_…``."""
    known = behaviour or Behaviour()
    origin = f"http://{HOST}:{port}"
    pace = {} if known.limit_per_s is None else {"calls_per_second": known.limit_per_s}
    return {
        "conn_type": "http",
        "schema": "http",
        "host": HOST,
        "port": port,
        "login": known.client_id,
        "password": known.client_secret,
        "extra": {"base_url": f"{origin}{PREFIX}", "token_url": f"{origin}{TOKEN_PATH}?realm=/partenaire", **pace},
    }


@contextmanager
def serving(behaviour: Behaviour | None = None, port: int = 0) -> Iterator[StandIn]:
    """Serve within the block, on *port* or on any that is free."""
    server = StandIn(behaviour or Behaviour(), port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.end()
        thread.join()
