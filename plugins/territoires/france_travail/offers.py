"""The job offers API: a search, page by page.

Another API than the labour market's: another scope, another base address, a client of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Final

from territoires.france_travail.client import Client, read_json
from territoires.france_travail.errors import AnswerError

OFFERS_SCOPE: Final = "api_offresdemploiv2 o2dsoffre"
OFFERS_PATH: Final = "/partenaire/offresdemploi/v2"
MOST: Final = 150
"""Offers a call; more is refused with 400."""
LAST: Final = 3149
"""Index of the last offer that can be asked: beyond it a search must be made narrower (dates, communes)."""
_CONTENT_RANGE = re.compile(r"\w+ (?:(\d+)-(\d+)|\*)/(\d+)")


@dataclass(frozen=True, slots=True)
class Page:
    """Some offers of a search, from index *first*, out of *total*; a total beyond ``LAST`` is never reached."""

    first: int
    total: int
    offers: tuple[dict[str, Any], ...]


def search(client: Client, criteria: Mapping[str, str]) -> Iterator[Page]:
    """Yield the pages of a search until its last offer or the last that can be asked; none where nothing is found.

    The server decides how long a page is: the next one begins after the last offer that came.

    Raises:
        FranceTravailError: as ``Client.call``, or an answer of another shape.
    """
    first = 0
    while first <= LAST:
        page = client.call(partial(_page, client, criteria, first))
        if page is None:
            return
        yield page
        first = page.first + len(page.offers)
        if first >= page.total:
            return


def _page(client: Client, criteria: Mapping[str, str], first: int) -> Page | None:
    last = min(first + MOST - 1, LAST)
    reply = client.exchange("/offres/search", {**criteria, "range": f"{first}-{last}"})
    if reply.status == HTTPStatus.NO_CONTENT:
        return None
    offers = read_json(reply.body).get("resultats")
    if not isinstance(offers, list) or not all(isinstance(one, dict) for one in offers):
        raise AnswerError("resultats", type(offers).__name__, "une liste d'offres")
    if not offers:
        return None
    header = reply.headers.get("Content-Range", "")
    found = _CONTENT_RANGE.fullmatch(header)
    if found is None:
        if reply.status == HTTPStatus.OK:  # all there is, which some searches do not number
            return Page(first, first + len(offers), tuple(offers))
        raise AnswerError("Content-Range", header, "offres 0-149/844")
    if found[1] and int(found[1]) != first:
        raise AnswerError("Content-Range", header, f"une page qui commence à {first}")
    return Page(first, int(found[3]), tuple(offers))
