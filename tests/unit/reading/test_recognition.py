"""Columns known by their content where nothing is left to doubt, and a refusal that says why elsewhere."""

from __future__ import annotations

import io
import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from openpyxl import Workbook

from territoires.contracts import Contract, load_all
from territoires.reading import Reading, UnreadableFile, convert
from tests.unit.delivery.needs import COLUMNS, Row, as_csv, as_xlsx, published, survey, table, titles

ALL = load_all()
NEEDS = ALL["pole_emploi/besoins_main_oeuvre"]
COUNTS = COLUMNS[11:]
ReadBytes = Callable[..., Reading]


@pytest.fixture
def told(read_bytes: ReadBytes) -> Callable[..., dict[str, str]]:
    """Read a survey under titles of one's own, and say which of our columns each of them was read as."""

    def go(header: Mapping[str, str], rows: Sequence[Row] | None = None, *, xlsx: bool = False) -> dict[str, str]:
        lines = table(rows or survey(2024), dict(header))
        content = as_xlsx(lines, "Feuil2") if xlsx else as_csv(lines)
        found = read_bytes(content, "fichier", NEEDS, [one for one in ALL.values() if one is not NEEDS])
        return dict(found.columns)

    return go


def renamed(*names: str) -> dict[str, str]:
    """The titles of 2024, those of *names* said otherwise."""
    return {name: f"V{place}" if name in names else title for place, (name, title) in enumerate(titles(2024).items())}


def missing(refused: UnreadableFile) -> dict[str | None, str]:
    return {one.column: one.message for one in refused.anomalies if one.code == "colonne_manquante"}


@pytest.mark.parametrize("year", [2017, 2019, 2020, 2022, 2023, 2024, 2025, 2026])
def test_every_published_name_is_known(read_bytes: ReadBytes, year: int) -> None:
    content, name = published(year)
    reading = read_bytes(content, name, NEEDS)
    assert dict(reading.columns) == {column: titles(year)[column].strip() for column in COLUMNS}
    assert [one.code for one in reading.anomalies] == ["colonne_ignoree"] * (year == 2026)


@pytest.mark.parametrize("name", COLUMNS)
def test_any_one_column_is_known_under_another_name(told: Callable[..., dict[str, str]], name: str) -> None:
    header = renamed(name)
    assert told(header) == header


@pytest.mark.parametrize("xlsx", [True, False])
def test_all_columns_are_known_without_any_name_and_in_another_order(
    told: Callable[..., dict[str, str]], xlsx: bool
) -> None:
    before = list(COLUMNS[:11])
    random.Random(4).shuffle(before)
    header = {name: f"Colonne {place}" for place, name in enumerate([*before, *COUNTS])}
    assert told(header, xlsx=xlsx) == header


def test_two_sheets_of_codes_are_too_many(refusal: Callable[..., UnreadableFile]) -> None:
    """Their names say nothing, and a year that is left out in silence would be a hole in the figures."""
    book = Workbook(write_only=True)
    for year in (2024, 2025):
        sheet = book.create_sheet(str(year))
        for line in table(survey(year), {name: f"V{place}" for place, name in enumerate(COLUMNS)}):
            sheet.append(line)
    stream = io.BytesIO()
    book.save(stream)
    assert [one.code for one in refusal(stream.getvalue(), "deux.xlsx", NEEDS).anomalies] == ["feuilles_ambigues"]


def test_what_was_known_by_its_content_is_told(read_bytes: ReadBytes) -> None:
    reading = read_bytes(as_csv(table(survey(2024), renamed("code_bassin"))), expected=NEEDS)
    [warning] = reading.anomalies
    assert (warning.code, warning.severity, warning.column) == ("colonne_reconnue", "warning", "V9")
    assert "lue comme « code_bassin »" in warning.message
    assert convert(reading, NEEDS)["code_bassin"].iloc[0] == "0101"


def test_difficult_and_seasonal_need_their_order_and_their_secrets_to_agree(
    told: Callable[..., dict[str, str]],
) -> None:
    """Both are below met, and nothing else tells them apart: one clue alone would sometimes swap them in silence."""
    swapped = {name: renamed(*COUNTS[1:])[name] for name in (*COLUMNS[:12], *reversed(COUNTS[1:]))}
    with pytest.raises(UnreadableFile) as caught:
        told(swapped)
    said = missing(caught.value)
    assert set(said) == set(COUNTS[1:])
    assert "Ce pourrait être « V13 », « V12 »" in said["projets_saisonniers"]
    assert "plus souvent secrète que projets_difficiles" in said["projets_saisonniers"]
    named = {name: title if name != "projets_difficiles" else "xmet" for name, title in swapped.items()}
    assert told(named) == named, "where a name tells one of them, its place tells nothing"


def test_a_doubt_about_some_columns_is_none_about_the_others(told: Callable[..., dict[str, str]]) -> None:
    one_place = [row for row in survey(2024) if row["code_departement"] == "69"]
    with pytest.raises(UnreadableFile) as caught:
        told({name: f"V{place}" for place, name in enumerate(COLUMNS)}, rows=one_place)
    said = missing(caught.value)
    assert set(said) == {"code_departement", "code_region"}, "84 and 69 stand in every row: either may be either"


def test_a_column_that_holds_nothing_of_the_kind_is_not_taken_for_it(told: Callable[..., dict[str, str]]) -> None:
    rows = [row | {"code_famille": "inconnue"} for row in survey(2024)]
    with pytest.raises(UnreadableFile) as caught:
        told(renamed("code_famille"), rows=rows)
    assert "Aucune colonne au nom inconnu n’en a le contenu" in missing(caught.value)["code_famille"]


def test_a_contract_without_clues_recognises_names_alone(read_bytes: ReadBytes, small: Contract) -> None:
    with pytest.raises(UnreadableFile) as caught:
        read_bytes("V1;libelle;montant\nA1;x;1\nA2;y;2\n", expected=small)
    assert "contenu" not in missing(caught.value)["code"]


@pytest.mark.parametrize(
    ("cells", "whole"),
    [
        ({"code_bassin": "101"}, "0101"),
        ({"code_bassin": "101.0"}, "0101"),
        ({"code_bassin": "0101"}, "0101"),
        ({"code_departement": "1"}, "01"),
        ({"code_departement": "2A"}, "2A"),
        ({"code_departement": "971"}, "971"),
        ({"code_region": "1"}, "01"),
    ],
)
def test_codes_have_the_width_of_their_publication(read_bytes: ReadBytes, cells: dict[str, str], whole: str) -> None:
    """And nobody is told: it is how the file is published."""
    header = dict(titles(2024))
    lines: list[Any] = [list(header.values()), [(survey(2024)[0] | cells)[name] for name in header]]
    reading = read_bytes(as_csv(lines), expected=NEEDS)
    [name] = cells
    assert (convert(reading, NEEDS)[name].tolist(), reading.anomalies) == ([whole], ())
