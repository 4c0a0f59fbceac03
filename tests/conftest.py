"""Fixtures that every test may ask for: the given data, an embedded PostgreSQL, a fresh warehouse, a whole platform."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Literal

import pytest
from psycopg import sql

from territoires.local.demo_data import with_made
from territoires.local.platform import Platform, running
from territoires.local.postgres import EmbeddedPostgres
from territoires.local.processes import free_port
from territoires.local.provisioning import AIRFLOW, BI, LOADER, OWNER, WAREHOUSE, provision
from territoires.local.state import Secrets
from territoires.settings import REPOSITORY, Settings
from territoires.warehouse.engine import Connection, connect
from tests.stores import s3_endpoint, store

__all__ = ["s3_endpoint", "store"]  # fixtures

# Before any test imports Airflow, which writes its configuration and a database where this leads it.
os.environ |= {
    "AIRFLOW_HOME": tempfile.mkdtemp(prefix="territoires-airflow-"),
    "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
    "AIRFLOW__CORE__DAGS_FOLDER": str(REPOSITORY / "dags"),
    "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
    "GX_ANALYTICS_ENABLED": "false",
}
# The tests' settings are theirs: what the shell holds must not lead them to a real warehouse.
for name in [name for name in os.environ if name.startswith("TI_")]:
    del os.environ[name]

# What starts us in the background (a CI, a shell's &) may have us ignore it, and every make that tests start with us.
signal.signal(signal.SIGQUIT, signal.SIG_DFL)

_NUMBERS = count(1)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give each worker whole files, whose fixtures are then made once; one worker takes all that start the platform.

    A platform is four processes and wants a core for itself: two at a time would only make each other late. (The groups
    of ``--dist loadgroup`` do nothing under pytest 9.2: pytest-xdist 3.8 writes them where it no longer looks.)
    """
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            folder, _, file = nodeid.partition("::")[0].rpartition("/")
            return folder if folder == "tests/e2e" else f"{folder}/{file}"

    return ByFile(config, log)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a set by its sorted members: workers must agree on the names of the tests."""
    return " ".join(sorted(map(str, val))) or "rien" if isinstance(val, set | frozenset) else None


@dataclass(frozen=True)
class Entrepot:
    """A warehouse of its own for one test, migrated and empty; URLs are SQLAlchemy's, as in Settings."""

    owner_url: str
    loader_url: str
    bi_url: str

    def connect(self, role: Literal["owner", "loader", "bi"], *, autocommit: bool = False) -> Connection:
        """Open a connection as one of the three roles."""
        return connect(getattr(self, f"{role}_url"), autocommit=autocommit)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The published files given beside the project; they are read, never copied into it."""
    folder = REPOSITORY.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"the given data are not there: {folder}")
    return folder


@pytest.fixture(scope="session")
def roles() -> Secrets:
    """Passwords of the roles of the session's server."""
    return Secrets.make()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory, roles: Secrets) -> Iterator[EmbeddedPostgres]:
    """An embedded server for the session, with the roles and the migrated template of every ``entrepot``."""
    folder = tmp_path_factory.mktemp("postgres")
    server = EmbeddedPostgres(
        data=folder / "data",
        port=free_port(),
        log=folder / "postgres.log",
        password=roles.postgres,
        instance=folder,
        # A test's server need not survive a power cut.
        options={"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"},
    )
    server.start()
    try:
        provision(server, roles)
        with server.connect() as connection:
            # A database is cloned only while nobody is connected to it.
            connection.execute(sql.SQL("alter database {} allow_connections false").format(sql.Identifier(WAREHOUSE)))
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (WAREHOUSE,)
            )
        yield server
    finally:
        server.stop()


@pytest.fixture
def entrepot(postgres: EmbeddedPostgres, roles: Secrets) -> Iterator[Entrepot]:
    """A fresh database, cloned from the migrated one in a tenth of a second, and dropped afterwards."""
    with _clone(postgres, roles) as entrepot:
        yield entrepot


@pytest.fixture(scope="module")
def entrepot_du_module(postgres: EmbeddedPostgres, roles: Secrets) -> Iterator[Entrepot]:
    """As ``entrepot``, once for a module whose tests only read what a fixture of theirs loads."""
    with _clone(postgres, roles) as entrepot:
        yield entrepot


@contextmanager
def _clone(postgres: EmbeddedPostgres, roles: Secrets) -> Iterator[Entrepot]:
    name = f"essai_{next(_NUMBERS)}"
    target = sql.Identifier(name)
    with postgres.connect(AIRFLOW) as connection:
        clone = sql.SQL("create database {} owner {} template {}")
        connection.execute(clone.format(target, sql.Identifier(OWNER), sql.Identifier(WAREHOUSE)))
        # Privileges on a database are not cloned with it.
        connection.execute(sql.SQL("revoke all on database {} from public").format(target))
        connection.execute(
            sql.SQL("grant connect on database {} to {}, {}").format(target, sql.Identifier(LOADER), sql.Identifier(BI))
        )
        connection.execute(sql.SQL("grant temporary on database {} to {}").format(target, sql.Identifier(LOADER)))
    yield Entrepot(
        owner_url=postgres.url(OWNER, roles.entrepot_owner, name),
        loader_url=postgres.url(LOADER, roles.entrepot_loader, name),
        bi_url=postgres.url(BI, roles.bi, name),
    )
    with postgres.connect(AIRFLOW) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(target))


@pytest.fixture(scope="session")
def plateforme_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a platform of its own: an empty state folder, free ports, the made registers."""
    return local_settings(tmp_path_factory.mktemp("plateforme"))


@pytest.fixture(scope="session")
def plateforme(plateforme_settings: Settings) -> Iterator[Platform]:
    """The whole platform under the real scheduler, up for the session; every process is gone afterwards."""
    with running(Platform.open(with_made(plateforme_settings))) as platform:
        yield platform


def local_settings(state: Path) -> Settings:
    """Return settings of a platform in *state*, on ports that are free now."""
    return Settings.from_env(
        {
            "TI_STATE": str(state),
            **{name: str(free_port()) for name in ("TI_PG_PORT", "TI_AIRFLOW_PORT", "TI_STAND_IN_PORT")},
        }
    )
