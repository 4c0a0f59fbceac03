"""The list of territories as ANCT publishes it, with what the demonstration adds to it."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from datetime import date

from demo.model import MARK, Territory


def territories_geojson(territories: Sequence[Territory], until: date | None = None) -> str:
    """Return *territories* as ANCT publishes them (``id_ti``, ``lib_ti``), with what the demonstration adds to it.

    Added: ``pilote``, ``date_entree`` (ISO), ``liste_geo`` (as in the list of phase 2: ``nom (code); …``), and at the
    top a ``description`` that says what this is. *until* keeps only the territories that had joined by then.
    """
    kept = [territory for territory in territories if until is None or territory.joined <= until]
    head = {
        "type": "FeatureCollection",
        "name": "ti_geom_demonstration",
        "description": f"DONNÉES DE {MARK} : périmètres, libellés et codes inventés, hors Val de Lorraine.",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
    }
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in head.items()]
    features = ",\n".join(json.dumps(_feature(territory), ensure_ascii=False) for territory in kept)
    return "\n".join(["{", *lines, '"features": [', features, "]", "}", ""])


def _feature(territory: Territory) -> dict[str, object]:
    if territory.listed_by_commune:
        members = [(commune.name, commune.code) for epci in territory.epcis for commune in epci.communes]
    else:
        members = [(epci.name, epci.siren) for epci in territory.epcis]
    return {
        "type": "Feature",
        "properties": {
            "id_ti": territory.id_ti,
            "lib_ti": territory.label,
            "pilote": territory.pilot,
            "date_entree": territory.joined.isoformat(),
            "liste_geo": "; ".join(f"{name} ({code})" for name, code in members),
        },
        "geometry": {"type": "Polygon", "coordinates": [_hexagon(*territory.centre)]},
    }


def _hexagon(longitude: float, latitude: float, radius: float = 0.06) -> list[list[float]]:
    """Return a closed ring of six corners, counter-clockwise as RFC 7946 wants outer rings."""
    corners = [
        [
            round(longitude + radius * math.cos(turn * math.pi / 3), 5),
            round(latitude + radius * math.sin(turn * math.pi / 3), 5),
        ]
        for turn in range(6)
    ]
    return [*corners, corners[0]]
