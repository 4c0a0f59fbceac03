"""Runs a contract's suite over a typed frame and turns what Great Expectations found into findings by row.

One pass is enough. ``COMPLETE`` without named index columns gives the position of every unexpected row for the price
of a list (1 million rows, 13 expectations: 1.5 CPU s, and no more when every row fails); what costs a hundred times
more is naming index columns, which builds a dict for each row.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from territoires.anomalies import Severity

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from numpy.typing import NDArray

_RESULT_FORMAT = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
_VALUES = ("unexpected_list", "unexpected_index_list", "partial_unexpected_list", "partial_unexpected_counts")
"""Parts of a result that hold cells (which may be personal data) or a number for each row: kept out of reports."""

_SHOWN_VALUES = 200
"""A longer list of allowed values (a register) is told by its length in reports."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the suite and what it found: ``examined`` and ``failed`` count rows."""

    column: str
    code: str
    severity: Severity
    message: str
    remedy: str
    examined: int
    failed: int


@dataclass(frozen=True, slots=True)
class Validation:
    """What a suite says of a frame of n rows.

    Attributes:
        rules: every rule of the contract, in the suite's order.
        findings: one row for each (row, rule) that fails, sorted by row: ``position`` (int64, 0 to n-1) in the frame
            and ``rule`` (int16), the place of the rule in ``rules``.
        accepted: shape (n,), True where no rule of severity ``error`` fails.
        report: the result as Great Expectations gives it, JSON-ready, without any value of a cell.
    """

    rules: tuple[Rule, ...]
    findings: pd.DataFrame
    accepted: NDArray[np.bool_]
    report: dict[str, Any]

    @property
    def refused(self) -> int:
        """Number of rows that a rule of severity ``error`` refuses."""
        return int((~self.accepted).sum())


def validate(frame: pd.DataFrame, suite: ExpectationSuite) -> Validation:
    """Run *suite* (made by ``compile_suite``) over *frame* (made by ``reading.convert``, with a RangeIndex).

    Raises:
        RuntimeError: an expectation could not be evaluated; that is a defect of ours, never of the file.
    """
    results = _run(frame, suite)
    rules: list[Rule] = []
    positions: list[NDArray[np.int64]] = []
    for one in results:
        config = _config(one)
        if _raised(one):
            # Its text may quote cells: the type and the rule say enough to find the defect with the archived file.
            raise RuntimeError(f"{config.type} ({config.meta}) could not be evaluated")
        failing = np.asarray(one.result.get("unexpected_index_list") or [], dtype=np.int64)
        rules.append(_rule(config.meta or {}, len(frame), len(failing)))
        positions.append(failing)
    positions = _without_missing_twice(rules, positions)
    findings = _findings(positions)
    accepted = accepted_rows(rules, findings, len(frame))
    return Validation(tuple(rules), findings, accepted, _report(suite.name, results))


def accepted_rows(rules: Sequence[Rule], findings: pd.DataFrame, rows: int) -> NDArray[np.bool_]:
    """Tell of each of *rows* rows whether no rule of severity ``error`` fails; arguments as in ``Validation``."""
    accepted = np.ones(rows, dtype=np.bool_)
    errors = [index for index, rule in enumerate(rules) if rule.severity == "error"]
    accepted[findings.loc[findings["rule"].isin(errors), "position"].to_numpy()] = False
    return accepted


def _run(frame: pd.DataFrame, suite: ExpectationSuite) -> list[ExpectationValidationResult]:
    """Let Great Expectations' validator evaluate the suite over the frame.

    The engine is given the frame itself. A data source and its batch would first fingerprint every cell, which cost
    more than all the rules together (2.0 of 2.8 CPU s for 1 million rows).
    """
    # Importing Great Expectations takes seconds and logs hundreds of lines: only here, and quietly.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
    from great_expectations.validator.validator import Validator

    engine = PandasExecutionEngine(batch_data_dict={"lignes": frame})
    validator = Validator(execution_engine=engine)
    validator.metrics_calculator.show_progress_bars = False
    found: list[ExpectationValidationResult] = validator.graph_validate(
        configurations=[expectation.configuration for expectation in suite.expectations],
        runtime_configuration={"result_format": _RESULT_FORMAT},
    )
    return found


def _config(one: ExpectationValidationResult) -> ExpectationConfiguration:
    if one.expectation_config is None:
        raise RuntimeError("Great Expectations gave a result without its expectation")
    return one.expectation_config


def _raised(one: ExpectationValidationResult) -> bool:
    """Tell whether an expectation could not be evaluated; it would otherwise pass for one that found nothing.

    Great Expectations gives ``exception_info`` flat, or keyed by the metrics that failed.
    """
    info = one.exception_info or {}
    parts = [info, *(part for part in info.values() if isinstance(part, dict))]
    return any(part.get("raised_exception") for part in parts) or (not one.success and not one.result)


def _rule(meta: Mapping[str, Any], examined: int, failed: int) -> Rule:
    return Rule(
        column=meta["colonne"],
        code=meta["regle"],
        severity=meta["severite"],
        message=meta["message"],
        remedy=meta["remede"],
        examined=examined,
        failed=failed,
    )


def _without_missing_twice(rules: list[Rule], positions: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Drop « obligatoire » where the same cell is already said unreadable: it holds something, so it is not empty."""
    unreadable = {rule.column: positions[index] for index, rule in enumerate(rules) if rule.code == "type"}
    kept = []
    for index, rule in enumerate(rules):
        found = positions[index]
        if rule.code == "obligatoire" and rule.column in unreadable:
            found = np.setdiff1d(found, unreadable[rule.column])
            rules[index] = replace(rule, failed=len(found))
        kept.append(found)
    return kept


def _findings(positions: Iterable[NDArray[np.int64]]) -> pd.DataFrame:
    groups = list(positions)
    if not groups:
        return pd.DataFrame({"position": np.empty(0, np.int64), "rule": np.empty(0, np.int16)})
    rows = np.concatenate(groups)
    rules = np.repeat(np.arange(len(groups), dtype=np.int16), [len(group) for group in groups])
    order = np.lexsort((rules, rows))
    return pd.DataFrame({"position": rows[order], "rule": rules[order]})


def _report(suite: str, results: list[ExpectationValidationResult]) -> dict[str, Any]:
    for one in results:
        for part in _VALUES:
            one.result.pop(part, None)
        one.result.pop("partial_unexpected_index_list", None)
        kwargs = _config(one).kwargs
        kwargs.pop("batch_id", None)
        for name, value in kwargs.items():
            if isinstance(value, list | set | frozenset) and len(value) > _SHOWN_VALUES:
                kwargs[name] = f"{len(value)} valeurs"
    return {
        "suite_name": suite,
        "success": all(one.success for one in results),
        "results": [one.to_json_dict() for one in results],
    }
