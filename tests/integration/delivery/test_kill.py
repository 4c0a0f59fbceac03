"""``kill -9`` at every act of every step, then the step again: the same final state as without the kill."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from upath import UPath

from demo.bench import make_bench
from territoires.delivery.answer import answer_delivery
from territoires.delivery.load import load_delivery
from territoires.delivery.platform import Platform
from territoires.delivery.read import read_delivery
from territoires.delivery.receive import receive
from territoires.delivery.validate import keep_judges, validate_delivery
from territoires.inbox import Archive
from tests.integration.delivery.conftest import HEADERS, Way, operation
from tests.integration.delivery.faults import KILLED, every_act, in_child, kill, kill_during
from tests.stores import listed, put

STEPS: dict[str, Callable[[Platform, int], object]] = {
    "read": read_delivery,
    "validate": validate_delivery,
    "load": load_delivery,
    "answer": answer_delivery,
}
OPERATOR = "banque_des_territoires"
FOLDER = f"{OPERATOR}/investissements"
TABLE = "core.banque_des_territoires_investissements"


@pytest.fixture(params=["folder", "store"])
def kept(request: pytest.FixtureRequest, way: Way, tmp_path: Path) -> Way:
    """The way of a file in folders, and in a store whose objects outlive a process: one that is kept on disk."""
    if request.param == "folder":
        return way
    root = UPath(f"file://{tmp_path}", auto_mkdir=True)
    roots = {"inbound": root / "inbound", "outbound": root / "outbound", "work_root": root / "work"}
    return replace(way, platform=replace(way.platform, archive=Archive(root / "archive"), **roots))


def lay(way: Way, number: int, rows: int = 2) -> None:
    """Drop a file of its own: one good row with this number, and refused ones."""
    good, *bad = (operation(number + place, id_ti="ti-9999" if place else "ti-0101") for place in range(rows))
    put(way.platform.inbound / FOLDER / f"export-{number}.csv", "\r\n".join([HEADERS, good, *bad, ""]).encode())


def test_receiving_killed_at_any_act_takes_each_file_once(kept: Way, tmp_path: Path) -> None:
    inbound, archive = kept.platform.inbound, kept.platform.archive
    lay(kept, 0)
    for number in every_act(tmp_path, kill, lambda: receive(kept.platform, OPERATOR)):
        kept.receive()
        assert listed(inbound) == []
        lay(kept, 10 * number)
    rows = kept.query("select nom_fichier, sha256, statut, cle_depot from journal.livraison")
    files = {f"export-{10 * number}.csv" for number in range(len(rows))}
    assert {row["nom_fichier"] for row in rows} == files
    assert {row["statut"] for row in rows} == {"recue"}
    assert listed(inbound) == []
    # What was half written is swept when it is a day old.
    contents = [place for place in listed(archive.root) if not place.startswith(".incoming/")]
    assert contents == sorted(f"{row['sha256'][:2]}/{row['sha256']}" for row in rows)
    assert len(rows) > 10


@pytest.mark.parametrize("killed", STEPS)
def test_a_step_killed_at_any_act_then_run_again_ends_the_same(way: Way, killed: str, tmp_path: Path) -> None:
    with keep_judges():
        numbers = [taken_up_to(way, killed, 0)]
        finish(way, killed, numbers[-1])
        numbers.append(taken_up_to(way, killed, 5))
        for act in every_act(tmp_path, kill, lambda: STEPS[killed](way.platform, numbers[-1])):
            if is_past(way, killed, numbers[-1]):
                finish(way, killed, numbers[-1])
                numbers.append(taken_up_to(way, killed, 10 * act))
        finish(way, killed, numbers[-1])
    rows = way.query("select statut, lignes_ajoutees, lignes_refusees, recu, repondue_le from journal.livraison")
    assert {(row["statut"], row["lignes_ajoutees"], row["lignes_refusees"]) for row in rows} == {
        ("chargee_partiellement", 1, 1)
    }
    assert len(way.query(f"select 1 from {TABLE}")) == len(way.query("select 1 from quarantaine.ligne")) == len(numbers)
    assert all(row["repondue_le"] and (way.platform.outbound / row["recu"]).is_file() for row in rows)
    way.receive()  # sweeps
    assert listed(UPath(tmp_path / "work")) == []
    # 4 files of each receipt, whatever attempts there were.
    assert len(listed(UPath(tmp_path / "outbound"))) == 4 * len(numbers)


def is_past(way: Way, step: str, delivery: int) -> bool:
    """Tell whether a killed step had done its part; until then the next kill befalls what this one left behind."""
    row = way.row(delivery)
    done = {"read": row["lignes_lues"], "load": row["statut"] != "en_lecture", "answer": row["repondue_le"]}
    return bool(done.get(step))


def taken_up_to(way: Way, step: str, number: int) -> int:
    lay(way, number)
    delivery = way.receive()[-1]
    for name, run in STEPS.items():
        if name == step:
            break
        run(way.platform, delivery)
    return delivery


def finish(way: Way, step: str, delivery: int) -> None:
    names = list(STEPS)
    for name in names[names.index(step) :]:
        STEPS[name](way.platform, delivery)


@pytest.mark.parametrize(
    ("moment", "after_s"), [('copy "depot"', 0.02), ('insert into "core"', 0.02), ('copy "quarantaine"', 0)]
)
def test_a_load_killed_in_the_middle_of_a_statement_then_run_again(way: Way, moment: str, after_s: float) -> None:
    rows = 20_000
    path = way.platform.inbound / FOLDER / "export.csv"
    path.parent.mkdir(parents=True)
    make_bench(path, rows, territories=("ti-0101", "ti-0201", "ti-0202"))
    way.settle(path)
    [delivery] = way.receive()
    for name in ("read", "validate"):
        STEPS[name](way.platform, delivery)

    def load_and_die() -> None:
        kill_during(moment, after_s)
        load_delivery(way.platform, delivery)

    assert in_child(load_and_die) == KILLED
    assert way.query(f"select 1 from {TABLE} limit 1") == way.query("select 1 from quarantaine.ligne limit 1") == []
    assert way.row(delivery)["statut"] == "en_lecture"
    load_delivery(way.platform, delivery)
    row = way.row(delivery)
    assert row["lignes_lues"] == rows
    assert len(way.query(f"select 1 from {TABLE} where valide_a is null")) == row["lignes_acceptees"] > 0.99 * rows
    lines = way.query("select count(*) as n, count(distinct ligne) as d from quarantaine.ligne")[0]
    assert lines == {"n": row["lignes_refusees"], "d": row["lignes_refusees"]}
    steps = way.query("select statut from journal.etape where etape = 'charger' order by essai")
    assert [step["statut"] for step in steps] == ["interrompue", "reussie"]
    assert not load_delivery(way.platform, delivery), "a third run loads nothing twice"
