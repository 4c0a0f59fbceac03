"""``make bench``: the whole way of a file beside the floor, for 10 000, 100 000 and 1 000 000 rows, in one run.

Rows are made, in French format, 0.5 % of them bad in many ways. Each step runs in a fork of a process that has loaded
its libraries, as under Airflow; CPU is that of the client and of PostgreSQL together. Then the same content is dropped
again (a look-up), and a corrected one of which 1 % changed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import great_expectations.expectations  # noqa: F401 - loaded before the forks, as the scheduler does
import pyarrow.parquet  # noqa: F401 - likewise

from demo.bench import make_bench
from demo.territories import make_territories
from territoires.contracts import load_all
from territoires.delivery.answer import answer_delivery
from territoires.delivery.load import load_delivery
from territoires.delivery.platform import Platform
from territoires.delivery.read import read_delivery
from territoires.delivery.receive import receive
from territoires.delivery.validate import validate_delivery
from territoires.inbox import Archive
from territoires.local.postgres import EmbeddedPostgres
from territoires.local.processes import free_port
from territoires.local.provisioning import LOADER, OWNER, WAREHOUSE, provision
from territoires.local.state import Secrets
from territoires.warehouse.engine import connect
from tests.bench import floor
from tests.bench.measure import Cost, in_child

NAME = "banque_des_territoires/investissements"
SEED = 20181122
HEADER = f"{'lignes':>9}  {'travail':<34}{'CPU s':>8}{'client':>8}{'serveur':>9}{'mur s':>8}{'Mo':>7}{'ratio':>8}"
REGISTER = """
with publication as (
    insert into core.registre_version (registre, millesime, source_url, sha256, statut, recue_le, lignes)
    values ('territoires', '2019-03-05', 'file:///banc', repeat('0', 64), 'charge', now(), 136)
    returning id_registre
)
insert into core.territoire (phase, id_ti, libelle, valide_de, id_registre)
select 1, code, code, '2019-03-05', id_registre from publication cross join unnest(%s::text[]) as code
"""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def row(rows: int, name: str, cost: Cost, against: Cost | None) -> None:
    ratio = f"{cost.cpu_s / against.cpu_s:8.2f}" if against else ""
    figures = f"{cost.cpu_s:8.2f}{cost.client_s:8.2f}{cost.server_s:9.2f}{cost.wall_s:8.2f}{cost.peak_mb:7.0f}"
    say(f"{rows:>9}  {name:<34}{figures}{ratio}")


class Bench:
    """One platform on a server of its own, emptied before each size."""

    def __init__(self, folder: Path, server: EmbeddedPostgres, secrets: Secrets) -> None:
        self.folder, self.server = folder, server
        self.owner_url = server.url(OWNER, secrets.entrepot_owner, WAREHOUSE)
        self.platform = Platform(
            warehouse_url=server.url(LOADER, secrets.entrepot_loader, WAREHOUSE),
            inbound=folder / "inbound",
            outbound=folder / "outbound",
            archive=Archive(folder / "archive"),
            work_root=str(folder / "work"),
            contracts=load_all(),
        )
        self.contract = self.platform.contracts[NAME]

    @property
    def postmaster(self) -> int:
        pid = self.server.pid()
        if pid is None:
            raise RuntimeError("the bench's server ended")
        return pid

    def empty(self) -> None:
        with connect(self.owner_url) as connection:
            connection.execute("truncate journal.livraison, core.banque_des_territoires_investissements cascade")
        with connect(self.owner_url, autocommit=True) as connection:
            connection.execute("vacuum analyze")

    def way(self, source: Path) -> tuple[dict[str, Cost], int]:
        """Take *source* the whole way; return the cost of each step and the delivery's number."""
        inbox = self.platform.inbound / NAME
        inbox.mkdir(parents=True, exist_ok=True)
        target = inbox / source.name
        target.write_bytes(source.read_bytes())
        os.utime(target, (0, 0))
        costs = {"recevoir": in_child(lambda: receive(self.platform, self.contract.operator), self.postmaster)}
        with self.platform.connect() as connection:
            found = connection.execute("select max(id_livraison) as n from journal.livraison").fetchall()[0]
        number = int(found["n"])
        steps = {
            "lire": read_delivery,
            "valider": validate_delivery,
            "charger": load_delivery,
            "répondre": answer_delivery,
        }
        for name, step in steps.items():
            if name == "répondre":
                self.keep_clean(number)
            costs[name] = in_child(lambda step=step: step(self.platform, number), self.postmaster)
        return costs, number

    def keep_clean(self, number: int) -> None:
        """Keep the accepted rows as the floor's input, before the answer clears the work area."""
        work = self.platform.work(number)
        if not work.folder.exists():
            return
        frame = work.frame().loc[work.validation().accepted, list(self.contract.headers)]
        floor.write_clean(frame.assign(ligne=1), self.folder / "propre.csv")


def run(bench: Bench, rows: int) -> None:
    source = bench.folder / f"banc-{rows}.csv"
    made = make_bench(source, rows, seed=SEED)
    bench.empty()
    costs, number = bench.way(source)
    with bench.platform.connect() as connection:
        facts = connection.execute("select * from journal.livraison where id_livraison = %s", [number]).fetchall()[0]
    if facts["lignes_refusees"] != made.refused_rows or facts["statut"] != "chargee_partiellement":
        raise RuntimeError(f"expected {made.refused_rows} refused rows, got {facts['lignes_refusees']}")
    floor.make_table(bench.owner_url, bench.contract)
    clean = bench.folder / "propre.csv"
    least = in_child(lambda: floor.run(bench.owner_url, bench.contract, clean), bench.postmaster)
    row(rows, "plancher : \\copy + ON CONFLICT", least, None)
    total = sum(costs.values(), Cost(0, 0, 0, 0))
    for name, cost in costs.items():
        row(rows, f"  {name}", cost, least)
    row(rows, "toute la chaîne", total, least)
    again, _ = bench.way(source)
    row(rows, "le même contenu, déposé à nouveau", sum(again.values(), Cost(0, 0, 0, 0)), least)
    changed = bench.folder / f"corrige-{rows}.csv"
    lines = source.read_bytes().split(b"\r\n")
    changed.write_bytes(
        b"\r\n".join(line.replace(b";engage", b";abandonne") if n % 100 == 0 else line for n, line in enumerate(lines))
    )
    corrected, _ = bench.way(changed)
    second = in_child(lambda: floor.run(bench.owner_url, bench.contract, clean), bench.postmaster)
    row(rows, "plancher, seconde fois", second, None)
    row(rows, "correction : 1 % des lignes changent", sum(corrected.values(), Cost(0, 0, 0, 0)), second)


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, default=[10_000, 100_000, 1_000_000])
    sizes = parser.parse_args().rows
    with tempfile.TemporaryDirectory(prefix="territoires-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        secrets = Secrets.make()
        server = EmbeddedPostgres(
            data=folder / "postgres",
            port=free_port(),
            log=folder / "postgres.log",
            password=secrets.postgres,
            instance=folder,
        )
        server.start()
        try:
            provision(server, secrets)
            bench = Bench(folder, server, secrets)
            with connect(bench.owner_url) as connection:
                connection.execute(REGISTER, [[one.id_ti for one in make_territories(SEED)]])
            say(f"Banc du {datetime.now(UTC):%d/%m/%Y}, {os.cpu_count()} cœurs ; ratio = CPU / CPU du plancher")
            say(HEADER)
            for rows in sizes:
                run(bench, rows)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
