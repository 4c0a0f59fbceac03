"""Airflow assets: what a DAG run makes known, and what starts the next one."""

from __future__ import annotations

from airflow.sdk import Asset, AssetWatcher

from territoires.airflow.triggers import InboundTrigger


def delivery_asset(operator: str, delivery: str) -> Asset:
    """Return the asset that changes when deliveries of this type were answered (loaded, refused or held)."""
    return Asset(name=f"{operator}/{delivery}", uri=f"entrepot://core/{operator}_{delivery}")


def registers_asset() -> Asset:
    """Return the asset that changes when a register was loaded."""
    return Asset(name="registres/territoires", uri="entrepot://core/territoire")


def inbox_asset(operator: str, folder: str) -> Asset:
    """Return the asset that changes when a whole file stands in an inbound folder of *operator*."""
    watcher = AssetWatcher(name=f"{operator}_depots", trigger=InboundTrigger(folder=folder))
    return Asset(name=f"depots/{operator}", uri=f"entrepot://depots/{operator}", watchers=[watcher])
