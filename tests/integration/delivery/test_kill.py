"""``kill -9`` in the middle of a step, then the step again: the same final state as without the kill.

The step runs in a process of its own and is killed when PostgreSQL says that it is where we want it to be.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from demo.bench import make_bench
from tests.integration.delivery.conftest import Way, operation

ROWS = 100_000
REPOSITORY = Path(__file__).resolve().parents[3]
RUN = """
import sys
from importlib import import_module
from pathlib import Path
from territoires.contracts import load_all
from territoires.delivery.platform import Platform
from territoires.inbox import Archive
url, root, step, number = sys.argv[1:]
places = {name: Path(root) / name for name in ("inbound", "outbound")}
platform = Platform(url, archive=Archive(f"{root}/archive"), work_root=f"{root}/work", contracts=load_all(), **places)
module = import_module(f"territoires.delivery.{step}")
if step == "receive":
    module.receive(platform, "banque_des_territoires")
else:
    getattr(module, f"{step}_delivery")(platform, int(number))
"""
BUSY = """
select count(*) as n from pg_stat_activity
where datname = current_database() and application_name = 'charger' and state = 'active' and query ~ %s
"""
STATE = """
select md5(string_agg(r::text, E'\\n' order by id_operation)) as empreinte, count(*) as lignes
from (
    select id_operation, id_ti, libelle, montant_engage_eur, montant_decaisse_eur, date_engagement, statut, ligne
    from core.banque_des_territoires_investissements where valide_a is null
) as r
"""


def start(way: Way, step: str, number: int = 0) -> subprocess.Popen[bytes]:
    root = way.platform.inbound.parent
    command = [sys.executable, "-c", RUN, way.platform.warehouse_url, str(root), step, str(number)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "plugins")}
    return subprocess.Popen(command, env=environment, start_new_session=True)


def finish(way: Way, step: str, number: int = 0) -> None:
    assert start(way, step, number).wait(timeout=200) == 0


def kill(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(timeout=30) == -signal.SIGKILL


def wait_until(condition: Any, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert process.poll() is None, "the step ended before it could be killed"
        assert time.monotonic() < end, "the step never got where it was to be killed"
        time.sleep(0.002)


def make_and_receive(way: Way, rows: int) -> int:
    path = way.platform.inbound / "banque_des_territoires" / "investissements" / "export.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    make_bench(path, rows, territories=("ti-0101", "ti-0201", "ti-0202"))
    way.settle(path)
    [number] = way.receive()
    return number


def final_state(way: Way, number: int) -> tuple[Any, ...]:
    [state] = way.query(STATE)
    [refused] = way.query("select count(*) as n, count(distinct ligne) as d from quarantaine.ligne")
    row = way.row(number)
    counts = [row[name] for name in ("lignes_lues", "lignes_acceptees", "lignes_refusees", "lignes_ajoutees")]
    return (state["empreinte"], state["lignes"], refused["n"], refused["d"], row["statut"], *counts)


@pytest.mark.parametrize("moment", ['copy "depot"', 'insert into "core"', "copy quarantaine"])
def test_a_load_of_100_000_rows_killed_in_the_middle_then_run_again(way: Way, moment: str) -> None:
    number = make_and_receive(way, ROWS)
    for step in ("read", "validate"):
        finish(way, step, number)
    process = start(way, "load", number)
    with way.platform.connect() as watch:
        watch.autocommit = True
        wait_until(lambda: watch.execute(BUSY, [f"^(--.*\\n)*{moment}"]).fetchone()["n"], process)  # type: ignore[index]
    kill(process)
    assert way.query("select 1 from core.banque_des_territoires_investissements limit 1") == []
    assert way.query("select 1 from quarantaine.ligne limit 1") == []
    assert way.row(number)["statut"] == "en_lecture"
    finish(way, "load", number)
    killed = final_state(way, number)
    assert killed[1] > 0.99 * ROWS
    assert killed[2] == way.row(number)["lignes_refusees"]
    steps = way.query("select statut from journal.etape where etape = 'charger' order by essai")
    assert [step["statut"] for step in steps] == ["interrompue", "reussie"]
    finish(way, "load", number)
    assert final_state(way, number) == killed, "a third run loads nothing twice"
    assert killed == undisturbed(way)


_STATES: list[tuple[Any, ...]] = []


def undisturbed(way: Way) -> tuple[Any, ...]:
    """Return the final state that the same file has without a kill: made once, in an emptied warehouse."""
    if not _STATES:
        _STATES.append(_run_undisturbed(way))
    return _STATES[0]


def _run_undisturbed(way: Way) -> tuple[Any, ...]:
    with way.platform.connect() as connection:
        # As the loader may not truncate, rows are deleted; only this test's file stands there.
        connection.execute("update journal.livraison set statut = 'refusee', repondue_le = now()")
        for table in ("core.banque_des_territoires_investissements", "quarantaine.ligne", "quarantaine.signalement"):
            connection.execute(f"delete from {table}")  # type: ignore[arg-type]
    number = make_and_receive(way, ROWS)
    for step in ("read", "validate", "load"):
        finish(way, step, number)
    return final_state(way, number)


@pytest.mark.parametrize("delay_s", [0.3, 0.6, 0.9, 1.2])
def test_receiving_killed_at_any_moment_takes_each_file_once(way: Way, delay_s: float) -> None:
    for number in range(30):
        way.drop([operation(number)], f"export-{number}.csv")
    process = start(way, "receive")
    time.sleep(delay_s)
    if process.poll() is None:
        kill(process)
    finish(way, "receive")
    rows = way.query("select nom_fichier, statut, sha256 from journal.livraison")
    assert sorted(row["nom_fichier"] for row in rows) == sorted(f"export-{number}.csv" for number in range(30))
    assert {row["statut"] for row in rows} == {"recue"}
    assert all(way.platform.archive.path(row["sha256"]).exists() for row in rows)
    assert [path for path in way.platform.inbound.rglob("*.csv") if path.is_file()] == []


@pytest.mark.parametrize(
    ("step", "delay_s"), [("read", 0.8), ("read", 2.0), ("validate", 2.0), ("validate", 3.5), ("answer", 1.5)]
)
def test_any_other_step_killed_then_run_again_ends_the_same(way: Way, step: str, delay_s: float) -> None:
    number = make_and_receive(way, 20_000)
    for name in ("read", "validate", "load", "answer"):
        if name == step:
            process = start(way, name, number)
            time.sleep(delay_s)
            if process.poll() is None:
                kill(process)
        finish(way, name, number)
    row = way.row(number)
    assert (row["statut"], row["lignes_lues"]) == ("chargee_partiellement", 20_000)
    assert len(way.query("select 1 from quarantaine.ligne")) == row["lignes_refusees"]
    assert row["repondue_le"] is not None
    assert (way.platform.outbound / row["recu"]).is_file()
