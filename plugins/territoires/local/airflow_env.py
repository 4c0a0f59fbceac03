"""The environment that Airflow's components run in: the one place of Airflow's settings on one machine.

Each setting that differs from Airflow's default says why; all were tried on Airflow 3.3.2.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from territoires.local.postgres import HOST
from territoires.local.provisioning import AIRFLOW, BI, LOADER, OWNER, WAREHOUSE
from territoires.local.state import Secrets, State
from territoires.settings import REPOSITORY, Settings

ADMIN = "admin"
API_PATH = "/api/v2"
# What a person's shell may hold that would lead the components elsewhere.
_FOREIGN = ("AIRFLOW", "TI_", "PG", "PYTHON", "MAKE", "MFLAGS", "GX_")


def base_url(settings: Settings) -> str:
    """Return the address of Airflow's pages and APIs."""
    return f"http://{HOST}:{settings.airflow_port}"


def with_urls(settings: Settings, secrets: Secrets) -> Settings:
    """Return the settings with the URLs of the embedded warehouse."""

    def url(role: str, password: str) -> str:
        return f"postgresql+psycopg://{role}:{password}@{HOST}:{settings.pg_port}/{WAREHOUSE}"

    return replace(
        settings,
        warehouse_url=url(LOADER, secrets.entrepot_loader),
        warehouse_owner_url=url(OWNER, secrets.entrepot_owner),
        bi_url=url(BI, secrets.bi),
    )


def given_connections(settings: Settings) -> dict[str, str]:
    """Return the connections that the shell defines under the ids of the settings, as Airflow's variables."""
    names = (connection_variable(name) for name in (settings.france_travail_conn_id, settings.smtp_conn_id))
    return {name: os.environ[name] for name in names if os.environ.get(name)}


def connection_variable(conn_id: str) -> str:
    """Return the variable in which Airflow looks for a connection before it looks in its database."""
    return f"AIRFLOW_CONN_{conn_id.upper()}"


def plain_environment() -> dict[str, str]:
    """Return the environment of a component that is no part of Airflow."""
    inherited = {name: text for name, text in os.environ.items() if not name.startswith(_FOREIGN)}
    return {**inherited, **_process(inherited)}


def airflow_environment(
    settings: Settings, secrets: Secrets, dags: Path | None = None, connections: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Return the whole environment of Airflow's components, and write the passwords file that they read.

    *dags* stands in for the project's DAG folder in tests; *connections* are those of the platform itself, which give
    way to those of the shell.
    """
    state = State(settings.state)
    accounts = state.write_private("airflow-accounts.json", json.dumps({ADMIN: secrets.admin}))
    # Tasks work as the loader: the owner's URL stays with the command line.
    tasks = {name: text for name, text in settings.to_env().items() if name != "TI_WAREHOUSE_OWNER_URL"}
    return {
        **plain_environment(),
        **tasks,
        **_core(settings, secrets, accounts, dags or REPOSITORY / "dags"),
        **_pace(),
        **(connections or {}),
        **given_connections(settings),
    }


def _process(inherited: dict[str, str]) -> dict[str, str]:
    loopback = ",".join(filter(None, (inherited.get("NO_PROXY", inherited.get("no_proxy")), HOST, "localhost")))
    return {
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), inherited.get("PATH", os.defpath))),
        "PYTHONPATH": os.pathsep.join((str(REPOSITORY / "plugins"), str(REPOSITORY / "include"))),
        "PYTHONUNBUFFERED": "1",
        # setproctitle would write over the environment, and with it the mark by which processes are found.
        "SPT_NOENV": "1",
        # Tasks talk to the API server of this machine, whatever proxy the machine uses for the world.
        "NO_PROXY": loopback,
        "no_proxy": loopback,
        "GX_ANALYTICS_ENABLED": "false",
    }


def _core(settings: Settings, secrets: Secrets, accounts: Path, dags: Path) -> dict[str, str]:
    state = State(settings.state)
    url = base_url(settings)
    return {
        "AIRFLOW_HOME": str(state.airflow),
        "AIRFLOW__CORE__DAGS_FOLDER": str(dags),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(REPOSITORY / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Europe/Paris",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{url}/execution/",
        "AIRFLOW__CORE__FERNET_KEY": secrets.fernet,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(accounts),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": (
            f"postgresql+psycopg2://{AIRFLOW}:{secrets.airflow_db}@{HOST}:{settings.pg_port}/{AIRFLOW}"
        ),
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(settings.airflow_port),
        "AIRFLOW__API__BASE_URL": url,
        "AIRFLOW__API__SECRET_KEY": secrets.session,
        "AIRFLOW__API__INSTANCE_NAME": "Territoires d'industrie",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.jwt,
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(state.logs / "tasks"),
        # Its import alone writes 200 lines into each task's log.
        "AIRFLOW__LOGGING__NAMESPACE_LEVELS": "great_expectations=WARNING",
    }


def _pace() -> dict[str, str]:
    """Settings that decide how soon things happen on a small machine."""
    return {
        # Each worker is a process of 9 MB or more; the default of 32 suits no machine of two cores.
        "AIRFLOW__CORE__PARALLELISM": "4",
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
        # Otherwise the supervisor of a task that has ended holds its place for up to 5 s more.
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        # A task that starts while the API server is busy tries for longer rather than failing.
        "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "10",
        # A killed worker is noticed, and its task retried, after half a minute rather than five: its supervisor, a
        # process of its own, tells every five seconds that it lives.
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_SEC": "5",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "30",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "60",
    }
