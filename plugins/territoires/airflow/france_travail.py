"""France Travail's API as an Airflow hook: a connection of type HTTP becomes a client."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from airflow.sdk import BaseHook

if TYPE_CHECKING:
    from airflow.sdk import Connection

    from territoires.france_travail.budget import Budget
    from territoires.france_travail.client import Client
    from territoires.france_travail.tokens import Credentials
    from territoires.warehouse.engine import Connection as Warehouse

TOKEN_URL = "https://entreprise.francetravail.fr/connexion/oauth2/access_token"  # noqa: S105 - an address
CALLS_PER_SECOND = 10.0
"""What the labour market API allows; that of the ROME allows 1."""


class FranceTravailHook(BaseHook):
    """Reads the connection *france_travail_conn_id* and makes the client of the API that it describes.

    | field | holds |
    | --- | --- |
    | host | address of the API, with its path; without a path, that of the labour market is added |
    | schema, port | scheme (https unless given) and port, for a host that is a bare name |
    | login, password | identifier and secret of the application |
    | extra | ``token_url``, ``scope``, ``realm``, ``calls_per_second``, ``base_url`` (in place of host): those that
      differ from the real labour market API |
    """

    conn_name_attr = "france_travail_conn_id"
    default_conn_name = "france_travail"
    conn_type = "http"
    hook_name = "France Travail"

    def __init__(self, france_travail_conn_id: str = default_conn_name, warehouse: Warehouse | None = None) -> None:
        """Share the budget of calls with other processes through *warehouse*, in autocommit and for this alone.

        Without it, it is shared within this process.
        """
        super().__init__()
        self.france_travail_conn_id = france_travail_conn_id
        self._warehouse = warehouse

    def get_conn(self) -> Client:
        """Return a client; nothing is called yet. It is to be closed.

        Raises:
            AirflowNotFoundException: there is no such connection.
            ValueError: the connection lacks something, or says something that cannot be; the message names the field.
        """
        from territoires.france_travail.client import Client

        found = self.get_connection(self.france_travail_conn_id)
        extra = found.extra_dejson
        address = _address(found, extra)
        return Client(address, _credentials(found, extra), self._budget(address, extra))

    def _budget(self, address: str, extra: dict[str, Any]) -> Budget:
        from territoires.france_travail.budget import Pace, WarehouseBudget, shared

        given = extra.get("calls_per_second", CALLS_PER_SECOND)
        try:
            pace = Pace(float(given))
        except (TypeError, ValueError):
            raise ValueError(f"calls_per_second={given!r} : nombre positif attendu dans les extras") from None
        return shared(address, pace) if self._warehouse is None else WarehouseBudget(self._warehouse, address, pace)


def _address(found: Connection, extra: dict[str, Any]) -> str:
    from territoires.france_travail.questions import MARKET_PATH

    address = str(extra.get("base_url") or found.host or "")
    if not address:
        raise ValueError("hôte absent : l'adresse de l'API, https://api.francetravail.io par exemple, est attendue")
    if "://" not in address:
        port = f":{found.port}" if found.port else ""
        host, slash, path = address.partition("/")
        address = f"{found.schema or 'https'}://{host}{port}{slash}{path}"
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError(f"{address!r} n'est pas une adresse http ou https")
    return address if parts.path.strip("/") else address.rstrip("/") + MARKET_PATH


def _credentials(found: Connection, extra: dict[str, Any]) -> Credentials:
    from territoires.france_travail.questions import MARKET_SCOPE
    from territoires.france_travail.tokens import Credentials

    if not found.login or not found.password:
        raise ValueError("identifiant (login) et clé secrète (password) de l'application francetravail.io attendus")
    given = {"realm": str(extra["realm"])} if extra.get("realm") else {}
    return Credentials(
        token_url=str(extra.get("token_url") or TOKEN_URL),
        client_id=found.login,
        client_secret=found.password,
        scope=str(extra.get("scope") or MARKET_SCOPE),
        **given,
    )
