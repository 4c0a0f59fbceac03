"""What a file is, told by its first bytes and not by its name."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["text", "zip", "ole", "html", "other"]

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "un PDF"),
    (b"\x89PNG", "une image"),
    (b"\xff\xd8\xff", "une image"),
    (b"GIF8", "une image"),
    (b"\x1f\x8b", "une archive gzip"),
    (b"7z\xbc\xaf\x27\x1c", "une archive 7z"),
    (b"Rar!", "une archive RAR"),
    (b"{\\rtf", "un document RTF"),
    (b"PAR1", "un fichier Parquet"),
    (b"SQLite format 3\x00", "une base SQLite"),
    (b"\x7fELF", "un programme"),
    (b"MZ\x90\x00", "un programme"),
)
_MARKUP = re.compile(
    rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html|head|body|table|meta|script|div|\?xml)", re.IGNORECASE
)

NATURES = {"csv": "du texte CSV", "xlsx": "un classeur XLSX", "xls": "un classeur XLS", "ods": "un classeur ODS"}
_EXTENSIONS = {
    "csv": "csv",
    "txt": "csv",
    "tsv": "csv",
    "xlsx": "xlsx",
    "xlsm": "xlsx",
    "xlsb": "xlsx",
    "xls": "xls",
    "ods": "ods",
    "pdf": "",
    "html": "",
    "htm": "",
}


def sniff(head: bytes) -> tuple[Kind, str]:
    """Tell the kind of a file by its first bytes, and what to call it in a message if it cannot be read."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip", "une archive zip"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "ole", "un fichier Office ancien"
    for signature, nature in _SIGNATURES:
        if head.startswith(signature):
            return "other", nature
    if _MARKUP.match(head):
        xml = b"<?xml" in head[:200] and b"<html" not in head.lower()
        return "html", "un document XML" if xml else "une page web (HTML)"
    return "text", "du texte"


def misnamed(filename: str, found: str) -> str | None:
    """Return the extension of *filename* if it says another format than *found*; None if it agrees or says nothing."""
    _, dot, extension = filename.rpartition(".")
    said = _EXTENSIONS.get(extension.lower()) if dot else None
    return extension if said is not None and said != found else None
