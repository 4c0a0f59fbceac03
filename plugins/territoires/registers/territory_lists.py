"""Published lists of territories as records: maps (GeoJSON) and tables, in the columns of each phase and publisher."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from territoires.contracts.names import normalise
from territoires.registers.errors import RefusedRegisterError, shape_difference
from territoires.registers.tables import Column, Columns, named, published_tables

_FACTS: Final[Columns] = {
    "pilote": named("pilote", "territoire_pilote", "ti_pilote", optional=True),
    "date_entree": named("date_entree", "date_entree_programme", optional=True),
    "code_commune": named("insee_com", "codgeo", "code_insee", "insee", "code_commune", width=5, optional=True),
    "nom_commune": named("lib_com", "libgeo", "nom_com", "nom_commune", optional=True),
    "siren": named("siren_epci", "siren_groupement", "epci", "siren_ept", "siren", optional=True),
    "nom_epci": named("lib_epci", "lib_groupement", "libepci", "nom_epci", "lib_ept", optional=True),
    "nature_juridique": named("nature_juridique", optional=True),
    "liste_geo": named("liste_geo", optional=True),
}
FIRST: Final[Columns] = {
    "id_ti": named("id_ti", "code_ti"),
    "libelle": named("lib_ti", "nom_ti", "lib_territoire"),
    **_FACTS,
}
"""Columns of phase 1, which ANCT's tables of phase 2 have too."""
SECOND: Final[Columns] = {
    "id_ti": named("id_territoire"),
    "libelle": named("lib_territoire", "lib_ti", "nom_ti"),
    **_FACTS,
}
"""Columns of phase 2 alone."""
CAISSE: Final[Columns] = {
    **FIRST,
    "code_commune": named("code_officiel_commune", "insee_com", "code_insee", width=5, optional=True),
    "nom_commune": named("nom_officiel_commune", "lib_com", optional=True),
    "siren": named("code_officiel_epci"),
    "nom_epci": named("nom_officiel_epci"),
}
"""Columns of the list that the Caisse des Dépôts keeps of phase 1, by commune."""
_ONE_MEMBER: Final = ("code_commune", "siren")
_MEMBERS: Final = ("liste_geo", *_ONE_MEMBER)
"""Columns that say the perimeter."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The records of a file.

    Attributes:
        columns: ``FIRST``, ``SECOND`` or ``CAISSE``.
        has: columns that the file has.
        records: value by column; what a record lacks is not there, or None.
        ignored: properties that are read by no column.
        outside: how many records name no territory.
        is_map: whether the file is a map.
    """

    columns: Columns
    has: frozenset[str]
    records: Sequence[Mapping[str, Any]]
    ignored: tuple[str, ...] = ()
    outside: int = 0
    is_map: bool = False

    @property
    def has_perimeters(self) -> bool:
        """Whether the list says what territories are made of."""
        return not self.has.isdisjoint(_MEMBERS)

    @property
    def by_member(self) -> bool:
        """Whether each record says one member, and a territory has several records."""
        return not self.has.isdisjoint(_ONE_MEMBER)


def listing(path: Path, filename: str) -> Listing:
    """Read a list of territories of any shape.

    Raises:
        RefusedRegisterError: no list of territories, columns that no known form has; the message says which.
    """
    listed = _map(path, filename) if _is_map(path, filename) else _table(path, filename)
    if listed.columns is SECOND and not listed.has_perimeters:
        raise RefusedRegisterError(
            f"liste de territoires sans périmètre ; {shape_difference(['liste_geo'], listed.ignored)}"
        )
    return listed


def _is_map(path: Path, filename: str) -> bool:
    with path.open("rb") as stream:
        return filename.lower().endswith("json") or stream.read(16).lstrip(b"\xef\xbb\xbf \r\n\t")[:1] in {b"{", b"["}


def _table(path: Path, filename: str) -> Listing:
    """Read the table of finest grain; where it says one member a row, those of names alone tell more of territories."""
    tables = published_tables(path, filename, "liste de territoires", SECOND, CAISSE, FIRST)
    grains = [[bool(one.frame[name].notna().any()) for name in (*_ONE_MEMBER, "liste_geo")] for one in tables]
    finest = max(range(len(tables)), key=lambda place: grains[place])
    columns = tables[finest].columns
    frames = [tables[finest].frame]
    if any(grains[finest][: len(_ONE_MEMBER)]):
        frames += [one.frame for one, grain in zip(tables, grains, strict=True) if not any(grain)]
    # A list may have all communes of France, with a territory for some.
    kept = [frame.dropna(subset=["id_ti", "libelle"], how="all") for frame in frames]
    has = frozenset(name for name in columns for frame in kept if frame[name].notna().any())
    if has.isdisjoint(_MEMBERS) and kept[0]["id_ti"].duplicated().any():
        raise RefusedRegisterError(
            f"« {filename} » a plusieurs lignes par territoire, sans colonne de commune (insee_com) ni d'EPCI "
            "(siren_epci) qui les distingue"
        )
    records = [
        dict(zip(columns, row, strict=True))
        for frame in kept
        for row in frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
    ]
    return Listing(columns, has, records, outside=sum(map(len, frames)) - len(records))


def _map(path: Path, filename: str) -> Listing:
    properties = _properties(path, filename)
    names = list(dict.fromkeys(name for one in properties for name in one))
    columns = _form(names)
    places = {column: _first(wanted, names) for column, wanted in columns.items()}
    read = {column: name for column, name in places.items() if name}
    return Listing(
        columns=columns,
        has=frozenset(read),
        records=[{column: one.get(name) for column, name in read.items()} for one in properties],
        ignored=tuple(name for name in names if name not in read.values()),
        is_map=True,
    )


def _properties(path: Path, filename: str) -> list[dict[str, Any]]:
    """Return the properties of each feature, names in their normal form (RFC 7946, section 3.2)."""
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise RefusedRegisterError(f"« {filename} » n'est pas du JSON : {error}") from error
    features = content.get("features") if isinstance(content, Mapping) else None
    if not isinstance(features, list) or not features:
        raise RefusedRegisterError(
            f"« {filename} » n'est pas une collection GeoJSON (FeatureCollection) d'au moins un objet"
        )
    records = []
    for feature in features:
        properties = feature.get("properties") if isinstance(feature, Mapping) else None
        if not isinstance(properties, Mapping):
            raise RefusedRegisterError(f"« {filename} » : un objet n'a pas de propriétés")
        records.append({normalise(name): value for name, value in properties.items()})
    return records


def _form(names: list[str]) -> Columns:
    missing = {
        phase: [wanted.title for wanted in form.values() if not wanted.optional and not _first(wanted, names)]
        for phase, form in ((1, FIRST), (2, SECOND))
    }
    if not missing[1] and not missing[2]:
        raise RefusedRegisterError(f"les colonnes sont à la fois celles des deux phases : {', '.join(names)}")
    nearest = min((2, 1), key=lambda phase: len(missing[phase]))
    form = {1: FIRST, 2: SECOND}[nearest]
    if missing[nearest]:
        required = [wanted.title for wanted in form.values() if not wanted.optional]
        raise RefusedRegisterError(f"forme inconnue de liste de territoires ; {shape_difference(required, names)}")
    return form


def _first(wanted: Column, names: Sequence[str]) -> str | None:
    return next((name for name in wanted.names if name in names), None)
