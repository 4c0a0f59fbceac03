"""Which business key a refused row waits under in quarantine."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pyarrow as pa

from territoires.anomalies import Severity
from territoires.contracts import load_all
from territoires.delivery.hints import Hints
from territoires.delivery.refusals import refusals
from territoires.reading import Reading, Source
from territoires.validation.validate import Rule, Validation

COLUMNS = ("id_action", "code_commune", "type_action")
ACTIONS = replace(load_all()["pole_emploi/actions_recrutement"], primary_key=("id_action", "code_commune"))


def key_of(row: tuple[str, str, str], *found: tuple[str, str, Severity]) -> str | None:
    """The key of one row that rules (column, code, severity) find fault with."""
    frame = pd.DataFrame({name: pd.Series([cell], dtype="str") for name, cell in zip(COLUMNS, row, strict=True)})
    raw = pa.table({name: pa.array([cell], pa.string()) for name, cell in zip(COLUMNS, row, strict=True)})
    lines = pa.array([2], pa.int32())
    reading = Reading(raw, lines, {name: name for name in COLUMNS}, Source("csv", "utf-8", ";", None, 1))
    rules = tuple(Rule(column, code, severity, "", "", 1, 1) for column, code, severity in found)
    findings = pd.DataFrame({"position": np.zeros(len(rules), np.int64), "rule": np.arange(len(rules), dtype=np.int16)})
    validation = Validation(rules, findings, np.array([False]), {})
    [key] = refusals(reading, validation, Hints(frame, lines, ACTIONS, {"commune": None})).keys
    return key


ROW = ("PE-2019-00001", "01001", "bal")
WRONG_TYPE: tuple[str, str, Severity] = ("type_action", "liste", "error")


def test_a_row_waits_under_its_key_unless_a_rule_refuses_the_key_itself() -> None:
    assert key_of(ROW, WRONG_TYPE) == "PE-2019-00001|01001"
    assert key_of(ROW, WRONG_TYPE, ("id_action", "cle_unique", "error")) == "PE-2019-00001|01001"
    assert key_of(ROW, WRONG_TYPE, ("code_commune", "registre", "error")) is None


def test_a_warning_on_a_key_leaves_it_the_key() -> None:
    """A key whose lost zero was restored counted as wrong: its correction was not known by it."""
    assert key_of(ROW, WRONG_TYPE, ("code_commune", "zero_de_tete", "warning")) == "PE-2019-00001|01001"
