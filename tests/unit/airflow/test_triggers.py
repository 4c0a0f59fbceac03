"""The trigger that watches the inbound folders: whole files, announced once, whatever their writers do."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from territoires.airflow.triggers import InboundTrigger, whole_files


def drop(folder: Path, name: str, age_s: float = 60, content: bytes = b"x") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (time.time() - age_s,) * 2)
    return path


async def events(trigger: InboundTrigger, seconds: float) -> list[int]:
    """Return how many files each event announces within *seconds*."""
    found: list[int] = []

    async def listen() -> None:
        async for event in trigger.run():
            found.append(event.payload["fichiers"])  # noqa: PERF401 - the stream never ends

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(listen(), seconds)
    return found


def test_a_folder_that_does_not_exist_yet_holds_nothing(tmp_path: Path) -> None:
    assert whole_files(str(tmp_path / "absent")) == {}


def test_only_whole_files_of_delivery_folders_are_seen(tmp_path: Path) -> None:
    drop(tmp_path / "investissements", "entier.csv", content=b"1234")
    drop(tmp_path / "investissements", "jeune.csv", age_s=0)
    drop(tmp_path / "investissements", ".cache.part")
    drop(tmp_path / "investissements" / ".en_cours", "pris.csv")
    drop(tmp_path, "a-cote.csv")
    found = whole_files(str(tmp_path))
    assert {name: size for name, (_, size) in found.items()} == {"investissements/entier.csv": 4}


def test_a_file_is_announced_once_and_a_new_one_with_its_name_again(tmp_path: Path) -> None:
    folder = tmp_path / "investissements"
    drop(folder, "a.csv")
    drop(folder, "b.csv")
    trigger = InboundTrigger(str(tmp_path), poke_interval=0.05)

    async def scenario() -> list[int]:
        listening = asyncio.create_task(events(trigger, 1.2))
        await asyncio.sleep(0.5)
        (folder / "a.csv").unlink()
        await asyncio.sleep(0.2)
        drop(folder, "a.csv", age_s=30, content=b"autre")
        return await listening

    assert asyncio.run(scenario()) == [2, 1]


def test_a_file_that_grows_between_two_scans_waits(tmp_path: Path) -> None:
    path = drop(tmp_path / "investissements", "a.csv")
    trigger = InboundTrigger(str(tmp_path), poke_interval=0.2)

    async def scenario() -> list[int]:
        listening = asyncio.create_task(events(trigger, 1.0))
        for size in range(2, 42):
            path.write_bytes(b"x" * size)
            os.utime(path, (time.time() - 60 + size / 10,) * 2)
            await asyncio.sleep(0.02)
        return await listening

    assert asyncio.run(scenario()) == []


def test_the_triggerer_can_make_it_anew(tmp_path: Path) -> None:
    path, arguments = InboundTrigger(str(tmp_path), poke_interval=3.0).serialize()
    assert path == f"{InboundTrigger.__module__}.{InboundTrigger.__qualname__}"
    assert arguments == {"folder": str(tmp_path), "poke_interval": 3.0}
