"""Names as people write them, brought to one form so that they can be compared."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


def normalise(text: str) -> str:
    """Bring a header or a value to lower case without accents, each run of other signs made one ``_``.

    ``"N° opération"`` gives ``n_operation``, ``"Montant (en €)"`` what ``"Montant en euros"`` gives; a text of signs
    alone gives the empty string.
    """
    return _known(text) if len(text) <= _SHORT else _normalise(text)


def _normalise(text: str) -> str:
    spelt = text.replace("°", " ").replace("en €", "en euros").translate(_LIGATURES)
    plain = unicodedata.normalize("NFKD", spelt.casefold())
    return _NOT_A_NAME.sub("_", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip("_")


_SHORT = 100
_known = lru_cache(maxsize=10_000)(_normalise)
"""The same few names are compared for each file again, by each contract: half of the reading of a small file. What is
longer is no name."""


def nearest(text: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that *text* most probably meant, None when nothing is near."""
    by_form = {normalise(candidate): candidate for candidate in candidates}
    found = difflib.get_close_matches(normalise(text), by_form, n=1, cutoff=0.75)
    return by_form[found[0]] if found else None
