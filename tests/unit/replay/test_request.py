"""The form of a replay: what can be asked, and what is said of what cannot."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

import pytest

from territoires.contracts import load_all
from territoires.replay import Request, RequestRefused, request_of
from territoires.warehouse.engine import Connection

CONTRACTS = load_all()
GOOD = {"operateur": "bpifrance", "livraison": "accompagnements", "motif": "règle corrigée"}
NO_DATABASE = cast("Connection", None)


def ask(**form: Any) -> Request:
    return request_of(NO_DATABASE, {**GOOD, **form}, CONTRACTS, "agent")


def test_a_type_and_a_period_make_a_request() -> None:
    asked = ask(du="2023-01-01", au="2023-12-31", version="1.0.0", id_livraison=None)
    assert (asked.contract.name, asked.reason, asked.who) == ("bpifrance/accompagnements", "règle corrigée", "agent")
    assert (asked.since, asked.until, asked.version) == (date(2023, 1, 1), date(2023, 12, 31), "1.0.0")
    assert ask(du=None, au="", version=" ").version is None


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"livraison": "referent"}, "ses livraisons : accompagnements, referents"),
        ({"operateur": None, "livraison": None}, "opérateurs : banque_des_territoires, bpifrance"),
        ({"du": "01/02/2023"}, r"n'est pas une date \(du\)"),
        ({"du": "2023-02-01", "au": "2023-01-01"}, "finit le 01/01/2023, avant de commencer le 01/02/2023"),
        ({"id_livraison": "n° 4"}, "n'est pas un numéro de livraison"),
        ({"version": "3.0.0"}, r"n'a pas de version 3.0.0 ; ses versions : 2.0.0, 1.0.0"),
        ({"motif": "  "}, "Écrivez un motif"),
    ],
)
def test_what_cannot_be_asked_is_told_in_french(form: dict[str, Any], said: str) -> None:
    with pytest.raises(RequestRefused, match=said):
        ask(**form)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(RequestRefused) as caught:
        ask(livraison="x", du="hier", motif="")
    for words in ("« x » n'est pas une livraison", "« hier » n'est pas une date", "Écrivez un motif"):
        assert words in str(caught.value)
