"""The tasks of ``ingest_marche_travail``: prepare a campaign or take up the last one, ask, check the whole.

Only the number of the campaign travels through XCom; what is asked and answered stands in journal.appel_marche.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import Param, task
from airflow.sdk.exceptions import AirflowFailException, AirflowNotFoundException, AirflowSkipException

from territoires.airflow.assets import market_asset
from territoires.airflow.stores import open_root
from territoires.settings import Settings

if TYPE_CHECKING:
    from territoires.france_travail.client import Client
    from territoires.france_travail.collect import Progress
    from territoires.france_travail.plan import Scope
    from territoires.warehouse.engine import Connection

log = logging.getLogger(__name__)

POOL = "france_travail"
PARAMS = {
    "indicateurs": Param(
        ["perspective", "demandeurs", "offres"],
        type="array",
        items={"type": "string", "enum": ["perspective", "demandeurs", "offres"]},
        title="Indicateurs",
    ),
    "territoires": Param(
        ["DEP", "BASSIN"],
        type="array",
        items={"type": "string", "enum": ["DEP", "BASSIN"]},
        title="Types de territoires",
    ),
    "activites": Param(
        Settings.from_env().market_activities.split(),
        type="array",
        items={"type": "string", "pattern": "^[A-N]([0-9]{4})?$"},
        title="Domaines (H) ou métiers (H2918) du ROME",
    ),
    "details": Param(False, type="boolean", title="Demander aussi les caractéristiques de chaque métier"),
}
_TOLD_EVERY_S = 10.0
_PATIENT: dict[str, Any] = {
    # A worker that is killed goes on within seconds; an API that is down for an hour, and registers that a new
    # installation is still loading, are met again, not given up.
    "retries": 8,
    "max_retry_delay": timedelta(minutes=30),
}
# 160,000 questions at 8 a second take six hours; twice that leaves room for an API that is slow or rests.
_LONG: dict[str, Any] = {**_PATIENT, "execution_timeout": timedelta(hours=12)}


@task(task_id="preparer", task_display_name="Préparer les questions", pool=POOL, **_PATIENT)
def prepare(params: dict[str, Any] | None = None) -> int:
    """Return the campaign under way, or a new one with all its questions; skipped without connection."""
    from territoires.france_travail import campaigns, plan
    from territoires.france_travail.errors import CampaignError

    with _opened("preparer") as (client, connection):
        scope = _scope(params or {})
        under_way = campaigns.current(connection, scope)
        if under_way is not None:
            log.info("campaign %d goes on", under_way)
            return under_way
        if unloaded := plan.unloaded(connection, Settings.from_env().registers):
            raise CampaignError(f"référentiels pas encore chargés : {', '.join(unloaded)} (ingest_territories)")
        places = plan.territories(connection, scope, client.territories(plan.DEPARTMENT))
        return campaigns.begin(connection, scope, plan.questions(scope, places, plan.occupations(connection, scope)))


@task(task_id="collecter", task_display_name="Interroger l'API", pool=POOL, **_LONG)
def collect(campaign: int, task_state_store: Any = None) -> dict[str, int]:  # noqa: ANN401 - Airflow's accessor
    """Ask what is left to ask; return how the questions of the campaign ended."""
    from territoires.france_travail import collect as collection
    from territoires.inbox.archive import Archive

    if task_state_store is not None and (last := task_state_store.get("derniere")):
        log.info("campaign %d goes on after %s", campaign, last)
    archive = Archive(open_root(Settings.from_env().archive))
    with _opened("collecter") as (client, connection):
        tell = _teller(task_state_store)
        tally = collection.collect(client, connection, archive, campaign, progress=tell)
        collection.conclude(connection, campaign, tally)
    return tally.record


@task(task_id="verifier", task_display_name="Vérifier la collecte", pool=POOL, outlets=[market_asset()])
def check(campaign: int, asset_state_store: Any = None) -> dict[str, int]:  # noqa: ANN401 - Airflow's accessor
    """Run the suite over the whole campaign; skipped, so that nothing is built anew, if no value differs."""
    from territoires.france_travail import campaigns, checks
    from territoires.warehouse.engine import connect

    with connect(_url(), application="marche_travail:verifier", autocommit=True) as connection:
        outcomes = [one for one in checks.check(connection, campaign, datetime.now(UTC).date()) if one.failed]
        errors = [one.text for one in outcomes if one.severity == "error"]
        if errors:
            raise AirflowFailException(str(campaigns.fail(connection, campaign, " ; ".join(errors))))
        for one in outcomes:
            log.warning("campaign %d: %s", campaign, one.text)
        campaigns.finish(connection, campaign)
        tally = campaigns.tally(connection, campaign)
    if asset_state_store is not None:
        asset_state_store[market_asset()].set("collecte", {"numero": campaign} | tally.record)
    if not tally.written:
        raise AirflowSkipException("aucune valeur ne diffère de ce que l'entrepôt contient")
    return tally.record


def _url() -> str:
    return Settings.from_env().need("warehouse_url")


def _scope(params: dict[str, Any]) -> Scope:
    from territoires.france_travail.plan import Scope
    from territoires.france_travail.questions import Indicator

    given = {name: params.get(name, param.value) for name, param in PARAMS.items()}
    return Scope(
        indicators=tuple(Indicator(name) for name in given["indicateurs"]),
        territory_types=tuple(given["territoires"]),
        activities=tuple(given["activites"]),
        details=given["details"],
    )


def _teller(store: Any) -> Callable[[Progress], None]:  # noqa: ANN401 - Airflow's accessor
    """Return what writes the last question done into the state of the task, every few seconds."""
    told = 0.0

    def tell(progress: Progress) -> None:
        nonlocal told
        if store is not None and time.monotonic() - told >= _TOLD_EVERY_S:
            told = time.monotonic()
            store.set("derniere", progress.record)

    return tell


@contextmanager
def _opened(step: str) -> Iterator[tuple[Client, Connection]]:
    """Open client and warehouse for the block; what trying again cannot mend fails the task at once."""
    from territoires.airflow.france_travail import FranceTravailHook
    from territoires.france_travail.errors import (
        AnswerError,
        CredentialsError,
        EndedCampaignError,
        RequestError,
    )
    from territoires.warehouse.engine import connect

    name = Settings.from_env().france_travail_conn_id
    with ExitStack() as stack:
        try:
            own = stack.enter_context(connect(_url(), application="marche_travail:budget", autocommit=True))
            client = stack.enter_context(FranceTravailHook(name, own).get_conn())
            work = stack.enter_context(connect(_url(), application=f"marche_travail:{step}", autocommit=True))
            yield client, work
        except AirflowNotFoundException as error:
            raise AirflowSkipException(
                f"pas de connexion {name} : en définir une de type HTTP (adresse de l'API, identifiant et clé secrète "
                "de l'application), voir « The labour market is not known » dans docs/runbook.md"
            ) from error
        except (AnswerError, CredentialsError, EndedCampaignError, RequestError, ValueError) as error:
            raise AirflowFailException(str(error)) from error
