"""Our export is a Table Schema that the standard's own library accepts and judges our template by."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from frictionless import Dialect, Resource, Schema, formats, system

from territoires.contracts import Contract, load_all, load_contract
from territoires.contracts.table_schema import table_schema
from territoires.contracts.template import write_csv
from tests.unit.contracts.samples import changed, sample, write


def judge(contract: Contract, path: Path) -> list[Any]:
    schema = Schema.from_descriptor(json.loads(json.dumps(table_schema(contract))))
    dialect = Dialect(controls=[formats.CsvControl(delimiter=";")])
    with system.use_context(trusted=True):
        report = Resource(path=str(path), schema=schema, dialect=dialect, encoding="utf-8-sig").validate()
    found: list[Any] = report.flatten(["fieldName", "type"])
    return found


@pytest.mark.parametrize("contract", load_all().values(), ids=lambda contract: contract.name)
def test_frictionless_accepts_the_schema_and_the_template(contract: Contract, tmp_path: Path) -> None:
    path = tmp_path / "modele.csv"
    write_csv(contract, path)
    assert judge(contract, path) == []


def test_frictionless_finds_by_our_schema_what_we_would_refuse(tmp_path: Path) -> None:
    contract = sample(tmp_path)
    path = tmp_path / "faux.csv"
    write_csv(contract, path)
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    wrong = ["P-1", "", "se", "123", "1000000,01", "12,5", "21/11/2018", "", "peut-être", "x" * 21]
    path.write_text("\n".join([rows[0], ";".join(wrong)]), encoding="utf-8-sig")
    assert {tuple(found) for found in judge(contract, path)} == {
        ("id_projet", "constraint-error"),
        ("id_ti", "constraint-error"),
        ("pays", "constraint-error"),
        ("siret", "constraint-error"),
        ("montant_eur", "constraint-error"),
        ("emplois", "type-error"),
        ("debut", "type-error"),
        ("pilote", "type-error"),
        ("note", "constraint-error"),
    }


def test_what_only_warns_is_no_constraint(tmp_path: Path) -> None:
    text = changed("example: no", "example: no\n    regles: {liste: {severite: warning}}")
    fields = {column["name"]: column for column in table_schema(load_contract(write(tmp_path, text)))["fields"]}
    assert "constraints" not in fields["pays"]
    assert fields["montant_eur"]["constraints"] == {"minimum": 0, "maximum": 1000000}


def test_dates_and_keys_are_written_as_the_standard_wants(tmp_path: Path) -> None:
    schema = table_schema(sample(tmp_path))
    fields = {column["name"]: column for column in schema["fields"]}
    assert fields["debut"]["constraints"] == {"required": True, "minimum": "2018-11-22"}
    assert fields["montant_eur"]["decimalChar"] == ","
    assert schema["primaryKey"] == ["id_projet"]
    assert "alias" not in fields["id_projet"]
