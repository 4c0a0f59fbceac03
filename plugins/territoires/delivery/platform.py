"""What every step of the way of a file needs: settings, contracts, the archive, the work area, the warehouse."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from territoires.contracts.loader import load_all
from territoires.contracts.model import Contract
from territoires.contracts.versions import UnknownVersion, at_version, in_force
from territoires.delivery.work import Work
from territoires.inbox import Archive
from territoires.receipts.french import PARIS
from territoires.settings import Settings
from territoires.storage import Place
from territoires.warehouse.engine import Connection, Row, connect


@dataclass(frozen=True, slots=True)
class Platform:
    """The places and contracts of one installation."""

    warehouse_url: str
    inbound: Place
    outbound: Place
    archive: Archive
    work_root: str | Place
    contracts: Mapping[str, Contract]

    @classmethod
    def from_settings(
        cls, settings: Settings | None = None, open_root: Callable[[Place], Place] = lambda root: root
    ) -> Platform:
        """Return the platform that the environment describes; *open_root* gives a root its credentials.

        Raises:
            FaultyContract: a contract cannot be used; no step runs on half of them.
        """
        found = settings or Settings.from_env()
        return cls(
            warehouse_url=found.need("warehouse_url"),
            inbound=open_root(found.inbound),
            outbound=open_root(found.outbound),
            archive=Archive(open_root(found.archive)),
            work_root=open_root(found.work),
            contracts=load_all(),
        )

    def contract(self, operator: str, delivery: str) -> Contract:
        """Return the contract of a type of delivery; KeyError if there is none."""
        return self.contracts[f"{operator}/{delivery}"]

    def contract_for(self, row: Row) -> Contract:
        """Return the version of the contract that judges a delivery, a row of ``journal.livraison``.

        It is the one that the journal has recorded, for a delivery is judged by one version from its reading to its
        answer; before, or where that version is no longer kept, the one in force on the day of reception in France.
        """
        present = self.contract(row["operateur"], row["livraison"])
        with suppress(UnknownVersion):
            return at_version(present, row["contrat_version"] or "")
        return in_force(present, row["recue_le"].astimezone(PARIS).date())

    def work(self, delivery_id: int) -> Work:
        """Return the work area of one delivery."""
        return Work.of(self.work_root, delivery_id)

    def connect(self, application: str = "territoires") -> Connection:
        """Open a connection to the warehouse as the loader."""
        return connect(self.warehouse_url, application=application)
