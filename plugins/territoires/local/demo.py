"""``make demo``: the whole platform, from nothing to figures, under the real scheduler, then everything stopped."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from territoires.local import demo_data, drop
from territoires.local.airflow_api import ACTIVE, AirflowApi, Run
from territoires.local.airflow_env import base_url
from territoires.local.console import LocalError, Progress, say
from territoires.local.demo_engineer import Engineer
from territoires.local.platform import Platform, running
from territoires.local.summary import print_summary
from territoires.settings import Settings
from territoires.warehouse.engine import connect

if TYPE_CHECKING:
    from demo.model import Demo, DemoFile

REGISTER_DAG = "ingest_territories"
_POLL_S = 1.0
_QUIET_S = 4.0
"""Asset events become runs at the scheduler's next turn: only a pause longer than that means that all is done."""


def run(settings: Settings) -> int:
    """Run the demonstration; 0 if all of it went as foreseen, else 1 after saying what did not."""
    begun = time.monotonic()
    say("Démonstration : données fabriquées, plateforme complète, tout est arrêté à la fin.")
    made = demo_data.make(settings)
    platform = Platform.open(demo_data.lead_to(settings, made))
    if platform.is_up():
        raise LocalError("La plateforme tourne déjà : `make down` d'abord, ou `make drop` pour y déposer un fichier.")
    with running(platform):
        demonstration = Demonstration(platform, platform.api(), made)
        demonstration.run()
        if demonstration.answered:
            print_summary(platform, demonstration.answers())
    problems = demonstration.problems
    if problems:
        say(f"\nÉchec : {len(problems)} chose{'s' if len(problems) > 1 else ''} ne va pas comme prévu.")
        for problem in problems:
            say(f"  ✗ {problem}")
        say(f"Journaux : {platform.state.logs}")
    else:
        say(f"\nTout s'est passé comme prévu, en {time.monotonic() - begun:.0f} s ; la plateforme est arrêtée.")
        say("Pour la garder en marche : make up")
    return 1 if problems else 0


