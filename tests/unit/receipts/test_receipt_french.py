from __future__ import annotations

from datetime import UTC, datetime

import pytest

from territoires.receipts import french
from territoires.receipts.safe import safe_stem, shown, visible


def test_numbers_have_narrow_no_break_spaces_and_a_comma() -> None:
    assert french.integer(1234567) == "1\u202f234\u202f567"
    assert french.decimal(1234.56, 2) == "1\u202f234,56"
    assert french.decimal(-0.5, 1) == "-0,5"


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 ligne"), (1, "1 ligne"), (2, "2 lignes"), (1200, "1\u202f200 lignes")]
)
def test_the_plural_begins_at_two(number: int, words: str) -> None:
    assert french.count(number, "ligne") == words.replace(" ", "\u00a0")


@pytest.mark.parametrize(
    ("octets", "words"),
    [
        (0, "0 octet"),
        (999, "999 octets"),
        (18_432, "18,4 ko"),
        (999_960, "1,0 Mo"),
        (170_000_000, "170,0 Mo"),
        (5_000_000_000_000, "5\u202f000,0 Go"),
    ],
)
def test_sizes(octets: int, words: str) -> None:
    assert french.size(octets) == words.replace(" ", "\u00a0")


def test_moments_are_told_in_the_time_of_paris_winter_and_summer() -> None:
    assert french.moment(datetime(2026, 11, 22, 13, 5, tzinfo=UTC)).replace("\u00a0", " ") == (
        "22 novembre 2026 à 14 h 05"
    )
    assert french.moment(datetime(2026, 7, 31, 22, 30, tzinfo=UTC)).replace("\u00a0", " ") == "1er août 2026 à 0 h 30"


def test_a_moment_without_time_zone_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="time zone"):
        french.moment(datetime(2026, 11, 22))  # noqa: DTZ001 - the very point


def test_typography_binds_punctuation_and_leaves_times_and_addresses_alone() -> None:
    assert french.typography("Est-ce « a » ? Oui : à 14:05 ! https://x.fr ;") == (
        "Est-ce «\u00a0a\u00a0»\u202f? Oui\u00a0: à 14:05\u202f! https://x.fr\u202f;"
    )
    assert french.typography("«\u00a0a\u202f»") == "«\u00a0a\u00a0»"


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ([], ""),
        ([3], "3"),
        ([4, 3], "3 et 4"),
        ([3, 5, 6, 7, 5, 12], "3, 5 à 7 et 12"),
        (range(1, 41, 2), "1, 3, 5, 7, 9, 11, 13, 15 et 12 autres lignes"),
    ],
)
def test_line_numbers_are_gathered_in_ranges(numbers: list[int], words: str) -> None:
    assert french.lines(numbers).replace("\u00a0", " ") == words


def test_what_cannot_be_seen_is_shown() -> None:
    assert visible("a\u200bb\tc\r\nd\x00e\u202ef\ud800g\U000e0041") == (
        "a⟨U+200B⟩b⇥c↵↵d⟨U+0000⟩e⟨U+202E⟩f⟨U+D800⟩g⟨U+E0041⟩"
    )
    assert visible("L'Île-d'Yeu œuvre 12 €\u00a0") == "L'Île-d'Yeu œuvre 12 €\u00a0"


def test_long_values_are_cut_at_two_hundred_characters() -> None:
    assert shown("x" * 200) == "x" * 200
    assert shown("x" * 201) == "x" * 199 + "…"
    assert len(shown("\x00" * 10_000)) == 200


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Export opérations T4.csv", "Export-opérations-T4"),
        ("e\u0301te\u0301.xlsx", "été"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\moi\\x.y.csv", "x.y"),
        ("..", "fichier"),
        ("", "fichier"),
        (".htaccess", "htaccess"),
        ("a\x00b\u202ec\n<d>.csv", "a-b-c-d"),
        ("a..b.csv", "a.b"),
        ("\udce9t\udce9.csv", "t"),
    ],
)
def test_file_names_are_made_safe_and_keep_their_accents(name: str, stem: str) -> None:
    assert safe_stem(name) == stem


def test_file_names_stay_within_what_disks_take() -> None:
    assert len(safe_stem("é" * 500 + ".csv").encode()) == 100
