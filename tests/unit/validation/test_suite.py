"""The suite of a contract judges a frame as the contract says, in one expectation for each rule."""

from __future__ import annotations

import logging
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.validator.validator import Validator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territoires.contracts import Contract, Field, load_all, texts
from territoires.contracts.cells import broken_rules, parse
from territoires.contracts.template import write_csv, write_xlsx
from territoires.reading import convert, has_formula_companion, read
from territoires.validation.suite import compile_suite

ALL = load_all()
INVESTMENTS = ALL["banque_des_territoires/investissements"]
CONTACTS = ALL["banque_des_territoires/referents"]
CONTRACTS = ALL["programme/contrats"]
REGISTERS = {"territoire": ["ti-0101", "ti-4413"]}
FORMAT = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
_DTYPES = {"number": "float64", "integer": "Int64", "date": "datetime64[s]", "boolean": "boolean"}


def frame_of(contract: Contract, rows: list[dict[str, str]]) -> pd.DataFrame:
    """Rows of text in the form of our templates, as ``reading.convert`` types them."""
    columns: dict[str, Any] = {}
    for column in contract.fields:
        cells = [row.get(column.name, "") for row in rows]
        values = [parse(column, cell) if cell else None for cell in cells]
        if column.type == "string":
            found = pa.chunked_array([pa.array(values, type=pa.string())])
            columns[column.name] = pd.StringDtype(na_value=np.nan).__from_arrow__(found)
            if column.free_text:
                columns[f"{column.name}__formule"] = [cell.startswith("=") for cell in cells]
            continue
        plain = [float(value) if isinstance(value, Decimal) else value for value in values]
        plain = [value.isoformat() if isinstance(value, date) else value for value in plain]
        columns[column.name] = pd.array(plain, dtype=_DTYPES[column.type])
        columns[f"{column.name}__illisible"] = [bool(c) and v is None for c, v in zip(cells, values, strict=True)]
    return pd.DataFrame(columns)


