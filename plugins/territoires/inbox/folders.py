"""Dropped files in local folders: which are whole, and how one is taken up exactly once whatever is killed.

A file is claimed by renaming it, within its own folder, to ``.en_cours/<key>/<name>``. The rename is atomic, and the
key names the deposit for ever: a step that was killed finds the claim again, archives the same content, and the journal
knows the key already. Only when the journal holds the delivery is the claimed file removed.
"""

from __future__ import annotations

import io
import os
import re
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from territoires.inbox.archive import Archive
from territoires.inbox.model import (
    CLAIMED,
    SETTLE_S,
    Deposit,
    Signature,
    StillGrowing,
    is_settled,
    is_temporary,
    storable_name,
)

_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
"""Folders of claims; desktops leave files of their own (``.DS_Store``) wherever they look."""


@dataclass(frozen=True, slots=True)
class FileClaim:
    """A file that was renamed to ``.en_cours/<key>/<name>``, where it stands now: *path*."""

    key: UUID
    name: str
    path: Path

    def deposit(self, operator: str, delivery: str, archive: Archive) -> Deposit:
        """See ``Claim``; a symbolic link is never followed."""
        try:
            before = self.path.lstat()
            link = stat.S_ISLNK(before.st_mode)
            if link:
                stored = archive.store(io.BytesIO(str(self.path.readlink()).encode()))
            else:
                with self.path.open("rb") as source:
                    stored = archive.store(source)
            after = self.path.lstat()
        except FileNotFoundError as error:
            if os.path.lexists(self.path):
                raise  # it is the archive that is missing
            raise StillGrowing(f"claim {self.key} is done by another run") from error
        if _signature(before) != _signature(after):
            raise StillGrowing(f"claim {self.key} changed while it was read")
        modified = datetime.fromtimestamp(before.st_mtime, UTC)
        name = storable_name(self.name)
        return Deposit(self.key, operator, delivery, name, stored.size, stored.sha256, modified, link)

    def discard(self, taken: Deposit) -> None:
        """See ``Claim``; a file that its writer went on with goes back to its folder."""
        with suppress(FileNotFoundError):
            facts = self.path.lstat()
            same = (facts.st_size, datetime.fromtimestamp(facts.st_mtime, UTC)) == (taken.size, taken.modified_at)
            if same or taken.link:
                self.path.unlink()
            else:
                self._give_back()
        with suppress(FileNotFoundError):
            self.path.parent.rmdir()

    def _give_back(self) -> None:
        folder = self.path.parents[2]
        free = not os.path.lexists(folder / self.name)
        self.path.rename(folder / self.name if free else folder / f"{self.key}_{self.name}")


def scan(root: Path, now: datetime, settle_s: float = SETTLE_S) -> dict[str, Signature]:
    """Return the whole files in all folders ``<operateur>/<livraison>`` below *root*, by path relative to it."""
    found: dict[str, Signature] = {}
    for folder in root.glob("*/*/"):
        if is_temporary(folder.name):
            continue
        with suppress(OSError):  # what is wrong with one folder, the run that claims its files says
            for path in stable_files(folder, now, settle_s):
                with suppress(FileNotFoundError):  # taken up, or taken back, since it was listed
                    found[path.relative_to(root).as_posix()] = _signature(path.lstat())
    return found


def stable_files(folder: Path, now: datetime, settle_s: float = SETTLE_S) -> list[Path]:
    """List the files of *folder* that nobody has written to for *settle_s* seconds, oldest first."""
    found = sorted(_candidates(folder)) if folder.is_dir() else []
    return [path for _, _, path, modified in found if is_settled(modified, now, settle_s)]


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


def _signature(facts: os.stat_result) -> Signature:
    return facts.st_mtime_ns, facts.st_size, ""


def claim_files(folder: Path, now: datetime, settle_s: float = SETTLE_S) -> list[FileClaim]:
    """Claim every whole file of *folder*; files that a killed run had claimed come first.

    Raises:
        OSError: files wait but cannot be claimed: the folder is read-only, or the disk is full.
    """
    claims = _left_claims(folder, now, settle_s)
    for path in stable_files(folder, now, settle_s):
        key = uuid4()
        target = folder / CLAIMED / str(key) / path.name
        target.parent.mkdir(parents=True)
        try:
            path.rename(target)
        except FileNotFoundError:
            # Its operator took it back, or another run took it up, between the listing and the claim.
            with suppress(FileNotFoundError):
                target.parent.rmdir()
            continue
        claims.append(FileClaim(key, path.name, target))
    return claims


def _left_claims(folder: Path, now: datetime, settle_s: float) -> list[FileClaim]:
    found = []
    for place in (folder / CLAIMED).glob("*"):
        if not _KEY.fullmatch(place.name) or not place.is_dir():
            continue
        with suppress(OSError):
            place.rmdir()  # a run was killed between the folder and the rename; one that holds a file stays
        with suppress(FileNotFoundError, NotADirectoryError):  # another run is done with it
            for file in place.iterdir():
                facts = file.lstat()
                if is_settled(facts.st_mtime, now, settle_s):
                    found.append((facts.st_mtime_ns, file.name, FileClaim(UUID(place.name), file.name, file)))
    return [claim for _, _, claim in sorted(found, key=lambda one: one[:2])]
