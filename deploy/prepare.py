"""First step of docker-compose.yaml: roles, databases, migrations, Airflow's pools and account, folders and templates.

It runs at every start and changes only what is missing; roles and the account get the passwords of the environment
anew, so that changing one is changing .env and starting again.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import psycopg

from territoires.airflow.policies import POOLS
from territoires.airflow.stores import open_root
from territoires.contracts import load_all
from territoires.contracts.template import publish_templates
from territoires.inbox import make_inbound_folders
from territoires.local.airflow_env import ADMIN
from territoires.local.postgres import SUPERUSER, EmbeddedPostgres
from territoires.local.provisioning import provision
from territoires.local.state import Secrets
from territoires.settings import Settings


@dataclass(frozen=True, slots=True)
class RemoteServer:
    """A PostgreSQL server that somebody else runs; what ``provision`` asks of ``EmbeddedPostgres``."""

    host: str
    port: int
    password: str

    def url(self, role: str, password: str, database: str, driver: str = "psycopg") -> str:
        """Return a SQLAlchemy URL; passwords are URL-safe, as .env.example asks."""
        return f"postgresql+{driver}://{role}:{password}@{self.host}:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """Open a connection as superuser, each statement on its own."""
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user=SUPERUSER,
            password=self.password,
            dbname=database,
            connect_timeout=10,
            autocommit=True,
        )


def make_warehouse(environ: Mapping[str, str]) -> None:
    """Make roles and databases, bring the warehouse to its newest revision.

    Raises:
        KeyError: a password is missing.
        psycopg.Error: the server refuses; nothing of the failing statement remains.
    """
    server = RemoteServer(
        host=environ["TI_POSTGRES_HOST"],
        port=int(environ.get("TI_POSTGRES_PORT", "5432")),
        password=environ["TI_POSTGRES_PASSWORD"],
    )
    secrets = Secrets(
        postgres=server.password,
        airflow_db=environ["TI_AIRFLOW_DB_PASSWORD"],
        entrepot_owner=environ["TI_OWNER_PASSWORD"],
        entrepot_loader=environ["TI_LOADER_PASSWORD"],
        bi=environ["TI_BI_PASSWORD"],
        admin=environ["TI_ADMIN_PASSWORD"],
        # Airflow reads these three from its own variables.
        jwt="",
        session="",
        fernet="",
    )
    provision(cast("EmbeddedPostgres", server), secrets)


def make_folders(settings: Settings) -> None:
    """Make the inbound folder of each type of delivery, and put its templates in the operator's outbound folder."""
    contracts = load_all().values()
    make_inbound_folders(settings.inbound, [(contract.operator, contract.delivery) for contract in contracts])
    publish_templates(contracts, open_root(settings.outbound))


def write_account(path: Path, password: str) -> None:
    """Write the file of accounts that Airflow's SimpleAuthManager reads, for its owner's eyes alone."""
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(json.dumps({ADMIN: password}), encoding="utf-8")


def prepare_airflow() -> None:
    """Bring Airflow's own database to its newest revision and set the pools that the DAGs ask for.

    Raises:
        subprocess.CalledProcessError: Airflow refused; its own output says why.
    """
    subprocess.run([sys.executable, "-m", "airflow", "db", "migrate"], check=True)
    pools = {
        name: {"slots": slots, "description": description, "include_deferred": False}
        for name, (slots, description) in POOLS.items()
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(pools, file)
        file.flush()
        subprocess.run([sys.executable, "-m", "airflow", "pools", "import", file.name], check=True)


def main() -> None:
    """Do every part in the order in which they need one another."""
    make_warehouse(os.environ)
    make_folders(Settings.from_env())
    account = Path(os.environ["AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE"])
    write_account(account, os.environ["TI_ADMIN_PASSWORD"])
    prepare_airflow()


if __name__ == "__main__":
    main()
