"""Health of one component, for docker-compose.yaml: exit code 0 if Airflow's API server says that it is alive.

One question to the API server costs 50 ms; ``airflow jobs check`` imports Airflow and costs 3 s of CPU at each beat.
"""

from __future__ import annotations

import json
import sys
from urllib.request import ProxyHandler, build_opener

API = "http://api-server:8080"
TIMEOUT_S = 8


def healthy(component: str, base_url: str = API) -> bool:
    """Tell whether *component* lives: ``api-server`` if it answers tasks too, another if its heartbeat is recent.

    Raises:
        OSError: the API server does not answer.
    """
    # No proxy: both ends are in the same network.
    opener = build_opener(ProxyHandler({}))
    with opener.open(f"{base_url}/api/v2/monitor/health", timeout=TIMEOUT_S) as answer:
        facts = json.load(answer)
    if component == "api-server":
        with opener.open(f"{base_url}/execution/health", timeout=TIMEOUT_S):
            return bool(facts["metadatabase"]["status"] == "healthy")
    return bool((facts.get(component) or {}).get("status") == "healthy")


if __name__ == "__main__":
    try:
        sys.exit(0 if healthy(sys.argv[1]) else 1)
    except OSError as error:
        sys.exit(f"the API server does not answer: {error}")
