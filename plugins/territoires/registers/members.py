"""Members of a territory's perimeter, as ANCT's lists write them: one in each row, or all of them in one text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import without_nbsp

Member = tuple[str, str, str]
"""type_maille (epci, commune), code, name as the list gives it."""

_CODE: Final = r"(?P<code>\d{9}|\d[0-9AB]\d{3})(?!\w)"
_NAMED: Final = re.compile(rf"\s*(?P<name>.+?)\s*[(\[]{_CODE}[)\]]\s*(?:[;,|\n]|$)")
"""« CA du Nord Basse-Terre (249710062); ». The code ends it, so that its name may hold parentheses and semicolons."""
_CODED: Final = re.compile(rf"\s*{_CODE}(?:\s*[-:–]?\s*(?P<name>[^;|\n]*?[^;|\n\s]))?\s*(?:[;|\n]|$)")
"""« 249710062 - CA du Nord Basse-Terre; », or the code alone."""
_CODES_ALONE: Final = re.compile(rf"\s*{_CODE}\s*(?:[;,|\n]\s*{_CODE.replace('?P<code>', '')}\s*)*[;,|\n]?\s*")
_CUT_CODE: Final = re.compile(r"[(\[]\s*\d[0-9AB]+\s*[)\]]\s*[;|\n]")
"""A code that lost a digit, and the end of its member: what follows is another one, not the rest of a name."""
_SEPARATOR: Final = re.compile(r"\s*[;,|\n]\s*")
SIREN_LENGTH: Final = 9
_COMMUNE_LENGTH: Final = 5
_EXCERPT: Final = 60
_OF_COMMUNE: Final = "COM"
"""Nature of a member that is a commune, in ANCT's lists of groupements. Its code is its SIREN there, which does not
hold its code INSEE: the load takes this from the list of EPCI."""


def members_of(record: Mapping[str, Any], key: str | None) -> list[Member]:
    """Return the members that a record says: those of liste_geo, its commune, or its EPCI, in this order.

    A row of a list of communes that names the commune's EPCI too is a commune.

    Args:
        record: values of liste_geo, code_commune, nom_commune, siren, nom_epci, nature_juridique, where it has them.
        key: territory, for messages.

    Raises:
        RefusedRegisterError: a text that is no list of members.
    """
    listed = record.get("liste_geo")
    if listed is not None:
        return members_in(listed, key)
    communes = _paired(record, "code_commune", "nom_commune", _COMMUNE_LENGTH)
    if communes:
        return [("commune", *pair) for pair in communes]
    groups = _paired(record, "siren", "nom_epci")
    single = str(record.get("nature_juridique") or "").strip().upper() == _OF_COMMUNE
    return [("commune" if single else "epci", *pair) for pair in groups]


def members_in(listed: object, key: str | None) -> list[Member]:
    """Return the members of a text « Baillif (97104); CA du Nord Basse-Terre (249710062) », or of a list of such."""
    if isinstance(listed, list):
        listed = "; ".join(map(str, listed))
    if not isinstance(listed, str):
        raise RefusedRegisterError(f"propriété « liste_geo » : un texte est attendu, {type(listed).__name__} trouvé")
    text = without_nbsp(listed)
    if _CODES_ALONE.fullmatch(text):
        return [_member(code, code) for code in _SEPARATOR.split(text) if code]
    members, rest = _read(text, _NAMED)
    if rest:
        coded, other = _read(text, _CODED)
        members, rest = (members, rest) if other else (coded, other)
    if rest:
        raise RefusedRegisterError(
            f"{key} : « {rest[:_EXCERPT].strip()} » n'est pas de la forme « nom (code de commune ou SIREN) »"
        )
    return members


def _read(text: str, form: re.Pattern[str]) -> tuple[list[Member], str]:
    """Return the members of *text* as long as they have the form, and what follows."""
    members: list[Member] = []
    position = 0
    while position < len(text) and (match := form.match(text, position)) and not _CUT_CODE.search(match["name"] or ""):
        members.append(_member(match["code"], match["name"] or match["code"]))
        position = match.end()
    return members, text[position:]


def _member(code: str, name: str) -> Member:
    return ("epci" if len(code) == SIREN_LENGTH else "commune", code, name)


def _paired(record: Mapping[str, Any], codes: str, names: str, width: int = 0) -> list[tuple[str, str]]:
    """Return each code of a cell with its name; a map may have several of them, « 200043537, 200069425 »."""
    cell = record.get(codes)
    if cell is None or isinstance(cell, bool):
        return []
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    found = [code.zfill(width) for code in _SEPARATOR.split(without_nbsp(str(cell))) if code]
    name = without_nbsp(str(record.get(names) or ""))
    called = [name] if len(found) == 1 else _SEPARATOR.split(name)
    # Names may hold the separator, codes never do: names that do not go with the codes are left out.
    return list(zip(found, called if len(called) == len(found) and all(called) else found, strict=True))
