"""The tasks of ``build_warehouse``: each opens a connection, calls one step of the build and hands on its number."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from airflow.sdk import task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from territoires.settings import Settings

if TYPE_CHECKING:
    from territoires.warehouse.engine import Connection

log = logging.getLogger(__name__)


@contextmanager
def _warehouse(step: str) -> Iterator[Connection]:
    from territoires.warehouse.engine import connect

    with connect(Settings.from_env().need("warehouse_url"), application=f"build_warehouse:{step}") as connection:
        yield connection


@task(task_id="construire", task_display_name="Construire le candidat", pool="entrepot")
def build_candidate(run_id: str | None = None) -> int:
    """Build the candidate tables anew; return the number of the build."""
    from territoires.calendar import synchronise
    from territoires.contracts import load_all
    from territoires.receipts.french import PARIS
    from territoires.warehouse.build import build_candidate as build

    with _warehouse("construire") as connection:
        # What a contract expects is seen with its first build, not on the next working morning.
        synchronise(connection, load_all().values(), datetime.now(PARIS).date())
        return build(connection, run_id)


@task(task_id="verifier", task_display_name="Vérifier le candidat", pool="entrepot")
def check(build_id: int) -> int:
    """Run the checks. A candidate found wrong is not tried again: it stays wrong until its data are mended."""
    from territoires.warehouse.build import CheckFailed, NotReady
    from territoires.warehouse.build import check as run_checks

    try:
        with _warehouse("verifier") as connection:
            findings = run_checks(connection, build_id)
    except (CheckFailed, NotReady) as error:
        raise AirflowFailException(str(error)) from error
    for finding in findings:
        if finding.outcome != "reussi":
            log.warning("%s: %s, %d rows, see journal.controle", finding.check.name, finding.outcome, finding.rows)
    return build_id


@task(
    task_id="publier",
    task_display_name="Publier dans bi",
    pool="entrepot",
    # Readers are given way to: a query of BI may last five minutes (statement_timeout of its role), and so may the
    # next one. 10, 20, 40, 80 s, then every two minutes: a quarter of an hour in all.
    retries=9,
    retry_delay=timedelta(seconds=10),
    max_retry_delay=timedelta(minutes=2),
)
def swap(build_id: int) -> None:
    """Publish the candidate; skipped if a newer build took its place, which publishes what this one had and more."""
    from territoires.warehouse.build import NotReady
    from territoires.warehouse.build import swap as publish

    try:
        with _warehouse("publier") as connection:
            published = publish(connection, build_id)
    except NotReady as error:
        raise AirflowFailException(str(error)) from error
    if not published:
        raise AirflowSkipException(f"build {build_id} was overtaken by a newer one")
