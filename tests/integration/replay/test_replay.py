"""What a replay shows, what it puts in place, and what it leaves alone when it cannot, or must not."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from territoires import replay
from territoires.delivery.validate import keep_judges
from territoires.reading.errors import unreadable
from territoires.replay import NotWaiting, ReplayImpossible, RequestRefused, StaleCandidate, reread
from territoires.replay import candidate as candidates
from territoires.warehouse import journal
from territoires.warehouse.sql import statement
from tests.integration.delivery.conftest import Way
from tests.integration.replay.conftest import YES, candidate_tables, current, drop, prepare

TO, TABLE = "essai/change", "essai_change"


@pytest.fixture
def told(small: Way) -> Way:
    """Three deliveries under 1.0.0; forced to 2.0.0, the middle one loses its « vieux » rows."""
    with keep_judges():
        drop(small, TO, ["K1;1;a;neuf", "K2;1;a;neuf", "K3;1;a;neuf"], "un.csv")
        drop(small, TO, ["K1;2;b;neuf", "K2;2;b;vieux", "K4;2;b;vieux"], "deux.csv")
        drop(small, TO, ["K3;3;c;neuf"], "trois.csv")
    return small


def replays(way: Way) -> list[tuple[Any, ...]]:
    return [(row["id_rejeu"], row["statut"]) for row in way.query("select * from journal.rejeu order by id_rejeu")]


def test_the_difference_is_shown_and_kept_then_applied_at_the_dates_of_the_time(told: Way) -> None:
    before = told.query(f"select cle, valeur, valide_de from core.{TABLE}")
    prepared = prepare(told, id_livraison=2, version="2.0.0")
    assert prepared.changes
    assert current(told, TABLE) == [("K1", 2, 2), ("K2", 2, 2), ("K3", 3, 3), ("K4", 2, 2)]  # nothing is touched yet
    for line in (
        "| valeur | 9 | 6 | **-3** |",
        "| en vigueur | 4 | 3 | **-1** |",
        "| ouverte | 0 | 2 | **+2** |",
        "| vieux | 2 | 0 | **-2** |",
        "plafond_refus",
    ):
        assert line in prepared.report, prepared.report
    assert re.search(
        r"\| 2 \| 1\.0\.0 → \*\*2\.0\.0\*\* \| chargee → \*\*chargee_partiellement\*\* \|", prepared.report
    )
    replay.apply(told.platform, prepared.replay_id, YES)
    assert current(told, TABLE) == [("K1", 2, 2), ("K2", 1, 1), ("K3", 3, 3)]
    after = told.query(f"select cle, valeur, valide_de from core.{TABLE}")
    assert {tuple(row.values()) for row in after} < {tuple(row.values()) for row in before}
    row = told.row(2)
    assert (row["statut"], row["contrat_version"]) == ("chargee_partiellement", "2.0.0")
    assert (row["lignes_acceptees"], row["lignes_refusees"], row["plafonds_leves"]) == (1, 2, ["plafond_refus"])
    assert {one["statut"] for one in told.query("select statut from quarantaine.ligne")} == {"ouverte"}
    assert len(told.query("select 1 from journal.resultat_regle where id_livraison = 2 and lignes_en_defaut = 2")) == 1
    kept = told.query("select statut_avant, version_avant, acceptees_avant from journal.rejeu_livraison where choisie")
    assert [tuple(one.values()) for one in kept] == [("chargee", "1.0.0", 3)]
    [done] = told.query("select statut, decide_par, decision_motif, fin is null as ouvert from journal.rejeu")
    assert tuple(done.values()) == ("applique", "agent", "vu avec l'opérateur", False)
    assert candidate_tables(told) == 0
    assert row["repondue_le"] < told.query("select fin from journal.rejeu")[0]["fin"]  # the operator heard nothing
    replay.apply(told.platform, prepared.replay_id, YES)  # a retry does nothing
    assert not prepare(told, TO, "rejeu-2").changes  # and what was applied is a fold like any other


def test_back_to_the_former_version_is_back_to_what_was(told: Way) -> None:
    before = current(told, TABLE)
    replay.apply(told.platform, prepare(told, id_livraison=2, version="2.0.0").replay_id, YES)
    replay.apply(told.platform, prepare(told, run_id="retour", id_livraison=2, version="1.0.0").replay_id, YES)
    assert current(told, TABLE) == before
    assert told.query("select 1 from quarantaine.ligne") == []


def test_a_candidate_is_out_of_date_once_something_of_its_type_is_loaded(told: Way) -> None:
    prepared = prepare(told, id_livraison=2, version="2.0.0")
    drop(told, TO, ["K9;9;d;neuf"], "quatre.csv")
    before = current(told, TABLE)
    with pytest.raises(StaleCandidate, match="lancez un nouveau rejeu"):
        replay.apply(told.platform, prepared.replay_id, YES)
    assert (current(told, TABLE), replays(told), candidate_tables(told)) == (before, [(1, "perime")], 0)
    with pytest.raises(NotWaiting):
        replay.apply(told.platform, prepared.replay_id, YES)
    assert replay.apply(told.platform, prepare(told, run_id="r2", id_livraison=2, version="2.0.0").replay_id, YES)


def test_what_comes_of_another_type_or_is_only_received_leaves_a_candidate_good(told: Way) -> None:
    prepared = prepare(told, id_livraison=2, version="2.0.0")
    drop(told, "essai/delta", ["K9;9;d;neuf"])
    told.drop_bytes(b"cle;valeur;note;statut\r\nK8;1;x;neuf\r\n", "plus-tard.csv", TO)
    told.receive("essai")
    replay.apply(told.platform, prepared.replay_id, YES)
    assert replays(told) == [(1, "applique")]


def test_killed_in_the_swap_nothing_is_changed_and_the_next_try_does_it(
    told: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared, before = prepare(told, id_livraison=2, version="2.0.0"), current(told, TABLE)

    def killed(connection: Any, *_: object) -> None:
        connection.execute("select pg_terminate_backend(pg_backend_pid())")

    with monkeypatch.context() as patched:
        patched.setattr(journal, "note_corrections", killed)  # the last thing of a swap but its record
        with pytest.raises(psycopg.OperationalError):
            replay.apply(told.platform, prepared.replay_id, YES)
    assert (current(told, TABLE), told.row(2)["statut"], replays(told)) == (before, "chargee", [(1, "candidat")])
    replay.apply(told.platform, prepared.replay_id, YES)
    assert current(told, TABLE) != before


def test_killed_in_the_fold_it_is_begun_again_by_its_retry_or_dropped_by_the_next_replay(
    told: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = candidates.load

    def killed(*given: Any, **named: Any) -> Any:
        if given[1].delivery_id == 3:
            raise KeyboardInterrupt
        return whole(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(candidates, "load", killed)
        with pytest.raises(KeyboardInterrupt):
            prepare(told, id_livraison=2, version="2.0.0")
    assert candidate_tables(told) > 0
    assert prepare(told, id_livraison=2, version="2.0.0").replay_id == 1  # the retry of the same run
    assert not prepare(told, TO, "autre").changes
    assert (replays(told), candidate_tables(told)) == ([(1, "abandonne"), (2, "sans_effet")], 0)


def test_a_rejected_candidate_is_read_by_nobody_else_dropped_and_changes_nothing(told: Way, entrepot: Any) -> None:
    prepared, before = prepare(told, id_livraison=2, version="2.0.0"), current(told, TABLE)
    with entrepot.connect("bi") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select 1 from core_candidat.essai_change")
    for _ in range(2):  # a retry does nothing more
        replay.give_up(told.platform, prepared.replay_id, YES)
    assert (current(told, TABLE), replays(told), candidate_tables(told)) == (before, [(1, "rejete")], 0)
    with pytest.raises(NotWaiting, match="« rejete »"):
        replay.apply(told.platform, prepared.replay_id, YES)


def test_contents_that_are_gone_are_told_by_number_and_those_before_the_chosen_one_are_not_needed(told: Way) -> None:
    told.platform.archive.path(told.row(1)["sha256"]).unlink()
    with pytest.raises(ReplayImpossible, match="n° 1 "):
        prepare(told, TO)
    [row] = told.query("select statut, message from journal.rejeu")
    assert (row["statut"], "n° 1 " in row["message"]) == ("impossible", True)
    replay.apply(told.platform, prepare(told, run_id="r2", id_livraison=2, version="2.0.0").replay_id, YES)
    assert current(told, TABLE) == [("K1", 2, 2), ("K2", 1, 1), ("K3", 3, 3)]


def test_a_delivery_that_was_refused_is_loaded_at_its_place_if_the_rules_now_allow_it(small: Way) -> None:
    drop(small, TO, ["K1;1;a;neuf"], "un.csv")
    refused = drop(small, TO, ["K1;5;b;usé"], "deux.csv")
    last = drop(small, TO, ["K2;3;c;neuf"], "trois.csv")
    assert refused["statut"] == "refusee"
    _widen(small, TO)
    prepared = prepare(small, id_livraison=refused["id_livraison"])
    replay.apply(small.platform, prepared.replay_id, YES)
    assert current(small, TABLE) == [("K1", 5, 2), ("K2", 3, 3)]
    [version] = small.query(f"select valide_de from core.{TABLE} where id_livraison = 2")
    assert version["valide_de"] < last["chargee_le"]
    assert small.query("select 1 from quarantaine.ligne") == []


def test_a_state_that_loads_after_all_overtakes_the_corrections_of_the_one_before_it(small: Way) -> None:
    """A replay has the rule of a load: rows of a state do not come back once a later state is there."""
    to = "essai/complet"
    drop(small, to, ["K1;1;a;neuf", "K2;1;a;neuf", "K3;trop;a;neuf"], "un.csv")
    refused = drop(small, to, ["K1;5;b;usé", "K2;5;b;usé"], "deux.csv")
    [given_back] = (small.platform.outbound / "essai").glob("*livraison-1_*_lignes-refusees.csv")
    small.drop_bytes(given_back.read_bytes().replace(b"trop", b"3"), given_back.name, to)
    [complement] = small.go("essai")
    assert (refused["statut"], complement["statut"], complement["complement"]) == ("refusee", "chargee", True)
    assert [key for key, *_ in current(small, "essai_complet")] == ["K1", "K2", "K3"]
    _widen(small, to)
    replay.apply(small.platform, prepare(small, id_livraison=refused["id_livraison"]).replay_id, YES)
    assert current(small, "essai_complet") == [("K1", 5, 2), ("K2", 5, 2)]
    row = small.row(complement["id_livraison"])
    assert (row["statut"], row["chargee_le"], row["lignes_ajoutees"]) == ("remplacee", None, None)


def test_a_delivery_that_cannot_be_read_any_more_counts_for_nothing(told: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreadable_now(*_: object) -> None:
        raise unreadable("fichier_vide", fichier="trois.csv")

    with monkeypatch.context() as patched:
        patched.setattr(reread, "read_content", unreadable_now)
        prepared = prepare(told, id_livraison=3)
    replay.apply(told.platform, prepared.replay_id, YES)
    row = told.row(3)
    assert (row["statut"], row["code_motif"]) == ("refusee", "fichier_vide")
    assert {row[name] for name in row if name.startswith("lignes_")} == {None}
    assert ("K3", 1, 1) in current(told, TABLE)


def test_what_waits_was_rejected_or_came_twice_is_not_replayed(small: Way) -> None:
    held = drop(small, "essai/delta", ["K1;1;a;neuf", "?;1;a;neuf", "?;1;b;neuf"], "un.csv")
    with pytest.raises(ReplayImpossible, match="« en_attente »"):
        prepare(small, id_livraison=held["id_livraison"])
    small.decide(held["id_livraison"], "rejetee", "mauvais export")
    small.go("essai")
    with pytest.raises(ReplayImpossible, match="rejetée le reste"):
        prepare(small, id_livraison=held["id_livraison"])
    with pytest.raises(ReplayImpossible, match="Aucune livraison de essai/delta"):
        prepare(small, "essai/delta", du="2019-01-01", au="2019-01-31")
    with pytest.raises(RequestRefused, match="pas de livraison n° 99"):
        prepare(small, id_livraison=99)
    with pytest.raises(RequestRefused, match="est de essai/delta, pas de essai/complet"):
        prepare(small, "essai/complet", id_livraison=held["id_livraison"])


def test_every_column_of_the_quarantine_is_swapped(entrepot: Any) -> None:
    """A column that is added and forgotten here would be lost by the next replay, without a word."""
    [_, _, written] = statement("core/rejeu_appliquer.sql").partition("insert into quarantaine.ligne")
    with entrepot.connect("loader") as connection:
        found = connection.execute(
            "select column_name from information_schema.columns"
            " where table_schema = 'quarantaine' and table_name = 'ligne'"
        ).fetchall()
    assert {row["column_name"] for row in found} == set(re.findall(r"^    c[.](\w+)", written, re.MULTILINE))


def _widen(way: Way, to: str) -> None:
    """Let the contract take one more value, as a mended rule would."""
    present = way.platform.contracts[to]
    wider = [replace(one, enum=(*one.enum, "usé")) if one.name == "statut" else one for one in present.fields]
    former = tuple(replace(one, fields=tuple(wider)) for one in present.former)
    contracts = {**way.platform.contracts, to: replace(present, fields=tuple(wider), former=former)}
    way.platform = replace(way.platform, contracts=contracts)
