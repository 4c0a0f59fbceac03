"""Dropped files in an object store: the same promises as in folders, without a rename.

A store has no rename, and copying a file before deleting it would only add a moment at which there are two. So a file
stays under its own name until the journal holds its delivery, and is deleted then. Its key is made from what the store
says of it (path, time of the write, size, tag): a run that was killed finds the same file with the same key, and the
journal knows that key already. An object that was replaced meanwhile has another key, and stays.

An object appears whole, so that nobody waits for it to settle, and bears the time at which it was written: no writer
can give it that of another file. A server that shows half-written files, or the dates of its writers (SFTP), is to be
mounted as a folder instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from upath import UPath

from territoires import storage
from territoires.inbox.archive import Archive
from territoires.inbox.model import (
    Deposit,
    Signature,
    StillGrowing,
    is_temporary,
    storable_name,
)

_KEYS = UUID("6f1c1e52-6d5e-4f3e-9a53-2f6f1d6f0c11")
"""Namespace of the keys that are made from the facts of an object."""
_TIMES = ("LastModified", "last_modified", "mtime", "updated", "modified", "created")
_TAGS = ("ETag", "etag", "md5Hash", "content_md5")
_SECOND_NS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class ObjectClaim:
    """An object as it was listed; it is read under its own name, *path*."""

    key: UUID
    name: str
    path: UPath
    signature: Signature

    def deposit(self, operator: str, delivery: str, archive: Archive) -> Deposit:
        """See ``Claim``."""
        with ExitStack() as stack:
            try:
                copy = stack.enter_context(storage.at_hand(self.path))
            except FileNotFoundError as error:
                raise StillGrowing(f"claim {self.key} is done by another run") from error
            with copy.open("rb") as source:
                stored = archive.store(source)
        if self._now() != self.signature:
            raise StillGrowing(f"claim {self.key} is no longer what was listed")
        modified = datetime.fromtimestamp(self.signature[0] / _SECOND_NS, UTC)
        return Deposit(
            self.key, operator, delivery, storable_name(self.name), stored.size, stored.sha256, modified, link=False
        )

    def discard(self, taken: Deposit) -> None:  # noqa: ARG002 - the signature of the listing says more than the deposit
        """See ``Claim``; an object that was replaced since it was listed is another one, and stays."""
        if self._now() == self.signature:
            storage.remove(self.path)

    def _now(self) -> Signature | None:
        self.path.fs.invalidate_cache()
        try:
            return _signature(self.path.fs.info(self.path.path))
        except FileNotFoundError:
            return None


def scan(root: UPath) -> dict[str, Signature]:
    """Return the files in all folders ``<operateur>/<livraison>`` below *root*, by one listing."""
    return _files(root, depth=3)


def claim_files(folder: UPath) -> list[ObjectClaim]:
    """Claim every file of *folder*, oldest first: nothing is changed in the store."""
    found = _files(folder, depth=1)
    return [
        ObjectClaim(uuid5(_KEYS, repr((folder.path, name, signature))), name, folder / name, signature)
        for name, signature in sorted(found.items(), key=lambda one: (one[1][0], one[0]))
    ]


def _files(folder: UPath, depth: int) -> dict[str, Signature]:
    found = {}
    for relative, facts in storage.objects(folder).items():
        parts = relative.split("/")
        # An object whose name ends with a slash is how consoles draw an empty folder.
        if len(parts) == depth and facts["type"] == "file" and all(part and not is_temporary(part) for part in parts):
            found[relative] = _signature(facts)
    return found


def _signature(facts: Mapping[str, Any]) -> Signature:
    written = next(facts[name] for name in _TIMES if name in facts)
    if isinstance(written, str):
        written = datetime.fromisoformat(written)
    seconds = written.timestamp() if isinstance(written, datetime) else float(written)
    tag = next((str(facts[name]) for name in _TAGS if facts.get(name)), "")
    # A listing of some stores has fractions of a second that their answer on one object lacks.
    return int(seconds) * _SECOND_NS, int(facts["size"]), tag
