"""The kinds of rules that the suites of the registers are made of, each with its words in French."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from territoires.anomalies import Severity

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

Rules = Mapping[str, Callable[["pd.DataFrame"], "list[Expectation]"]]
"""By table of schema core: the expectations of a frame."""
COMMUNE = r"^\d[0-9AB]\d{3}$"
SIREN = r"^\d{9}$"


def _meta(column: str, rule: str, message: str, severity: Severity = "error") -> dict[str, Any]:
    facts = {"colonne": column, "regle": rule, "message": message, "severite": severity}
    return {"meta": facts, "severity": "critical" if severity == "error" else "warning"}


def _expect(kind: str, meta: dict[str, Any], **arguments: object) -> Expectation:
    from great_expectations import expectations

    made: Expectation = getattr(expectations, f"Expect{kind}")(**arguments, **meta)
    return made


def filled(column: str) -> Expectation:
    """Expect that every cell has a value."""
    return _expect("ColumnValuesToNotBeNull", _meta(column, "obligatoire", "valeur obligatoire"), column=column)


def alone(column: str, message: str, severity: Severity = "error") -> Expectation:
    """Expect that no value stands twice."""
    return _expect("ColumnValuesToBeUnique", _meta(column, "unique", message, severity), column=column)


def keys(column: str) -> list[Expectation]:
    """Expect a key: filled, and each value once."""
    return [filled(column), alone(column, "valeur présente une seule fois")]


def pattern(column: str, regex: str, message: str) -> Expectation:
    """Expect that each value has the form of *regex*."""
    return _expect("ColumnValuesToMatchRegex", _meta(column, "motif", message), column=column, regex=regex)


def listed(column: str, values: tuple[str, ...], severity: Severity) -> Expectation:
    """Expect that each value is one of *values*."""
    meta = _meta(column, "liste", f"valeur parmi {', '.join(values)}", severity)
    return _expect("ColumnValuesToBeInSet", meta, column=column, value_set=list(values))


def together(columns: list[str]) -> Expectation:
    """Expect that no combination of *columns* stands twice."""
    meta = _meta(", ".join(columns), "unique", "clé présente une seule fois")
    return _expect("CompoundColumnsToBeUnique", meta, column_list=columns)


def equal(column: str, counted: str, message: str, severity: Severity) -> Expectation:
    """Expect that *column* equals *counted* where both are there."""
    meta = _meta(column, "somme", message, severity)
    missing = "either_value_is_missing"
    return _expect("ColumnPairValuesToBeEqual", meta, column_A=column, column_B=counted, ignore_row_if=missing)


def true(column: str, message: str, severity: Severity = "error") -> Expectation:
    """Expect that *column*, a fact put beside the rows, is true everywhere."""
    meta = _meta(column, "coherence", message, severity)
    return _expect("ColumnValuesToBeInSet", meta, column=column, value_set=[True])


def count(low: int, high: int) -> Expectation:
    """Expect that the frame has *low* to *high* rows."""
    meta = _meta("nombre de lignes", "nombre", f"de {low} à {high} lignes plausibles")
    return _expect("TableRowCountToBeBetween", meta, min_value=low, max_value=high)


def total(column: str, low: int, high: int) -> Expectation:
    """Expect that the values of *column* add up to *low* to *high*."""
    meta = _meta(column, "somme", f"somme de {low} à {high} plausible")
    return _expect("ColumnSumToBeBetween", meta, column=column, min_value=low, max_value=high)
