"""Settings of the platform: environment variables named TI_*, their defaults, and nothing else.

Reading them has no side effect. What each is for stands in ``Settings``, its default in ``from_env``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Self

REPOSITORY = Path(__file__).resolve().parents[2]
"""Root of the project: holds dags/, plugins/ and include/."""


def variable(field: str) -> str:
    """Return the environment variable of a field of ``Settings`` (``pg_port`` → ``TI_PG_PORT``)."""
    return f"TI_{field.upper()}"


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process of the platform must be told; a URL that was not given is empty, see ``need``.

    Attributes:
        state: the one folder of everything that the platform on one machine keeps.
        inbound, outbound, archive: folders of the deliveries.
        work: work area of the steps, a folder or an object-store URL (``s3://…``).
        warehouse_url: SQLAlchemy URL (``postgresql+psycopg://``) of the role that the pipeline works with.
        warehouse_owner_url: the same for the owner, who migrates.
        bi_url: the same for the read-only role of BI tools.
        pg_port, airflow_port: TCP ports on 127.0.0.1 of the embedded PostgreSQL and of Airflow.
        register_territoires_url, register_epci_url, register_communes_url: where the registers are fetched.
        drop_timeout_s: how long ``make drop`` waits for a receipt, in seconds.
        start_timeout_s: how long a component may take until it answers, in seconds.
        demo_timeout_s: how long the demonstration may take, in seconds.
    """

    state: Path
    inbound: Path
    outbound: Path
    archive: Path
    work: str
    warehouse_url: str
    warehouse_owner_url: str
    bi_url: str
    pg_port: int
    airflow_port: int
    register_territoires_url: str
    register_epci_url: str
    register_communes_url: str
    drop_timeout_s: float
    start_timeout_s: float
    demo_timeout_s: float

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings from *environ* (``os.environ`` unless given); an empty variable counts as absent.

        Raises:
            ValueError: a number cannot be read; the message names the variable.
        """
        given = {name: text for name, text in (os.environ if environ is None else environ).items() if text}
        state = Path(given.get("TI_STATE", REPOSITORY / ".state")).absolute()
        work = given.get("TI_WORK", str(state / "work"))
        return cls(
            state=state,
            inbound=Path(given.get("TI_INBOUND", state / "inbound")).absolute(),
            outbound=Path(given.get("TI_OUTBOUND", state / "outbound")).absolute(),
            archive=Path(given.get("TI_ARCHIVE", state / "archive")).absolute(),
            work=work if "://" in work else str(Path(work).absolute()),
            warehouse_url=given.get("TI_WAREHOUSE_URL", ""),
            warehouse_owner_url=given.get("TI_WAREHOUSE_OWNER_URL", ""),
            bi_url=given.get("TI_BI_URL", ""),
            pg_port=_port(given, "TI_PG_PORT", 15432),
            airflow_port=_port(given, "TI_AIRFLOW_PORT", 18080),
            register_territoires_url=given.get("TI_REGISTER_TERRITOIRES_URL", ""),
            register_epci_url=given.get("TI_REGISTER_EPCI_URL", ""),
            register_communes_url=given.get("TI_REGISTER_COMMUNES_URL", ""),
            drop_timeout_s=_seconds(given, "TI_DROP_TIMEOUT_S", 120),
            start_timeout_s=_seconds(given, "TI_START_TIMEOUT_S", 180),
            demo_timeout_s=_seconds(given, "TI_DEMO_TIMEOUT_S", 900),
        )

    def need(self, field: str) -> str:
        """Return a URL that has no default, such as ``need("warehouse_url")``.

        Raises:
            ValueError: it was not given; the message names its variable.
        """
        value = getattr(self, field)
        if not value:
            raise ValueError(f"{variable(field)} n'est pas défini : ce réglage n'a pas de valeur par défaut.")
        return str(value)

    def to_env(self) -> dict[str, str]:
        """Return the environment variables that make ``from_env`` give these settings again."""
        values = {variable(field.name): str(getattr(self, field.name)) for field in fields(self)}
        return {name: text for name, text in values.items() if text}


def _seconds(given: Mapping[str, str], name: str, default: float) -> float:
    text = given.get(name, str(default))
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ValueError(f"{name}={text!r} : nombre de secondes attendu.")
    return number


def _port(given: Mapping[str, str], name: str, default: int) -> int:
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 2**16):
        raise ValueError(f"{name}={text!r} : numéro de port attendu, entre 1 et 65535.")
    return int(text)
