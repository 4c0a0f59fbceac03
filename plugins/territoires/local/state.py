"""The state folder: where what stands, the passwords made once, and the record of what runs."""

from __future__ import annotations

import base64
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from territoires.local.console import LocalError
from territoires.settings import Settings
from territoires.storage import is_local


@dataclass(frozen=True, slots=True)
class Secrets:
    """Passwords and keys of one platform, made at random the first time and kept in ``secrets.json`` (mode 0600).

    Attributes:
        postgres, airflow_db, entrepot_owner, entrepot_loader, bi: passwords of PostgreSQL roles.
        admin: password of the account ``admin`` of Airflow's pages.
        jwt: key that signs Airflow's tokens, 64 bytes at least as HS512 wants.
        session: key of the session cookies.
        fernet: key that encrypts connections in Airflow's database.
    """

    postgres: str
    airflow_db: str
    entrepot_owner: str
    entrepot_loader: str
    bi: str
    admin: str
    jwt: str
    session: str
    fernet: str

    @classmethod
    def make(cls) -> Secrets:
        """Draw new ones; passwords are URL-safe, so that they stand in a URL as they are."""
        return cls(
            postgres=secrets.token_urlsafe(24),
            airflow_db=secrets.token_urlsafe(24),
            entrepot_owner=secrets.token_urlsafe(24),
            entrepot_loader=secrets.token_urlsafe(24),
            bi=secrets.token_urlsafe(24),
            admin=secrets.token_urlsafe(12),
            jwt=secrets.token_urlsafe(72),
            session=secrets.token_urlsafe(32),
            fernet=base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        )


@dataclass(frozen=True, slots=True)
class State:
    """Paths below the state folder."""

    root: Path

    @property
    def postgres(self) -> Path:
        """Data of the embedded PostgreSQL."""
        return self.root / "postgres"

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME."""
        return self.root / "airflow"

    @property
    def logs(self) -> Path:
        """One log for each component, and ``tasks/`` for Airflow's tasks."""
        return self.root / "logs"

    @property
    def run(self) -> Path:
        """What runs now."""
        return self.root / "run"

    @property
    def demo(self) -> Path:
        """Demonstration data and registers."""
        return self.root / "demo"

    @property
    def _secrets(self) -> Path:
        return self.root / "secrets.json"

    @property
    def _record(self) -> Path:
        return self.run / "platform.json"

    def make(self, settings: Settings) -> None:
        """Make the folders that are not there yet."""
        folders = (self.root, self.postgres, self.airflow, self.logs, self.run, self.demo)
        roots = (settings.local("inbound"), settings.local("outbound"), settings.archive, settings.work)
        for folder in (*folders, *roots):
            if is_local(folder):
                folder.mkdir(parents=True, exist_ok=True)

    def secrets(self) -> Secrets:
        """Return the platform's secrets, drawing them the first time.

        Raises:
            LocalError: the file is there but is not ours, so that nothing overwrites it.
        """
        if not self._secrets.exists():
            _write_private(self._secrets, json.dumps(asdict(Secrets.make()), indent=1))
        try:
            return Secrets(**json.loads(self._secrets.read_text("utf-8")))
        except (ValueError, TypeError) as error:
            raise LocalError(f"{self._secrets} est illisible ({error}) : `make clean` remet tout à neuf.") from error

    def write_private(self, name: str, text: str) -> Path:
        """Write a file below the state folder that its owner alone can read, and return its path."""
        path = self.root / name
        _write_private(path, text)
        return path

    def record(self, settings: Settings, pids: dict[str, int]) -> None:
        """Note what was started and with which settings, so that other commands find the same ports and folders."""
        public = {name: text for name, text in settings.to_env().items() if "PASSWORD" not in name and "@" not in text}
        _write_private(self._record, json.dumps({"pids": pids, "settings": public}, indent=1))

    def recorded(self) -> tuple[dict[str, int], dict[str, str]]:
        """Return the processes (name → pid) and the settings of the last start; empty when nothing was started."""
        if not self._record.exists():
            return {}, {}
        content = json.loads(self._record.read_text("utf-8"))
        return content["pids"], content["settings"]

    def forget(self) -> None:
        """Remove the record of what runs."""
        self._record.unlink(missing_ok=True)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the folder for one command that starts or stops things.

        Raises:
            LocalError: another command holds it.
        """
        self.run.mkdir(parents=True, exist_ok=True)
        with (self.run / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise LocalError(f"Une autre commande travaille déjà dans {self.root} : attendez sa fin.") from error
            yield


def _write_private(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
