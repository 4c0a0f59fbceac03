"""From what a suite found to what people are told: each refused row with its raw cells and its reasons in words."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territoires.anomalies import Severity
from territoires.contracts.model import Contract, RuleText
from territoires.contracts.texts import speak
from territoires.reading import BrokenRow, Reading, broken_row_anomaly
from territoires.receipts.model import Reason, RefusedRow
from territoires.validation.validate import Rule, Validation
from territoires.warehouse.load import Flag, business_key


@dataclass(frozen=True, slots=True)
class Refusals:
    """The refused rows of one delivery, by line, beside the business key of each (None where it cannot be read)."""

    rows: tuple[RefusedRow, ...]
    keys: tuple[str | None, ...]


def refusals(reading: Reading, frame: pd.DataFrame, validation: Validation, contract: Contract) -> Refusals:
    """Return every refused row of a delivery: those that a rule refuses, and those that could not be cut into cells."""
    positions = np.flatnonzero(~validation.accepted)
    reasons = dict(_reasons(reading, validation, contract, "error"))
    cells = reading.raw.take(positions).to_pylist()
    lines = reading.lines.take(positions).to_pylist()
    keys = _keys(frame.iloc[positions], contract, _wrong_keys(validation, contract)[positions])
    found = [
        (RefusedRow(line, row, tuple(reasons[position])), key)
        for position, line, row, key in zip(positions.tolist(), lines, cells, keys, strict=True)
    ]
    found += [(_broken_row(row, reading), None) for row in reading.broken]
    found.sort(key=lambda pair: pair[0].line)
    return Refusals(tuple(row for row, _ in found), tuple(key for _, key in found))


def flags(reading: Reading, validation: Validation, contract: Contract) -> list[Flag]:
    """Return the warnings on rows that are accepted."""
    return [
        Flag(reading.lines[position].as_py(), _column(reason, reading), reason.rule, reason.value, reason.message)
        for position, found in _reasons(reading, validation, contract, "warning")
        for reason in found
    ]


def _column(reason: Reason, reading: Reading) -> str:
    """The journal speaks of the contract's columns, the operator of their own headers."""
    return next((name for name, header in reading.columns.items() if header == reason.column), reason.column or "")


def _reasons(
    reading: Reading, validation: Validation, contract: Contract, severity: Severity
) -> Iterator[tuple[int, list[Reason]]]:
    """Yield (position, reasons) for the rows that rules of this severity find fault with, by position.

    A refused row's warnings are left out: what refuses it is what its operator has to mend.
    """
    of_severity = np.array([rule.severity == severity for rule in validation.rules], dtype=np.bool_)
    positions = validation.findings["position"].to_numpy()
    rules = validation.findings["rule"].to_numpy()
    kept = of_severity[rules] & (validation.accepted[positions] == (severity == "warning"))
    pairs = zip(positions[kept].tolist(), rules[kept].tolist(), strict=True)
    for position, group in groupby(pairs, key=itemgetter(0)):
        yield position, [_reason(validation.rules[rule], position, reading, contract) for _, rule in group]


def _reason(rule: Rule, position: int, reading: Reading, contract: Contract) -> Reason:
    header = reading.columns.get(rule.column)
    value = reading.raw.column(header)[position].as_py() if header is not None else None
    text = RuleText(rule.severity, rule.message, rule.remedy)
    message, remedy = speak(text, value, contract.column(rule.column))
    return Reason(header or rule.column, value, rule.code, message, remedy, rule.severity)


def _wrong_keys(validation: Validation, contract: Contract) -> NDArray[np.bool_]:
    """Tell of each row whether a rule refuses its key itself: its correction will have another one."""
    judged = np.array(
        [rule.column in contract.primary_key and rule.code != "cle_unique" for rule in validation.rules], dtype=np.bool_
    )
    wrong = np.zeros(len(validation.accepted), dtype=np.bool_)
    wrong[validation.findings["position"].to_numpy()[judged[validation.findings["rule"].to_numpy()]]] = True
    return wrong


def _keys(frame: pd.DataFrame, contract: Contract, wrong: NDArray[np.bool_]) -> list[str | None]:
    """Return the business key of each row as PostgreSQL writes it, None where it is missing in part or wrong."""
    parts = []
    for name in contract.primary_key:
        column = frame[name]
        if contract.column(name).type == "date":
            column = column.dt.strftime("%Y-%m-%d")
        parts.append(column.astype(object).where(column.notna(), None).tolist())
    rows = zip(wrong.tolist(), zip(*parts, strict=True), strict=True)
    return [None if refused or None in values else business_key(values) for refused, values in rows]


def _broken_row(row: BrokenRow, reading: Reading) -> RefusedRow:
    headers = reading.raw.column_names
    cells = next(csv.reader(io.StringIO(row.text), delimiter=reading.source.separator or ";"), [])
    told = broken_row_anomaly(row)
    return RefusedRow(
        line=row.line,
        cells=dict(zip(headers, cells, strict=False)),
        reasons=(Reason(None, None, told.code, told.message, told.remedy),),
        text=row.text,
    )
