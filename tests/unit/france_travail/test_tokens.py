"""The token: one renewal at a time, in time, and not for ever."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from territoires.france_travail import tokens
from territoires.france_travail.errors import AnswerError, CredentialsError
from territoires.france_travail.tokens import Credentials, TokenKeeper


class Office:
    """Gives numbered tokens of one life, and counts them."""

    def __init__(self, **facts: Any) -> None:
        self.facts = facts
        self.given = 0

    def __call__(self) -> dict[str, Any]:
        time.sleep(0.01)
        self.given += 1
        return {"access_token": f"jeton-{self.given}", "token_type": "Bearer", "expires_in": 1499} | self.facts


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Any:
    class Clock:
        now = 1000.0

    monkeypatch.setattr(tokens.time, "monotonic", lambda: Clock.now)
    return Clock


def test_threads_that_need_a_token_share_one_renewal() -> None:
    office = Office()
    keeper = TokenKeeper(office)
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: keeper.get(), range(40))) == {"jeton-1"}
        list(pool.map(keeper.refused, ["jeton-1"] * 8))
        assert set(pool.map(lambda _: keeper.get(), range(40))) == {"jeton-2"}
    assert office.given == 2


@pytest.mark.parametrize(("lives", "renewed"), [(1499, 1439), ("1499", 1439), (90, 45), (20, 10)])
def test_a_token_is_renewed_a_minute_early_or_at_half_its_life(clock: Any, lives: object, renewed: float) -> None:
    keeper = TokenKeeper(Office(expires_in=lives))
    keeper.get()
    clock.now += renewed - 0.1
    assert keeper.get() == "jeton-1"
    clock.now += 0.2
    assert keeper.get() == "jeton-2"


def test_tokens_that_end_early_are_renewed_as_often_as_needed() -> None:
    keeper = TokenKeeper(Office())
    for _ in range(5):
        token = keeper.get()
        keeper.accepted(token)
        keeper.refused(token)
    assert keeper.get() == "jeton-6"


def test_two_first_tokens_refused_in_a_row_end_it() -> None:
    keeper = TokenKeeper(Office())
    keeper.refused(keeper.get())
    with pytest.raises(CredentialsError, match="401 après renouvellement"):
        keeper.refused(keeper.get())


def test_an_api_that_took_tokens_and_takes_none_any_more_ends_it_a_little_later() -> None:
    office = Office()
    keeper = TokenKeeper(office)
    keeper.accepted(keeper.get())

    def refuse_for_ever() -> None:
        while True:
            keeper.refused(keeper.get())

    with pytest.raises(CredentialsError, match="401 après renouvellement"):
        refuse_for_ever()
    assert office.given == 10


@pytest.mark.parametrize("lives", [None, 0, -5, "bientôt", "nan", "", 10**400])
def test_a_life_that_cannot_be_is_one_that_is_not_stated(clock: Any, lives: object) -> None:
    keeper = TokenKeeper(Office(expires_in=lives))
    keeper.get()
    clock.now += 1400
    assert keeper.get() == "jeton-1"
    clock.now += 100
    assert keeper.get() == "jeton-2"


@pytest.mark.parametrize("kind", [None, "", "bearer", "BEARER"])
def test_a_token_of_no_stated_kind_is_a_bearer(kind: str | None) -> None:
    assert TokenKeeper(Office(token_type=kind)).get() == "jeton-1"


def test_tokens_out_of_use_are_still_to_be_hidden() -> None:
    keeper = TokenKeeper(Office())
    keeper.refused(keeper.get())
    keeper.get()
    assert set(keeper.secrets()) == {"jeton-1", "jeton-2"}


@pytest.mark.parametrize(
    ("facts", "place"),
    [
        ({"access_token": None}, "access_token"),
        ({"access_token": "a\nb"}, "access_token"),
        ({"token_type": "mac"}, "token_type = 'mac'"),
    ],
)
def test_an_answer_that_is_no_token_is_refused_without_its_value(facts: dict[str, Any], place: str) -> None:
    with pytest.raises(AnswerError, match=place) as caught:
        TokenKeeper(Office(**facts)).get()
    assert "a\nb" not in str(caught.value)


def test_the_realm_goes_into_the_address_once() -> None:
    assert Credentials("https://a.fr/jeton", "id", "s", "x y").query == {"realm": "/partenaire"}
    assert Credentials("https://a.fr/jeton?realm=/partenaire", "id", "s", "x y").query == {}
    assert "secret-absolu" not in repr(Credentials("https://a.fr", "id", "secret-absolu", "x"))
