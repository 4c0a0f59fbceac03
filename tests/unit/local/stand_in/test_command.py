"""The stand-in as a process."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import requests

from territoires.local.stand_in import Behaviour, connection
from tests.unit.local.stand_in.asking import MARKET


def test_it_says_when_it_is_ready_where_it_is_and_what_came(tmp_path: Path) -> None:
    state = tmp_path / "france_travail.json"
    command = [sys.executable, "-m", "territoires.local.stand_in", "--state", str(state), "--behaviour", "calme"]
    path = os.pathsep.join(sys.path)
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": path}
    ) as process:
        assert process.stdout is not None
        ready = process.stdout.readline()
        told = json.loads(state.read_text("utf-8"))
        mode = stat.S_IMODE(state.stat().st_mode)
        granted = requests.post(
            told["token_url"],
            data={
                "grant_type": "client_credentials",
                "client_id": told["connection"]["login"],
                "client_secret": told["connection"]["password"],
                "scope": MARKET,
            },
            timeout=5,
        ).json()
        authorized = {"Authorization": f"Bearer {granted['access_token']}"}
        listed = requests.get(f"{told['base_url']}/referentiel/territoires/REG", headers=authorized, timeout=5)
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=5)
    assert (process.returncode, mode, told["pid"]) == (0, 0o600, process.pid)
    assert ready.startswith("prêt : http://127.0.0.1:")
    assert len(listed.json()["territoires"]) > 10
    assert "1 appels, 1 au plus dans une seconde ; 1 jetons demandés" in rest
    assert granted["access_token"] not in rest
    assert not state.exists()


def test_the_connection_is_known_before_any_process_runs() -> None:
    led = connection(18090)
    assert (led["conn_type"], led["host"], led["port"]) == ("http", "127.0.0.1", 18090)
    assert led["login"] == Behaviour().client_id
    assert led["extra"]["calls_per_second"] == 10
    assert connection(18090, Behaviour.demonstration())["extra"]["calls_per_second"] == 100
    assert "calls_per_second" not in connection(18090, Behaviour(limit_per_s=None))["extra"]
