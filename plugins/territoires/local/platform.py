"""The platform on one machine, up and down: PostgreSQL, its databases, then Airflow's four components in order."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import psutil

from territoires.local.airflow_api import AirflowApi
from territoires.local.airflow_env import (
    ADMIN,
    airflow_environment,
    base_url,
    connection_variable,
    given_connections,
    plain_environment,
    with_urls,
)
from territoires.local.console import LocalError, say
from territoires.local.postgres import EmbeddedPostgres
from territoires.local.processes import (
    alive,
    component,
    end,
    interruptions_raise,
    interruptions_wait,
    marked,
    require_free_port,
    spawn,
    tail,
    top,
)
from territoires.local.provisioning import provision
from territoires.local.state import Secrets, State
from territoires.settings import Settings

API_SERVER, TRIGGERER, STAND_IN = "api-server", "triggerer", "france-travail"
# Their log servers would listen on every interface; on one machine the API server reads the files themselves.
OTHERS: Mapping[str, tuple[str, ...]] = {
    "scheduler": ("--skip-serve-logs",),
    "dag-processor": (),
    TRIGGERER: ("--skip-serve-logs",),
}
_STOP_S = 20.0
_TRIGGERER_S = 3.0
# Its process lingers for seconds after it has closed its port and answered its last request.
_API_STOP_S = 2.0
_KILL_S = 10.0
_POLL_S = 0.25


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform: its settings (URLs included), its state folder, its secrets.

    *dags* stands in for the project's DAG folder in tests.
    """

    settings: Settings
    state: State
    secrets: Secrets
    dags: Path | None = None

    @classmethod
    def open(cls, settings: Settings, dags: Path | None = None) -> Platform:
        """Make the state folder and the secrets if they are not there yet; starts nothing."""
        state = State(settings.state)
        state.make(settings)
        secrets = state.secrets()
        return cls(with_urls(settings, secrets), state, secrets, dags)

    @property
    def postgres(self) -> EmbeddedPostgres:
        """The embedded server of this platform."""
        return EmbeddedPostgres(
            data=self.state.postgres,
            port=self.settings.pg_port,
            log=self.state.logs / "postgres.log",
            password=self.secrets.postgres,
            instance=self.state.root,
        )

    def api(self) -> AirflowApi:
        """Return a client of this platform's Airflow."""
        return AirflowApi(base_url(self.settings), ADMIN, self.secrets.admin)

    def running(self) -> dict[str, bool]:
        """Tell of each component that was started whether it lives; empty when nothing was started."""
        pids, _ = self.state.recorded()
        return {name: alive(pid, self.state.root) for name, pid in pids.items()}

    def is_up(self) -> bool:
        """Tell whether every component lives."""
        components = self.running()
        return {"postgres", API_SERVER, *OTHERS} <= set(components) and all(components.values())

    def up(self) -> None:
        """Start everything and return once Airflow says that every component is healthy.

        Whatever fails or interrupts this, nothing that it started is left behind.

        Raises:
            LocalError: a port is taken, a component ended or did not answer in time (with the end of its log).
        """
        if left := marked(self.state.root):
            say(f"{len(left)} processus d'un arrêt inachevé : je les termine d'abord.")
            self.down()
        require_free_port(self.settings.pg_port, "pg_port", "PostgreSQL")
        require_free_port(self.settings.airflow_port, "airflow_port", "Airflow")
        if self._needs_stand_in:
            require_free_port(self.settings.stand_in_port, "stand_in_port", "France Travail simulé")
        pids: dict[str, int] = {}
        try:
            self._start_all(pids)
        except BaseException:
            self.down()
            raise

    def down(self) -> int:
        """End every process of this platform, strays included, and return how many there were; 0 when nothing ran.

        The API server goes after the others: tasks that are running end well only if they can tell it so.
        """
        with interruptions_wait():
            server = self.postgres.pid()
            found = self._all_but(server)
            first = [process for process in top(found) if component(process) != API_SERVER]
            _end_components(first)
            end(self._all_but(server), signal.SIGTERM, _API_STOP_S)
            end(self._all_but(server), signal.SIGKILL, _KILL_S)
            self.postgres.stop()
            end(marked(self.state.root), signal.SIGKILL, _KILL_S)
            self.state.forget()
        return len(found) + (server is not None)

    def _all_but(self, server: int | None) -> list[psutil.Process]:
        return [process for process in marked(self.state.root) if process.pid != server]

    def started_at(self) -> float:
        """Return when this platform's server was started, in seconds since 1970.

        Raises:
            LocalError: it does not run.
        """
        pid = self.postgres.pid()
        if pid is None:
            raise LocalError("PostgreSQL ne tourne pas.")
        return psutil.Process(pid).create_time()

    def check_alive(self) -> None:
        """Raise LocalError, with the end of its log, if a component that was started has ended."""
        for name, lives in self.running().items():
            if not lives:
                log = self.state.logs / f"{name}.log"
                raise LocalError(f"{name} s'est arrêté. Fin de {log} :\n{tail(log)}")

    def _start_all(self, pids: dict[str, int]) -> None:
        begun = time.monotonic()
        for log in self.state.logs.glob("*.log"):
            log.unlink()
        pids["postgres"] = self.postgres.start()
        self.state.record(self.settings, pids)
        provision(self.postgres, self.secrets)
        _make_folders(self.settings)
        _told("PostgreSQL et l'entrepôt", begun)
        environment = airflow_environment(self.settings, self.secrets, self.dags, self._stand_in(pids))
        self._migrate(environment)
        _told("base d'Airflow", begun)
        self._start_component(API_SERVER, (), environment, pids)
        api = self.api()
        self._wait(api.answers, API_SERVER)
        # Pools first: a task whose pool is missing is never run.
        api.make_pools(_pools())
        _told(f"Airflow répond ({base_url(self.settings)})", begun)
        started = datetime.now(UTC)
        for name, options in OTHERS.items():
            self._start_component(name, options, environment, pids)
        for name in OTHERS:
            self._wait(partial(_beats, api, name, started), name)
        _told("ordonnanceur, lecteur de DAG et déclencheur", begun)

    @property
    def _needs_stand_in(self) -> bool:
        """Whether something is to stand in for France Travail's API: no connection to it is given."""
        variable = connection_variable(self.settings.france_travail_conn_id)
        return self.settings.stand_in_port != 0 and variable not in given_connections(self.settings)

    def _stand_in(self, pids: dict[str, int]) -> dict[str, str]:
        """Start what stands in for France Travail's API, where that is needed, and return the connection to it."""
        if not self._needs_stand_in:
            return {}
        told = self.state.run / "france_travail.json"
        told.unlink(missing_ok=True)
        place = ("--port", str(self.settings.stand_in_port), "--state", str(told))
        command = (sys.executable, "-m", "territoires.local.stand_in", *place)
        self._spawn(STAND_IN, command, plain_environment(), pids)
        self._wait(told.exists, STAND_IN)
        connection = json.loads(told.read_text("utf-8"))["connection"]
        return {connection_variable(self.settings.france_travail_conn_id): json.dumps(connection)}

    def _migrate(self, environment: Mapping[str, str]) -> None:
        log = self.state.logs / "db-migrate.log"
        migration = spawn("db-migrate", _airflow("db", "migrate"), environment, self.state.root, log)
        try:
            code = migration.wait(timeout=self.settings.start_timeout_s)
        except psutil.TimeoutExpired:
            code = -1
        if code != 0:
            raise LocalError(f"airflow db migrate a échoué (code {code}). Fin de {log} :\n{tail(log)}")

    def _start_component(
        self, name: str, options: tuple[str, ...], environment: Mapping[str, str], pids: dict[str, int]
    ) -> None:
        self._spawn(name, _airflow(name, *options), environment, pids)

    def _spawn(self, name: str, command: Sequence[str], environment: Mapping[str, str], pids: dict[str, int]) -> None:
        log = self.state.logs / f"{name}.log"
        pids[name] = spawn(name, command, environment, self.state.root, log).pid
        self.state.record(self.settings, pids)

    def _wait(self, ready: Callable[[], bool], name: str) -> None:
        limit = time.monotonic() + self.settings.start_timeout_s
        while not ready():
            self.check_alive()
            if time.monotonic() > limit:
                log = self.state.logs / f"{name}.log"
                raise LocalError(
                    f"{name} ne répond pas après {self.settings.start_timeout_s:.0f} s (TI_START_TIMEOUT_S). "
                    f"Fin de {log} :\n{tail(log)}"
                )
            time.sleep(_POLL_S)


