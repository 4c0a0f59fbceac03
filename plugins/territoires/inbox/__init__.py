"""Inbound folders and the archive: how a dropped file is taken up once, whole, and kept for ever.

A root is a local folder or a place in an object store; what they do alike is here, how they do it in ``folders`` and
``objects``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from territoires import storage
from territoires.inbox import folders, objects
from territoires.inbox.archive import Archive, Stored
from territoires.inbox.model import SETTLE_S, Claim, Deposit, Signature, StillGrowing
from territoires.storage import Place

__all__ = [
    "Archive",
    "Claim",
    "Deposit",
    "Signature",
    "StillGrowing",
    "Stored",
    "claim_stable_files",
    "make_inbound_folders",
    "scan",
]


def scan(root: Place, now: datetime, settle_s: float = SETTLE_S) -> dict[str, Signature]:
    """Return the whole files in all inbound folders: ``operateur/livraison/nom`` → what tells that one has changed.

    One look at *root*: a listing of each folder on a disk, one listing in all of a store. It blocks; call it in a
    thread where an event loop runs.

    Raises:
        OSError: the root cannot be read.
    """
    if storage.is_local(root):
        return folders.scan(root, now, settle_s)
    return objects.scan(root)


def claim_stable_files(folder: Place, now: datetime, settle_s: float = SETTLE_S) -> Sequence[Claim]:
    """Claim every whole file of an inbound folder, oldest first; none if it is absent.

    Raises:
        OSError: the folder cannot be read, or files wait in it that cannot be claimed.
    """
    if storage.is_local(folder):
        return folders.claim_files(folder, now, settle_s)
    return objects.claim_files(folder)


def make_inbound_folders(inbound: Place, deliveries: Sequence[tuple[str, str]]) -> None:
    """Make inbound/<operateur>/<livraison>/ for each (operator, delivery); a store needs no folders."""
    if storage.is_local(inbound):
        for operator, delivery in deliveries:
            (inbound / operator / delivery).mkdir(parents=True, exist_ok=True)
