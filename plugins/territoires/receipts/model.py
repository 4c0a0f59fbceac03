"""What a receipt says, as plain values; where they come from (journal, quarantine, a test) is of no concern here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from territoires.anomalies import Anomaly, Severity
from territoires.storage import Place

Status = Literal[
    "recue", "en_lecture", "refusee", "en_attente", "chargee", "chargee_partiellement", "doublon", "remplacee"
]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why one cell, or one whole row (``column`` None), is refused or flagged.

    ``column`` is the operator's own header, ``value`` the text as it stands in the file (None where empty), ``rule``
    the code of the rule; ``message`` and ``remedy`` are in French.
    """

    column: str | None
    value: str | None
    rule: str
    message: str
    remedy: str
    severity: Severity = "error"


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """One row that was not loaded.

    Attributes:
        line: row number that the operator sees in their tool (1-based, header and blank lines counted).
        cells: operator's header → text exactly as read, None where empty. Headers outside ``Receipt.layout`` are lost
            from the files of refused rows; those of the layout that are missing here come out empty.
        reasons: at least one, in the operator's column order.
        text: the whole line as it stands in the file, for a row that could not be cut into cells; it then takes the
            place of ``cells``.

    Raises:
        ValueError: no reason is given.
    """

    line: int
    cells: Mapping[str, str | None]
    reasons: tuple[Reason, ...]
    text: str | None = None

    def __post_init__(self) -> None:
        if not self.reasons:
            raise ValueError(f"refused row {self.line} has no reason")


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """How the file was read: format (``csv``, ``xlsx``…), encoding, separator, sheet and 1-based line of the header."""

    format: str
    encoding: str | None = None
    separator: str | None = None
    sheet: str | None = None
    header_line: int | None = None


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers of rows of the delivery; ``warnings``: points to check, those of the file and those of its rows."""

    read: int = 0
    accepted: int = 0
    refused: int = 0
    warnings: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    closed: int = 0


@dataclass(frozen=True, slots=True)
class Duplicate:
    """The earlier delivery that had the same content."""

    delivery_id: int
    received_at: datetime
    status: Status


@dataclass(frozen=True, slots=True)
class Former:
    """An earlier delivery that this one mends, or of which rows still wait: their line numbers in that file.

    ``fixed`` are loaded now, ``again`` are refused again in this delivery, ``waiting`` are not in it. A file of which
    nothing was loaded, and whose place this one takes, has none of them.
    """

    delivery_id: int
    file_name: str
    received_at: datetime
    fixed: tuple[int, ...] = ()
    again: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything that an operator is told about one delivery.

    Attributes:
        operator, delivery: codes, which are also the names of the inbound folders (``bpifrance``, ``accompagnements``).
        received_at, answered_at: aware instants, shown in the time of Paris.
        size: bytes. sha256: 64 hexadecimal digits.
        status_reason: French sentence about the status (ceiling passed, decision of an engineer…), or None.
        contact: one French line, whom to write to.
        layout: every header of the operator's file, in its order: the columns of the files of refused rows.
            Empty: the order of the first refused row's cells (beware, PostgreSQL's jsonb does not keep that order).
        columns: operator's header → title of the contract's field. ignored: headers that the contract does not know.
        anomalies: errors and warnings about the file, and the warnings on single lines (with their ``line``).
        refused: rows not loaded, by line. All are in the files, the first ones and their causes in the receipt.
        fixed: rows refused in earlier deliveries that this one corrects.
        still_open: rows of *earlier* deliveries of this type that still wait for a correction.
        former: which rows those are, in which deliveries, the oldest first.
        settled: rows refused here that later deliveries have answered already; they are not in ``refused``.
        redrop: ``rows`` if the corrected rows alone may be dropped again, ``whole`` if the operator must drop the
            whole file (nothing of it is loaded, and some of its rows were good).
        refused_at: where the reader finds the files of refused rows, after « le fichier de vos lignes à corriger, ».
        demo: a French sentence shown first when the data are made up, else None.
    """

    delivery_id: int
    operator: str
    operator_title: str
    delivery: str
    delivery_title: str
    file_name: str
    received_at: datetime
    answered_at: datetime
    sha256: str
    size: int
    contract_version: str
    status: Status
    contact: str
    status_reason: str | None = None
    counts: Counts = Counts()
    source: SourceFacts | None = None
    layout: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    anomalies: Sequence[Anomaly] = ()
    refused: Sequence[RefusedRow] = ()
    duplicate_of: Duplicate | None = None
    fixed: int = 0
    still_open: int = 0
    former: Sequence[Former] = ()
    settled: int = 0
    redrop: Literal["rows", "whole"] = "rows"
    refused_at: str = "rangé à côté de ce reçu"
    demo: str | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """The files written in the outbound folder; the last two are None when no row is to be given back.

    ``refused_xlsx`` is None too above ``sheets.XLSX_ROWS`` rows.
    """

    html: Place
    text: Place
    refused_csv: Place | None = None
    refused_xlsx: Place | None = None

    @property
    def paths(self) -> tuple[Place, ...]:
        """Every file written, the receipt first."""
        return tuple(path for path in (self.html, self.text, self.refused_csv, self.refused_xlsx) if path is not None)
