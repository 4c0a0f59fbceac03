"""The trigger that watches the inbound folders: whole files, announced once, one scan for all operators."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from airflow.triggers.shared_stream import SharedStreamManager

from territoires.airflow import triggers
from territoires.airflow.triggers import InboundTrigger
from territoires.inbox import Signature

BDT, BPI = "banque_des_territoires", "bpifrance"
PACE_S = 0.03


class State:
    """What Airflow keeps of an asset, as a trigger sees it."""

    def __init__(self) -> None:
        self.kept: dict[str, Any] = {}

    async def aget(self, key: str, default: object = None) -> object:
        return self.kept.get(key, default)

    async def aset(self, key: str, value: object) -> None:
        self.kept[key] = value


def drop(root: Path, place: str, age_s: float = 60, content: bytes = b"x") -> Path:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


def trigger(root: Path, operator: str = BDT, state: State | None = None) -> InboundTrigger:
    made = InboundTrigger(operator=operator, inbound=str(root), poke_interval=PACE_S)
    made.asset_state_store = state  # type: ignore[assignment]
    return made


async def listen(stream: AsyncIterator[Any], found: list[int]) -> None:
    async for event in stream:
        found.append(event.payload["fichiers"])  # noqa: PERF401 - the stream never ends


def heard(one: InboundTrigger, *acts: Callable[[], object]) -> list[int]:
    """Return how many files each event announces, while *acts* are done one after the other."""

    async def scenario() -> list[int]:
        found: list[int] = []
        listening = asyncio.create_task(listen(one.run(), found))
        for act in (*acts, lambda: None):
            await asyncio.sleep(10 * PACE_S)
            act()
        listening.cancel()
        return found

    return asyncio.run(scenario())


def test_only_whole_files_of_the_operator_s_own_folders_are_announced(tmp_path: Path) -> None:
    drop(tmp_path, f"{BDT}/investissements/entier.csv")
    drop(tmp_path, f"{BDT}/referents/aussi.csv")
    for other in (".cache.part", "~$ouvert.xlsx", "a.csv.filepart", ".en_cours/cle/pris.csv"):
        drop(tmp_path, f"{BDT}/investissements/{other}")
    drop(tmp_path, f"{BDT}/investissements/jeune.csv", age_s=0)
    drop(tmp_path, f"{BPI}/accompagnements/autre.csv")
    drop(tmp_path, "a-cote.csv")
    assert heard(trigger(tmp_path)) == [2]


def test_a_file_is_announced_once_and_another_one_of_its_name_again(tmp_path: Path) -> None:
    path = drop(tmp_path, f"{BDT}/investissements/a.csv")

    def replaced() -> None:
        drop(tmp_path, f"{BDT}/investissements/a.csv", age_s=30, content=b"autre")

    assert heard(trigger(tmp_path), lambda: None, path.unlink, replaced) == [1, 1]


def test_a_restarted_triggerer_announces_nothing_twice_and_keeps_no_name(tmp_path: Path) -> None:
    state = State()
    drop(tmp_path, f"{BDT}/investissements/dupont.csv")
    assert heard(trigger(tmp_path, state=state)) == [1]
    assert "dupont" not in repr(state.kept)
    assert heard(trigger(tmp_path, state=state)) == []
    assert heard(trigger(tmp_path, state=state), lambda: drop(tmp_path, f"{BDT}/investissements/b.csv")) == [1]


def test_a_file_whose_size_changes_between_scans_waits_however_old_it_says_it_is(tmp_path: Path) -> None:
    path = drop(tmp_path, f"{BDT}/investissements/a.csv")
    sizes = iter(range(2, 10_000))

    async def grow() -> None:
        while True:
            path.write_bytes(b"x" * next(sizes))
            os.utime(path, (time.time() - 60,) * 2)
            await asyncio.sleep(PACE_S / 5)

    async def scenario() -> list[int]:
        found: list[int] = []
        tasks = [asyncio.create_task(grow()), asyncio.create_task(listen(trigger(tmp_path).run(), found))]
        await asyncio.sleep(12 * PACE_S)
        assert found == []
        tasks[0].cancel()
        await asyncio.sleep(6 * PACE_S)
        tasks[1].cancel()
        return found

    assert asyncio.run(scenario()) == [1]


def test_folders_that_are_away_for_a_while_end_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looks = iter([OSError("away"), OSError("away")])
    look = triggers._look

    def failing(inbound: str) -> tuple[dict[str, Signature], set[str]]:
        for error in looks:
            raise error
        return look(inbound)

    monkeypatch.setattr(triggers, "_look", failing)
    drop(tmp_path, f"{BDT}/investissements/a.csv")
    assert heard(trigger(tmp_path)) == [1]


def test_all_operators_share_one_scan_in_airflow_s_triggerer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Airflow's own manager of shared streams drives them, as it does in the triggerer."""
    scans = 0
    look = triggers._look

    def counted(inbound: str) -> tuple[dict[str, Signature], set[str]]:
        nonlocal scans
        scans += 1
        return look(inbound)

    monkeypatch.setattr(triggers, "_look", counted)
    drop(tmp_path, f"{BDT}/investissements/a.csv")
    drop(tmp_path, f"{BPI}/accompagnements/b.csv")
    drop(tmp_path, f"{BPI}/referents/c.csv")
    found: dict[str, list[int]] = {BDT: [], BPI: [], "programme": []}

    async def scenario() -> None:
        manager = SharedStreamManager()
        tasks = []
        for number, operator in enumerate(found):
            one = trigger(tmp_path, operator)
            stream = manager.subscribe(trigger_id=number, trigger=one, key=one.shared_stream_key())
            tasks.append(asyncio.create_task(listen(one.filter_shared_stream(stream), found[operator])))
        await asyncio.sleep(10 * PACE_S)
        await manager.stop_all()
        for task in tasks:
            task.cancel()

    asyncio.run(scenario())
    assert found == {BDT: [1], BPI: [2], "programme": []}
    assert 2 <= scans <= 11


def test_the_triggerer_can_make_it_anew(tmp_path: Path) -> None:
    path, arguments = trigger(tmp_path).serialize()
    assert path == f"{InboundTrigger.__module__}.{InboundTrigger.__qualname__}"
    assert InboundTrigger(**arguments).serialize() == (path, arguments)
