"""What every step of the way of a file needs: settings, contracts, the archive, the work area, the warehouse."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from territoires.contracts.loader import load_all
from territoires.contracts.model import Contract
from territoires.delivery.work import Work
from territoires.inbox import Archive
from territoires.settings import Settings
from territoires.warehouse.engine import Connection, connect


@dataclass(frozen=True, slots=True)
class Platform:
    """The places and contracts of one installation."""

    warehouse_url: str
    inbound: Path
    outbound: Path
    archive: Archive
    work_root: str
    contracts: Mapping[str, Contract]

    @classmethod
    def from_settings(cls, settings: Settings | None = None) -> Platform:
        """Return the platform that the environment describes.

        Raises:
            FaultyContract: a contract cannot be used; no step runs on half of them.
        """
        found = settings or Settings.from_env()
        return cls(
            warehouse_url=found.need("warehouse_url"),
            inbound=found.inbound,
            outbound=found.outbound,
            archive=Archive(found.archive),
            work_root=found.work,
            contracts=load_all(),
        )

    def contract(self, operator: str, delivery: str) -> Contract:
        """Return the contract of a type of delivery; KeyError if there is none."""
        return self.contracts[f"{operator}/{delivery}"]

    def work(self, delivery_id: int) -> Work:
        """Return the work area of one delivery."""
        return Work.of(self.work_root, delivery_id)

    def connect(self, application: str = "territoires") -> Connection:
        """Open a connection to the warehouse as the loader."""
        return connect(self.warehouse_url, application=application)
