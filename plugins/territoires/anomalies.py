"""What is wrong with a file, said so that the person who made the file can mend it alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One thing wrong, with its place, the rule it breaks and what to write instead.

    Attributes:
        code: stable machine name of the rule (``fichier_vide``, ``colonne_manquante``…), used in journal and tests.
        message: what is wrong, in French, for an operator.
        remedy: what to do about it, in French.
        line: row number that the operator sees in their own tool (1-based, header included), None for the whole file.
        column: header as the operator wrote it, or the contract's column name where the header is missing.
        value: the text found, as it stands in the file.
        severity: ``error`` refuses what it speaks of, ``warning`` loads and flags it.
    """

    code: str
    message: str
    remedy: str
    line: int | None = None
    column: str | None = None
    value: str | None = None
    severity: Severity = "error"


class UnreadableFile(Exception):
    """A file that cannot become rows; carries every anomaly found, the gravest first."""

    def __init__(self, anomalies: tuple[Anomaly, ...]) -> None:
        if not anomalies:
            raise ValueError("an unreadable file has at least one anomaly")
        self.anomalies = anomalies
        super().__init__("; ".join(f"{anomaly.code}: {anomaly.message}" for anomaly in anomalies))
