"""Why a register is not loaded. In each case the last good version stays in use."""

from __future__ import annotations

from collections.abc import Collection
from difflib import get_close_matches


class FetchError(Exception):
    """A source that did not give its file; ``transient`` says whether trying again may help."""

    def __init__(self, message: str, *, transient: bool) -> None:
        self.transient = transient
        super().__init__(message)


class RefusedRegisterError(Exception):
    """A file that was received and archived, but is not understood or not plausible; trying again will not help."""


def shape_difference(expected: Collection[str], found: Collection[str]) -> str:
    """Return, in French, what is missing and what is unknown between two sets of column names, near names suggested."""
    missing = [name for name in expected if name not in found]
    unknown = [name for name in found if name not in expected]
    parts = []
    for name in missing:
        near = get_close_matches(name, unknown, n=1, cutoff=0.7)
        parts.append(f"« {name} »" + (f" (serait-ce « {near[0]} » ?)" if near else ""))
    return (
        f"colonnes attendues : {', '.join(expected)} ; colonnes trouvées : {', '.join(found) or 'aucune'} ; "
        f"absentes : {', '.join(parts) or 'aucune'}"
    )
