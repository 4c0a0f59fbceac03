"""The client against each way in which France Travail's API was seen to fail, or may fail one day."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from territoires.france_travail.answers import Answer, read
from territoires.france_travail.client import Client, Found, NoData
from territoires.france_travail.errors import AnswerError, CredentialsError, RequestError, UnavailableError
from territoires.france_travail.questions import Indicator, Question
from territoires.france_travail.transport import Timeouts
from territoires.local.stand_in import Behaviour, Service, Trouble, serving
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
    no_content,
    numbers_as_text,
    other_shape,
    redirected,
    slow,
    too_many,
    truncated,
    without,
)
from tests.integration.france_travail.conftest import QUICK, client_of

QUESTION = Question(Indicator.SEEKERS, "DEP", "59", "H2903", details=True)
HASTY = replace(QUICK, retry_after=0.1)


def asked(client: Client, question: Question = QUESTION) -> Answer | NoData:
    """Ask and read, as a campaign does."""
    with client:
        reply = client.ask(question)
    return reply if isinstance(reply, NoData) else read(question, reply.document)


def struck(fault: Fault, **behaviour: Any) -> Answer | NoData:
    """Return what the client makes of a fault that never ends."""
    with serving(Behaviour(troubles=(Trouble(fault, always),), limit_per_s=None, **behaviour)) as server:
        return asked(client_of(server, patience=replace(HASTY, tries=2)))


@pytest.mark.parametrize(
    "fault",
    [
        too_many("absent"),
        too_many("seconds"),
        too_many("date"),
        broken(500),
        broken(502),
        broken(503),
        broken(503, retry_after=1),
        dropped(),
        dropped(reset=True),
        dropped_midway,
        truncated("right"),
        truncated("long"),
        truncated("short"),
        lambda answer: truncated("right")(compressed(answer)),
        lambda answer: chunked(truncated("long")(answer)),
    ],
)
def test_what_can_heal_is_asked_again_and_gives_the_same_values(fault: Fault) -> None:
    with serving(Behaviour()) as good:
        expected = asked(client_of(good))
    with serving(Behaviour(troubles=(Trouble(fault, attempts(1)),))) as server:
        assert asked(client_of(server, patience=HASTY)) == expected
        assert len(server.calls) == 2
    assert isinstance(expected, Answer)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (broken(503), UnavailableError),
        (dropped(), UnavailableError),
        (truncated("right"), UnavailableError),
        (forbidden, CredentialsError),
        (redirected("http://localhost:9/"), RequestError),
        (other_shape(), AnswerError),
        (other_shape([]), AnswerError),
        (other_shape("maintenance"), AnswerError),
        (in_a_list, AnswerError),
        (numbers_as_text, AnswerError),
        (without("codePeriode"), AnswerError),
        (without("codeCaract"), AnswerError),
    ],
)
def test_what_does_not_heal_is_told_for_what_it_is(fault: Fault, error: type[Exception]) -> None:
    with pytest.raises(error):
        struck(fault)


@pytest.mark.parametrize("fault", [slow(5), dripping(0.1, pieces=50), dripping(0.1, pieces=50, head=True)])
def test_a_server_that_is_too_slow_holds_nobody_for_long(fault: Fault) -> None:
    """A drop before each timeout would feed a read timeout for ever: the whole exchange has its own."""
    with serving(Behaviour(troubles=(Trouble(fault, always),))) as server:
        client = client_of(server, patience=replace(HASTY, tries=1), timeouts=Timeouts(1.0, 0.2, 0.4))
        begun = time.monotonic()
        with pytest.raises(UnavailableError):
            asked(client)
        assert time.monotonic() - begun < 1


def test_compressed_answers_and_patient_ones_are_read() -> None:
    assert isinstance(struck(compressed), Answer)
    assert isinstance(struck(chunked), Answer)
    assert isinstance(struck(slow(0.1)), Answer)
    assert isinstance(struck(dripping(0.01)), Answer)


@pytest.mark.parametrize(
    ("disguise", "form"),
    [("500", "500"), ("204", "204"), ("400", "400"), ("404", "404"), ("absent", "liste_absente")],
)
def test_no_data_is_known_in_each_disguise_and_asked_once(disguise: Any, form: str) -> None:
    with serving(Behaviour(uncovered=frozenset({("DEP", "59")}), disguises=(disguise,))) as server:
        found = asked(client_of(server))
        assert isinstance(found, NoData)
        assert found.form == form
        assert len(server.calls) == 1


def test_data_that_is_gone_is_no_data() -> None:
    assert isinstance(struck(no_content), NoData)


def test_tokens_that_end_early_are_renewed_and_the_question_asked_again() -> None:
    with serving(Behaviour(token_serves=2, limit_per_s=None)) as server:
        client = client_of(server)
        with client:
            found = [client.ask(replace(QUESTION, activity=f"H29{number:02}")) for number in range(1, 8)]
        assert all(isinstance(one, Found | NoData) for one in found)
        assert len(server.calls_to(Service.TOKEN)) == 4


def test_tokens_that_are_never_good_end_the_run() -> None:
    with serving(Behaviour(token_lives_s=0)) as server:
        with pytest.raises(CredentialsError):
            asked(client_of(server))
        assert len(server.calls) <= 3


def test_an_address_of_tokens_that_fails_for_a_while_is_asked_again() -> None:
    with serving(Behaviour(token_troubles=(Trouble(broken(503), calls(1)), Trouble(dropped(), calls(2))))) as server:
        assert isinstance(asked(client_of(server)), Answer)
        assert (len(server.calls_to(Service.TOKEN)), len(server.calls)) == (3, 1)


@pytest.mark.parametrize(
    "behaviour",
    [Behaviour(attached=frozenset({"offres"})), Behaviour(token_troubles=(Trouble(forbidden, always),))],
)
def test_an_application_that_is_not_allowed_is_told_at_once(behaviour: Behaviour) -> None:
    with serving(behaviour) as server:
        with pytest.raises(CredentialsError):
            asked(client_of(server))
        assert len(server.calls_to(Service.TOKEN)) == 1


def pressed(client: Client, number: int) -> list[Found | NoData]:
    """Ask *number* questions from eight threads that press on."""
    with client, ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda rank: client.ask(replace(QUESTION, activity=f"A1{rank:03}")), range(number)))


def test_eight_threads_never_pass_the_limit() -> None:
    with serving(Behaviour(limit_per_s=20)) as server:
        pressed(client_of(server, calls_per_second=20), 30)
        assert server.busiest_second() <= 20
        assert len(server.calls) == 30  # nobody was refused


def test_a_refusal_holds_every_thread_for_as_long_as_it_said() -> None:
    troubles = (Trouble(too_many("seconds", wait_s=1), calls(5)),)
    with serving(Behaviour(troubles=troubles, limit_per_s=None)) as server:
        pressed(client_of(server), 24)
        arrivals = [call.arrived for call in server.calls]
    assert max(later - earlier for earlier, later in pairwise(arrivals)) > 0.95


def test_a_redirection_takes_neither_token_nor_secret_elsewhere() -> None:
    with serving(Behaviour()) as elsewhere:
        troubles = (Trouble(redirected(f"http://localhost:{elsewhere.port}/"), always),)
        with serving(Behaviour(troubles=troubles)) as server, pytest.raises(RequestError):
            asked(client_of(server))
        with serving(Behaviour(token_troubles=troubles)) as server, pytest.raises(RequestError):
            asked(client_of(server))
        assert all(not elsewhere.calls_to(service) for service in Service)
