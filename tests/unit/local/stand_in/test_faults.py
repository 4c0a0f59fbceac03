"""Faults: what each looks like to a plain caller, and the moments at which they strike."""

from __future__ import annotations

import json
import socket
import time
from dataclasses import replace

import pytest
import requests

from territoires.local.stand_in import Behaviour, Call, Service, Trouble, serving
from territoires.local.stand_in.answers import Answer
from territoires.local.stand_in.faults import (
    Fault,
    always,
    attempts,
    broken,
    calls,
    chunked,
    compressed,
    dripping,
    dropped,
    dropped_midway,
    forbidden,
    in_a_list,
    known_500,
    no_content,
    numbers_as_text,
    other_shape,
    redirected,
    share,
    share_of_questions,
    slow,
    too_many,
    truncated,
    without,
)
from tests.unit.local.stand_in.asking import ask, ask_token, session


def struck(fault: Fault, timeout: float = 5) -> requests.Response:
    """Return the answer to one call that *fault* strikes."""
    with serving(Behaviour(troubles=(Trouble(fault, always),))) as server:
        return ask(server, session(server), timeout=timeout)


@pytest.mark.parametrize(
    ("fault", "status", "headers", "start"),
    [
        (too_many(), 429, {}, b""),
        (too_many("seconds", 7), 429, {"Retry-After": "7"}, b""),
        (known_500, 500, {}, b'{"message": "[FiltreErreurSldng]'),
        (broken(500), 500, {"Content-Type": "text/html;charset=UTF-8"}, b"<html>"),
        (broken(502), 502, {}, b"<html>"),
        (broken(503, retry_after=1), 503, {"Retry-After": "1"}, b"<html>"),
        (forbidden, 403, {}, b""),
        (no_content, 204, {}, b""),
        (other_shape(), 200, {}, b"null"),
        (other_shape([]), 200, {}, b"[]"),
        (in_a_list, 200, {}, b'[{"datMaj"'),
        (redirected("http://localhost:9/"), 302, {"Location": "http://localhost:9/"}, b""),
        (compressed, 200, {"Content-Encoding": "gzip"}, b'{"datMaj"'),
        (chunked, 200, {"Transfer-Encoding": "chunked"}, b'{"datMaj"'),
    ],
)
def test_a_fault_that_is_an_answer(fault: Fault, status: int, headers: dict[str, str], start: bytes) -> None:
    answer = struck(fault)
    assert answer.status_code == status
    assert headers.items() <= answer.headers.items()
    assert answer.content.startswith(start)
    assert answer.content or not start


def test_a_204_has_no_body_and_says_no_length() -> None:
    assert "Content-Length" not in struck(no_content).headers


def test_valid_json_of_another_shape() -> None:
    row = struck(numbers_as_text).json()["listeValeursParPeriode"][0]
    assert isinstance(row["valeurPrincipaleNombre"], str)
    assert row["listeValeurParCaract"][0]["masque"] is False
    assert all("codePeriode" not in row for row in struck(without("codePeriode")).json()["listeValeursParPeriode"])


def broken_chunks(answer: Answer) -> Answer:
    return chunked(truncated("long")(answer))


FAULTS_THAT_BREAK_OFF = [dropped(), dropped(reset=True), dropped_midway, truncated("long"), broken_chunks]


@pytest.mark.parametrize("fault", FAULTS_THAT_BREAK_OFF)
def test_a_connection_that_breaks_off(fault: Fault) -> None:
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        struck(fault)


@pytest.mark.parametrize("length", ["right", "short"])
def test_json_that_is_cut_under_a_length_that_agrees(length: str) -> None:
    answer = struck(truncated(length))  # type: ignore[arg-type]  # one of its literals
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["Content-Length"]) > 100
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.content)


def test_an_answer_that_comes_too_late_or_drop_by_drop() -> None:
    with pytest.raises(requests.ReadTimeout):
        struck(slow(1), timeout=0.1)
    begun = time.monotonic()
    assert struck(dripping(0.03, pieces=10), timeout=0.2).json()["codeIndicateur"] == "OFF_1"
    assert time.monotonic() - begun >= 0.3  # no read waited longer than 0.2 s, and yet it took longer in all


