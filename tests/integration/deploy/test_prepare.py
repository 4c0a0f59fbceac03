"""The first step of docker-compose.yaml, on a server of its own: roles are the server's, other tests keep theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from deploy import prepare
from territoires.contracts import load_all
from territoires.local.postgres import HOST, EmbeddedPostgres
from territoires.local.processes import free_port
from territoires.settings import Settings
from territoires.warehouse.engine import connect


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    root = tmp_path_factory.mktemp("serveur")
    found = EmbeddedPostgres(
        data=root / "data", port=free_port(), log=root / "log", password="superuser-pw", instance=root
    )
    found.start()
    yield found
    found.stop()


def environment(server: EmbeddedPostgres, suffix: str = "") -> Mapping[str, str]:
    return {
        "TI_POSTGRES_HOST": HOST,
        "TI_POSTGRES_PORT": str(server.port),
        "TI_POSTGRES_PASSWORD": server.password,
        "TI_AIRFLOW_DB_PASSWORD": f"airflow-pw{suffix}",
        "TI_OWNER_PASSWORD": f"owner-pw{suffix}",
        "TI_LOADER_PASSWORD": f"loader-pw{suffix}",
        "TI_BI_PASSWORD": f"bi-pw{suffix}",
        "TI_ADMIN_PASSWORD": "unused",
    }


def deliveries(server: EmbeddedPostgres, password: str) -> int:
    with connect(server.url("entrepot_loader", password, "entrepot")) as connection:
        row = connection.execute("select count(*) as nombre from journal.livraison").fetchone()
    assert row is not None
    return int(row["nombre"])


def test_a_new_server_gets_both_databases_and_the_second_time_only_new_passwords(server: EmbeddedPostgres) -> None:
    prepare.make_warehouse(environment(server))
    assert deliveries(server, "loader-pw") == 0
    with connect(server.url("airflow", "airflow-pw", "airflow")) as connection:
        assert connection.execute("select 1 as un").fetchone() == {"un": 1}

    prepare.make_warehouse(environment(server, "-2"))
    assert deliveries(server, "loader-pw-2") == 0
    with pytest.raises(psycopg.OperationalError, match="password"):
        deliveries(server, "loader-pw")


def test_a_missing_password_is_named(server: EmbeddedPostgres) -> None:
    given = {name: value for name, value in environment(server).items() if name != "TI_BI_PASSWORD"}
    with pytest.raises(KeyError, match="TI_BI_PASSWORD"):
        prepare.make_warehouse(given)


def test_each_delivery_gets_its_folder_and_its_template(tmp_path: Path) -> None:
    settings = Settings.from_env({"TI_STATE": str(tmp_path)})
    prepare.make_folders(settings)
    prepare.make_folders(settings)
    for contract in load_all().values():
        assert (settings.inbound / contract.operator / contract.delivery).is_dir()
        assert (settings.outbound / contract.operator / "modeles" / f"modele_{contract.delivery}.xlsx").is_file()


def test_the_account_is_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    prepare.write_account(path, "first")
    prepare.write_account(path, "second")
    assert json.loads(path.read_text(encoding="utf-8")) == {"admin": "second"}
    assert path.stat().st_mode & 0o777 == 0o600
