"""From what a suite found to what people are told: each refused row with its raw cells and its reasons in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from territoires.anomalies import Severity
from territoires.contracts.model import Contract, DisjointPeriods, RuleText
from territoires.contracts.texts import speak
from territoires.delivery.hints import Hints
from territoires.reading import BrokenRow, Reading, broken_row_anomaly
from territoires.reading.records import cells_of
from territoires.receipts.model import Reason, RefusedRow
from territoires.validation.validate import Rule, Validation
from territoires.warehouse.load import business_key
from territoires.warehouse.quarantine import Flag

_UNDER_ITS_COLUMN: Final = "Dans le fichier de vos lignes à corriger, remettez chaque valeur sous sa colonne."
"""What is easier than to mend the separators of a line, once we have handed it back cut into cells."""


@dataclass(frozen=True, slots=True)
class Refusals:
    """The refused rows of one delivery, by line, beside the business key of each (None where it cannot be read)."""

    rows: tuple[RefusedRow, ...]
    keys: tuple[str | None, ...]


def refusals(reading: Reading, validation: Validation, hints: Hints) -> Refusals:
    """Return every refused row of a delivery: those that a rule refuses, and those that could not be cut into cells."""
    contract, frame = hints.contract, hints.frame
    positions = np.flatnonzero(~validation.accepted)
    reasons = dict(_reasons(reading, validation, hints, "error"))
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


def flags(reading: Reading, validation: Validation, hints: Hints) -> list[Flag]:
    """Return the warnings on rows that are accepted."""
    return [
        Flag(
            line=reading.lines[position].as_py(),
            column=_column(reason, reading),
            rule=reason.rule,
            value=reason.value,
            message=reason.message,
            remedy=reason.remedy,
        )
        for position, found in _reasons(reading, validation, hints, "warning")
        for reason in found
    ]


def _column(reason: Reason, reading: Reading) -> str:
    """The journal speaks of the contract's columns, the operator of their own headers."""
    return next((name for name, header in reading.columns.items() if header == reason.column), reason.column or "")


def _reasons(
    reading: Reading, validation: Validation, hints: Hints, severity: Severity
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
        yield position, [_reason(validation.rules[rule], position, reading, hints) for _, rule in group]


def _reason(rule: Rule, position: int, reading: Reading, hints: Hints) -> Reason:
    header = reading.columns.get(rule.column)
    value = reading.raw.column(header)[position].as_py() if header is not None else None
    text = RuleText(rule.severity, rule.message, rule.remedy)
    message, remedy = speak(text, value, hints.corrected(rule, value), hints.told(rule, position))
    return Reason(header or rule.column, value, rule.code, message, remedy, rule.severity)


def _wrong_keys(validation: Validation, contract: Contract) -> NDArray[np.bool_]:
    """Tell of each row whether a rule refuses its key itself: its correction will have another one.

    A rule between rows says nothing of the key: which of both rows is to be mended, and where, is their author's.
    """
    between = {"cle_unique", *(rule.code for rule in contract.rules if isinstance(rule, DisjointPeriods))}
    judged = np.array(
        [
            rule.severity == "error" and rule.column in contract.primary_key and rule.code not in between
            for rule in validation.rules
        ],
        dtype=np.bool_,
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
    """Hand back a row that does not fit its header: its cells in their order, those in excess in the last one."""
    headers = reading.raw.column_names
    cells = cut(row, reading)
    surplus = (reading.source.separator or ";").join(cells[len(headers) - 1 :])
    told = broken_row_anomaly(row)
    remedy = f"{told.remedy} {_UNDER_ITS_COLUMN}"
    return RefusedRow(
        line=row.line,
        cells=dict(zip(headers, [*cells[: len(headers) - 1], surplus], strict=False)),
        reasons=(Reason(None, None, told.code, told.message, remedy),),
        text=row.text,
    )


def cut(row: BrokenRow, reading: Reading) -> list[str]:
    """Cut a row that does not fit its header into the cells that it has, as many as there are."""
    return cells_of(row.text, reading.source.separator or ";")
