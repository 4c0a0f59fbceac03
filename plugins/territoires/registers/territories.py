"""Reading ANCT's lists of territories, in the three shapes that were published (see the sources in the tests)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from territoires.registers.errors import RefusedRegisterError, shape_difference
from territoires.registers.parsed import Parsed, without_nbsp
from territoires.registers.source import Source, day_of

_MEMBER = re.compile(r"\s*(?P<name>.+?)\s*\((?P<code>\d[0-9AB]\d{3}|\d{9})\)\s*(?:;|$)")
"""One member of a perimeter. The code ends it, so that its name may hold parentheses and semicolons."""
_SIREN_LENGTH = 9
_EXCERPT = 60


@dataclass(frozen=True, slots=True)
class Form:
    """The property names by which a list is recognised, and the phase that was published under them."""

    phase: int
    key: str
    label: str
    members: str | None = None

    @property
    def required(self) -> tuple[str, ...]:
        """The properties that make the form."""
        return tuple(name for name in (self.key, self.label, self.members) if name)


FORMS = (
    Form(phase=1, key="id_ti", label="lib_ti"),
    Form(phase=2, key="id_territoire", label="lib_territoire", members="liste_geo"),
)
OPTIONAL = ("pilote", "date_entree", "liste_geo")
"""Properties that a list may have beside those of its form; ANCT's have only the last one."""
_YES_NO = {"oui": True, "true": True, "1": True, "non": False, "false": False, "0": False}


def parse(path: Path, filename: str, source: Source, published: date) -> Parsed:
    """Read a GeoJSON list of territories into ``territoire`` and, where it has members, ``territoire_perimetre``.

    Columns: id_ti, libelle, pilote (boolean or NA), date_entree (date or None); id_ti, type_maille (epci, commune),
    code, libelle. Geometries are not kept. The date of the list comes from ``day_of``.

    Raises:
        RefusedRegisterError: not GeoJSON, or properties that no known form has; the message says which.
    """
    import pandas as pd

    records = _records(path, filename)
    names = list(dict.fromkeys(name for record in records for name in record))
    form = _form(names)
    members_in = form.members or ("liste_geo" if "liste_geo" in names else None)
    territories, perimeters, warnings = [], [], []
    for record in records:
        key = _text(record, form.key)
        territories.append((key, _text(record, form.label), _pilot(record, key), _entry(record, key)))
        if members_in:
            members = _members(_text(record, members_in), key)
            perimeters += [(key, *member) for member in members]
            warnings += [f"{key} : un membre se nomme « {name} »" for _, _, name in members if ";" in name]
    ignored = [name for name in names if name not in form.required and name not in OPTIONAL]
    if ignored:
        warnings.append(f"propriétés ignorées : {', '.join(ignored)}")
    territory = pd.DataFrame(territories, columns=["id_ti", "libelle", "pilote", "date_entree"], dtype="object")
    tables = {"territoire": territory.astype({"id_ti": "str", "libelle": "str", "pilote": "boolean"})}
    if members_in:
        columns = ["id_ti", "type_maille", "code", "libelle"]
        tables["territoire_perimetre"] = pd.DataFrame(perimeters, columns=columns, dtype="str")
    return Parsed(
        register=source.register,
        millesime=day_of(source, filename, published),
        phase=source.phase or form.phase,
        tables=tables,
        rows=len(territories),
        perimeters=len(perimeters) if members_in else None,
        warnings=tuple(warnings),
    )


def _records(path: Path, filename: str) -> list[dict[str, Any]]:
    """Return the properties of each feature, names in lower case (RFC 7946, section 3.2)."""
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
        records.append({name.lower(): value for name, value in properties.items()})
    return records


def _form(names: list[str]) -> Form:
    forms = [form for form in FORMS if set(form.required) <= set(names)]
    if len(forms) == 1:
        return forms[0]
    if forms:
        raise RefusedRegisterError(f"les colonnes sont à la fois celles des deux phases : {', '.join(names)}")
    nearest = max(FORMS, key=lambda form: len(set(form.required) & set(names)))
    raise RefusedRegisterError(f"forme inconnue de liste de territoires ; {shape_difference(nearest.required, names)}")


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise RefusedRegisterError(f"propriété « {name} » : un texte est attendu, {type(value).__name__} trouvé")
    return without_nbsp(value) or None


def _members(text: str | None, key: str | None) -> list[tuple[str, str, str]]:
    """Return (type_maille, code, name) for each member of « CA du Nord Basse-Terre (249710062); … »."""
    members: list[tuple[str, str, str]] = []
    text, position = text or "", 0
    while position < len(text):
        match = _MEMBER.match(text, position)
        if match is None:
            excerpt = text[position : position + _EXCERPT].strip()
            raise RefusedRegisterError(
                f"{key} : « {excerpt} » n'est pas de la forme « nom (code de commune ou SIREN) »"
            )
        kind = "epci" if len(match["code"]) == _SIREN_LENGTH else "commune"
        members.append((kind, match["code"], match["name"]))
        position = match.end()
    return members


def _pilot(record: Mapping[str, Any], key: str | None) -> bool | None:
    value = record.get("pilote")
    if value is None or isinstance(value, bool):
        return value
    known = _YES_NO.get(str(value).strip().lower())
    if known is None:
        raise RefusedRegisterError(f"{key} : pilote « {value} », oui ou non est attendu")
    return known


def _entry(record: Mapping[str, Any], key: str | None) -> date | None:
    value = _text(record, "date_entree")
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise RefusedRegisterError(f"{key} : date d'entrée « {value} », AAAA-MM-JJ est attendu") from error
