"""An HTTP server on loopback that can do what public servers do: validators, redirects, errors, cut and slow bodies."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Site:
    """What the server gives, changed by the test at will, and what it was asked."""

    body: bytes = b""
    etag: str | None = None
    modified: str | None = None
    fault: str | None = None
    port: int = 0
    asked: list[dict[str, str]] = field(default_factory=list)

    def url(self, name: str = "liste.geojson") -> str:
        return f"http://127.0.0.1:{self.port}/{name}"

    def validators(self) -> dict[str, str]:
        found = {"ETag": self.etag, "Last-Modified": self.modified}
        return {name: value for name, value in found.items() if value}


class Handler(BaseHTTPRequestHandler):
    site: Site

    def do_GET(self) -> None:
        site = self.site
        site.asked.append({name.lower(): value for name, value in self.headers.items()})
        target = {"boucle": "/encore", "redirection": "/liste_2023.csv"}.get(site.fault or "")
        if target and self.path != "/liste_2023.csv":
            self.answer(302, {"Location": target})
        elif site.fault and site.fault.isdecimal():
            self.answer(int(site.fault))
        elif self.unchanged():
            self.answer(304, site.validators())
        else:
            # The client that gives up is what some tests want.
            with suppress(OSError):
                getattr(self, f"give_{site.fault}", self.give)()

    def unchanged(self) -> bool:
        if self.site.etag and self.headers.get("If-None-Match") == self.site.etag:
            return True
        return bool(self.site.modified) and self.headers.get("If-Modified-Since") == self.site.modified

    def give(self) -> None:
        self.answer(200, self.site.validators() | {"Content-Length": str(len(self.site.body))})
        self.wfile.write(self.site.body)

    def give_sans_longueur(self) -> None:
        self.answer(200)
        self.wfile.write(self.site.body)

    def give_tronque(self) -> None:
        self.answer(200, {"Content-Length": str(len(self.site.body) + 10)})
        self.wfile.write(self.site.body)

    def give_morceau_coupe(self) -> None:
        self.protocol_version = "HTTP/1.1"
        self.answer(200, {"Transfer-Encoding": "chunked", "Connection": "close"})
        self.wfile.write(b"5\r\nabcde\r\nff\r\nabc")

    def give_gzip(self) -> None:
        packed = gzip.compress(self.site.body)
        self.answer(200, {"Content-Encoding": "gzip", "Content-Length": str(len(packed))})
        self.wfile.write(packed)

    def give_lent(self) -> None:
        self.answer(200)
        for byte in self.site.body:
            self.wfile.write(bytes([byte]))
            time.sleep(0.05)

    def give_muet(self) -> None:
        self.answer(200)
        time.sleep(2)

    def answer(self, status: int, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("SiteHandler", (Handler,), {"site": site}))
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
