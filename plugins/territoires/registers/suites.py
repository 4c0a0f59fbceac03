"""Great Expectations suites of the registers, and their run. An error refuses the register, a warning is told."""

from __future__ import annotations

import importlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from territoires.anomalies import Severity
from territoires.registers.parsed import Parsed
from territoires.registers.rules.words import count

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation import Expectation

_RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": 3, "return_unexpected_index_query": False}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rule and what it found; ``examples`` are a few of the values at fault (registers hold no personal data)."""

    table: str
    column: str
    rule: str
    severity: Severity
    message: str
    examined: int
    failed: int
    examples: tuple[str, ...]

    @property
    def text(self) -> str:
        """The breach in one French sentence."""
        examples = f" ({', '.join(self.examples)})" if self.examples else ""
        return f"{self.table}.{self.column} : {self.message}, {self.failed} en défaut{examples}"

    def record(self) -> dict[str, Any]:
        """The outcome as JSON-ready values."""
        return asdict(self)


def check(parsed: Parsed, bounds: tuple[int, int], previous_rows: int | None) -> list[Outcome]:
    """Run the suite of each table of *parsed*; return every rule's outcome.

    *bounds* are the fewest and most plausible records, *previous_rows* the records of the last version in use.

    Raises:
        RuntimeError: an expectation could not be evaluated: a defect of ours, not of the file.
    """
    low, high = bounds
    definition = parsed.register.definition
    if previous_rows:
        low = max(low, int(previous_rows * definition.kept))
    rules = importlib.import_module(f"territoires.registers.rules.{definition.rules}")
    beside = getattr(rules, "beside", dict)
    suites: dict[str, tuple[pd.DataFrame, list[Expectation]]] = {}
    for table, frame in beside(parsed.tables).items():
        counted = [count(low, high)] if table == definition.counted else []
        suites[table] = (frame, [*rules.RULES[table](frame), *counted])
    return examine(parsed.register, suites)


def examine(name: str, suites: Mapping[str, tuple[pd.DataFrame, Sequence[Expectation]]]) -> list[Outcome]:
    """Run the suite of each table, given with its frame; return every rule's outcome.

    Raises:
        RuntimeError: an expectation could not be evaluated: a defect of ours, not of the data.
    """
    # Importing Great Expectations takes seconds and logs hundreds of lines: only here, and quietly.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    source = context.data_sources.add_pandas(name)
    outcomes: list[Outcome] = []
    for table, (frame, expectations) in suites.items():
        suite = gx.ExpectationSuite(name=f"{name}_{table}", expectations=list(expectations))
        batches = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("tout")
        result = batches.get_batch({"dataframe": frame}).validate(suite, result_format=_RESULT_FORMAT)
        outcomes += [_outcome(table, one, len(frame)) for one in result.results]
    return outcomes


def _outcome(table: str, one: ExpectationValidationResult, rows: int) -> Outcome:
    rule = one.expectation_config
    if rule is None or (one.exception_info and one.exception_info.get("raised_exception")):
        raise RuntimeError(f"{rule and rule.type} could not be evaluated: {one.exception_info}")
    meta = rule.meta or {}
    failed, examples = int(one.result.get("unexpected_count") or 0), one.result.get("partial_unexpected_list") or []
    if not one.success and not failed:  # a rule on the whole table has no rows at fault, but a value
        failed, examples = 1, [one.result.get("observed_value")]
    return Outcome(
        table=table,
        column=meta["colonne"],
        rule=meta["regle"],
        severity=meta["severite"],
        message=meta["message"],
        examined=rows,
        failed=failed,
        examples=tuple(dict.fromkeys(str(value) for value in examples)),
    )
