"""Under the real scheduler, the worker that loads 100 000 rows is killed: the retry ends as if it had not been."""

from __future__ import annotations

import contextlib
import os
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from demo.bench import make_bench
from territoires.local.platform import Platform
from territoires.warehouse.engine import connect

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]

ROWS = 100_000
WORKER = re.compile(r"airflow worker -- [0-9a-f-]{36}")
"""How a LocalExecutor worker, and the task it forks, call themselves while they run a task."""
DELIVERY = "banque_des_territoires/investissements"
LOADING = """
select 1 from pg_stat_activity
where application_name = 'charger' and state = 'active' and query ~ 'depot|core'
"""


def query(platform: Platform, text: str, *values: object) -> list[dict[str, Any]]:
    with connect(platform.settings.warehouse_owner_url) as connection:
        return list(connection.execute(text, list(values)).fetchall())


def until(found: Callable[[], Any], timeout_s: float, what: str, pause_s: float = 0.01) -> Any:
    end = time.monotonic() + timeout_s
    while not (value := found()):
        assert time.monotonic() < end, f"{what}: not within {timeout_s} s"
        time.sleep(pause_s)
    return value


def drop(platform: Platform, name: str, seed: int) -> None:
    inbound = platform.settings.inbound / DELIVERY
    hidden = inbound / f".{name}.part"
    make_bench(hidden, ROWS, seed=seed)
    os.utime(hidden, (time.time() - 60,) * 2)
    hidden.rename(inbound / name)


def answered(platform: Platform, name: str) -> list[dict[str, Any]]:
    return query(platform, "select * from journal.livraison where nom_fichier = %s and repondue_le is not null", name)


def loading(platform: Platform) -> bool:
    with connect(platform.settings.warehouse_url) as connection:  # a role sees the statements of its own sessions
        return bool(connection.execute(LOADING).fetchall())


def kill_workers(platform: Platform) -> int:
    """Kill -9 every worker of this platform that runs a task; return how many."""
    killed = 0
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if WORKER.match(" ".join(process.cmdline())) and ancestor(process, platform):
                process.kill()
                killed += 1
    return killed


def ancestor(process: psutil.Process, platform: Platform) -> bool:
    scheduler = platform.state.recorded()[0]["scheduler"]
    return any(parent.pid == scheduler for parent in process.parents())


def test_a_killed_worker_s_load_is_taken_up_again_and_loads_once(plateforme: Platform) -> None:
    until(lambda: query(plateforme, "select 1 from core.territoire limit 1"), 120, "registers loaded", 0.5)
    drop(plateforme, "tue.csv", seed=1)
    until(lambda: loading(plateforme), 120, "the load begins")
    assert kill_workers(plateforme)
    assert not query(plateforme, "select 1 from core.banque_des_territoires_investissements limit 1")
    [row] = until(lambda: answered(plateforme, "tue.csv"), 300, "the retry's answer", 0.5)
    tries = query(
        plateforme,
        "select statut from journal.etape where etape = 'charger' and id_livraison = %s order by essai",
        row["id_livraison"],
    )
    assert [one["statut"] for one in tries] == ["interrompue", "reussie"]
    [loaded] = query(
        plateforme,
        "select count(*) as n, count(distinct id_operation) as cles from core.banque_des_territoires_investissements",
    )
    assert (loaded["n"], loaded["cles"]) == (row["lignes_acceptees"],) * 2
    [refused] = query(plateforme, "select count(*) as n from quarantaine.ligne")
    assert refused["n"] == row["lignes_refusees"] == ROWS - row["lignes_acceptees"]
    assert Path(plateforme.settings.outbound, row["recu"]).is_file()


def test_a_dropped_file_is_taken_up_within_thirty_seconds(plateforme: Platform) -> None:
    before = time.time()
    drop(plateforme, "attente.csv", seed=2)
    made = time.time()
    [row] = until(
        lambda: query(plateforme, "select recue_le from journal.livraison where nom_fichier = 'attente.csv'"),
        60,
        "the file is taken up",
        0.2,
    )
    waited = row["recue_le"].timestamp() - made
    assert before < row["recue_le"].timestamp()
    assert waited < 30
