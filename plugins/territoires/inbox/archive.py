"""The archive: every file ever received, under the hash of its content, never changed again."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from upath import UPath

_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """What the archive knows of a content: its hash (64 hexadecimal digits) and its size in bytes."""

    sha256: str
    size: int


class Archive:
    """Contents by hash below *root*, a local folder or any object store that fsspec can reach (``s3://…``).

    A content is written under a temporary name and renamed when it is whole, so that a name that exists is a whole
    content, whenever the writer was killed.
    """

    def __init__(self, root: str | Path) -> None:
        self.root = UPath(root)

    def path(self, sha256: str) -> UPath:
        """Return where the content with this hash stands, or would stand."""
        return self.root / sha256[:2] / sha256

    def store(self, stream: BinaryIO) -> Stored:
        """Copy *stream* to its end into the archive; a content that is already there is left as it is.

        Raises:
            OSError: the archive cannot be written (full, forbidden); nothing is left under the final name.
        """
        incoming = self.root / ".incoming"
        incoming.mkdir(parents=True, exist_ok=True)
        temporary = incoming / uuid4().hex
        digest, size = hashlib.sha256(), 0
        try:
            with temporary.open("wb") as sink:
                while block := stream.read(_BLOCK):
                    digest.update(block)
                    size += len(block)
                    sink.write(block)
                self._to_disk(sink)
            stored = Stored(digest.hexdigest(), size)
            final = self.path(stored.sha256)
            if not final.exists():
                final.parent.mkdir(parents=True, exist_ok=True)
                temporary.rename(final)
        finally:
            temporary.unlink(missing_ok=True)
        return stored

    def note(self, sha256: str, name: str, text: str) -> UPath:
        """Write *text* beside a content, as ``<sha256>.<name>``, whole or not at all; return where it stands."""
        place = self.path(sha256).with_name(f"{sha256}.{name}")
        temporary = place.with_name(f".{place.name}.{uuid4().hex}")
        temporary.write_text(text, encoding="utf-8")
        temporary.rename(place)
        return place

    @staticmethod
    def _to_disk(sink: object) -> None:
        """Force a local file to disk: a file that the inbox forgets must survive a power cut in the archive."""
        fileno = getattr(sink, "fileno", None)
        if fileno is None:
            return
        try:
            descriptor = fileno()
        except OSError:
            return  # an object store's handle has no descriptor; closing it is its commit
        sink.flush()  # type: ignore[attr-defined]
        os.fsync(descriptor)

    @contextmanager
    def local(self, sha256: str) -> Iterator[Path]:
        """Give a local path to read the content from; a remote content is fetched for the time of the block.

        Raises:
            FileNotFoundError: the archive holds no such content.
        """
        place = self.path(sha256)
        if not place.exists():
            raise FileNotFoundError(f"no content {sha256} in the archive {self.root}")
        if isinstance(place, Path):
            yield place
            return
        with tempfile.TemporaryDirectory(prefix="territoires-") as folder:
            copy = Path(folder) / sha256
            with place.open("rb") as source, copy.open("wb") as sink:
                while block := source.read(_BLOCK):
                    sink.write(block)
            yield copy
