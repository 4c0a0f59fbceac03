"""Object stores for tests: a memory of this process, and a server that speaks S3 over the loopback."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from upath import UPath

from territoires import storage

_NUMBERS = count(1)
BUCKET = "seau"
CONNECTION = "magasin_essai"


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """Address of an S3 server (moto) with one bucket, for the session."""
    from moto.moto_server.threaded_moto_server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address, port = server.get_host_and_port()
    endpoint = f"http://{address}:{port}"
    _s3(endpoint).fs.mkdir(BUCKET)
    yield endpoint
    server.stop()


def _s3(endpoint: str) -> UPath:
    return UPath(f"s3://{BUCKET}", endpoint_url=endpoint, key="essai", secret="essai")


@pytest.fixture
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """An empty root of its own: a folder (``local``), ``memory``, ``s3``, or S3 by an Airflow connection."""
    kind, prefix = request.param, f"essai-{os.getpid()}-{next(_NUMBERS)}"
    if kind == "local":
        return UPath(tmp_path / "racine")
    if kind == "memory":
        return UPath(f"memory://{prefix}")
    endpoint = request.getfixturevalue("s3_endpoint")
    if kind == "s3":
        return _s3(endpoint) / prefix
    from territoires.airflow.stores import open_root

    extra = {"endpoint_url": endpoint, "region_name": "eu-west-3"}
    connection = {"conn_type": "aws", "login": "essai", "password": "essai", "extra": extra}
    request.getfixturevalue("monkeypatch").setenv(f"AIRFLOW_CONN_{CONNECTION.upper()}", json.dumps(connection))
    return open_root(UPath(f"s3://{CONNECTION}@{BUCKET}/{prefix}"))


def put(place: Any, content: bytes, age_s: float = 60) -> Any:
    """Write *content* at *place* as its operator would; in a folder *age_s* ago, so that it counts as settled."""
    if storage.is_local(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        os.utime(place, (time.time() - age_s,) * 2)
    else:
        place.fs.pipe_file(place.path, content)
    return place


def listed(root: Any) -> list[str]:
    """Return the paths of all files below *root*, relative to it, sorted."""
    if storage.is_local(root):
        return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())
    return sorted(storage.objects(root))
