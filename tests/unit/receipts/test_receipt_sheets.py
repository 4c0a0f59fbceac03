"""The files of refused rows: the operator's own cells come back exactly, ready to be corrected."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

from territoires.receipts import sheets
from territoires.receipts.convention import restore
from territoires.receipts.model import Reason, RefusedRow
from territoires.receipts.sheets import write_refused_csv, write_refused_xlsx
from tests.unit.receipts.making import HEADERS, HOSTILE, ROWS, SIREN, receipt, refused_row, spaced

OURS = ("motif", "correction_attendue", "ligne_d_origine")
TRICKY = ("=1+1", "'=1+1", "-12,5", "+33 6 12 34 56 78", 'dit "oui"; puis\r\nnon', " 007 ")


def read_csv(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream, delimiter=";"))


def sheet_of(path: Path) -> Worksheet:
    sheet = load_workbook(path).worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_the_csv_opens_in_excel_and_has_the_operators_columns_then_ours(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    write_refused_csv(receipt(), path)
    raw = path.read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n") == 5
    header, first, _, third, last = read_csv(path)
    assert header == [*HEADERS, *OURS]
    assert first[:6] == ["OP-12", "552100554", "friches", "1 250 000,00", "31/02/2026", ""]
    assert [spaced(text) for text in first[6:]] == [
        "Ligne 12 | date_engagement : Cette date n'existe pas : février a 28 jours.",
        "date_engagement : Écrivez 28/02/2026.",
        "livraison 42, ligne 12",
    ]
    assert spaced(third[7]) == "SIREN : Vérifiez ses neuf chiffres. | Montant engagé (€) : Écrivez 1250000,00."
    assert last[2] == "'=1+1"


def test_every_cell_of_the_csv_comes_back_as_the_operator_wrote_it(tmp_path: Path) -> None:
    row = RefusedRow(2, dict(zip(HEADERS, TRICKY, strict=True)), (SIREN,))
    path = tmp_path / "r.csv"
    write_refused_csv(receipt(refused=(row,)), path)
    cells = read_csv(path)[1][:6]
    assert tuple(restore(text) for text in cells) == TRICKY
    assert cells[:4] == ["'=1+1", "''=1+1", "-12,5", "+33 6 12 34 56 78"]


def test_the_layout_of_the_file_wins_over_the_order_of_the_cells(tmp_path: Path) -> None:
    """PostgreSQL's jsonb gives keys back shortest first: the operator would not know their file again."""
    path = tmp_path / "r.csv"
    write_refused_csv(receipt(layout=("b", "a", "c"), refused=(RefusedRow(2, {"a": "1", "b": "2"}, (SIREN,)),)), path)
    assert [row[:3] for row in read_csv(path)] == [["b", "a", "c"], ["2", "1", ""]]


