"""The task of ``ingest_bmo`` that asks for the published file before what was dropped is taken up."""

from __future__ import annotations

from typing import Any, Final

from airflow.sdk import DAG, Param, task
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from territoires.registers.errors import FetchError
from territoires.settings import Settings, variable

OPERATOR: Final = "pole_emploi"
DELIVERY: Final = "besoins_main_oeuvre"
PARAMS: Final = {"forcer": Param(False, type="boolean", title="Demander le fichier sans attendre la semaine prochaine")}


@task(
    task_id="telecharger",
    task_display_name="Télécharger",
    pool="registres",
    map_index_template="{{ task.op_kwargs['address'] }}",
)
def download_one(address: str, params: dict[str, bool] | None = None, run_id: str | None = None, **context: Any) -> int:  # noqa: ANN401 - Airflow's own
    """Make a delivery of the file if it changed; skipped otherwise, before its time, or without an address."""
    if not address:
        raise AirflowSkipException(f"{variable('bmo_url')} n'est pas défini : le fichier annuel n'est pas demandé")
    from territoires.airflow.stores import open_platform
    from territoires.delivery.download import NotDue, download

    # A retry is due at once, whatever the failure of the try before left in the journal.
    force = bool((params or {}).get("forcer")) or context["ti"].try_number > 1
    try:
        number = download(open_platform(), f"{OPERATOR}/{DELIVERY}", address, force=force, run_id=run_id)
    except NotDue as error:
        raise AirflowSkipException(f"adresse consultée il y a peu ({error})") from error
    except FetchError as error:
        if error.transient:
            raise
        raise AirflowFailException(str(error)) from error
    except ValueError as error:
        raise AirflowFailException(f"{variable('bmo_url')} : {error}") from error
    if number is None:
        raise AirflowSkipException("fichier inchangé depuis la dernière consultation")
    return number


def download_before(dag: DAG) -> None:
    """Have *dag*, made by ``ingest_dag``, ask for the addresses of the settings before it takes anything up.

    A source that fails keeps no dropped file from its turn: ``recevoir`` waits for the end of the downloads alone.
    """
    with dag:
        asked = download_one.expand(address=Settings.from_env().bmo_url.split() or [""])
        asked >> [dag.get_task("recevoir"), dag.get_task("veiller")]
