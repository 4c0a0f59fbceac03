"""The tasks of ``ingest_territories``: open what a step needs, call the step, say to Airflow how it ended.

Only addresses and numbers of core.registre_version travel through XCom.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from airflow.sdk import DAG, Param, TaskGroup, TriggerRule, task, task_group
from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

from territoires.airflow.assets import registers_asset
from territoires.airflow.stores import open_root
from territoires.airflow.watching import watch
from territoires.registers.catalogue import Register
from territoires.registers.errors import FetchError, RefusedRegisterError
from territoires.registers.source import Source, source
from territoires.settings import Settings

if TYPE_CHECKING:
    from territoires.inbox.archive import Archive
    from territoires.storage import Place
    from territoires.warehouse.engine import Connection

Result = TypeVar("Result")
POOL = "registres"
MEMORY_POOL = "livraisons"
"""Of the steps that hold a whole file in memory: a register is checked while the next one is fetched."""
LABEL = "{{ task.op_kwargs['address'] }}"
PARAMS = {"forcer": Param(False, type="boolean", title="Recharger même les fichiers inchangés")}


def steps(dag: DAG) -> None:
    """Give *dag* a group of three tasks for each register, mapped over the addresses that the settings list.

    A register without address keeps its group, whose first task says which variable to set. Registers are announced
    together, once all of them had their turn: bi is built anew once, not for each.
    """
    settings = Settings.from_env()
    with dag:
        groups = [_expand(register, addresses(register, settings) or [""]) for register in Register]
        announced = announce()
        groups >> announced
        [*groups, announced] >> watch("the other registers had their turn; see core.registre_version")


def addresses(register: Register, settings: Settings) -> list[str]:
    """Return the configured addresses of a register, as they stand: a faulty one fails its own task, not the DAG."""
    return settings.registers.get(register.value, "").split()


def _expand(register: Register, found: list[str]) -> TaskGroup:
    """Map the three tasks over the addresses: one source that fails does not keep the others from their turn."""

    @task_group(group_id=register.value)
    def group(address: str) -> None:
        received = fetch(register=register.value, address=address)
        checked = validate(register=register.value, address=address, id_registre=cast("int", received))
        load(register=register.value, address=address, id_registre=cast("int", checked))

    expanded: Any = group.expand(address=found)
    return cast("TaskGroup", expanded)


@task(task_id="telecharger", task_display_name="Télécharger", pool=POOL, map_index_template=LABEL)
def fetch(register: str, address: str, params: dict[str, bool] | None = None) -> int:
    """Fetch the file if it changed; skipped otherwise, or if the register has no address."""
    if not address:
        raise AirflowSkipException(f"{Register(register).variable} n'est pas défini : référentiel {register} non suivi")
    from territoires.registers import pipeline

    force = bool((params or {}).get("forcer"))
    found = _run(register, address, lambda db, origin, archive, _: pipeline.receive(db, origin, archive, force=force))
    if found is None:
        raise AirflowSkipException("fichier inchangé depuis le dernier chargement")
    return found


@task(task_id="valider", task_display_name="Valider", pool=MEMORY_POOL, map_index_template=LABEL)
def validate(register: str, address: str, id_registre: int) -> int:
    """Read and check the version; a refusal fails at once, without retry, and leaves the register in use as it is."""
    from territoires.registers import pipeline

    _run(register, address, lambda db, origin, archive, work: pipeline.validate(db, origin, id_registre, archive, work))
    return id_registre


@task(task_id="charger", task_display_name="Charger", pool=POOL, map_index_template=LABEL)
def load(register: str, address: str, id_registre: int) -> dict[str, int]:
    """Load the version; skipped, so that nothing is built anew, if it says what the warehouse says already."""
    from territoires.registers import pipeline

    done = _run(
        register, address, lambda db, origin, archive, work: pipeline.load(db, origin, id_registre, archive, work)
    )
    if not done.rows:
        raise AirflowSkipException("chargé : aucune ligne ne diffère de ce que l'entrepôt contient")
    return {"ajoutees": done.added, "modifiees": done.changed, "closes": done.closed}


@task(
    task_id="annoncer",
    task_display_name="Annoncer",
    trigger_rule=TriggerRule.ALL_DONE_MIN_ONE_SUCCESS,
    outlets=[registers_asset()],
)
def announce() -> None:
    """Say that registers changed, if a row of one did, even if another one failed."""


def _run(register: str, address: str, step: Callable[[Connection, Source, Archive, Place], Result]) -> Result:
    """Open the warehouse and the archive, do *step*; what trying again cannot mend fails the task at once."""
    from territoires.inbox.archive import Archive
    from territoires.warehouse.engine import connect

    settings = Settings.from_env()
    try:
        origin = source(Register(register), address)
        with connect(settings.need("warehouse_url"), application="registres", autocommit=True) as connection:
            return step(connection, origin, Archive(open_root(settings.archive)), open_root(settings.work))
    except FetchError as error:
        if error.transient:
            raise
        raise AirflowFailException(str(error)) from error
    except (RefusedRegisterError, ValueError) as error:
        raise AirflowFailException(str(error)) from error
