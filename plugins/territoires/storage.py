"""Places of files, in a local folder or an object store: what both can do, each by its own means.

A place is a ``UPath``. On a local disk it is a ``pathlib.Path`` too; anywhere else it is reached through its fsspec
file system, by single operations that a store does wholly or not at all (a put, a get, a delete). A handle that is left
open by an exception would commit half an object, so that nothing here writes through one.
"""

from __future__ import annotations

import os
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from typing_extensions import TypeIs
from upath import UPath

SPOOL = "territoires-objet-"
"""Prefix of the local folders in which an object is prepared or fetched."""
SPOOL_S = 86_400.0
"""A spool older than this belongs to nobody: a step is limited to half an hour."""


Place = UPath | Path


def place(root: str | Place) -> UPath:
    """Return the place of a path or URL; one that is a place already keeps the credentials that it came with."""
    return root if isinstance(root, UPath) else UPath(root)


def is_local(place: Place) -> TypeIs[Path]:
    """Tell whether *place* is on a file system of this machine, with its renames, links and descriptors."""
    return isinstance(place, Path)


@contextmanager
def whole(place: Place) -> Iterator[Path]:
    """Give a local path to write to; at the end of the block its content stands at *place*, replacing what was there.

    If the block or the last move fails, *place* is as it was before. Its folder is made if need be.

    Raises:
        OSError: the place cannot be written.
    """
    if not is_local(place):
        with tempfile.TemporaryDirectory(prefix=SPOOL) as folder:
            spool = Path(folder) / "objet"
            spool.touch()
            yield spool
            place.fs.put_file(str(spool), place.path)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    # One fixed temporary name: what a killed attempt left is taken over, not added to. Exclusive creation keeps
    # from writing through a link that someone with access to the folder laid there.
    temporary = Path(place.with_name(f".{place.name}.tmp"))
    temporary.unlink(missing_ok=True)
    temporary.touch(exist_ok=False)
    try:
        yield temporary
        temporary.replace(place)
    finally:
        temporary.unlink(missing_ok=True)


@contextmanager
def at_hand(place: Place) -> Iterator[Path]:
    """Give a local path to read *place* from; an object is fetched for the time of the block.

    Raises:
        FileNotFoundError: nothing stands there.
    """
    if is_local(place):
        if not place.exists():
            raise FileNotFoundError(f"nothing stands at {place}")
        yield place
        return
    with tempfile.TemporaryDirectory(prefix=SPOOL) as folder:
        copy = Path(folder) / "objet"
        place.fs.get_file(place.path, str(copy))
        yield copy


def exists(place: Place) -> bool:
    """Tell whether something stands at *place* now, whatever this process has seen of the store before."""
    if is_local(place):
        return place.exists()
    place.fs.invalidate_cache()
    return bool(place.fs.exists(place.path))


def remove(place: Place) -> None:
    """Remove the file at *place*; no error if there is none."""
    if is_local(place):
        place.unlink(missing_ok=True)
        return
    with suppress(FileNotFoundError):
        place.fs.rm_file(place.path)


def objects(folder: UPath) -> dict[str, dict[str, Any]]:
    """List everything below *folder* of an object store by one listing: path relative to *folder* → what fsspec tells.

    A store has no folders: that *folder* is absent and that it is empty are the same.

    Raises:
        FileNotFoundError: there is no such bucket.
    """
    base = folder.path.rstrip("/") + "/"
    # A listing that the file system remembers is that of an earlier moment: other processes write too.
    folder.fs.invalidate_cache()
    try:
        found: dict[str, dict[str, Any]] = folder.fs.find(folder.path, detail=True)
    except FileNotFoundError:
        if not folder.fs.exists(folder.path.lstrip("/").split("/", 1)[0]):
            raise
        return {}
    finally:
        folder.fs.invalidate_cache()
    return {path.removeprefix(base): facts for path, facts in found.items() if path.startswith(base)}


def names(folder: Place) -> list[str]:
    """List the names right below *folder*, files and folders, in no order; none if it is absent."""
    if is_local(folder):
        return [entry.name for entry in folder.iterdir()] if folder.is_dir() else []
    return list({relative.split("/", 1)[0] for relative in objects(folder)})


def sweep_spools() -> None:
    """Remove the spools that killed processes left on this machine."""
    limit = time.time() - SPOOL_S
    for spool in Path(tempfile.gettempdir()).glob(f"{SPOOL}*"):
        with suppress(OSError):  # another sweep was quicker
            facts = spool.lstat()
            # The folder is everybody's: only what is a folder, and ours, is what we made.
            if stat.S_ISDIR(facts.st_mode) and facts.st_uid == os.geteuid() and facts.st_mtime < limit:
                for file in spool.iterdir():
                    file.unlink()
                spool.rmdir()


def flush_folder(folder: Path) -> None:
    """Force the entries of a local folder to disk: a rename in it survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
