"""The demonstration's judgement: each thing that can go wrong is said, and makes it fail."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from demo.model import DemoFile
from territoires.local.airflow_api import Run
from territoires.local.demo import Demonstration
from territoires.local.drop import Answer, Dropped
from territoires.settings import Settings


@dataclass
class FakeApi:
    found: list[Run] = field(default_factory=lambda: [Run("ingest", "r1", "success"), Run("build", "r2", "success")])
    errors: dict[str, str] = field(default_factory=dict)
    ids: list[str] = field(default_factory=lambda: ["build", "ingest"])

    def runs(self) -> list[Run]:
        return self.found

    def import_errors(self) -> dict[str, str]:
        return self.errors

    def dags(self) -> list[str]:
        return self.ids

    def questions(self) -> list[Any]:
        return []

    def failed_tasks(self, _run: Run) -> list[str]:
        return ["charger"]


@dataclass
class FakePlatform:
    settings: Settings = field(default_factory=lambda: Settings.from_env({}))


def judged(change: Callable[[FakeApi, Demonstration], None]) -> list[str]:
    """Problems of a demonstration of one file in which all went well, but for *change*."""
    api = FakeApi()
    file = DemoFile(Path("f.csv"), "op", "liv", "f.csv", "chargee_partiellement", "deux fautes", refused_rows=2)
    any_api: Any = api
    any_platform: Any = FakePlatform()
    nothing: Any = None
    demonstration = Demonstration(any_platform, any_api, nothing)
    demonstration._dropped = [(file, Dropped("op", "liv", "f.csv", "0" * 64, 0), "chargee_partiellement")]
    demonstration._answered = {0: Answer(1, "chargee_partiellement", "reçu", 1, rows_refused=2)}
    change(api, demonstration)
    demonstration._judge()
    return demonstration.problems


def answer(status: str, refused: int | None) -> Callable[[FakeApi, Demonstration], None]:
    def change(_api: FakeApi, demonstration: Demonstration) -> None:
        demonstration._answered = {0: Answer(1, status, "reçu", 1, rows_refused=refused)}

    return change


def test_all_well_is_no_problem() -> None:
    assert judged(lambda _api, _demonstration: None) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda api, _: api.errors.update({"d.py": "Traceback\nNameError: x"}), r"d\.py ne s'importe pas"),
        (lambda api, _: api.found.append(Run("ingest", "r3", "failed")), r"ingest a échoué \(tâches : charger\)"),
        (lambda api, _: api.ids.append("oubliee"), "oubliee n'a jamais tourné"),
        (lambda api, _: api.ids.clear(), "aucune DAG"),
        (lambda _, demonstration: demonstration._answered.clear(), "aucun reçu"),
        (answer("refusee", None), "statut « refusee », attendu « chargee_partiellement »"),
        (answer("chargee_partiellement", 3), "3 lignes refusées, attendu 2"),
    ],
)
def test_what_goes_wrong_is_said(change: Callable[[FakeApi, Demonstration], None], said: str) -> None:
    problems = judged(change)
    assert len(problems) == 1
    assert re.search(said, problems[0])


def test_a_run_before_this_demonstration_is_not_its_own() -> None:
    def change(api: FakeApi, demonstration: Demonstration) -> None:
        before = demonstration._started.replace(year=2020)
        api.found = [Run("ingest", "r0", "failed", before), Run("build", "r2", "success"), *api.found]

    assert judged(change) == []
