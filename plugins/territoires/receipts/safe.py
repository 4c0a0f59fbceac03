"""Operator's text made fit to be shown: no cell and no file name can disturb a page, a terminal or a disk."""

from __future__ import annotations

import re
import unicodedata

VALUE_LENGTH = 200
HEADER_LENGTH = 80
SENTENCE_LENGTH = 600
_STEM_BYTES = 100

# Controls, invisible and direction-changing characters, line separators, lone surrogates, tag characters.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff"
    "\ud800-\udfff\U000e0000-\U000e007f]"
)
_UNSAFE_IN_NAME = re.compile(r"[^\w.\-]+")


def visible(text: str) -> str:
    """Replace each invisible character by a sign that shows it: ``↵``, ``⇥``, ``⟨U+202E⟩``.

    The operator sees why a value that looks right is not, and no control reaches a browser or a terminal.
    """
    return _INVISIBLE.sub(_sign, text)


def shown(text: str, limit: int = VALUE_LENGTH) -> str:
    """:func:`visible` text of at most *limit* characters, cut with an ellipsis."""
    # Cut first: a cell of megabytes must not be gone through whole.
    text = visible(text[: limit + 1])
    return text if len(text) <= limit else text[: limit - 1] + "…"


def safe_stem(file_name: str) -> str:
    """Name of a file without folders nor extension, fit for any disk.

    Letters (accents kept), digits, ``_``, ``-`` and ``.``; at most 100 bytes of UTF-8; ``fichier`` if nothing is left.
    """
    base = unicodedata.normalize("NFC", file_name).replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    stem, dot, _ = base.rpartition(".")
    stem = _UNSAFE_IN_NAME.sub("-", stem if dot and stem.strip(".") else base)
    stem = re.sub(r"\.{2,}", ".", stem).strip(".-_")
    stem = stem[:_STEM_BYTES]
    while len(stem.encode()) > _STEM_BYTES:
        stem = stem[:-1]
    return stem.rstrip(".-_") or "fichier"


def _sign(found: re.Match[str]) -> str:
    character = found.group()
    if character in "\n\r\u2028\u2029":
        return "↵"
    if character == "\t":
        return "⇥"
    return f"⟨U+{ord(character):04X}⟩"
