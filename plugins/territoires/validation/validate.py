"""Runs a contract's suite over a typed frame and turns what Great Expectations found into findings by row.

One pass is enough. ``COMPLETE`` without named index columns gives the position of every unexpected row for the price
of a list (1 million rows, 13 expectations: 1.5 CPU s, and no more when every row fails); what costs a hundred times
more is naming index columns, which builds a dict for each row.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from territoires.anomalies import Severity

if TYPE_CHECKING:
    from great_expectations import ExpectationSuite
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
    from numpy.typing import NDArray

_BATCH = "lignes"
_RESULT_FORMAT = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
_VALUES = ("unexpected_list", "unexpected_index_list", "partial_unexpected_list", "partial_unexpected_counts")
"""Parts of a result that hold cells (which may be personal data) or a number for each row: kept out of reports."""

OF_REGISTER: Final = frozenset({"registre", "registre_a_la_date"})
"""Codes of the rules that look a code up."""


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


class Examiner:
    """A suite made ready to run over any number of frames of its contract.

    What depends on another metric stands in a graph that says nothing of the rows: making it takes Great Expectations
    twice as long as to run a small file through it, so that it is made once and kept.
    """

    def __init__(self, suite: ExpectationSuite) -> None:
        """Prepare *suite*, made by ``compile_suite``."""
        # Importing Great Expectations takes seconds and logs hundreds of lines: only here, and quietly.
        logging.getLogger("great_expectations").setLevel(logging.WARNING)
        from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
        from great_expectations.validator.metrics_calculator import MetricsCalculator
        from great_expectations.validator.validation_graph import ValidationGraph

        self._suite = suite.name
        self._engine = PandasExecutionEngine()
        self._expectations = [_of_batch(expectation) for expectation in suite.expectations]
        calculator = MetricsCalculator(self._engine, show_progress_bars=False)
        self._graph = ValidationGraph(self._engine)
        for expectation in self._expectations:
            needed = expectation.get_validation_dependencies(self._engine, _runtime())
            metrics = needed.get_metric_configurations()
            for edge in calculator.build_metric_dependency_graph(metrics, _runtime()).edges:
                self._graph.add(edge)

    def validate(self, frame: pd.DataFrame) -> Validation:
        """Run the suite over *frame* (made by ``reading.convert``, with a RangeIndex).

        The engine is given the frame itself. A data source and its batch would first fingerprint every cell, which
        cost more than all the rules together (2.0 of 2.8 CPU s for 1 million rows).

        Raises:
            RuntimeError: an expectation could not be evaluated; that is a defect of ours, never of the file.
        """
        self._engine.load_batch_data(_BATCH, frame)
        metrics, failed = self._graph.resolve(_runtime(), show_progress_bars=False)
        if failed:
            # Its text may quote cells: the metric's name says enough to find the defect with the archived file.
            raise RuntimeError(f"{sorted({metric[0] for metric in failed})} could not be evaluated")
        results = [
            expectation.metrics_validate(metrics, _runtime(), self._engine) for expectation in self._expectations
        ]
        return _validation(self._suite, results, len(frame))


def validate(frame: pd.DataFrame, suite: ExpectationSuite) -> Validation:
    """Run *suite* over one frame: see ``Examiner``."""
    return Examiner(suite).validate(frame)


def _validation(suite: str, results: list[ExpectationValidationResult], rows: int) -> Validation:
    rules: list[Rule] = []
    positions: list[NDArray[np.int64]] = []
    for one in results:
        config = _config(one)
        if _raised(one):
            raise RuntimeError(f"{config.type} ({config.meta}) could not be evaluated")
        failing = np.asarray(one.result.get("unexpected_index_list") or [], dtype=np.int64)
        rules.append(_rule(config.meta or {}, rows, len(failing)))
        positions.append(failing)
    positions = _told_once(rules, positions)
    findings = _findings(positions)
    accepted = accepted_rows(rules, findings, rows)
    return Validation(tuple(rules), findings, accepted, _report(suite, results))


def accepted_rows(rules: Sequence[Rule], findings: pd.DataFrame, rows: int) -> NDArray[np.bool_]:
    """Tell of each of *rows* rows whether no rule of severity ``error`` fails; arguments as in ``Validation``."""
    accepted = np.ones(rows, dtype=np.bool_)
    errors = [index for index, rule in enumerate(rules) if rule.severity == "error"]
    accepted[findings.loc[findings["rule"].isin(errors), "position"].to_numpy()] = False
    return accepted


def _of_batch(expectation: Expectation) -> Expectation:
    """Return the expectation as one on our only batch: what tells one metric from another holds the batch's name."""
    configuration = deepcopy(expectation.configuration)
    configuration.kwargs["batch_id"] = _BATCH
    return configuration.to_domain_obj()


def _runtime() -> dict[str, Any]:
    """Return how a suite is run, anew each time: Great Expectations writes into what it is given."""
    return {"result_format": dict(_RESULT_FORMAT)}


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


def _told_once(rules: list[Rule], positions: list[NDArray[np.int64]]) -> list[NDArray[np.int64]]:
    """Drop what a rule finds in a cell only because another one of its column already does.

    A cell that could not be read is no empty one, whichever rule wants it filled; a code without the form of one is in
    no register.
    """
    found = {(rule.column, rule.code): positions[index] for index, rule in enumerate(rules) if rule.severity == "error"}
    kept = []
    for index, rule in enumerate(rules):
        said_by = "motif" if rule.code in OF_REGISTER else "type"
        said = found.get((rule.column, said_by))
        left = positions[index] if said is None or rule.code == said_by else np.setdiff1d(positions[index], said)
        rules[index] = replace(rule, failed=len(left))
        kept.append(left)
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
    told: list[Any] = [one.to_json_dict() for one in results]
    for one in told:
        del one["expectation_config"]["kwargs"]["batch_id"]
    return {"suite_name": suite, "success": all(one.success for one in results), "results": told}
