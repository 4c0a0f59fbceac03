"""The template that an operator fills in."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from territoires.contracts import load_all
from territoires.contracts.template import GUIDE, publish_templates, write_csv, write_xlsx
from tests.unit.contracts.samples import sample


def test_the_workbook_has_headers_and_one_typed_example(tmp_path: Path) -> None:
    contract = sample(tmp_path)
    write_xlsx(contract, tmp_path / "modele.xlsx")
    sheet = load_workbook(tmp_path / "modele.xlsx").worksheets[0]
    assert tuple(cell.value for cell in sheet[1]) == contract.headers
    example = {header.value: cell.value for header, cell in zip(sheet[1], sheet[2], strict=True)}
    assert example["siret"] == "35600000000048"
    assert example["montant_eur"] == pytest.approx(1250.5)
    assert example["emplois"] == 12
    assert example["debut"] == datetime(2019, 3, 5)  # noqa: DTZ001 - a spreadsheet's dates have no time zone
    assert example["pilote"] == "oui"
    assert sheet.max_row == 2
    assert sheet.freeze_panes == "A2"
    assert all(cell.font.bold for cell in sheet[1])


def test_zeros_survive_because_text_columns_are_text_down_to_the_last_row(tmp_path: Path) -> None:
    """Excel turns a SIREN that begins with 0 into a number unless the whole column, not the first row, is text."""
    contract = sample(tmp_path)
    write_xlsx(contract, tmp_path / "modele.xlsx")
    sheet = load_workbook(tmp_path / "modele.xlsx").worksheets[0]
    formats = {header.value: sheet.column_dimensions[header.column_letter].number_format for header in sheet[1]}
    assert formats["siret"] == formats["id_projet"] == formats["note"] == "@"
    assert formats["montant_eur"] == "#,##0.00"
    assert formats["emplois"] == "0"
    assert formats["debut"] == "dd/mm/yyyy"


def test_lists_are_offered_on_every_row(tmp_path: Path) -> None:
    contract = sample(tmp_path)
    write_xlsx(contract, tmp_path / "modele.xlsx")
    book = load_workbook(tmp_path / "modele.xlsx")
    offered = {}
    for validation in book.worksheets[0].data_validations.dataValidation:
        sheet, _, cells = validation.formula1.partition("!")
        values = [row[0].value for row in book[sheet.strip("'")][cells.replace("$", "")]]
        assert str(validation.sqref).endswith("1048576")
        offered[book.worksheets[0][f"{str(validation.sqref)[0]}1"].value] = values
    assert offered == {"pays": ["fr", "no"], "pilote": ["oui", "non"]}


def test_the_guide_explains_each_column(tmp_path: Path) -> None:
    contract = sample(tmp_path)
    write_xlsx(contract, tmp_path / "modele.xlsx")
    book = load_workbook(tmp_path / "modele.xlsx")
    assert book.sheetnames[:2] == ["projets", GUIDE]
    assert book["Listes"].sheet_state == "hidden"
    rows = {row[0]: row for row in book[GUIDE].iter_rows(min_row=7, values_only=True)}
    assert set(rows) == set(contract.headers)
    assert rows["pays"][2:5] == ("non", "texte", "une valeur parmi : fr, no")
    assert rows["montant_eur"][3] == "nombre (2 décimales au plus)"
    assert "Lignes" not in rows["note"]
    note = book.worksheets[0]["A1"].comment
    assert note is not None
    assert "Identifiant du projet (obligatoire)" in note.text


def test_the_csv_opens_in_french_excel(tmp_path: Path) -> None:
    contract = sample(tmp_path)
    write_csv(contract, tmp_path / "modele.csv")
    raw = (tmp_path / "modele.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfid_projet;id_ti;")
    assert raw.endswith("P-001;ti-4413;no;35600000000048;1250,50;12;2019-03-05;2020-03-05;oui;Rien à dire\r\n".encode())
    assert raw.count(b"\r\n") == raw.count(b"\n") == 2


def test_templates_are_published_beside_each_operator_s_receipts(tmp_path: Path) -> None:
    contracts = load_all().values()
    first = publish_templates(contracts, tmp_path)
    assert first == publish_templates(contracts, tmp_path)
    assert tmp_path / "programme" / "modeles" / "modele_contrats.xlsx" in first
    assert len(first) == 2 * len(contracts)
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == list(first)


def test_a_template_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contract = sample(tmp_path)
    path = tmp_path / "modele.csv"
    path.write_text("ancien", encoding="utf-8")
    monkeypatch.setattr("csv.writer", lambda *_, **__: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        write_csv(contract, path)
    assert path.read_text(encoding="utf-8") == "ancien"
    assert [found.name for found in tmp_path.iterdir() if found.is_file()] == ["modele.csv"]
