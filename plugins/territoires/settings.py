"""Settings of the platform: environment variables named TI_*, their defaults, and nothing else.

Reading them has no side effect. What each is for stands in ``Settings``, its default in ``from_env``.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, Self
from urllib.parse import unquote, urlsplit

from upath import UPath

from territoires.registers.catalogue import Register

REPOSITORY = Path(__file__).resolve().parents[2]
"""Root of the project: holds dags/, plugins/ and include/."""

Root = Literal["inbound", "outbound", "archive", "work"]
STORES = frozenset({"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "adl", "memory"})
"""Protocols of object stores, in which an object appears whole. A server of files (SFTP) is to be mounted instead."""


def variable(field: str) -> str:
    """Return the environment variable of a field of ``Settings`` (``pg_port`` → ``TI_PG_PORT``)."""
    return f"TI_{field.upper()}"


_REGISTER = re.compile(r"TI_REGISTER_([A-Z]+)_URL")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a process of the platform must be told; a URL that was not given is empty, see ``need``.

    Attributes:
        state: the one folder of everything that the platform on one machine keeps.
        inbound, outbound, archive: roots of what is dropped, of what is answered, of what is kept for ever.
        work: root of what one step leaves for the next.
            Each of the four is a folder, or a place in an object store by its URL (``s3://bucket/prefix``), in which a
            user name is an Airflow connection (``s3://connection@bucket/prefix``); see ``territoires.airflow.stores``.
        warehouse_url: SQLAlchemy URL (``postgresql+psycopg://``) of the role that the pipeline works with.
        warehouse_owner_url: the same for the owner, who migrates.
        bi_url: the same for the read-only role of BI tools.
        pg_port, airflow_port: TCP ports on 127.0.0.1 of the embedded PostgreSQL and of Airflow.
        registers: addresses of each register that has some, separated by spaces, by the register's name; each comes
            from the variable ``TI_REGISTER_<NAME>_URL``.
        bmo_url: addresses of the yearly files of recruitment needs (BMO), separated by spaces.
        france_travail_conn_id: Airflow connection (type HTTP) to France Travail's API; without it, nothing is asked.
        market_activities: domains (``H``) or occupations (``H2918``) that it is asked for, separated by spaces.
        stand_in_port: TCP port on 127.0.0.1 of what stands in for that API beside made-up registers; 0 for none.
        engineers: mail addresses of the engineers, separated by commas; none: what is for them is only written down.
        smtp_conn_id: Airflow connection (type SMTP) by which mail is sent; without it, mail is only written down.
        drop_timeout_s: how long ``make drop`` waits for a receipt, in seconds.
        start_timeout_s: how long a component may take until it answers, in seconds.
        demo_timeout_s: how long the demonstration may take, in seconds.
    """

    state: Path
    inbound: UPath
    outbound: UPath
    archive: UPath
    work: UPath
    warehouse_url: str
    warehouse_owner_url: str
    bi_url: str
    pg_port: int
    airflow_port: int
    registers: Mapping[str, str]
    bmo_url: str
    france_travail_conn_id: str
    market_activities: str
    stand_in_port: int
    engineers: str
    smtp_conn_id: str
    drop_timeout_s: float
    start_timeout_s: float
    demo_timeout_s: float

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Self:
        """Read the settings from *environ* (``os.environ`` unless given); an empty variable counts as absent.

        Raises:
            ValueError: a number, a root or an address cannot be read; the message names the variable.
        """
        given = {name: text for name, text in (os.environ if environ is None else environ).items() if text}
        state = Path(given.get("TI_STATE", REPOSITORY / ".state")).absolute()
        return cls(
            state=state,
            inbound=_root(given, "TI_INBOUND", state / "inbound"),
            outbound=_root(given, "TI_OUTBOUND", state / "outbound"),
            archive=_root(given, "TI_ARCHIVE", state / "archive"),
            work=_root(given, "TI_WORK", state / "work"),
            warehouse_url=given.get("TI_WAREHOUSE_URL", ""),
            warehouse_owner_url=given.get("TI_WAREHOUSE_OWNER_URL", ""),
            bi_url=given.get("TI_BI_URL", ""),
            pg_port=_port(given, "TI_PG_PORT", 15432),
            airflow_port=_port(given, "TI_AIRFLOW_PORT", 18080),
            registers=_registers(given),
            bmo_url=given.get("TI_BMO_URL", ""),
            france_travail_conn_id=given.get("TI_FRANCE_TRAVAIL_CONN_ID", "france_travail"),
            market_activities=given.get("TI_MARKET_ACTIVITIES", "H I"),
            stand_in_port=0 if given.get("TI_STAND_IN_PORT") == "0" else _port(given, "TI_STAND_IN_PORT", 18090),
            engineers=_addresses(given, "TI_ENGINEERS"),
            smtp_conn_id=given.get("TI_SMTP_CONN_ID", "smtp_territoires"),
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

    @property
    def engineer_addresses(self) -> tuple[str, ...]:
        """Mail addresses of the engineers, none if none were given."""
        return tuple(self.engineers.split(",")) if self.engineers else ()

    def local(self, field: Root) -> Path:
        """Return a root that must be a folder of this machine.

        Raises:
            ValueError: it is in an object store; the message names its variable.
        """
        root = getattr(self, field)
        if not isinstance(root, Path):
            raise ValueError(  # noqa: TRY004 - a setting that this command cannot use, not a wrong argument
                f"{variable(field)}={root} : cette commande ne travaille qu'avec un dossier de la machine."
            )
        return root

    def to_env(self) -> dict[str, str]:
        """Return the environment variables that make ``from_env`` give these settings again."""
        single = [field.name for field in fields(self) if field.name != "registers"]
        values = {variable(name): str(getattr(self, name)) for name in single}
        values |= {variable(f"register_{name}_url"): addresses for name, addresses in self.registers.items()}
        return {name: text for name, text in values.items() if text}


def _registers(given: Mapping[str, str]) -> dict[str, str]:
    """Return the addresses by register; a name that is none would be a register that nobody follows."""
    found = {match[1].lower(): text for name, text in given.items() if (match := _REGISTER.fullmatch(name))}
    if unknown := sorted(set(found) - set(Register)):
        raise ValueError(
            f"{variable(f'register_{unknown[0]}_url')} : référentiel inconnu ; connus : {', '.join(sorted(Register))}."
        )
    return found


def _root(given: Mapping[str, str], name: str, default: Path) -> UPath:
    text = given.get(name, str(default))
    if "://" not in text:
        return UPath(text).absolute()
    parts = urlsplit(text)
    if parts.scheme in {"file", "local"} and not parts.netloc and parts.path:
        return UPath(unquote(parts.path)).absolute()
    if parts.scheme not in STORES or not parts.hostname:
        known = ", ".join(sorted(STORES))
        raise ValueError(f"{name}={text!r} : dossier, ou URL d'un magasin d'objets ({known}) avec son seau, attendu.")
    return UPath(text)


def _addresses(given: Mapping[str, str], name: str) -> str:
    found = [part.strip() for part in given.get(name, "").split(",") if part.strip()]
    for address in found:
        if not re.fullmatch(r"[^@\s<>,]+@[^@\s<>,]+", address):
            raise ValueError(f"{name} : {address!r} n'est pas une adresse ; des virgules séparent les adresses.")
    return ",".join(found)


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
