"""What the client tells and keeps to itself, against a server that repeats everything it is told."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote_plus

import pytest

from territoires.france_travail.budget import MemoryBudget, Pace
from territoires.france_travail.client import Client, NoData
from territoires.france_travail.errors import (
    AnswerError,
    CredentialsError,
    FranceTravailError,
    RequestError,
    UnavailableError,
)
from territoires.france_travail.questions import Indicator, Question
from territoires.france_travail.retries import Patience
from territoires.france_travail.tokens import Credentials

SECRET, TOKEN = "cle-tres-secrete", "jeton-tres-secret"
QUESTION = Question(Indicator.TENSION, "DEP", "59", "H2903")


class Parrot(ThreadingHTTPServer):
    """Answers ``status`` with ``body``, or with all that it was told; a call for a token has its own two."""

    status, body = 405, b""
    token_status, token_body = 200, b""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), ParrotHandler)
        self.headers: list[dict[str, str]] = []

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class ParrotHandler(BaseHTTPRequestHandler):
    server: Parrot

    def do_POST(self) -> None:
        told = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        if self.path.startswith("/jeton"):
            given = json.dumps({"access_token": TOKEN, "token_type": "Bearer", "expires_in": 1499}).encode()
            status, body = self.server.token_status, self.server.token_body
            body = body or (given if status == 200 else b"non : " + told)
        else:
            status = self.server.status
            body = self.server.body or b"non : " + self.headers["Authorization"].encode() + told
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", f"visite{len(self.server.headers)}=1; Path=/")
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@pytest.fixture
def parrot() -> Iterator[Parrot]:
    server = Parrot()
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def calling(server: Parrot) -> Iterator[Client]:
    credentials = Credentials(f"{server.origin}/jeton", "identifiant", SECRET, "un deux")
    patience = Patience(tries=2, first=0.01, retry_after=0.1)
    with Client(f"{server.origin}/v1/", credentials, MemoryBudget(Pace(200)), patience=patience) as client:
        yield client


def failed(server: Parrot) -> FranceTravailError:
    with calling(server) as client, pytest.raises(FranceTravailError) as caught:
        client.ask(QUESTION)
    return caught.value


@pytest.mark.parametrize("status", [400, 404])
def test_no_data_that_repeats_the_token_goes_into_the_journal_without(parrot: Parrot, status: int) -> None:
    parrot.status = status
    with calling(parrot) as client:
        first = client.ask(QUESTION)
        parrot.body = json.dumps({"message": f"refusé\0 : Bearer {TOKEN}, {SECRET}"}).encode()
        second = client.ask(QUESTION)
    assert isinstance(first, NoData)
    assert "non : Bearer ***" in first.detail
    assert isinstance(second, NoData)
    assert second.detail == "refusé· : Bearer ***, ***"


def test_a_secret_is_hidden_as_a_form_or_a_json_writes_it() -> None:
    odd = 'clé "+/='
    credentials = Credentials("http://127.0.0.1:9/jeton", "id", odd, "x")
    with Client("http://127.0.0.1:9", credentials, MemoryBudget(Pace(9))) as client:
        for body in (odd, json.dumps({"vu": odd}), f"client_secret={quote_plus(odd)}"):
            said = client._quote(body.encode())
            assert "***" in said
            assert "cl" not in said.replace("client_secret", "")


def test_a_question_that_alone_meets_401_is_given_up_and_the_others_go_on(parrot: Parrot) -> None:
    """Each new token is good for the others: renewing it again and again would never end."""
    with calling(parrot) as client:
        for _ in range(2):
            parrot.status, parrot.body = 204, b""
            client.ask(QUESTION)
            parrot.status = 401
            before = len(parrot.headers)
            with pytest.raises(RequestError, match="401"):
                client.ask(QUESTION)
            assert len(parrot.headers) - before <= 10
        parrot.status = 204
        assert client.ask(QUESTION) == NoData("204")


@pytest.mark.parametrize("status", [425, 507, 520, 524])
def test_what_a_gateway_says_of_a_moment_is_asked_again(parrot: Parrot, status: int) -> None:
    parrot.status = status
    assert failed(parrot).tries == 2


@pytest.mark.parametrize(("status", "token_status"), [(405, 200), (403, 200), (503, 200), (200, 400), (200, 500)])
def test_what_a_server_repeats_is_told_without_secret_or_token(
    parrot: Parrot, caplog: pytest.LogCaptureFixture, status: int, token_status: int
) -> None:
    parrot.status, parrot.token_status = status, token_status
    with caplog.at_level(logging.DEBUG):
        error = failed(parrot)
    told = "".join(traceback.format_exception(error)) + repr(error) + caplog.text
    assert "non :" in str(error)
    assert "***" in str(error)
    assert SECRET not in told
    assert TOKEN not in told


def test_nothing_of_the_client_shows_a_secret(parrot: Parrot) -> None:
    parrot.status, parrot.body = 204, b""
    with calling(parrot) as client:
        assert client.ask(QUESTION) == NoData("204")
        shown = repr(client) + repr(vars(client))
    assert SECRET not in shown
    assert TOKEN not in shown


def test_cookies_are_not_kept(parrot: Parrot) -> None:
    parrot.status, parrot.body = 204, b""
    with calling(parrot) as client:
        for _ in range(3):
            client.ask(QUESTION)
    assert len(parrot.headers) == 4
    assert not any("cookie" in headers for headers in parrot.headers)


def test_a_password_in_netrc_does_not_take_the_place_of_the_token(
    parrot: Parrot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login autre password autre\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    failed(parrot)
    assert "authorization" not in parrot.headers[0]
    assert parrot.headers[1]["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    ("status", "body", "told"),
    [
        (400, b'{"error": "invalid_client"}', "API non rattachée"),
        (401, b'{"error": "invalid_client"}', "API non rattachée"),
        (400, b'{"error": "invalid_scope"}', "un deux"),
        (403, b"interdit", "jeton refusé : réponse 403"),
    ],
)
def test_a_token_that_is_refused_is_explained(parrot: Parrot, status: int, body: bytes, told: str) -> None:
    parrot.token_status, parrot.token_body = status, body
    error = failed(parrot)
    assert isinstance(error, CredentialsError)
    assert told in str(error)


@pytest.mark.parametrize("body", [b"[]", b'{"jeton": "autre"}', b'{"access_token": ["a"]}', b"<html>"])
def test_an_answer_that_is_no_token_is_not_taken_for_that_to_the_question(parrot: Parrot, body: bytes) -> None:
    parrot.token_body = body
    error = failed(parrot)
    assert isinstance(error, UnavailableError)
    assert error.tries == 2


@pytest.mark.parametrize(
    ("status", "body", "form"),
    [
        (400, b"", "400"),
        (404, b"<html>", "404"),
        (500, '{"message": "… Le serveur n\'a pas pu trouver la liste", "codeHttp": 500}'.encode(), "500"),
        (500, '{"message": "é … n\'a pas pu trouver la liste"}'.replace("…", "").encode("latin-1"), "500"),
        (500, b'[{"message": "pas pu trouver la liste"}]', "500"),
        (500, b'{"erreur": {"detail": "PAS PU TROUVER\\u00a0LA LISTE"}}', "500"),
        (500, "<p>Le serveur n’a pas pu trouver \n la liste</p>".encode(), "500"),
    ],
)
def test_no_data_in_disguise(parrot: Parrot, status: int, body: bytes, form: str) -> None:
    parrot.status, parrot.body = status, body
    with calling(parrot) as client:
        found = client.ask(QUESTION)
    assert isinstance(found, NoData)
    assert (found.form, found.tries) == (form, 1)


def test_the_captured_error_is_no_data(parrot: Parrot, shared_data: Path) -> None:
    parrot.status = 500
    parrot.body = (shared_data / "france_travail" / "ft_api_error_500_no_list.json").read_bytes()
    with calling(parrot) as client:
        assert client.ask(QUESTION) == NoData("500", json.loads(parrot.body)["message"])


@pytest.mark.parametrize(
    ("body", "place"),
    [
        (b'{"territoires": {}}', "territoires = {}"),
        (b"{}", "territoires = None"),
        (b'{"territoires": [1]}', r"territoires\[0\] = 1"),
        (b'{"territoires": [{"codeTypeTerritoire": "REG", "codeTerritoire": "1"}]}', r"codeTypeTerritoire = 'REG'"),
        (b'{"territoires": [{"codeTypeTerritoire": "DEP", "codeTerritoire": 1}]}', r"codeTerritoire = 1"),
    ],
)
def test_a_list_of_territories_of_another_shape_is_named(parrot: Parrot, body: bytes, place: str) -> None:
    parrot.status, parrot.body = 200, body
    with calling(parrot) as client, pytest.raises(AnswerError, match=place):
        client.territories("DEP")


def test_territories_at_a_wrong_address_are_no_empty_list(parrot: Parrot) -> None:
    parrot.status = 404
    with calling(parrot) as client, pytest.raises(RequestError, match="réponse 404"):
        client.territories("DEP")
