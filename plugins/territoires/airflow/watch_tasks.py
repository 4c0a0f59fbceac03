"""The tasks of ``watch_deliveries``: the calendar, rows that have waited too long, reminders, the engineers' digest."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from airflow.sdk import TriggerRule, task
from airflow.sdk.exceptions import AirflowSkipException

from territoires.settings import Settings

if TYPE_CHECKING:
    from territoires.warehouse.engine import Connection

log = logging.getLogger(__name__)


@contextmanager
def _warehouse(step: str) -> Iterator[Connection]:
    from territoires.warehouse.engine import connect

    with connect(
        Settings.from_env().need("warehouse_url"), application=f"watch_deliveries:{step}", autocommit=True
    ) as connection:
        yield connection


def _today() -> date:
    from territoires.receipts.french import PARIS

    return datetime.now(PARIS).date()


@task(task_id="calendrier", task_display_name="Tenir le calendrier")
def synchronise() -> int:
    """Bring the calendar up to the contracts; return how many periods are followed."""
    from territoires.calendar import synchronise as follow
    from territoires.contracts import load_all

    with _warehouse("calendrier") as connection:
        return follow(connection, load_all().values(), _today())


@task(task_id="expirer", task_display_name="Expirer les lignes abandonnées")
def expire() -> int:
    """End the wait of refused rows that nobody will correct; return how many."""
    from territoires.warehouse.quarantine import expire_old

    with _warehouse("expirer") as connection:
        expired = expire_old(connection, datetime.now(UTC))
    if not expired:
        raise AirflowSkipException("no row has waited that long")
    for delivery_id, rows in expired.items():
        log.info("delivery %s: %s rows expired", delivery_id, rows)
    return sum(expired.values())


@task(task_id="relancer", task_display_name="Écrire les rappels", trigger_rule=TriggerRule.NONE_FAILED)
def remind() -> dict[str, int]:
    """Write the reminders to operators that are due; return how many of each kind."""
    from territoires.contracts import load_all
    from territoires.mail.reminders import remind_of_lateness, remind_of_rows

    contracts = load_all().values()
    with _warehouse("relancer") as connection:
        return {
            "relance": remind_of_rows(connection, contracts),
            "retard": remind_of_lateness(connection, contracts, _today()),
        }


@task(task_id="bilan", task_display_name="Écrire le bilan", trigger_rule=TriggerRule.ALL_DONE)
def digest() -> bool:
    """Write the digest of the day, whatever the tasks before did; False if the day has one already."""
    from territoires.contracts import load_all
    from territoires.mail.digest import write_digest

    with _warehouse("bilan") as connection:
        return write_digest(connection, load_all().values(), Settings.from_env().engineer_addresses, datetime.now(UTC))
