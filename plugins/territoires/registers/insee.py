"""How INSEE's tables until 2018 write codes and names, which later ones give whole."""

from __future__ import annotations

from typing import Final

import pandas as pd

_OVERSEAS: Final = "97"
_CITIES: Final = {"751": "75056", "6938": "69123", "132": "13055"}
"""Beginning of the codes of arrondissements municipaux → their commune (CGCT, article L. 2511-3)."""
CODE_LENGTH: Final = 5


def commune_code(department: str, number: str) -> str:
    """Return the code of a commune from that of its department and its number there.

    Overseas the department is ``97``, ``971``, ``972``… and the number has its third digit or not (97 + 101, 971 + 101,
    971 + 01: three lists, one commune). A number that is a whole code already is returned as it is.
    """
    if len(number) == CODE_LENGTH:
        return number
    if len(department) > len(_OVERSEAS):
        return department + number.zfill(2)[-2:]
    return department + number.zfill(3)


def department_of(code: str) -> str:
    """Return the department of a commune's code: two signs, three overseas."""
    return code[:3] if code.startswith(_OVERSEAS) else code[:2]


def city_of(code: str) -> str | None:
    """Return the commune of an arrondissement municipal (Paris, Lyon, Marseille), None for any other code."""
    return next((city for beginning, city in _CITIES.items() if code.startswith(beginning)), None)


def with_article(article: object, name: str) -> str:
    """Return a name with its article: ``(Le)`` and ``Mans`` give ``Le Mans``, ``(L')`` and ``Aigle`` ``L'Aigle``."""
    if pd.isna(article):  # type: ignore[call-overload]
        return name
    text = str(article).strip("()")
    return text + name if text.endswith("'") else f"{text} {name}"
