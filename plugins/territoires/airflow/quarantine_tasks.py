"""The task of ``lift_quarantine``: what the form says is given up, with the account that asked for it."""

from __future__ import annotations

from typing import Any

from airflow.sdk import Param, task
from airflow.sdk.exceptions import AirflowFailException

from territoires.settings import Settings

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


@task(task_id="lever", task_display_name="Lever les lignes")
def lift(**context: object) -> int:
    """Lift the rows that the form names and return how many; what trying again cannot mend fails at once."""
    from territoires.warehouse import quarantine
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
            return quarantine.lift(connection, lifting)
    except quarantine.NotLiftable as error:
        raise AirflowFailException(str(error)) from error