@dataclass(slots=True)
class Demonstration:
    """One demonstration on a platform that is up; ``problems`` gathers what went otherwise than foreseen."""

    platform: Platform
    api: AirflowApi
    made: Demo
    problems: list[str] = field(default_factory=list)
    _started: datetime = field(default_factory=lambda: datetime.now(UTC))
    _progress: Progress = field(default_factory=Progress)
    _dropped: list[tuple[DemoFile, drop.Dropped, str]] = field(default_factory=list)
    _answered: dict[int, drop.Answer] = field(default_factory=dict)
    _limit: float = 0.0
    _halted: bool = False
    _engineer: Engineer = field(init=False)

    def __post_init__(self) -> None:
        """Hire the engineer who answers what the DAGs ask a person."""
        self._engineer = Engineer(self.api)

    def run(self) -> None:
        """Load the registers, drop the files, wait until every DAG ran and nothing runs any more; then judge."""
        # Runs that the scheduler made while it was starting belong to this demonstration too.
        self._started = datetime.fromtimestamp(self.platform.started_at(), UTC)
        self._limit = time.monotonic() + self.platform.settings.demo_timeout_s
        try:
            self._wait("référentiels", self._registers_loaded)
            self._drop()
            self._expect_fetched()
            self._wait("livraisons", self._all_answered)
            self._wait("traitements", self._quiet)
            self._refresh()
            self._engineer.work(self._decisions())
            self._wait("gestes d'un ingénieur", self._quiet)
            self._start_the_rest()
            self._refresh()
        except LocalError as error:
            self.problems.append(str(error))
            self._halted = True
        self._progress.done()
        self._judge()

    def answers(self) -> list[drop.Answer]:
        """Return what became of the files, in the order of their drop, as far as known."""
        return [self._answered[index] for index in sorted(self._answered)]

    @property
    def answered(self) -> bool:
        """Whether every file was answered and every DAG ran, so that there are figures to show."""
        return bool(self._dropped) and len(self._answered) == len(self._dropped) and not self._halted

    def _wait(self, what: str, done: Callable[[], bool]) -> None:
        while not done():
            self.platform.check_alive()
            if time.monotonic() > self._limit:
                raise LocalError(
                    f"{what} : pas fini après {self.platform.settings.demo_timeout_s:.0f} s (TI_DEMO_TIMEOUT_S)"
                )
            time.sleep(_POLL_S)

    def _runs(self) -> list[Run]:
        """Return this demonstration's runs, those that wait to be taken up included."""
        return [run for run in self.api.runs() if run.queued_at is None or run.queued_at >= self._started]

    def _stop_if_hopeless(self, runs: Sequence[Run]) -> None:
        if errors := self.api.import_errors():
            file, trace = next(iter(errors.items()))
            raise LocalError(f"{file} ne s'importe pas : {trace.strip().splitlines()[-1]}")
        if failed := [run for run in runs if run.state == "failed"]:
            raise LocalError(f"{failed[0].dag_id} a échoué")

    def _registers_loaded(self) -> bool:
        runs = self._runs()
        self._stop_if_hopeless(runs)
        with connect(self.platform.settings.warehouse_url) as connection:
            found = connection.execute("select distinct registre from core.registre_version where courant").fetchall()
        awaited = set(self.platform.settings.registers)
        loaded = awaited & {row["registre"] for row in found}
        self._progress.show(f"référentiels chargés : {len(loaded)}/{len(awaited)} ; DAG lues : {len(self.api.dags())}")
        # A run in progress could change what the first deliveries are checked against.
        return loaded == awaited and not any(run.state in ACTIVE for run in runs if run.dag_id == REGISTER_DAG)

    def _expect_fetched(self) -> None:
        """Expect the file that the platform fetches by itself, unless a former demonstration had it fetched."""
        needs, settings = self.made.needs, self.platform.settings
        content = hashlib.sha256(needs.path.read_bytes()).hexdigest()
        with connect(settings.warehouse_url) as connection:
            known = connection.execute(
                "select 1 from journal.livraison where sha256 = %s and recue_le < %s", (content, self._started)
            ).fetchone()
        if known is None and settings.bmo_url == needs.path.as_uri():
            fetched = drop.Dropped(needs.operator, needs.delivery, needs.name, content, after=0)
            self._dropped.append((needs, fetched, needs.expected_status))

    def _drop(self) -> None:
        settings = self.platform.settings
        for file in self.made.files:
            place = f"{file.operator}/{file.delivery}"
            dropped = drop.lay(
                file.path, place, settings.local("inbound"), settings.warehouse_url, name=file.name, keep_time=True
            )
            self._dropped.append((file, dropped, self._expected(file, dropped)))
        self._progress.show(f"{len(self._dropped)} fichiers déposés dans {settings.inbound}")

    def _expected(self, file: DemoFile, dropped: drop.Dropped) -> str:
        """Return the status that *file* must get: a content that a former demonstration loaded is now a duplicate.

        What was refused is tried again by rule, so that it is refused again; what was held and overtaken is held again,
        and this time nothing newer comes: the engineer decides.
        """
        with connect(self.platform.settings.warehouse_url) as connection:
            known = connection.execute(
                "select statut from journal.livraison where operateur = %s and livraison = %s and sha256 = %s"
                " and statut <> 'refusee' and id_livraison <= %s order by id_livraison limit 1",
                (dropped.operator, dropped.delivery, dropped.sha256, self._first_after()),
            ).fetchone()
        if known is None:
            return file.expected_status
        return "refusee" if known["statut"] == "remplacee" and file.decision == "rejetee" else "doublon"

    def _decisions(self) -> list[tuple[DemoFile, drop.Answer]]:
        """Return each file that was answered, with what became of it as far as known."""
        return [(self._dropped[index][0], answer) for index, answer in sorted(self._answered.items())]

    def _refresh(self) -> None:
        """Read again what became of every file: a decision or a later file can have changed it since its answer."""
        settings = self.platform.settings
        for index, (_, dropped, _) in enumerate(self._dropped):
            found = drop.answer(dropped, settings.local("outbound"), settings.warehouse_url)
            if found:
                self._answered[index] = found

    def _first_after(self) -> int:
        return self._dropped[0][1].after if self._dropped else 2**62

    def _all_answered(self) -> bool:
        settings = self.platform.settings
        for index, (_, dropped, _) in enumerate(self._dropped):
            if index not in self._answered:
                found = drop.answer(dropped, settings.local("outbound"), settings.warehouse_url)
                if found:
                    self._answered[index] = found
        self._engineer.answer(self._decisions())
        runs = self._runs()
        self._show_runs(runs)
        self._stop_if_hopeless(runs)
        return len(self._answered) == len(self._dropped)

    def _quiet(self) -> bool:
        limit = time.monotonic() + _QUIET_S
        while time.monotonic() < limit:
            self._engineer.answer(self._decisions())
            runs = self._runs()
            self._stop_if_hopeless(runs)
            if any(run.state in ACTIVE for run in runs):
                self._show_runs(runs)
                return False
            time.sleep(_POLL_S)
        return True

    def _start_the_rest(self) -> None:
        """Start the DAGs that nothing started in this demonstration, such as those of a monthly schedule."""
        idle = sorted(set(self.api.dags()) - {run.dag_id for run in self._runs()} - self._engineer.idle)
        for dag_id in idle:
            self.api.trigger(dag_id)
        if idle:
            self._wait(f"DAG lancées par la démonstration ({', '.join(idle)})", self._quiet)

    def _show_runs(self, runs: Sequence[Run]) -> None:
        active = Counter(run.dag_id for run in runs if run.state in ACTIVE)
        finished = sum(run.state == "success" for run in runs)
        receipts = f"{len(self._answered)}/{len(self._dropped)}"
        names = ", ".join(sorted(active)) or "rien"
        self._progress.show(f"reçus rendus : {receipts} ; exécutions finies : {finished} ; en cours : {names}")

    def _judge(self) -> None:
        for file, trace in self.api.import_errors().items():
            self.problems.append(f"{file} ne s'importe pas :\n{trace.strip()}")
        runs = self._runs()
        for run in runs:
            if run.state == "failed":
                tasks = ", ".join(self.api.failed_tasks(run)) or "aucune tâche"
                address = f"{base_url(self.platform.settings)}/dags/{run.dag_id}/runs/{run.run_id}"
                self.problems.append(f"{run.dag_id} a échoué (tâches : {tasks}) : {address}")
        ran = {run.dag_id for run in runs if run.state == "success"}
        dags = self.api.dags()
        missing = set(dags) - ran - self._engineer.idle
        self.problems += [f"{dag_id} n'a jamais tourné avec succès" for dag_id in sorted(missing)]
        if not dags:
            self.problems.append("aucune DAG")
        for index, (dropped_file, dropped, expected) in enumerate(self._dropped):
            self._judge_file(dropped_file, dropped.name, expected, self._answered.get(index))

    def _judge_file(self, file: DemoFile, name: str, expected: str, found: drop.Answer | None) -> None:
        if found is None:
            self.problems.append(f"{name} ({file.why}) : aucun reçu")
        elif found.status != expected:
            self.problems.append(f"{name} ({file.why}) : statut « {found.status} », attendu « {expected} »")
        elif expected != "doublon" and file.refused_rows is not None and found.rows_refused != file.refused_rows:
            self.problems.append(f"{name} : {found.rows_refused} lignes refusées, attendu {file.refused_rows}")
