"""Triggers that run in Airflow's triggerer."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import AsyncIterator, Hashable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from airflow.triggers.base import BaseEventTrigger, TriggerEvent

if TYPE_CHECKING:
    from territoires.inbox import Signature

log = logging.getLogger(__name__)

ANNOUNCED: Final = "annonces"
"""Under this key the state of the inbox asset holds the prints of the files that were announced."""


class InboundTrigger(BaseEventTrigger):
    """Fires when new whole files stand in the inbound folders of *operator*, below the root *inbound*.

    ``operateur/livraison`` stands for the folder of one type of delivery alone.

    The triggers of all operators share one scan of the root: each sees every snapshot of it and takes its own part.
    A file is announced when nobody has written to it for the settling time and its size is that of the scan before,
    once, and again if another one replaces it. What was announced is kept in the state of the watched asset, so that
    a triggerer that restarts does not announce it again. Nothing is read but names, dates and sizes; the event carries
    how many files there are, never their names.
    """

    def __init__(self, operator: str, inbound: str, poke_interval: float = 1.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.operator = operator
        self.inbound = inbound
        self.poke_interval = poke_interval

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """Return the class and arguments from which the triggerer makes this trigger anew."""
        return (
            "territoires.airflow.triggers.InboundTrigger",
            {"operator": self.operator, "inbound": self.inbound, "poke_interval": self.poke_interval},
        )

    def shared_stream_key(self) -> Hashable:
        """Tell which triggers share a scan: those of one root at one pace."""
        return ("depots", self.inbound, self.poke_interval)

    @classmethod
    async def open_shared_stream(cls, kwargs: dict[str, Any]) -> AsyncIterator[dict[str, Signature]]:
        """Scan for ever; yield of each scan the whole files, by ``operateur/livraison/nom``."""
        former: dict[str, Signature] | None = None
        ails: str | None = None
        while True:
            try:
                found, settled = await asyncio.to_thread(_look, kwargs["inbound"])
            except Exception as error:  # noqa: BLE001 - a share or a store that is away comes back: never give up
                if ails != type(error).__name__:
                    ails = type(error).__name__
                    log.warning("the inbound folders cannot be read: %s; the sweep fails too", ails)
            else:
                ails = None
                if former is not None:  # the first look knows of no file whether it grows: it would make all forgotten
                    whole = settled & former.keys()
                    yield {name: facts for name, facts in found.items() if name in whole and former[name] == facts}
                former = found
            await asyncio.sleep(kwargs["poke_interval"])

    async def filter_shared_stream(
        self, shared_stream: AsyncIterator[dict[str, Signature]]
    ) -> AsyncIterator[TriggerEvent]:
        """Announce the operator's part of each snapshot, as far as it is new."""
        announced = await self._remembered()
        async for snapshot in shared_stream:
            mine = {_print(name, facts) for name, facts in snapshot.items() if name.startswith(f"{self.operator}/")}
            if new := len(mine - announced):
                yield TriggerEvent({"fichiers": new})  # type: ignore[no-untyped-call]
            if mine != announced:
                announced = mine
                await self._remember(announced)

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Do the same alone, where no stream is shared."""
        async for event in self.filter_shared_stream(self.open_shared_stream(self.serialize()[1])):
            yield event

    async def _remembered(self) -> set[str]:
        if self.asset_state_store is None:
            return set()
        kept: Any = await self.asset_state_store.aget(ANNOUNCED, default=[])
        return set(kept)

    async def _remember(self, announced: set[str]) -> None:
        """Written after the event: killed in between, a file is announced twice, which costs an empty run, not lost."""
        if self.asset_state_store is not None:
            await self.asset_state_store.aset(ANNOUNCED, [*sorted(announced)])


def _look(inbound: str) -> tuple[dict[str, Signature], set[str]]:
    """Return every file that no tool calls temporary, and the names of those that nobody has written to for a while."""
    from territoires.airflow.stores import open_root
    from territoires.inbox import scan
    from territoires.inbox.model import SETTLE_S, is_settled
    from territoires.storage import is_local, place

    root, now = open_root(place(inbound)), datetime.now(UTC)
    found = scan(root, now, settle_s=0)
    # In a store an object appears whole.
    young = {name for name, facts in found.items() if not is_settled(facts[0] / 1e9, now, SETTLE_S)}
    return found, set(found) - young if is_local(root) else set(found)


def _print(name: str, signature: Signature) -> str:
    """Return what stands for one state of one file, short and telling nothing of its name."""
    return hashlib.blake2b(repr((name, signature)).encode("utf-8", "surrogateescape"), digest_size=8).hexdigest()
