"""Tokens: who gets one, what it opens, when it ends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from territoires.local.stand_in import Behaviour, Service, StandIn, Trouble, serving
from territoires.local.stand_in.faults import broken, calls
from tests.unit.local.stand_in.asking import MARKET, OFFERS, ask, ask_token, form, session


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with serving(Behaviour(limit_per_s=None)) as running:
        yield running


def test_a_token_is_granted_for_both_words_in_any_order(server: StandIn) -> None:
    answer = ask_token(server, scope=" ".join(reversed(MARKET.split())))
    content = answer.json()
    assert answer.status_code == 200
    assert (content["token_type"], content["expires_in"]) == ("Bearer", 1499)
    authorized = {"Authorization": f"Bearer {content['access_token']}"}
    assert requests.get(f"{server.base_url}/referentiel/territoires/REG", headers=authorized, timeout=5).ok


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"client_secret": "faux"}, 401, "invalid_client"),
        ({"client_id": "PAR_autre"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"scope": ""}, 400, "invalid_request"),
        ({"scope": "api_romev1"}, 400, "invalid_scope"),
    ],
)
def test_a_call_for_a_token_that_does_not_hold_is_refused_as_oauth_says(
    server: StandIn, changes: dict[str, str], status: int, error: str
) -> None:
    answer = ask_token(server, **changes)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_realm_and_form_are_asked_for(server: StandIn) -> None:
    without_realm = requests.post(server.token_url.partition("?")[0], data=form(server), timeout=5)
    in_json = requests.post(server.token_url, json=form(server), timeout=5)
    assert [answer.json()["error"] for answer in (without_realm, in_json)] == ["invalid_request"] * 2
    assert requests.get(server.token_url, timeout=5).status_code == 405


def test_an_api_that_is_not_attached_is_an_invalid_client() -> None:
    with serving(Behaviour(attached=frozenset({"marche"}))) as server:
        assert ask_token(server, scope=OFFERS).json()["error"] == "invalid_client"
        assert ask_token(server).ok


@pytest.mark.parametrize("scope", ["api_stats-offres-demandes-emploiv1", OFFERS])
def test_half_a_scope_or_that_of_another_api_meets_an_empty_403(server: StandIn, scope: str) -> None:
    answer = ask(server, session(server, scope))
    assert (answer.status_code, answer.content) == (403, b"")


@pytest.mark.parametrize("authorization", [None, "Bearer inconnu", "Basic abc"])
def test_without_a_token_there_is_nothing(server: StandIn, authorization: str | None) -> None:
    caller = requests.Session()
    if authorization:
        caller.headers["Authorization"] = authorization
    assert ask(server, caller).status_code == 401


def test_tokens_may_end_before_they_said() -> None:
    with serving(Behaviour(token_serves=2)) as server, serving(Behaviour(token_lives_s=0)) as other:
        caller = session(server)
        assert [ask(server, caller).status_code for _ in range(3)] == [200, 200, 401]
        assert ask(server, session(server)).status_code == 200
        assert ask(other, session(other)).status_code == 401
        assert ask_token(other).json()["expires_in"] == 1499


def test_the_address_of_tokens_may_fail_for_a_while() -> None:
    with serving(Behaviour(token_troubles=(Trouble(broken(503), calls(1, 2)),))) as server:
        assert [ask_token(server).status_code for _ in range(3)] == [503, 503, 200]
        assert [call.number for call in server.calls_to(Service.TOKEN)] == [1, 2, 3]


def test_the_record_of_calls_holds_no_secret(server: StandIn) -> None:
    ask(server, session(server))
    told = repr(server.calls_to(Service.TOKEN)) + repr(server.calls)
    assert "stat-offres" in told
    assert server.behaviour.client_secret not in told
    assert "Bearer" not in told
