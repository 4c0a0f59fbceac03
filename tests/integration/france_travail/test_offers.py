"""The job offers API, page by page, against the stand-in."""

from __future__ import annotations

import pytest

from territoires.france_travail.errors import RequestError
from territoires.france_travail.offers import OFFERS_SCOPE, Page, search
from territoires.local.stand_in import Behaviour, Service, StandIn, Trouble, serving
from territoires.local.stand_in.faults import attempts, broken
from tests.integration.france_travail.conftest import client_at


def pages(server: StandIn, **criteria: str) -> list[Page]:
    base_url = server.offers_url.removesuffix("/offres/search")
    with client_at(base_url, server.token_url, scope=OFFERS_SCOPE) as client:
        return list(search(client, criteria))


@pytest.mark.parametrize(
    ("total", "sizes"), [(844, [150] * 5 + [94]), (150, [150]), (151, [150, 1]), (1, [1]), (0, [])]
)
def test_a_search_is_read_to_its_end(total: int, sizes: list[int]) -> None:
    with serving(Behaviour(offers=total, troubles=(Trouble(broken(503), attempts(1)),))) as server:
        found = pages(server)
        assert len(server.calls_to(Service.OFFERS)) == 2 * max(1, len(sizes))  # each healed once
    assert [len(page.offers) for page in found] == sizes
    assert len({offer["id"] for page in found for offer in page.offers}) == total
    assert all(page.total == total for page in found)


def test_a_search_ends_at_the_last_offer_that_can_be_asked() -> None:
    with serving(Behaviour(offers=5000)) as server:
        found = pages(server)
        assert "range=3000-3149" in server.calls_to(Service.OFFERS)[-1].query
    assert sum(len(page.offers) for page in found) == 3150
    assert found[-1].total == 5000


def test_a_search_that_cannot_be_is_told() -> None:
    with serving(Behaviour()) as server, pytest.raises(RequestError, match="5 départements au plus"):
        pages(server, departement="01,02,03,04,05,06")
