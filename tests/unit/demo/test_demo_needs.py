"""The made surveys of recruitment needs: the published form, and arithmetic that holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from demo import Demo, expected_figures
from demo.model import Row

DELIVERY = "pole_emploi/besoins_main_oeuvre"


@pytest.fixture(scope="module", params=["dropped", "fetched"])
def survey(demo: Demo, request: pytest.FixtureRequest) -> tuple[Path, tuple[Row, ...]]:
    if request.param == "fetched":
        return demo.needs.path, demo.ledger.fetched[DELIVERY]
    [file] = (file for file in demo.files if file.kind == "etoiles")
    return file.path, demo.ledger.current[DELIVERY]


def sheets(path: Path) -> list[tuple[str, list[tuple[Any, ...]]]]:
    book = openpyxl.load_workbook(path, read_only=True)
    found = [(page.title, list(page.iter_rows(values_only=True))) for page in book.worksheets]
    book.close()
    return found


def test_the_data_come_after_a_sheet_that_describes_them(survey: tuple[Path, tuple[Row, ...]]) -> None:
    path, rows = survey
    year = rows[0]["annee"]
    (first, described), (second, table) = sheets(path)
    assert (first, second) == ("Description des variables", f"BMO_{year}_open_data")
    assert described[5][1:] == ("Variables ", "Description ")
    assert len(table) == len(rows) + 1


def test_cells_are_as_published(survey: tuple[Path, tuple[Row, ...]]) -> None:
    """Counts are text with stars, codes of areas are numbers that lost their leading zero."""
    path, rows = survey
    (header, *table) = sheets(path)[1][1]
    places = {str(name).strip().rstrip("0123456789"): rank for rank, name in enumerate(header)}
    assert {places[name] for name in ("met", "xmet", "smet")} == {11, 12, 13}
    for row, line in zip(rows, table, strict=True):
        shown = [line[places[name]] for name in ("met", "xmet", "smet")]
        known = [row[name] for name in ("projets", "projets_difficiles", "projets_saisonniers")]
        assert shown == ["*" if number is None else str(number) for number in known]
        assert f"{line[places['BE']]:04d}" == row["code_bassin"]
    assert any(line[places["BE"]] < 1_000 for line in table)


def test_numbers_below_five_and_all_that_goes_with_them_are_suppressed(survey: tuple[Path, tuple[Row, ...]]) -> None:
    _, rows = survey
    for row in rows:
        parts = (row["projets_difficiles"], row["projets_saisonniers"])
        if row["projets"] is None:
            assert parts == (None, None)
            continue
        assert all(part is None or 5 <= part <= row["projets"] for part in parts)  # type: ignore[operator]
        assert row["projets"] >= 5  # type: ignore[operator]
    assert 0 < sum(row["projets"] is None for row in rows) < len(rows) / 4


def test_the_department_belongs_to_the_key(survey: tuple[Path, tuple[Row, ...]]) -> None:
    _, rows = survey
    whole = {(row["annee"], row["code_bassin"], row["code_departement"], row["code_metier"]) for row in rows}
    assert len(whole) == len(rows) > len({(row["code_bassin"], row["code_metier"]) for row in rows})


def test_the_figures_count_both_years_and_how_much_is_unknown(demo: Demo) -> None:
    figures = expected_figures(demo)
    rows = {2019: demo.ledger.current[DELIVERY], 2020: demo.ledger.fetched[DELIVERY]}
    for year, lines in rows.items():
        assert figures["projets_par_annee"][year] == sum(int(str(row["projets"] or 0)) for row in lines)
        assert figures["projets_inconnus_par_annee"][year] == sum(row["projets"] is None for row in lines)
    assert all(80_000 < total < 120_000 for total in figures["projets_par_annee"].values())
