"""The archive: every file ever received, under the hash of its content, never changed again."""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from upath import UPath

from territoires import storage
from territoires.storage import Place

_BLOCK = 1 << 20
_INCOMING = ".incoming"
_ABANDONED_S = 86_400.0
"""A half-written content older than this belongs to nobody: a step is limited to half an hour."""


@dataclass(frozen=True, slots=True)
class Stored:
    """What the archive knows of a content: its hash (64 hexadecimal digits) and its size in bytes."""

    sha256: str
    size: int


class Archive:
    """Contents by hash below *root*, a local folder or a place in an object store.

    A name that exists is a whole content, whenever the writer was killed: on a disk a content is written under a
    temporary name, flushed and renamed; in a store it is put at once.
    """

    def __init__(self, root: str | Place) -> None:
        self.root = storage.place(root)

    def path(self, sha256: str) -> UPath:
        """Return where the content with this hash stands, or would stand."""
        return self.root / sha256[:2] / sha256

    def store(self, stream: BinaryIO) -> Stored:
        """Copy *stream* to its end into the archive; a content that is already there is left as it is.

        Raises:
            OSError: the archive cannot be written (full, forbidden); nothing is left under the final name.
        """
        if not storage.is_local(self.root):
            return self._put(stream)
        incoming = self.root / _INCOMING
        incoming.mkdir(parents=True, exist_ok=True)
        temporary = incoming / uuid4().hex
        try:
            with temporary.open("wb") as sink:
                stored = _copy(stream, sink)
                sink.flush()
                os.fsync(sink.fileno())
            final = Path(self.path(stored.sha256))
            if not final.exists():
                final.parent.mkdir(parents=True, exist_ok=True)
                temporary.rename(final)
                storage.flush_folder(final.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return stored

    def _put(self, stream: BinaryIO) -> Stored:
        with tempfile.TemporaryDirectory(prefix=storage.SPOOL) as folder:
            spool = Path(folder) / "contenu"
            with spool.open("wb") as sink:
                stored = _copy(stream, sink)
            final = self.path(stored.sha256)
            if not storage.exists(final):
                final.fs.put_file(str(spool), final.path)
        return stored

    def note(self, sha256: str, name: str, text: str) -> UPath:
        """Write *text* beside a content, as ``<sha256>.<name>``, whole or not at all; return where it stands."""
        place = self.path(sha256).with_name(f"{sha256}.{name}")
        with storage.whole(place) as path:
            path.write_text(text, encoding="utf-8")
        return place

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """Give a local path to read the content from; a remote content is fetched for the time of the block.

        Raises:
            FileNotFoundError: the archive holds no such content.
        """
        with ExitStack() as stack:
            try:
                path = stack.enter_context(storage.at_hand(self.path(sha256)))
            except FileNotFoundError as error:
                raise FileNotFoundError(f"no content {sha256} in the archive {self.root}") from error
            yield path

    def sweep(self) -> None:
        """Remove what killed writers left half-written, once it is a day old."""
        if not storage.is_local(self.root):
            return
        limit = time.time() - _ABANDONED_S
        for name in storage.names(self.root / _INCOMING):
            with suppress(FileNotFoundError):
                left = self.root / _INCOMING / name
                if left.lstat().st_mtime < limit:
                    left.unlink()


def _copy(stream: BinaryIO, sink: BinaryIO) -> Stored:
    digest, size = hashlib.sha256(), 0
    while block := stream.read(_BLOCK):
        digest.update(block)
        size += len(block)
        sink.write(block)
    return Stored(digest.hexdigest(), size)
