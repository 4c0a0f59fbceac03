"""How refused rows travel to the operator and back: two columns added, and cells that a spreadsheet would run defused.

The file of refused rows is meant to be corrected and dropped again. So whoever reads a delivery must (1) leave out
the columns of :data:`ANNOTATION_COLUMNS` without a word and (2), only if one of them is there, pass every other cell
of a CSV file through :func:`restore`. In XLSX files cells are typed as text, need no apostrophe and get none.

The guard is the leading apostrophe of OWASP's "CSV Injection" page
(https://owasp.org/www-community/attacks/CSV_Injection). This module imports nothing heavy, for the reader's sake.
"""

from __future__ import annotations

import re

REASON_COLUMN = "motif"
REMEDY_COLUMN = "correction_attendue"
ANNOTATION_COLUMNS = frozenset({REASON_COLUMN, REMEDY_COLUMN})

_GUARD = "'"
# A cheap look at the first character settles nearly every cell.
_SUSPECT_FIRST = frozenset("'=+-@＝＋－＠ \t\r\n\u00a0\u202f")
_DANGEROUS = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
# A sign without a formula: an amount (-12,5 · + 1 234,50 € · -3 %), a telephone number (+33 (0)6 12…), a dash.
_HARMLESS = re.compile(r"\s?(?:[+-]\s?\d[\d\s.,()]*[€%]?|-+)\s?")


def is_annotation(header: str) -> bool:
    """Whether *header* names a column that we added, whatever the case and the spaces around."""
    return header.strip().lower() in ANNOTATION_COLUMNS


def neutralise(text: str) -> str:
    """Return *text* with a leading apostrophe if a spreadsheet could take it for a formula, else *text* itself.

    :func:`restore` undoes it exactly, for any text: one that already has apostrophes before a formula gets one more.
    """
    return _GUARD + text if _needs_guard(text) else text


def restore(text: str) -> str:
    """Take off the apostrophe that :func:`neutralise` put; other texts come back as they are."""
    return text[1:] if text.startswith(_GUARD) and _needs_guard(text[1:]) else text


def _needs_guard(text: str) -> bool:
    if not text or text[0] not in _SUSPECT_FIRST:
        return False
    return _DANGEROUS.match(text) is not None and _HARMLESS.fullmatch(text) is None
