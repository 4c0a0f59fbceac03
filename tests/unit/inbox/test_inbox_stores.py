"""The promises of an inbox and of the archive, the same on a disk, in memory, and over S3."""

from __future__ import annotations

import hashlib
import io
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fsspec.implementations.memory import MemoryFileSystem
from upath import UPath

from territoires import storage
from territoires.inbox import Archive, StillGrowing, claim_stable_files, scan
from tests.stores import listed, put

STORES = pytest.mark.parametrize("store", ["local", "memory", "s3"], indirect=True)
REMOTE = pytest.mark.parametrize("store", ["memory", "s3"], indirect=True)
FOLDER = "bpifrance/referents"


def now() -> datetime:
    return datetime.now(UTC)


def folder_of(store: Any) -> Any:
    return store / "inbound" / "bpifrance" / "referents"


@STORES
@pytest.mark.parametrize("name", ["mars 2019.csv", "été n°1 #2 (50 %) + l'an?.xlsx", "sans-extension"])
def test_a_file_is_announced_archived_and_leaves_once(store: Any, name: str) -> None:
    content = name.encode() * 1000
    put(folder_of(store) / name, content)
    assert list(scan(store / "inbound", now())) == [f"{FOLDER}/{name}"]
    [claim] = claim_stable_files(folder_of(store), now())
    archive = Archive(store / "archive")
    taken = claim.deposit("bpifrance", "referents", archive)
    sha256 = hashlib.sha256(content).hexdigest()
    assert (taken.name, taken.size, taken.sha256, taken.link) == (name, len(content), sha256, False)
    claim.discard(taken)
    claim.discard(taken)
    assert listed(store) == [f"archive/{sha256[:2]}/{sha256}"]
    assert scan(store / "inbound", now()) == {}
    assert list(claim_stable_files(folder_of(store), now())) == []


@STORES
def test_a_run_killed_before_the_journal_finds_the_same_key_again(store: Any) -> None:
    put(folder_of(store) / "un.csv", b"un")
    [before] = claim_stable_files(folder_of(store), now())
    before.deposit("bpifrance", "referents", Archive(store / "archive"))
    [after] = claim_stable_files(folder_of(store), now())
    assert (after.key, after.name) == (before.key, "un.csv")


@pytest.mark.parametrize("store", ["memory"], indirect=True)
def test_the_same_name_and_content_dropped_again_is_another_deposit(store: Any) -> None:
    keys = set()
    for hour in (10, 11):
        place = put(folder_of(store) / "un.csv", b"un")
        MemoryFileSystem.store[place.path].created = datetime(2026, 11, 22, hour, tzinfo=UTC)
        keys |= {claim.key for claim in claim_stable_files(folder_of(store), now())}
        storage.remove(place)
    assert len(keys) == 2


@STORES
def test_what_is_no_whole_file_of_a_delivery_is_passed_over(store: Any) -> None:
    inbound = store / "inbound"
    for place in ("bpifrance/referents/a.csv.part", "bpifrance/referents/.cache", "bpifrance/perdu.csv"):
        put(inbound / place, b"x")
    put(inbound / "bpifrance" / "referents" / ".en_cours" / "cle" / "b.csv", b"x")
    put(inbound / "bpifrance" / "referents" / "sous-dossier" / "c.csv", b"x")
    if not storage.is_local(inbound):
        put_folder_mark = folder_of(store)
        put_folder_mark.fs.pipe_file(put_folder_mark.path + "/", b"")  # how a console draws an empty folder
    assert scan(inbound, now()) == {}
    assert list(claim_stable_files(folder_of(store), now())) == []


@REMOTE
def test_an_object_replaced_while_it_is_read_or_before_it_is_discarded_stays(store: Any) -> None:
    place = put(folder_of(store) / "un.csv", b"debut")
    archive = Archive(store / "archive")
    [claim] = claim_stable_files(folder_of(store), now())
    put(place, b"debut et suite")
    with pytest.raises(StillGrowing):
        claim.deposit("bpifrance", "referents", archive)
    [claim] = claim_stable_files(folder_of(store), now())
    taken = claim.deposit("bpifrance", "referents", archive)
    put(place, b"encore autre chose")
    claim.discard(taken)
    [newer] = claim_stable_files(folder_of(store), now())
    assert newer.key != claim.key
    assert place.read_bytes() == b"encore autre chose"


