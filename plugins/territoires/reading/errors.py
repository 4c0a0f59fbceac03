"""Makes the anomalies that reading finds, from the tables of ``codes`` and ``table_codes``."""

from __future__ import annotations

from collections.abc import Sequence

from territoires.anomalies import Anomaly, UnreadableFile
from territoires.reading.codes import FILE_CODES, Code
from territoires.reading.model import BrokenRow
from territoires.reading.table_codes import TABLE_CODES

EXCERPT = 80
SHOWN_LINES = 3

CODES: dict[str, Code] = {entry.code: entry for entry in (*FILE_CODES, *TABLE_CODES)}


def anomaly(
    code: str, *, line: int | None = None, column: str | None = None, value: str | None = None, **facts: object
) -> Anomaly:
    """Make the anomaly *code* of the table, its texts filled with *facts* (and ``ligne``, ``colonne``, ``valeur``)."""
    entry = CODES[code]
    filled = {"ligne": line, "colonne": column, "valeur": excerpt(value or ""), **facts}
    return Anomaly(
        code, entry.message.format(**filled), entry.remedy.format(**filled), line, column, value, entry.severity
    )


def unreadable(
    code: str, *, line: int | None = None, column: str | None = None, value: str | None = None, **facts: object
) -> UnreadableFile:
    """Make the exception that refuses a file for one reason; the caller raises it."""
    return UnreadableFile((anomaly(code, line=line, column=column, value=value, **facts),))


def broken_row_anomaly(row: BrokenRow) -> Anomaly:
    """Say what is wrong with a row that has not as many cells as its header."""
    code = "ligne_incomplete" if row.found < row.expected else "ligne_trop_longue"
    return anomaly(code, line=row.line, value=row.text, trouve=row.found, attendu=row.expected)


def excerpt(text: str, length: int = EXCERPT) -> str:
    """Cut *text* to what fits a message, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


def lines_words(lines: Sequence[int], whole: int | None = None) -> str:
    """Name some lines for people: ``ligne 12``, ``lignes 12 et 30``, ``lignes 3, 5, 8 et 40 autres``.

    *whole* is how many there are, where *lines* holds the first of them alone.
    """
    count = len(lines) if whole is None else whole
    if count == 1:
        return f"ligne {lines[0]}"
    named = [str(line) for line in lines[: SHOWN_LINES if count > SHOWN_LINES + 1 else SHOWN_LINES + 1]]
    rest = count - len(named)
    last = f"{rest} autres" if rest else named.pop()
    return f"lignes {', '.join(named)} et {last}"


def french_size(size: int) -> str:
    """Write a number of bytes for people: ``12,5 Mo``."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1_000))} Ko"
    if size < 1_000_000_000:
        return f"{size / 1_000_000:.1f} Mo".replace(".", ",").replace(",0 ", " ")
    return f"{size / 1_000_000_000:.1f} Go".replace(".", ",").replace(",0 ", " ")
