"""The table of anomalies: complete, used, and fit to be read by people."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

import territoires.reading
from territoires.reading import CODES
from territoires.reading.errors import excerpt, french_size, lines_words

SOURCE = "".join(path.read_text(encoding="utf-8") for path in Path(territoires.reading.__file__).parent.glob("*.py"))
RAISED = set(re.findall(r'(?:unreadable|anomaly)\(\s*"([a-z_0-9]+)"', SOURCE))


def test_every_code_that_is_raised_stands_in_the_table() -> None:
    assert len(RAISED) > 20
    assert set(CODES) >= RAISED


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_code_is_used_and_speaks_french_to_the_end(code: str) -> None:
    entry = CODES[code]
    assert SOURCE.count(f'"{code}"') >= 2
    assert entry.remedy.endswith((".", "}"))
    assert entry.title
    assert "'" not in entry.message + entry.remedy, "the typographic apostrophe, as everywhere in this table"
    for text in (entry.message, entry.remedy):
        assert all(name is None or name.isidentifier() for _, name, _, _ in string.Formatter().parse(text))


def test_sizes_for_people() -> None:
    assert [french_size(size) for size in (10, 12_345, 1_500_000, 500_000_000, 2_000_000_000)] == [
        "1 Ko",
        "12 Ko",
        "1,5 Mo",
        "500 Mo",
        "2 Go",
    ]


def test_an_excerpt_fits_on_a_line() -> None:
    assert excerpt("a\n b") == "a b"
    assert len(excerpt("x" * 500)) == 80


def test_lines_for_people() -> None:
    assert [lines_words(lines) for lines in ([4], [4, 9], [4, 9, 12, 30], [4, 9, 12, 30, 31])] == [
        "ligne 4",
        "lignes 4 et 9",
        "lignes 4, 9, 12 et 30",
        "lignes 4, 9, 12 et 2 autres",
    ]
    assert lines_words([4, 9, 12, 30], 1_000) == "lignes 4, 9, 12 et 997 autres"
