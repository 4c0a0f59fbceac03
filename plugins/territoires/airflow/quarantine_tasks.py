"""The task of ``lift_quarantine``: what the form says is given up, with the account that asked for it."""

from __future__ import annotations

from typing import Any, Final

from airflow.sdk import AssetAlias, Param, task
from airflow.sdk.exceptions import AirflowFailException

from territoires.airflow.assets import delivery_asset
from territoires.settings import Settings

LIFTED: Final = AssetAlias("levee")
"""Stands for the asset of the type whose rows are lifted, which only the run knows: bi tells what is open."""
PARAMS = {
    "id_livraison": Param(type="integer", minimum=1, title="Livraison (numéro)"),
    "lignes": Param(
        type="string",
        minLength=1,
        title="Lignes à lever",
        description="Numéros de ligne dans le fichier de l'opérateur, tels que le reçu les donne : « 12, 15 à 18 », "
        "ou « toutes »",
    ),
    "motif": Param(type="string", minLength=1, title="Motif, gardé avec chaque ligne"),
}


@task(task_id="lever", task_display_name="Lever les lignes", outlets=[LIFTED])
def lift(**context: object) -> int:
    """Lift the rows that the form names and return how many; what trying again cannot mend fails at once."""
    from territoires.warehouse import journal, quarantine
    from territoires.warehouse.engine import connect

    params: Any = context["params"]
    run: Any = context["dag_run"]
    try:
        lifting = quarantine.Lifting(
            delivery_id=params["id_livraison"],
            lines=quarantine.lines_named(params["lignes"]),
            reason=params["motif"],
            who=str(run.triggering_user_name or "inconnu"),
            run_id=run.run_id,
        )
        with connect(Settings.from_env().need("warehouse_url"), application="lever", autocommit=True) as connection:
            lifted = quarantine.lift(connection, lifting)
            row = journal.delivery(connection, lifting.delivery_id)
    except quarantine.NotLiftable as error:
        raise AirflowFailException(str(error)) from error
    events: Any = context["outlet_events"]
    events[LIFTED].add(delivery_asset(row["operateur"], row["livraison"]))
    return lifted
