"""How refused rows travel to the operator and back: with three columns of ours, and no cell that a sheet would run.

The file of refused rows is meant to be corrected and dropped again. So whoever reads a delivery must (1) leave out
the columns of :data:`ANNOTATION_COLUMNS` without a word and (2), only if one of them is there, pass every other cell
of a CSV file through :func:`restore`. In XLSX files cells are typed as text, need no apostrophe and get none. (3) The
cells of :data:`ORIGIN_COLUMN` that match :data:`REFERENCE` say which line of which delivery each row corrects, even
where its key was wrong; a cell that does not says nothing.

The guard is the leading apostrophe of OWASP's "CSV Injection" page
(https://owasp.org/www-community/attacks/CSV_Injection). This module imports nothing heavy, for the reader's sake.
"""

from __future__ import annotations

import re

REASON_COLUMN = "motif"
REMEDY_COLUMN = "correction_attendue"
ORIGIN_COLUMN = "ligne_d_origine"
ANNOTATION_COLUMNS = frozenset({REASON_COLUMN, REMEDY_COLUMN, ORIGIN_COLUMN})

REFERENCE = r"(?i)^\s*livraison\s+(?P<id_livraison>\d{1,15})\s*,\s*ligne\s+(?P<ligne_origine>\d{1,9})\s*$"
"""What :func:`reference` writes, in the syntax that ``re`` and Arrow's RE2 share."""

_GUARD = "'"
# A cheap look at the first character settles nearly every cell.
_SUSPECT_FIRST = frozenset("'=+-@＝＋－＠ \t\r\n\u00a0\u202f")
_DANGEROUS = re.compile(r"'*(?:\s*[=+\-@＝＋－＠]|[\t\r\n])")
# A sign without a formula: an amount (-12,5 · + 1 234,50 € · -3 %), a telephone number (+33 (0)6 12…), a dash.
_HARMLESS = re.compile(r"\s?(?:[+-]\s?\d[\d\s.,()]*[€%]?|-+)\s?")


def is_annotation(header: str) -> bool:
    """Whether *header* names a column that we added, whatever the case and the spaces around."""
    return header.strip().lower() in ANNOTATION_COLUMNS


def is_origin(header: str) -> bool:
    """Whether *header* names the column of references, whatever the case and the spaces around."""
    return header.strip().lower() == ORIGIN_COLUMN


def reference(delivery_id: int, line: int) -> str:
    """Name a row of a delivery, in words: a spreadsheet would make a date of ``42-12`` and a number of ``42,12``."""
    return f"livraison {delivery_id}, ligne {line}"


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
