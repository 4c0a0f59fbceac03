"""What happens when a run is not done by its deadline: the engineers are written to. It runs in the triggerer.

Airflow 3.3 hands the callback a small context: ``dag_run`` as its REST API shows it, and ``deadline``.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any


async def alert_engineers(context: dict[str, Any]) -> None:
    """Write an alert about the run of *context* into the ledger of mails; the next sending task sends it.

    The triggerer's loop serves every trigger: the database is spoken to in a thread.
    """
    run, deadline = context["dag_run"], context["deadline"]["deadline_time"]
    await asyncio.to_thread(_write, str(run["dag_id"]), str(run["dag_run_id"]), deadline)


def _write(dag_id: str, run_id: str, deadline: datetime | str) -> None:
    from territoires.mail.alerts import alert_of_run
    from territoires.settings import Settings
    from territoires.warehouse.engine import connect

    moment = datetime.fromisoformat(deadline) if isinstance(deadline, str) else deadline
    settings = Settings.from_env()
    with connect(settings.need("warehouse_url"), application="alerte", autocommit=True) as connection:
        alert_of_run(
            connection,
            dag_id,
            run_id,
            moment if moment.tzinfo else moment.replace(tzinfo=UTC),
            settings.engineer_addresses,
        )
