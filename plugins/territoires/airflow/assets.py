"""Airflow assets: what a DAG run makes known, and what starts the next one.

The prefix ``x-`` marks a scheme of our own. About any other Airflow asks the installed providers, and imports them for
that, each time that a DAG file is parsed: a second with the one of S3.
"""

from __future__ import annotations

from airflow.sdk import Asset, AssetWatcher

from territoires.airflow.triggers import InboundTrigger


def delivery_asset(operator: str, delivery: str) -> Asset:
    """Return the asset that changes when deliveries of this type were answered (loaded, refused or held)."""
    return Asset(name=f"{operator}/{delivery}", uri=f"x-entrepot://core/{operator}_{delivery}")


def registers_asset() -> Asset:
    """Return the asset that changes when a register was loaded."""
    return Asset(name="registres/territoires", uri="x-entrepot://core/territoire")


def market_asset() -> Asset:
    """Return the asset that changes when indicators of the labour market were collected and found good."""
    return Asset(name="france_travail/marche_travail", uri="x-entrepot://core/indicateur_marche")


def inbox_asset(place: str, inbound: str) -> Asset:
    """Return the asset that changes when a whole file stands in *place* (see ``InboundTrigger``), below *inbound*."""
    name = f"{place.replace('/', '_')}_depots"
    watcher = AssetWatcher(name=name, trigger=InboundTrigger(operator=place, inbound=inbound))
    return Asset(name=f"depots/{place}", uri=f"x-entrepot://depots/{place}", watchers=[watcher])