def test_a_corrected_file_that_fails_again_does_not_grow_columns_again(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    wrong = Reason("a", "1", "type", "Ce n'est pas une date.", "Écrivez une date.")
    row = RefusedRow(2, {"a": "1", "motif": "vieux", "correction_attendue": "vieille"}, (wrong,))
    write_refused_csv(receipt(layout=("a", "Motif ", "correction_attendue", "Ligne_d_origine"), refused=(row,)), path)
    assert read_csv(path)[0] == ["a", *OURS]
    assert "vieux" not in path.read_text(encoding="utf-8-sig")


def test_a_line_that_could_not_be_cut_goes_back_whole(tmp_path: Path) -> None:
    row = RefusedRow(9, {}, (Reason(None, None, "cellules", "Trop de cellules.", "Retirez-en une."),), text="a;b;c;d")
    path = tmp_path / "r.csv"
    write_refused_csv(receipt(layout=("x", "y", "z"), refused=(row,)), path)
    assert read_csv(path)[1][:5] == ["a;b;c;d", "", "", "Ligne 9 | Trop de cellules.", "Retirez-en une."]


def test_a_row_blamed_as_a_whole_is_coloured_as_a_whole_and_explained_on_its_first_cell(tmp_path: Path) -> None:
    wrong = Reason(None, None, "ligne_trop_longue", "Trop de cellules.", "Remettez chaque valeur sous sa colonne.")
    row = RefusedRow(9, {"x": "a", "y": "b", "z": "c;d"}, (wrong,), text="a;b;c;d")
    path = tmp_path / "r.xlsx"
    write_refused_xlsx(receipt(layout=("x", "y", "z"), refused=(row,)), path)
    cells = sheet_of(path)[2][:3]
    assert [(cell.value, cell.fill.fgColor.rgb) for cell in cells] == [(text, "00FFE9E9") for text in ("a", "b", "c;d")]
    assert [cell.comment is not None for cell in cells] == [True, False, False]


def test_a_column_that_the_file_lacks_and_a_rule_asks_for_can_be_filled_in(tmp_path: Path) -> None:
    asked = Reason("date_fin", None, "fin_requise", "Une opération soldée a une date de fin.", "Écrivez-la.")
    row = RefusedRow(2, {"a": "1", "b": "solde"}, (asked,))
    write_refused_csv(receipt(layout=("a", "b"), refused=(row,)), tmp_path / "r.csv")
    write_refused_xlsx(receipt(layout=("a", "b"), refused=(row,)), tmp_path / "r.xlsx")
    assert read_csv(tmp_path / "r.csv")[0] == ["a", "b", "date_fin", *OURS]
    assert sheet_of(tmp_path / "r.xlsx")["C2"].comment is not None


def test_the_sheet_holds_text_alone_and_shows_the_bad_cells(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    write_refused_xlsx(receipt(), path)
    sheet = sheet_of(path)
    assert [cell.value for cell in sheet[1]] == [*HEADERS, *OURS]
    assert (sheet.max_row, sheet.freeze_panes, sheet.auto_filter.ref) == (5, "A2", "A1:I5")
    bad, sound = sheet["E2"], sheet["A2"]
    assert (bad.value, bad.fill.fgColor.rgb, bad.number_format) == ("31/02/2026", "00FFE9E9", "@")
    assert (bad.comment is not None, sound.comment, sound.fill.fill_type) == (True, None, None)
    assert bad.comment is not None
    assert spaced(bad.comment.text) == "Cette date n'existe pas : février a 28 jours.\nÉcrivez 28/02/2026."
    assert (sheet["C5"].value, sheet["C5"].data_type) == ("=1+1", "s")
    assert sheet["D4"].comment is not None, "an empty cell that is required is coloured and explained too"
    assert spaced(str(sheet["G2"].value)).startswith("Ligne 12\ndate_engagement : ")


def test_every_cell_of_the_sheet_comes_back_as_the_operator_wrote_it(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    texts = ("=1+1", "#N/A", "00012345600012", "2026-02-13", " 007 ", "12,5")
    write_refused_xlsx(receipt(refused=(RefusedRow(2, dict(zip(HEADERS, texts, strict=True)), (SIREN,)),)), path)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert tuple(rows[1][:6]) == texts


def test_a_warning_is_coloured_otherwise_than_an_error(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    flag = Reason("domaine", "friches", "rare", "Est-ce bien cela ?", "Vérifiez.", "warning")
    write_refused_xlsx(receipt(refused=(refused_row(2, SIREN, flag),)), path)
    sheet = sheet_of(path)
    assert (sheet["B2"].fill.fgColor.rgb, sheet["C2"].fill.fgColor.rgb) == ("00FFE9E9", "00FFE9E6")


def test_hostile_cells_fit_in_a_sheet(tmp_path: Path) -> None:
    path = tmp_path / "r.xlsx"
    row = RefusedRow(2, {HOSTILE: HOSTILE, "long": "x" * 40_000}, (Reason(HOSTILE, HOSTILE, "t", HOSTILE, HOSTILE),))
    write_refused_xlsx(receipt(layout=(HOSTILE, "long"), refused=(row,)), path)
    first, second = (str(cell.value) for cell in sheet_of(path)[2][:2])
    assert "⟨U+0000⟩⟨U+001B⟩[31m" in first
    assert second.endswith("(cellule coupée : sa valeur entière est dans le fichier CSV)")
    assert len(second) == 32_767


def test_comments_stop_at_their_limit_and_colours_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "XLSX_COMMENTS", 2)
    path = tmp_path / "r.xlsx"
    write_refused_xlsx(receipt(), path)
    sheet = sheet_of(path)
    assert [cell.coordinate for row in sheet for cell in row if cell.comment] == ["E2", "B3"]
    assert sheet["B5"].fill.fgColor.rgb == "00FFE9E9"


def test_too_many_rows_for_a_sheet_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "XLSX_ROWS", len(ROWS) - 1)
    with pytest.raises(ValueError, match="use the CSV"):
        write_refused_xlsx(receipt(), tmp_path / "r.xlsx")


def test_a_refused_row_says_why() -> None:
    with pytest.raises(ValueError, match="no reason"):
        RefusedRow(2, {}, ())
