"""What happens while a replay is made or applied: deliveries are loaded, rows are lifted and expire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest

from territoires import replay
from territoires.replay import RequestRefused, StaleCandidate
from territoires.replay import candidate as candidates
from territoires.replay import replay as engine
from territoires.warehouse.quarantine import Lifting, expire_old, lift
from tests.integration.delivery.conftest import Way
from tests.integration.replay.conftest import YES, candidate_tables, drop, prepare

TO = "essai/change"


def test_a_delivery_loaded_in_the_middle_of_the_fold_leaves_nothing_to_approve(
    small: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is asked to read a difference that could not be applied; the retry of the task makes another one."""
    for number in (1, 2):
        drop(small, TO, [f"K{number};{number};a;vieux"], f"{number}.csv")
    whole = candidates.load
    came: list[dict[str, Any]] = []

    def meanwhile(*given: Any, **named: Any) -> Any:
        if not came:
            came.append(drop(small, TO, ["K2;7;b;neuf"], "entre-temps.csv"))
        return whole(*given, **named)

    monkeypatch.setattr(candidates, "load", meanwhile)
    with pytest.raises(StaleCandidate, match="lancez un nouveau rejeu"):
        prepare(small, TO, version="2.0.0")
    assert [row["statut"] for row in small.query("select statut from journal.rejeu")] == ["perime"]
    assert (came[0]["statut"], candidate_tables(small)) == ("chargee", 0)
    assert prepare(small, TO, version="2.0.0").changes


def test_what_is_lifted_or_expires_during_the_swap_waits_for_it_and_is_not_undone(
    small: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The swap once put back to « ouverte » a row that an engineer had lifted after the candidate was compared."""
    drop(small, TO, ["K1;1;a;neuf", "K2;1;a;neuf", "K3;1;a;neuf", "K4;trop;a;neuf", "K5;trop;a;neuf"], "un.csv")
    drop(small, TO, ["K1;2;b;vieux", "K2;2;b;neuf"], "deux.csv")
    small.query("update quarantaine.ligne set cree_le = cree_le - interval '1 year' where ligne = 6 returning 1")
    prepared, swap = prepare(small, id_livraison=2, version="2.0.0"), engine._swap

    def end_waits() -> None:
        with small.platform.connect() as connection:
            lift(connection, Lifting(1, [5], "abandonnée", "claire", "manuel-1"))
            connection.commit()
            expire_old(connection, datetime.now(UTC) - timedelta(seconds=1))

    thread = Thread(target=end_waits)

    def late(*given: Any) -> None:
        thread.start()
        thread.join(0.3)
        swap(*given)

    monkeypatch.setattr(engine, "_swap", late)
    replay.apply(small.platform, prepared.replay_id, YES)
    thread.join(30)
    found = small.query("select ligne, statut from quarantaine.ligne where id_livraison = 1 order by ligne")
    assert [(row["ligne"], row["statut"]) for row in found] == [(5, "levee"), (6, "expiree")]


def test_the_contract_of_a_delivery_may_be_gone(small: Way) -> None:
    row = drop(small, TO, ["K1;1;a;neuf"])
    del small.platform.contracts[TO]  # type: ignore[attr-defined]
    with pytest.raises(RequestRefused, match="qui n'a plus de contrat"):
        prepare(small, id_livraison=row["id_livraison"])
