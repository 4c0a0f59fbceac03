"""How a stand-in behaves: what it knows, what it allows, what goes wrong and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from territoires.local.stand_in.faults import (
    RetryAfter,
    Trouble,
    broken,
    calls,
    dropped,
    slow,
    too_many,
    truncated,
)
from territoires.local.stand_in.territories import DEPARTMENTS

Disguise = Literal["500", "204", "400", "404", "absent"]
"""How "no data" is said: the known body of a 500, an empty 204, a message with 400 or 404, or 200 without any list."""
Api = Literal["marche", "offres"]
_SHOWN = frozenset(code for code in DEPARTMENTS if code[:1] in {"5", "6"} or code in {"08", "10", "88", "44", "49"})
"""Departments from 50 to 69 and some beside them: Lorraine, where Val de Lorraine is, is among them."""
SCOPES: dict[Api, frozenset[str]] = {
    "marche": frozenset({"api_stats-offres-demandes-emploiv1", "offresetdemandesemploi"}),
    "offres": frozenset({"api_offresdemploiv2", "o2dsoffre"}),
}
"""Both words are needed: with the first alone the token is granted and no call is allowed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """Everything that may differ from one stand-in to another; the defaults are the real service on a good day.

    Attributes:
        seed: of the figures, and of what is covered.
        client_id, client_secret: the one application that is known.
        attached: the APIs that the application may ask tokens for.
        as_of: the day that the service lives in: it knows what was published by then.
        first_year: the oldest year of which it has figures.
        expires_in: what a token's answer says of its life, in seconds.
        token_lives_s: its true life in seconds, when it is shorter.
        token_serves: the number of calls after which a token is refused, when there is one.
        limit_per_s: calls to the market API in any second; None for no limit.
        retry_after: what a 429 says of the time to wait; ``wait_s`` is that time, in whole seconds.
        uncovered: territories without any figure, (type, code); they are not in the lists of territories either.
        uncovered_basins: share (0 to 1) of the bassins without any figure.
        unanswered: share (0 to 1) of the other territories' questions that have none.
        disguises: in which ways "no data" is said; each question always gets the same one.
        offers: how many job offers a search without criteria finds.
        troubles: what goes wrong with calls to the two APIs, and when.
        token_troubles: the same for the calls that ask for a token.
    """

    seed: int = 2026
    client_id: str = "PAR_territoires_demonstration"
    client_secret: str = "secret-de-demonstration"  # noqa: S105 - opens nothing but this server
    attached: frozenset[Api] = frozenset({"marche", "offres"})
    as_of: date = date(2026, 3, 11)
    first_year: int = 2023
    expires_in: int = 1499
    token_lives_s: float | None = None
    token_serves: int | None = None
    limit_per_s: int | None = 10
    retry_after: RetryAfter = "absent"
    wait_s: int = 1
    uncovered: frozenset[tuple[str, str]] = frozenset({("REG", "06"), ("DEP", "976")})
    uncovered_basins: float = 0.15
    unanswered: float = 0.03
    disguises: tuple[Disguise, ...] = ("500", "204", "400", "404", "absent")
    offers: int = 844
    troubles: tuple[Trouble, ...] = ()
    token_troubles: tuple[Trouble, ...] = ()

    @classmethod
    def demonstration(cls) -> Behaviour:
        """Return that of the demonstration: a few things go wrong early on, so that retries are seen and heal them.

        Its limit is ten times the real one, and it covers a few departments, for a demonstration that does not wait;
        its connection says so.
        """
        return cls(
            uncovered=frozenset(("DEP", code) for code in DEPARTMENTS if code not in _SHOWN),
            limit_per_s=100,
            retry_after="seconds",
            token_serves=250,
            token_troubles=(Trouble(broken(503), calls(1)),),
            troubles=(
                Trouble(broken(502), calls(12)),
                Trouble(dropped(), calls(24)),
                Trouble(truncated("right"), calls(36)),
                Trouble(too_many("seconds", wait_s=1), calls(48)),
                Trouble(slow(0.5), calls(60)),
            ),
        )
