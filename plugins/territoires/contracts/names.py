"""Names as people write them, brought to one form so that they can be compared."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

_LIGATURES = str.maketrans({"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae"})
_NOT_A_NAME = re.compile(r"[^a-z0-9]+")


def normalise(text: str) -> str:
    """Bring a header or a value to lower case without accents, each run of other signs made one ``_``.

    ``"N° opération"`` gives ``n_operation``; a text of signs alone gives the empty string.
    """
    plain = unicodedata.normalize("NFKD", text.replace("°", " ").translate(_LIGATURES).casefold())
    return _NOT_A_NAME.sub("_", "".join(sign for sign in plain if not unicodedata.combining(sign))).strip("_")


def nearest(text: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate that *text* most probably meant, None when nothing is near."""
    by_form = {normalise(candidate): candidate for candidate in candidates}
    found = difflib.get_close_matches(normalise(text), by_form, n=1, cutoff=0.75)
    return by_form[found[0]] if found else None
