"""Reading ANCT's lists of territories: maps (GeoJSON) and tables, by territory, by EPCI or by commune.

The tests say where each published shape comes from. Whatever the shape, a record says a territory, and maybe a member
of its perimeter or all of them (see ``territory_lists``, ``members``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from territoires.reading.cells import parse_boolean, parse_date
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.members import SIREN_LENGTH, Member, members_of
from territoires.registers.parsed import Parsed, without_nbsp
from territoires.registers.source import Source, day_of, stated_day
from territoires.registers.territory_lists import CAISSE, SECOND, Listing, listing

if TYPE_CHECKING:
    import pandas as pd

_PERIMETERS: Final = "territoire_perimetre"
_SECOND_PHASE: Final = "2023-11-01"
"""Phase 2 was announced on 9 November 2023; the first lists that ANCT made of it are of the 2nd."""
_AND: Final = ";"
"""Between the ids of a commune that is in two territories."""
_Fact = TypeVar("_Fact", bool, date)


@dataclass(frozen=True, slots=True)
class _Territory:
    """What a record says of a territory."""

    id_ti: str | None
    libelle: str | None
    pilote: bool | None
    date_entree: date | None
    members: tuple[Member, ...]


def parse(path: Path, filename: str, source: Source, published: date) -> Parsed:
    """Read a list of territories into ``territoire`` and, where it has members, ``territoire_perimetre``.

    Columns: id_ti, libelle, pilote (boolean or NA), date_entree (date or None); id_ti, type_maille (epci, commune),
    code, libelle. Geometries are not kept. The date of the list comes from ``day_of``; the phase from the
    configuration, else from the names of columns, else from that date.

    Raises:
        RefusedRegisterError: no list of territories, columns that no known form has; the message says which.
    """
    listed = listing(path, filename)
    told = [one for record in listed.records for one in _territories(record)]
    territories, warnings = _merged(told) if listed.by_member else (told, [])
    tables = _tables(territories, listed.has_perimeters)
    return Parsed(
        register=source.register,
        millesime=day_of(source, filename, published),
        phase=source.phase or _phase(listed, stated_day(source, filename), published),
        tables=tables,
        rows=len(territories),
        perimeters=len(tables[_PERIMETERS]) if listed.has_perimeters else None,
        warnings=(*warnings, *_oddities(listed, territories)),
    )


def _tables(territories: Sequence[_Territory], has_perimeters: bool) -> dict[str, pd.DataFrame]:
    import pandas as pd

    facts = [(one.id_ti, one.libelle, one.pilote, one.date_entree) for one in territories]
    frame = pd.DataFrame(facts, columns=["id_ti", "libelle", "pilote", "date_entree"], dtype="object")
    tables = {"territoire": frame.astype({"id_ti": "str", "libelle": "str", "pilote": "boolean"})}
    if has_perimeters:
        members = [(one.id_ti, *member) for one in territories for member in one.members]
        columns = ["id_ti", "type_maille", "code", "libelle"]
        tables[_PERIMETERS] = pd.DataFrame(members, columns=columns, dtype="str")
    return tables


def _oddities(listed: Listing, territories: Sequence[_Territory]) -> Iterator[str]:
    """Yield, in French, what is odd about a list but harmless."""
    members = [(one.id_ti, member) for one in territories for member in one.members]
    for key, (_, _, name) in members:
        if ";" in name:
            yield f"{key} : un membre se nomme « {name} »"
    by_siren = sum(kind == "commune" and len(code) == SIREN_LENGTH for _, (kind, code, _) in members)
    if by_siren:
        yield f"communes données par leur SIREN, que le référentiel epci doit connaître : {by_siren}"
    alone = [one.id_ti or "" for one in territories if listed.has_perimeters and not one.members]
    if alone:
        yield f"territoires sans périmètre : {', '.join(alone)}"
    if listed.outside:
        yield f"lignes sans territoire : {listed.outside}"
    if listed.ignored:
        yield f"propriétés ignorées : {', '.join(listed.ignored)}"


def _phase(listed: Listing, stated: str | None, published: date) -> int:
    """Return the phase of a list: a map of names alone that has no date is ANCT's first one, of phase 1."""
    if listed.columns is SECOND:
        return 2
    names_alone = listed.is_map and not listed.has_perimeters
    if stated is None and (names_alone or listed.columns is CAISSE):
        return 1
    return 2 if (stated or published.isoformat()) >= _SECOND_PHASE else 1


def _territories(record: Mapping[str, Any]) -> list[_Territory]:
    """Return what a record says: of one territory, or of each of those that share its commune."""
    key, label = _text(record, "id_ti"), _text(record, "libelle")
    members = tuple(members_of(record, key))
    one = _Territory(key and key.lower(), label, _pilot(record, key), _entry(record, key), members)
    keys = [part.strip() for part in (one.id_ti or "").split(_AND)]
    if len(keys) == 1:
        return [one]
    labels: list[str | None] = [part.strip() for part in (label or "").split(_AND)]
    if len(labels) != len(keys):
        labels = [None] * len(keys)
    return [replace(one, id_ti=part, libelle=name) for part, name in zip(keys, labels, strict=True)]


def _merged(told: list[_Territory]) -> tuple[list[_Territory], list[str]]:
    """Return one territory for each id, with the members of all its records and its most frequent label."""
    by_key: dict[str | None, list[_Territory]] = {}
    for one in told:
        by_key.setdefault(one.id_ti, []).append(one)
    merged, warnings = [], []
    for key, ones in by_key.items():
        labels = Counter(one.libelle for one in ones if one.libelle)
        if len(labels) > 1:
            warnings.append(f"{key} : plusieurs noms ({', '.join(labels)}), le plus fréquent est pris")
        merged.append(
            _Territory(
                key,
                labels.most_common(1)[0][0] if labels else None,
                _agreed([one.pilote for one in ones], key, "pilote"),
                _agreed([one.date_entree for one in ones], key, "date d'entrée"),
                tuple(member for one in ones for member in one.members),
            )
        )
    return merged, warnings


def _agreed(facts: Sequence[_Fact | None], key: str | None, what: str) -> _Fact | None:
    """Return the fact that the rows of a territory give, None where they give none."""
    said = {fact for fact in facts if fact is not None}
    if len(said) > 1:
        raise RefusedRegisterError(f"{key} : {what} différent d'une ligne à l'autre")
    return next(iter(said), None)


def _text(record: Mapping[str, Any], column: str) -> str | None:
    value = record.get(column)
    if value is None:
        return None
    if not isinstance(value, str):
        raise RefusedRegisterError(f"propriété « {column} » : un texte est attendu, {type(value).__name__} trouvé")
    return without_nbsp(value) or None


def _pilot(record: Mapping[str, Any], key: str | None) -> bool | None:
    value = record.get("pilote")
    if value is None or isinstance(value, bool):
        return value
    known = parse_boolean(str(value))
    if known is None and str(value).strip():
        raise RefusedRegisterError(f"{key} : pilote « {value} », oui ou non est attendu")
    return known


def _entry(record: Mapping[str, Any], key: str | None) -> date | None:
    value = _text(record, "date_entree")
    if value is None:
        return None
    day = parse_date(value)
    if day is None:
        raise RefusedRegisterError(f"{key} : date d'entrée « {value} », AAAA-MM-JJ est attendu")
    return day
