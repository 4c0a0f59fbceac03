"""From a suite's result to findings by row."""

from __future__ import annotations

import json

import great_expectations as gx
import great_expectations.expectations as gxe
import numpy as np
import pandas as pd
import pytest

from territoires.contracts import load_all
from territoires.registers.codes import Codes, Span
from territoires.validation.suite import compile_suite
from territoires.validation.validate import Examiner, validate


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


def test_a_cell_is_told_once_what_two_rules_of_its_column_find() -> None:
    """« 12 k€ » is not empty for a rule across columns, and a word without the form of a code is in no register."""
    frame = pd.DataFrame(
        {
            "montant": [np.nan, np.nan, 1.0],
            "montant__illisible": [True, False, False],
            "rome": ["Soudeur", "H2999", "H2903"],
        }
    )
    found = validate(
        frame,
        suite(
            gxe.ExpectColumnValuesToBeInSet(
                column="montant__illisible", value_set=[False], meta=meta("type", "montant")
            ),
            gxe.ExpectColumnValuesToNotBeNull(column="montant", meta=meta("decaisse_renseigne", "montant")),
            gxe.ExpectColumnValuesToMatchRegex(column="rome", regex="^[A-N][0-9]{4}$", meta=meta("motif", "rome")),
            gxe.ExpectColumnValuesToBeInSet(column="rome", value_set=["H2903"], meta=meta("registre", "rome")),
        ),
    )
    pairs = zip(found.findings["position"], found.findings["rule"], strict=True)
    told = [(row, found.rules[rule].code) for row, rule in pairs]
    assert told == [(0, "type"), (0, "motif"), (1, "decaisse_renseigne"), (1, "registre")]
    assert {rule.code: rule.failed for rule in found.rules}["registre"] == 1


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
    found = validate(frame, compile_suite(contract, {"territoire": Codes({"ti-0101"}, (Span("ti-0101"),))}))
    assert len(found.findings) == 0
    assert found.accepted.shape == (0,)
    assert len(found.rules) > 10
    terms = [one["expectation_config"]["kwargs"] for one in found.report["results"]]
    assert {"column": "id_ti", "codes": {"registre": "territoire", "codes": 1}} in terms  # told by its size
    assert "ti-0101" not in json.dumps(found.report)


def test_an_examiner_judges_any_number_of_frames_each_by_itself() -> None:
    examiner = Examiner(suite(gxe.ExpectColumnValuesToBeInSet(column="axe", value_set=["attirer"], meta=meta("liste"))))
    frames = [pd.DataFrame({"axe": values}) for values in (["attirer", "x"], ["x", "x", "attirer"], [])]
    found = [examiner.validate(frame) for frame in (*frames, frames[0])]
    assert [one.accepted.tolist() for one in found] == [[True, False], [False, False, True], [], [True, False]]
    assert found[0].report == found[-1].report
