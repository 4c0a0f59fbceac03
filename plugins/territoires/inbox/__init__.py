"""Inbound folders and the archive: how a dropped file is taken up once, whole, and kept for ever."""

from territoires.inbox.archive import Archive, Stored
from territoires.inbox.folders import Claim, Deposit, claim_stable_files, deposit, discard

__all__ = ["Archive", "Claim", "Deposit", "Stored", "claim_stable_files", "deposit", "discard"]
