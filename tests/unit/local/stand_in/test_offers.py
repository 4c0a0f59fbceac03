"""The search of job offers and its pages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from territoires.local.stand_in import Behaviour, Service, StandIn, serving
from tests.unit.local.stand_in.asking import OFFERS, session


@pytest.fixture(scope="module")
def server() -> Iterator[StandIn]:
    with serving(Behaviour(offers=320)) as running:
        yield running


@pytest.fixture(scope="module")
def caller(server: StandIn) -> requests.Session:
    return session(server, OFFERS)


def search(server: StandIn, caller: requests.Session, **asked: str) -> requests.Response:
    return caller.get(server.offers_url, params=asked, timeout=5)


def test_pages_follow_one_another_until_the_last(server: StandIn, caller: requests.Session) -> None:
    pages = [search(server, caller, range=f"{first}-{first + 149}") for first in (0, 150, 300, 450)]
    assert [page.status_code for page in pages] == [206, 206, 200, 204]
    ranges = ["offres 0-149/320", "offres 150-299/320", "offres 300-319/320", "offres */320"]
    assert [page.headers["Content-Range"] for page in pages] == ranges
    identities = [offer["id"] for page in pages[:3] for offer in page.json()["resultats"]]
    assert len(set(identities)) == 320


@pytest.mark.parametrize(
    "asked",
    [
        {"range": "0-150"},
        {"range": "3100-3150"},
        {"range": "10-5"},
        {"range": "tout"},
        {"departement": "59,62,80,60,02,08"},
        {"commune": "Lille"},
    ],
)
def test_what_passes_the_bounds_is_refused(server: StandIn, caller: requests.Session, asked: dict[str, str]) -> None:
    assert search(server, caller, **asked).status_code == 400


def test_the_last_index_may_be_asked_and_criteria_change_what_is_found(
    server: StandIn, caller: requests.Session
) -> None:
    assert search(server, caller, range="3000-3149").status_code == 204
    found = {search(server, caller, commune=code).headers["Content-Range"] for code in ("59350", "62041")}
    assert len(found) == 2


def test_the_market_scope_does_not_open_the_offers(server: StandIn) -> None:
    assert search(server, session(server)).status_code == 403
    assert server.calls == ()
    assert server.calls_to(Service.OFFERS)[-1].path.endswith("/offres/search")