@contextmanager
def running(platform: Platform) -> Iterator[Platform]:
    """Run the platform for the time of a block, and end all of it whatever happens, signals included."""
    with platform.state.locked(), interruptions_raise():
        platform.up()
        try:
            yield platform
        finally:
            platform.down()


def _end_components(processes: Sequence[psutil.Process]) -> None:
    """End the scheduler, the DAG processor and the triggerer, running tasks first; kill what is too slow.

    The triggerer's child, which only watches folders, now and then waits 10 s for an answer of a parent that waits for
    its end; killing the child lets the parent end in good order.
    """
    slow = end(processes, signal.SIGTERM, _TRIGGERER_S)
    watching = [process for process in slow if component(process) == TRIGGERER]
    end([child for process in watching for child in process.children()], signal.SIGKILL, _KILL_S)
    _, hung = psutil.wait_procs(slow, timeout=_STOP_S)
    end(hung, signal.SIGKILL, _KILL_S)


def _beats(api: AirflowApi, name: str, since: datetime) -> bool:
    """Tell whether a component is healthy now; the heartbeat of a former start does not count."""
    last = api.heartbeat(name.replace("-", "_"))
    return last is not None and last >= since


def _airflow(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "airflow", *arguments)


def _make_folders(settings: Settings) -> None:
    """Make the inbound folder of each type of delivery, and lay its templates in the operator's outbound folder.

    Imported late: a broken contract must not prevent ``make down``.
    """
    from territoires.contracts import load_all
    from territoires.contracts.template import publish_templates
    from territoires.inbox import make_inbound_folders

    contracts = load_all().values()
    make_inbound_folders(settings.local("inbound"), [(contract.operator, contract.delivery) for contract in contracts])
    publish_templates(contracts, settings.local("outbound"))


def _pools() -> dict[str, tuple[int, str]]:
    """Return the pools that the DAGs ask for; read late, because this package alone may import Airflow."""
    from territoires.airflow.policies import POOLS

    return dict(POOLS)


def _told(what: str, begun: float) -> None:
    say(f"  ✓ {what} ({time.monotonic() - begun:.0f} s)")