@STORES
def test_of_two_runs_at_once_the_second_finds_nothing_left_to_do(store: Any) -> None:
    put(folder_of(store) / "un.csv", b"un")
    archive = Archive(store / "archive")
    [first] = claim_stable_files(folder_of(store), now())
    [second] = claim_stable_files(folder_of(store), now())
    assert second.key == first.key
    taken = first.deposit("bpifrance", "referents", archive)
    first.discard(taken)
    with pytest.raises(StillGrowing):
        second.deposit("bpifrance", "referents", archive)
    second.discard(taken)


@REMOTE
def test_all_folders_are_looked_at_by_one_listing(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for operator in ("bpifrance", "programme"):
        for delivery in ("referents", "contrats"):
            put(store / operator / delivery / "un.csv", b"un")
    listings = []
    find = type(store.fs).find
    monkeypatch.setattr(type(store.fs), "find", lambda self, *a, **k: listings.append(a) or find(self, *a, **k))
    assert len(scan(store, now())) == 4
    assert len(listings) == 1


@pytest.mark.parametrize("store", ["s3"], indirect=True)
def test_a_bucket_that_is_not_there_is_no_empty_inbox(store: Any) -> None:
    elsewhere = UPath("s3://pas-de-seau/inbound", **store.storage_options)
    with pytest.raises(FileNotFoundError):
        scan(elsewhere, now())


@STORES
def test_the_archive_keeps_a_content_once_and_notes_beside_it(store: Any) -> None:
    archive = Archive(store)
    first = archive.store(io.BytesIO(b"contenu"))
    assert archive.store(io.BytesIO(b"contenu")) == first
    for text in ("un", "deux"):
        archive.note(first.sha256, "validation.json", text)
    home = f"{first.sha256[:2]}/{first.sha256}"
    assert listed(store) == [home, f"{home}.validation.json"]
    assert archive.path(first.sha256).with_name(f"{first.sha256}.validation.json").read_text("utf-8") == "deux"
    with archive.local(first.sha256) as path:
        assert path.read_bytes() == b"contenu"
    with pytest.raises(FileNotFoundError, match="no content 00"), archive.local("00" * 32):
        pass


def half_write(place: Any) -> None:
    with storage.whole(place) as path:
        path.write_text("à moi", "utf-8")
        raise OSError("plein")


@STORES
def test_a_writer_that_fails_leaves_what_stood_there(store: Any) -> None:
    place = store / "dossier" / "page.html"
    with storage.whole(place) as path:
        path.write_text("ancien", "utf-8")
    with pytest.raises(OSError, match="plein"):
        half_write(place)
    assert place.read_text("utf-8") == "ancien"
    assert listed(store) == ["dossier/page.html"]
    assert storage.exists(place)
    storage.remove(place)
    storage.remove(place)
    assert not storage.exists(place)


def test_spools_and_half_written_contents_of_killed_runs_are_swept_after_a_day(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    archive = Archive(tmp_path / "archive")
    kept = archive.store(io.BytesIO(b"contenu"))
    for name in ("vieux", "neuf"):
        put(tmp_path / f"{storage.SPOOL}{name}" / "objet", b"x")
        put(tmp_path / "archive" / ".incoming" / name, b"x", age_s=100_000 if name == "vieux" else 60)
    (tmp_path / f"{storage.SPOOL}lien").symlink_to(tmp_path / "archive")
    os.utime(tmp_path / f"{storage.SPOOL}vieux", (time.time() - 100_000,) * 2)
    archive.sweep()
    storage.sweep_spools()
    assert listed(tmp_path / "archive") == [".incoming/neuf", f"{kept.sha256[:2]}/{kept.sha256}"]
    assert sorted(path.name for path in tmp_path.glob(f"{storage.SPOOL}*")) == [
        f"{storage.SPOOL}lien",
        f"{storage.SPOOL}neuf",
    ]
