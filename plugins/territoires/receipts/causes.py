"""The same fault told once: reasons of many rows gathered by column and rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from territoires.anomalies import Severity
from territoires.receipts.model import Reason, Receipt


@dataclass(slots=True)
class Cause:
    """One column and one rule, with every line where it fails (none if it is the file that is at fault, as a whole).

    ``message``, ``remedy`` and ``value`` are those of the first line; ``varied`` tells that others read otherwise.
    """

    column: str | None
    rule: str
    severity: Severity
    message: str
    remedy: str
    value: str | None
    varied: bool = False
    lines: list[int] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """Number of different lines."""
        return len(set(self.lines))


@dataclass(frozen=True, slots=True)
class Causes:
    """What is wrong, in the order in which it is told: the file itself, then rows, then what is only to be checked."""

    file_errors: tuple[Cause, ...]
    row_errors: tuple[Cause, ...]
    warnings: tuple[Cause, ...]


def gather(receipt: Receipt) -> Causes:
    """Group the reasons of *receipt*'s refused rows and its anomalies; the commonest causes of each kind come first."""
    noticed = _group(_anomalies(receipt))
    refused = _group((row.line, reason) for row in receipt.refused for reason in row.reasons)
    return Causes(
        file_errors=tuple(cause for cause in noticed if cause.severity == "error"),
        row_errors=_commonest(cause for cause in refused if cause.severity == "error"),
        warnings=_commonest(cause for cause in (*noticed, *refused) if cause.severity == "warning"),
    )


def _anomalies(receipt: Receipt) -> Iterator[tuple[int | None, Reason]]:
    for anomaly in receipt.anomalies:
        yield (
            anomaly.line,
            Reason(anomaly.column, anomaly.value, anomaly.code, anomaly.message, anomaly.remedy, anomaly.severity),
        )


def _group(points: Iterable[tuple[int | None, Reason]]) -> list[Cause]:
    # Faults of the file are few and each says something else: only those of lines are gathered.
    found: dict[tuple[object, ...], Cause] = {}
    for line, reason in points:
        key = (reason.severity, reason.column, reason.rule, reason.message if line is None else None, line is None)
        cause = found.get(key)
        if cause is None:
            cause = Cause(reason.column, reason.rule, reason.severity, reason.message, reason.remedy, reason.value)
            found[key] = cause
        elif reason.message != cause.message or reason.remedy != cause.remedy:
            cause.varied = True
        if line is not None:
            cause.lines.append(line)
    return list(found.values())


def _commonest(causes: Iterable[Cause]) -> tuple[Cause, ...]:
    return tuple(sorted(causes, key=lambda cause: -cause.rows))