def judge(contract: Contract, frame: pd.DataFrame) -> dict[tuple[str, str], list[int]]:
    """Positions at fault, by column and rule."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    suite = compile_suite(contract, REGISTERS)
    validator = Validator(execution_engine=PandasExecutionEngine(batch_data_dict={"lignes": frame}))
    results = validator.graph_validate(
        configurations=[expectation.configuration for expectation in suite.expectations],
        runtime_configuration={"result_format": FORMAT},
    )
    assert len(results) == len(suite.expectations)
    found = {}
    for result in results:
        # A metric that fails is told by its id, not under raised_exception: an empty answer would pass for "no fault".
        assert result.exception_info["raised_exception"] is False, result.exception_info
        meta = result.expectation_config.meta
        found[meta["colonne"], meta["regle"]] = result.result["unexpected_index_list"]
    return found


def good(contract: Contract) -> dict[str, str]:
    return {column.name: column.example for column in contract.fields}


def faults(contract: Contract, rows: list[dict[str, str]]) -> dict[tuple[str, str], list[int]]:
    return {rule: lines for rule, lines in judge(contract, frame_of(contract, rows)).items() if lines}


@pytest.mark.parametrize("contract", ALL.values(), ids=lambda contract: contract.name)
def test_the_template_of_each_contract_is_accepted_as_read(contract: Contract, tmp_path: Path) -> None:
    for name, write in (("modele.csv", write_csv), ("modele.xlsx", write_xlsx)):
        write(contract, tmp_path / name)
        reading = read(tmp_path / name, name, contract)
        assert reading.raw.num_rows == 1
        found = judge(contract, convert(reading, contract))
        assert {rule: lines for rule, lines in found.items() if lines} == {}


@pytest.mark.parametrize("contract", ALL.values(), ids=lambda contract: contract.name)
def test_every_rule_has_one_expectation_and_says_its_words(contract: Contract) -> None:
    suite = compile_suite(contract, REGISTERS)
    rules = [(expectation.meta["colonne"], expectation.meta["regle"]) for expectation in suite.expectations]
    expected = {
        (column.name, code)
        for column in contract.fields
        for code in texts.codes_of(column, texts.register_of(contract.foreign_keys, column.name))
    }
    expected.add((contract.primary_key[0], "cle_unique"))
    expected |= {(getattr(rule, "column", None) or rule.left, rule.code) for rule in contract.rules}
    assert len(rules) == len(set(rules))
    assert set(rules) == expected
    for expectation in suite.expectations:
        meta = expectation.meta
        assert set(meta) == {"regle", "colonne", "message", "remede", "severite"}
        assert expectation.severity == {"error": "critical", "warning": "warning"}[meta["severite"]]
        assert "{attendu}" not in meta["message"] + meta["remede"]


def test_the_suite_survives_being_kept_as_json() -> None:
    suite = compile_suite(INVESTMENTS, REGISTERS)
    kept = [expectation.configuration.to_json_dict() for expectation in suite.expectations]
    dates = [one["kwargs"] for one in kept if one["kwargs"].get("column") == "date_engagement"]
    assert {"column": "date_engagement", "minimum": "2018-11-22"} in dates


CASES: list[tuple[Contract, dict[str, str], set[tuple[str, str]]]] = [
    (INVESTMENTS, {"id_operation": ""}, {("id_operation", "obligatoire")}),
    (INVESTMENTS, {"id_operation": "BDT-20-1"}, {("id_operation", "motif")}),
    (INVESTMENTS, {"id_ti": "ti-9999"}, {("id_ti", "registre")}),
    (INVESTMENTS, {"id_ti": "TI-4413"}, {("id_ti", "motif"), ("id_ti", "registre")}),
    (INVESTMENTS, {"siren_beneficiaire": "245400602"}, {("siren_beneficiaire", "siren")}),
    (INVESTMENTS, {"siren_beneficiaire": ""}, set()),
    (INVESTMENTS, {"libelle": "é" * 201}, {("libelle", "longueur")}),
    (INVESTMENTS, {"libelle": "=SOMME(A1)"}, {("libelle", "formule")}),
    (INVESTMENTS, {"axe": "Attirer"}, {("axe", "liste")}),
    (INVESTMENTS, {"montant_engage_eur": "60000000"}, {("montant_engage_eur", "maximum_alerte")}),
    (
        INVESTMENTS,
        {"montant_engage_eur": "-1", "montant_decaisse_eur": "0"},
        {("montant_engage_eur", "minimum"), ("montant_decaisse_eur", "decaisse_dans_engage")},
    ),
    (INVESTMENTS, {"date_engagement": "2018-11-21"}, {("date_engagement", "minimum")}),
    (INVESTMENTS, {"date_fin_prevue": "2020-02-12"}, {("date_fin_prevue", "fin_apres_engagement")}),
    (INVESTMENTS, {"date_fin_prevue": "2020-02-13"}, set()),
    (INVESTMENTS, {"montant_decaisse_eur": "1250000,01"}, {("montant_decaisse_eur", "decaisse_dans_engage")}),
    (INVESTMENTS, {"montant_decaisse_eur": ""}, {("montant_decaisse_eur", "decaisse_renseigne")}),
    (INVESTMENTS, {"montant_decaisse_eur": "", "statut": "engage"}, set()),
    (INVESTMENTS, {"date_fin_prevue": "demain"}, {("date_fin_prevue", "type")}),
    (INVESTMENTS, {"date_engagement": "hier"}, {("date_engagement", "type"), ("date_engagement", "obligatoire")}),
    (CONTACTS, {"email_professionnel": "camille.exemple"}, {("email_professionnel", "motif")}),
    (CONTACTS, {"telephone_professionnel": "383000000"}, {("telephone_professionnel", "motif")}),
    (CONTACTS, {"telephone_professionnel": ""}, set()),
    (CONTACTS, {"date_fin": "2019-03-04"}, {("date_fin", "fin_apres_debut")}),
    (CONTRACTS, {"pilote": "peut-être"}, {("pilote", "type"), ("pilote", "obligatoire")}),
    (CONTRACTS, {"date_signature": "2019-03-20"}, {("date_signature", "signature_apres_protocole")}),
    (CONTRACTS, {"date_signature": "", "statut": "avenant"}, {("date_signature", "signature_datee")}),
    (CONTRACTS, {"date_signature": "", "statut": "projet"}, set()),
    (CONTRACTS, {"date_protocole": "", "statut": "protocole"}, {("date_protocole", "protocole_date")}),
]


@pytest.mark.parametrize(("contract", "change", "broken"), CASES, ids=lambda case: str(case)[:60])
def test_each_rule_refuses_the_row_that_breaks_it_and_no_other(
    contract: Contract, change: dict[str, str], broken: set[tuple[str, str]]
) -> None:
    first = good(contract)
    other_key = {"id_operation": "BDT-2020-00043", "id_contrat": "CTR-2019-0018", "date_debut": "2019-03-06"}
    second = first | other_key | change
    assert faults(contract, [first, second]) == {rule: [1] for rule in broken}


def test_both_rows_of_a_key_that_stands_twice_are_at_fault() -> None:
    row = good(INVESTMENTS)
    other = row | {"id_operation": "BDT-2020-00043"}
    assert faults(INVESTMENTS, [row, other, row]) == {("id_operation", "cle_unique"): [0, 2]}


def test_a_key_of_two_columns_is_one_key() -> None:
    row = good(CONTACTS)
    later = row | {"date_debut": "2019-03-06"}
    assert faults(CONTACTS, [row, later]) == {}
    assert faults(CONTACTS, [row, later, later]) == {("id_ti", "cle_unique"): [1, 2]}


def test_an_empty_file_breaks_no_rule() -> None:
    assert faults(INVESTMENTS, []) == {}


def test_a_register_that_is_not_given_is_an_error_and_not_an_accepted_column() -> None:
    with pytest.raises(LookupError, match="territoire"):
        compile_suite(INVESTMENTS, {})


def test_reading_marks_formulas_where_the_contract_judges_them() -> None:
    """``convert`` adds ``__formule`` by its own predicate: were it another, the suite would name a missing column."""
    for contract in ALL.values():
        for column in contract.fields:
            assert has_formula_companion(column) == ("formule" in column.rules)


def cells(column: Field) -> st.SearchStrategy[str]:
    own = [
        column.example,
        *column.enum,
        "",
        "x",
        "0",
        "-1",
        "600000000",
        "60000000",
        "2018-11-21",
        "2031-01-01",
        "é" * 300,
    ]
    return st.sampled_from(own)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_suite_agrees_with_plain_python_cell_by_cell(data: st.DataObject) -> None:
    contract = data.draw(st.sampled_from(list(ALL.values())))
    row = st.fixed_dictionaries({column.name: cells(column) for column in contract.fields})
    rows = data.draw(st.lists(row, min_size=1, max_size=4))
    found = judge(contract, frame_of(contract, rows))
    for column in contract.fields:
        for position, cell in enumerate(values[column.name] for values in rows):
            expected = set(broken_rules(column, cell))
            if "type" in expected and column.required:
                expected.add("obligatoire")
            codes = set(texts.codes_of(column)) - {"formule"}
            assert {code for code in codes if position in found[column.name, code]} == expected