def test_headers_may_drip_too() -> None:
    begun = time.monotonic()
    assert struck(dripping(0.02, pieces=8, head=True), timeout=0.2).status_code == 200
    assert time.monotonic() - begun >= 0.16


def test_the_end_does_not_wait_for_what_is_slow() -> None:
    begun = time.monotonic()
    with serving(Behaviour(troubles=(Trouble(slow(60), always),))) as server, pytest.raises(requests.ReadTimeout):
        ask(server, session(server), timeout=0.05)
    assert time.monotonic() - begun < 2


def test_a_connection_is_kept_between_calls_and_ended_with_the_server() -> None:
    with serving(Behaviour()) as server, socket.create_connection(("127.0.0.1", server.port), timeout=2) as plain:
        for _ in range(2):
            plain.sendall(b"GET /ailleurs HTTP/1.1\r\nHost: x\r\n\r\n")
            assert plain.recv(4000).startswith(b"HTTP/1.1 404")
        server.end()
        assert plain.recv(100) == b""


def test_a_redirection_takes_the_token_nowhere_unless_the_caller_does() -> None:
    with serving(Behaviour()) as elsewhere:
        address = (
            f"http://localhost:{elsewhere.port}/partenaire/stats-offres-demandes-emploi/v1/referentiel/territoires/REG"
        )
        with serving(Behaviour(troubles=(Trouble(redirected(address), always),))) as server:
            session(server).get(f"{server.base_url}/referentiel/territoires/REG", timeout=5)
        (call,) = elsewhere.calls
        assert not call.authorized  # requests follows, and takes the token off


def call(number: int = 1, attempt: int = 1, activity: str = "A1203") -> Call:
    return Call(number, Service.MARKET, "POST", "/x", "", attempt, 0.0, True, {"codeActivite": activity})


def test_moments() -> None:
    assert [calls(2, 3)(call(number)) for number in (1, 2, 3, 4)] == [False, True, True, False]
    assert [attempts(1)(call(attempt=attempt)) for attempt in (1, 2)] == [True, False]
    drawn = [share(0.2, seed=4)(call(number)) for number in range(1, 1001)]
    assert drawn == [share(0.2, seed=4)(call(number)) for number in range(1, 1001)]
    assert 150 < sum(drawn) < 250
    asked = [share_of_questions(0.2)(call(activity=f"A{number}")) for number in range(1000)]
    assert 150 < sum(asked) < 250
    assert not any(share_of_questions(1)(call(attempt=2, activity=f"A{number}")) for number in range(10))


def test_attempts_are_counted_by_question_and_faults_add_up() -> None:
    behaviour = Behaviour(troubles=(Trouble(in_a_list, attempts(1)), Trouble(compressed, always)))
    with serving(behaviour) as server:
        caller = session(server)
        answers = [ask(server, caller, codeActivite=code) for code in ("A1203", "A1203", "A1204")]
    assert [isinstance(answer.json(), list) for answer in answers] == [True, False, True]
    assert {answer.headers["Content-Encoding"] for answer in answers} == {"gzip"}


def test_a_server_may_be_mended_while_it_runs() -> None:
    with serving(Behaviour(troubles=(Trouble(broken(), always),))) as server:
        caller = session(server)
        broken_down = ask(server, caller).status_code
        server.behaviour = replace(server.behaviour, troubles=())
        assert (broken_down, ask(server, caller).status_code) == (503, 200)


def test_the_demonstration_is_healed_by_asking_once_again() -> None:
    with serving(replace(Behaviour.demonstration(), limit_per_s=None, token_serves=None)) as server:
        assert ask_token(server).status_code == 503
        caller = session(server)

        def good(number: int) -> bool:
            try:
                answer = ask(server, caller, codeActivite=f"A1{number:03}")
                return answer.status_code == 200 and bool(answer.json())
            except (requests.ConnectionError, ValueError):
                return False

        failed = [number for number in range(100) if not good(number)]
        assert len(failed) == 4  # each of its troubles but the slow one
        assert all(good(number) for number in failed)
