"""What an inbox gives, wherever its files stand: claims to take them up by, deposits that say what was taken."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from territoires.inbox.archive import Archive

CLAIMED = ".en_cours"
TEMPORARY_PREFIXES = (".", "~$", "~")
TEMPORARY_SUFFIXES = (".part", ".partial", ".filepart", ".tmp", ".crdownload", ".swp", ".lock")
SETTLE_S = 5.0
"""A file whose last write is younger than this may still be growing: SFTP and network shares write in bursts. One that
pauses longer is taken too early, is refused as cut, and comes back to its folder when it goes on (``discard``)."""

Signature = tuple[int, int, str]
"""Last write in ns, size in bytes, and the store's tag of the content (ETag) where it has one: what tells that a file
is another than it was."""


@dataclass(frozen=True, slots=True)
class Deposit:
    """A claimed file whose content is in the archive. ``modified_at`` is the file's last write, in UTC.

    ``link`` tells that the operator dropped a symbolic link: what is archived is the link's text, never its target.
    """

    key: UUID
    operator: str
    delivery: str
    name: str
    size: int
    sha256: str
    modified_at: datetime
    link: bool


class Claim(Protocol):
    """A file that is taken up: its key, which names the deposit for ever, and the name its operator gave it."""

    @property
    def key(self) -> UUID:
        """The key of the deposit."""

    @property
    def name(self) -> str:
        """The bare name of the file."""

    def deposit(self, operator: str, delivery: str, archive: Archive) -> Deposit:
        """Copy the file into the archive.

        Raises:
            StillGrowing: the file changed meanwhile, or is gone; what is there is tried again by the next run.
            OSError: the file cannot be read or the archive cannot be written; the file stays.
        """

    def discard(self, taken: Deposit) -> None:
        """Remove the file, whose delivery stands in the journal; no error if it is gone already.

        A file that its writer has gone on writing since it was *taken* stays to be taken up again, whole.
        """


class StillGrowing(Exception):
    """A claimed file changed while it was being read: its writer is not done, or another run is done with it."""


def is_temporary(name: str) -> bool:
    """Tell whether a tool uses such a name for a file that it is still writing."""
    return name.startswith(TEMPORARY_PREFIXES) or name.lower().endswith(TEMPORARY_SUFFIXES)


def is_settled(modified: float, now: datetime, settle_s: float) -> bool:
    """Tell whether a last write (seconds since 1970) is *settle_s* old.

    A file dated in the future (a clock that differs) counts as whole: waiting for that date would lose it.
    """
    return not 0 <= now.timestamp() - modified < settle_s


def storable_name(name: str) -> str:
    """Return *name* as text that a database takes: old Windows tools write names whose bytes are no UTF-8."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
