"""From a suite's result to findings by row."""

from __future__ import annotations

import json

import great_expectations as gx
import great_expectations.expectations as gxe
import numpy as np
import pandas as pd
import pytest

from territoires.contracts import load_all
from territoires.validation.suite import compile_suite
from territoires.validation.validate import validate


def meta(rule: str, column: str = "axe", severity: str = "error") -> dict[str, str]:
    return {"regle": rule, "colonne": column, "message": "« {valeur} »", "remede": "…", "severite": severity}


def suite(*expectations: gxe.Expectation) -> gx.ExpectationSuite:
    return gx.ExpectationSuite(name="essai", expectations=list(expectations))


def test_findings_are_by_row_and_warnings_refuse_nothing() -> None:
    frame = pd.DataFrame({"axe": ["attirer", "x", None, "y"], "montant": [1.0, 99.0, 2.0, 3.0]})
    found = validate(
        frame,
        suite(
            gxe.ExpectColumnValuesToBeInSet(column="axe", value_set=["attirer"], meta=meta("liste")),
            gxe.ExpectColumnValuesToNotBeNull(column="axe", meta=meta("obligatoire")),
            gxe.ExpectColumnValuesToBeBetween(
                column="montant", max_value=50, severity="warning", meta=meta("eleve", "montant", "warning")
            ),
        ),
    )
    by_code = {rule.code: index for index, rule in enumerate(found.rules)}
    pairs = set(zip(found.findings["position"], found.findings["rule"], strict=True))
    assert pairs == {(1, by_code["liste"]), (3, by_code["liste"]), (2, by_code["obligatoire"]), (1, by_code["eleve"])}
    assert list(found.findings["position"]) == sorted(found.findings["position"])
    assert found.accepted.tolist() == [True, False, False, False]
    assert found.refused == 3
    assert {rule.code: rule.failed for rule in found.rules} == {"liste": 2, "obligatoire": 1, "eleve": 1}


def test_an_unreadable_cell_is_not_also_said_empty() -> None:
    frame = pd.DataFrame({"montant": [np.nan, np.nan, 1.0], "montant__illisible": [True, False, False]})
    found = validate(
        frame,
        suite(
            gxe.ExpectColumnValuesToNotBeNull(column="montant", meta=meta("obligatoire", "montant")),
            gxe.ExpectColumnValuesToBeInSet(
                column="montant__illisible", value_set=[False], meta=meta("type", "montant")
            ),
        ),
    )
    by_code = {index: rule.code for index, rule in enumerate(found.rules)}
    told = [(row, by_code[rule]) for row, rule in zip(found.findings["position"], found.findings["rule"], strict=True)]
    assert told == [(0, "type"), (1, "obligatoire")]


def test_an_expectation_that_cannot_be_evaluated_is_never_taken_for_one_that_passed() -> None:
    """Great Expectations keys ``exception_info`` by metric: a rule that crashed once counted as 0 failures."""
    frame = pd.DataFrame({"axe": ["attirer"]})
    broken = suite(gxe.ExpectColumnValuesToBeBetween(column="absente", max_value=1, meta=meta("maximum")))
    with pytest.raises(RuntimeError, match="could not be evaluated"):
        validate(frame, broken)


def test_the_report_is_json_and_holds_no_cell() -> None:
    frame = pd.DataFrame({"axe": ["dupont@demo.example", "attirer"]})
    found = validate(
        frame, suite(gxe.ExpectColumnValuesToBeInSet(column="axe", value_set=["attirer"], meta=meta("liste")))
    )
    text = json.dumps(found.report)
    assert "dupont" not in text
    assert json.loads(text)["results"][0]["result"]["unexpected_count"] == 1


def test_an_empty_frame_has_no_findings() -> None:
    contract = load_all()["programme/contrats"]
    columns = {column.name: pd.Series([], dtype="str") for column in contract.fields if column.type == "string"}
    columns |= {
        column.name: pd.Series([], dtype="datetime64[s]") for column in contract.fields if column.type == "date"
    }
    columns |= {column.name: pd.Series([], dtype="boolean") for column in contract.fields if column.type == "boolean"}
    frame = pd.DataFrame(columns)
    for name in contract.headers:
        frame[f"{name}__illisible"] = pd.Series([], dtype=bool)
        frame[f"{name}__formule"] = pd.Series([], dtype=bool)
    found = validate(frame, compile_suite(contract, {"territoire": ["ti-0101"]}))
    assert len(found.findings) == 0
    assert found.accepted.shape == (0,)
    assert len(found.rules) > 10
