"""Dropped files: which are whole, and how one is taken up exactly once whatever is killed.

A file is claimed by renaming it, within its own folder, to ``.en_cours/<key>/<name>``. The rename is atomic, and the
key names the deposit for ever: a step that was killed finds the claim again, archives the same content, and the journal
knows the key already. Only when the journal holds the delivery is the claimed file removed.
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from territoires.inbox.archive import Archive

CLAIMED = ".en_cours"
TEMPORARY_PREFIXES = (".", "~$", "~")
TEMPORARY_SUFFIXES = (".part", ".partial", ".filepart", ".tmp", ".crdownload", ".swp", ".lock")
SETTLE_S = 5.0
"""A file whose last write is younger than this may still be growing: SFTP and network shares write in bursts. One that
pauses longer is taken too early, is refused as cut, and comes back to its folder when it goes on (``discard``)."""


_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Folders of claims; desktops leave files of their own (``.DS_Store``) wherever they look."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A file that was taken up: its key, the name its operator gave it, and where it stands now."""

    key: UUID
    name: str
    path: Path


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


class StillGrowing(Exception):
    """A claimed file changed while it was being read: its writer is not done."""


def is_temporary(name: str) -> bool:
    """Tell whether a tool uses such a name for a file that it is still writing."""
    return name.startswith(TEMPORARY_PREFIXES) or name.lower().endswith(TEMPORARY_SUFFIXES)


def _candidates(folder: Path) -> Iterator[tuple[int, str, Path, float]]:
    for entry in folder.iterdir():
        if is_temporary(entry.name):
            continue
        try:
            facts = entry.lstat()
        except FileNotFoundError:
            continue  # taken up, or taken back, since it was listed
        if stat.S_ISREG(facts.st_mode) or stat.S_ISLNK(facts.st_mode):
            yield facts.st_mtime_ns, entry.name, entry, facts.st_mtime


def stable_files(folder: Path, now: datetime, settle_s: float = SETTLE_S) -> list[Path]:
    """List the files of *folder* that nobody has written to for *settle_s* seconds, oldest first.

    A file dated in the future (a clock that differs) counts as whole: waiting for that date would lose it.
    """
    found = sorted(_candidates(folder)) if folder.is_dir() else []
    return [path for _, _, path, modified in found if _settled(modified, now, settle_s)]


def _settled(modified: float, now: datetime, settle_s: float) -> bool:
    return not 0 <= now.timestamp() - modified < settle_s


def claim_stable_files(folder: Path, now: datetime, settle_s: float = SETTLE_S) -> list[Claim]:
    """Claim every whole file of *folder*; files that a killed run had claimed come first."""
    claims = [claim for claim in _left_claims(folder) if _settled(claim.path.lstat().st_mtime, now, settle_s)]
    for path in stable_files(folder, now, settle_s):
        key = uuid4()
        target = folder / CLAIMED / str(key) / path.name
        target.parent.mkdir(parents=True)
        try:
            path.rename(target)
        except FileNotFoundError:
            target.parent.rmdir()  # its operator took it back between the listing and the claim
            continue
        claims.append(Claim(key, path.name, target))
    return claims


def _left_claims(folder: Path) -> list[Claim]:
    left = [
        (file.lstat().st_mtime_ns, file.name, Claim(UUID(place.name), file.name, file))
        for place in (folder / CLAIMED).glob("*")
        if _KEY.fullmatch(place.name) and place.is_dir()
        for file in place.iterdir()
    ]
    return [claim for _, _, claim in sorted(left, key=lambda found: found[:2])]


def deposit(claim: Claim, operator: str, delivery: str, archive: Archive) -> Deposit:
    """Copy a claimed file into the archive.

    Raises:
        StillGrowing: the file changed meanwhile; the claim stays and is tried again by the next run.
        OSError: the file cannot be read or the archive cannot be written; the claim stays.
    """
    before = claim.path.lstat()
    link = stat.S_ISLNK(before.st_mode)
    if link:
        stored = archive.store(io.BytesIO(str(claim.path.readlink()).encode()))
    else:
        with claim.path.open("rb") as source:
            stored = archive.store(source)
    after = claim.path.lstat()
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise StillGrowing(f"{claim.name} changed while it was read")
    modified = datetime.fromtimestamp(before.st_mtime, UTC)
    name = storable_name(claim.name)
    return Deposit(claim.key, operator, delivery, name, stored.size, stored.sha256, modified, link)


def storable_name(name: str) -> str:
    """Return *name* as text that a database takes: old Windows tools write names whose bytes are no UTF-8."""
    raw = os.fsencode(name)
    for encoding in ("utf-8", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")


def discard(claim: Claim, taken: Deposit | None = None) -> None:
    """Remove a claimed file whose delivery stands in the journal; no error if it is gone already.

    A file that its writer has gone on writing since it was *taken* goes back to its folder, to be taken up again whole.
    """
    if taken is not None and not taken.link and claim.path.exists():
        facts = claim.path.lstat()
        if (facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC)) != (taken.size, taken.modified_at):
            folder = claim.path.parents[2]
            place = folder / claim.name if not (folder / claim.name).exists() else folder / f"{claim.key}_{claim.name}"
            claim.path.rename(place)
    claim.path.unlink(missing_ok=True)
    if claim.path.parent.is_dir():
        claim.path.parent.rmdir()


def make_inbound_folders(inbound: Path, deliveries: Sequence[tuple[str, str]]) -> None:
    """Make inbound/<operateur>/<livraison>/ for each (operator, delivery)."""
    for operator, delivery in deliveries:
        (inbound / operator / delivery).mkdir(parents=True, exist_ok=True)
