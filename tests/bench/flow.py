"""``make bench-flow``: the way of a file under the real scheduler, from the end of its copy to its receipt.

Two measures, on a platform of its own. One file of 1,000 rows at a time: how long its operator waits. Then a thousand
small files of four types at once: how many are answered a minute, when the first is, and whether each type was handled
in the order of arrival. Everything runs as in `make up`: four Airflow components, PostgreSQL, the rebuilds of bi.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from demo import make_demo
from demo.bench import make_bench
from territoires.local.demo_data import with_made
from territoires.local.platform import Platform, running
from territoires.local.processes import free_port
from territoires.settings import Settings
from territoires.warehouse.engine import connect

SEED = 20181122
DELIVERY = "banque_des_territoires/investissements"
SMALL_ROWS = 12
PATIENCE_S = 1_800
_SINCE = """
select livraison, id_livraison, nom_fichier, recue_le, repondue_le, chargee_le, statut from journal.livraison
where id_livraison > %s order by id_livraison
"""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def query(platform: Platform, text: str, *values: object) -> list[dict[str, Any]]:
    with connect(platform.settings.warehouse_url) as connection:
        return list(connection.execute(text, list(values)).fetchall())


def until(done: Callable[[], bool], platform: Platform, what: str) -> None:
    limit = time.monotonic() + PATIENCE_S
    while not done():
        platform.check_alive()
        if time.monotonic() > limit:
            raise TimeoutError(f"{what}: not within {PATIENCE_S} s")
        time.sleep(0.2)


def drop(content: bytes, platform: Platform, delivery: str, name: str) -> float:
    """Copy a file as an operator's tool does; return the instant at which the copy ended, in seconds since 1970."""
    folder = platform.settings.local("inbound") / delivery
    hidden = folder / f".{name}.part"
    hidden.write_bytes(content)
    hidden.rename(folder / name)
    return time.time()


def last(platform: Platform) -> int:
    return int(query(platform, "select coalesce(max(id_livraison), 0) as n from journal.livraison")[0]["n"])


def one_by_one(platform: Platform, folder: Path, drops: int, rows: int) -> None:
    """Drop *drops* files of *rows* rows, each once the former is answered and the platform is quiet again."""
    dice, waited = random.Random(SEED), []
    for number in range(drops):
        made = make_bench(folder / "un.csv", rows, seed=SEED + number)
        before = last(platform)
        ended = drop(made.path.read_bytes(), platform, DELIVERY, f"banc-{number:02}.csv")
        answered: list[dict[str, Any]] = []

        def receipt(before: int = before, answered: list[dict[str, Any]] = answered) -> bool:
            answered[:] = query(platform, _SINCE, before)
            return bool(answered and answered[0]["repondue_le"])

        until(receipt, platform, "the receipt")
        if answered[0]["statut"] not in {"chargee", "chargee_partiellement"}:
            raise RuntimeError(f"the file became {answered[0]['statut']}")
        waited.append(answered[0]["repondue_le"].timestamp() - ended)
        time.sleep(5 + 3 * dice.random())  # bi is rebuilt meanwhile; and no drop in step with a scan
    say(
        f"un fichier de {rows} lignes, de la fin de la copie au reçu : médiane {statistics.median(waited):.1f} s "
        f"(de {min(waited):.1f} à {max(waited):.1f} s) sur {drops} dépôts"
    )


def small_files(folder: Path, count: int) -> Iterator[tuple[str, str, bytes]]:
    """Yield (delivery, name, content) of *count* small files of four types, in turn, no two alike."""
    dice = random.Random(SEED)
    tables = {
        f"{file.operator}/{file.delivery}": file.path.read_bytes().splitlines(keepends=True)
        for file in sorted(make_demo(folder).files, key=lambda file: file.path.stat().st_size)
        if file.delivery in {"accompagnements", "projets_attractivite", "actions_recrutement"}
        and file.path.suffix == ".csv"
    }
    for number in range(count):
        name = f"lot-{number:04}.csv"
        turn = number % (len(tables) + 1)
        if turn == len(tables):
            yield DELIVERY, name, make_bench(folder / "un.csv", SMALL_ROWS, seed=number).path.read_bytes()
            continue
        delivery = list(tables)[turn]
        header, *lines = tables[delivery]
        yield delivery, name, header + b"".join(dice.sample(lines, SMALL_ROWS))


def all_at_once(platform: Platform, folder: Path, count: int) -> None:
    """Drop *count* small files at once and wait until each is answered."""
    files = list(small_files(folder, count))
    before, runs = last(platform), len(platform.api().runs())
    begun = time.time()
    for number, (delivery, name, content) in enumerate(files):
        drop(content, platform, delivery, name)
        # The order of arrival is that of the last write, which many files share within a tick of the clock.
        os.utime(platform.settings.local("inbound") / delivery / name, (begun, begun - 1 + number / 1e5))
    found: list[dict[str, Any]] = []

    def all_answered() -> bool:
        found[:] = query(platform, _SINCE, before)
        return len(found) == count and all(row["repondue_le"] for row in found)

    until(all_answered, platform, "all receipts")
    answers = sorted(row["repondue_le"].timestamp() - begun for row in found)
    say(
        f"{count} fichiers de {SMALL_ROWS} lignes, de {len({file[0] for file in files})} types, déposés à la fois : "
        f"tous répondus en {answers[-1]:.0f} s, soit {60 * count / answers[-1]:.0f} par minute ; "
        f"premier reçu après {answers[0]:.0f} s ; {len(platform.api().runs()) - runs} exécutions de DAG ; "
        f"ordre de chaque type {'tenu' if in_order(found) else 'PERDU'}"
    )
    states = {status: sum(row["statut"] == status for row in found) for status in {row["statut"] for row in found}}
    say(f"  statuts : {', '.join(f'{status} {number}' for status, number in sorted(states.items()))}")


def in_order(found: list[dict[str, Any]]) -> bool:
    """Tell whether each type was received, loaded and answered in the order in which its files were dropped."""
    for delivery in {row["livraison"] for row in found}:
        own = [row for row in found if row["livraison"] == delivery]
        for column in ("nom_fichier", "chargee_le", "repondue_le"):
            values = [row[column] for row in own if row[column] is not None]
            if values != sorted(values):
                return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-flow", description=__doc__)
    parser.add_argument("--drops", type=int, default=12)
    parser.add_argument("--rows", type=int, default=1_000)
    parser.add_argument("--files", type=int, default=1_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="territoires-flux-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        ports = {name: str(free_port()) for name in ("TI_PG_PORT", "TI_AIRFLOW_PORT")}
        environment = {"TI_STATE": str(folder), **ports, "TI_STAND_IN_PORT": "0"}
        with running(Platform.open(with_made(Settings.from_env(environment)))) as platform:
            say(f"Flux du {datetime.now(UTC):%d/%m/%Y}, {os.cpu_count()} cœurs, sous l'ordonnanceur")
            registers = "select 1 from core.registre_version where courant having count(distinct registre) >= 3"
            until(lambda: bool(query(platform, registers)), platform, "the registers")
            time.sleep(20)  # the first runs after a start are slower
            one_by_one(platform, folder, given.drops, given.rows)
            all_at_once(platform, folder, given.files)


if __name__ == "__main__":
    main()
