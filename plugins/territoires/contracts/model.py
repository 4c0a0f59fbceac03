"""The contract of a delivery as plain values; everything else (parsing, suite, DDL, template, pages) derives from it.

The YAML is a superset of the Frictionless Table Schema (https://datapackage.org/standard/table-schema/): what that
standard names keeps its name there. This module knows neither files nor databases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from territoires.anomalies import Severity

FieldType = Literal["string", "integer", "number", "date", "boolean"]
PersonalData = Literal["aucune", "contact_professionnel"]
Mode = Literal["delta", "complet"]
UnknownColumns = Literal["freeze", "discard", "evolve"]
Operator = Literal["<", "<=", ">", ">=", "=="]
Period = Literal["mois", "trimestre", "semestre", "annee"]


@dataclass(frozen=True, slots=True)
class RuleText:
    """How one rule speaks to the operator, and how grave a breach is. ``{valeur}`` and ``{attendu}`` are filled in."""

    severity: Severity
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Clues:
    """What shows a column in a file whose names say nothing; all that is given must hold (``reading.recognition``).

    Attributes:
        form: pattern of every value, where it is narrower than what the field admits.
        constant: every row has the same value.
        label_of: the column of codes that this one puts in words: one label for a code, and few codes for a label.
        one_for_each: the column for each value of which this one has a single value.
        at_most: the column above whose number this one never is.
        after: the column that this one follows in every known publication, though not always at once.
        hidden_more_than: the column in which fewer values are secret.

    The last two only tell two unnamed columns from each other: where a name tells one of both, they say nothing.
    """

    form: str | None = None
    constant: bool = False
    label_of: str | None = None
    one_for_each: str | None = None
    at_most: str | None = None
    after: str | None = None
    hidden_more_than: str | None = None

    @property
    def others(self) -> dict[str, str]:
        """The columns that it is compared with, by the key of the contract that names them."""
        named = {
            "libelle_de": self.label_of,
            "un_par": self.one_for_each,
            "au_plus": self.at_most,
            "apres": self.after,
            "plus_secret_que": self.hidden_more_than,
        }
        return {key: name for key, name in named.items() if name is not None}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a delivery.

    ``rules`` holds a text for each constraint of the field, by code (``texts.CODES``); the loader fills in the house's
    default texts. Bounds are numbers, or dates for a date column; soft bounds only warn. ``decimals`` is the number of
    decimals that a number keeps. ``former_names`` are those of its names that only former versions of the contract use;
    ``name_patterns`` match the names, normalised, of which a part changes from one file to the next. ``width`` is the
    number of digits to which a number that lost its leading zeros is brought back; ``secret`` stands for a value that
    its publisher knows and does not tell. ``clues`` are None for a column that is recognised by its name alone.
    """

    name: str
    title: str
    description: str
    type: FieldType
    example: str
    required: bool = False
    enum: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: float | date | None = None
    maximum: float | date | None = None
    soft_minimum: float | date | None = None
    soft_maximum: float | date | None = None
    max_length: int | None = None
    decimals: int | None = None
    identifier: Literal["siren", "siret"] | None = None
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    name_patterns: tuple[str, ...] = ()
    width: int | None = None
    secret: str | None = None
    clues: Clues | None = None
    personal_data: PersonalData = "aucune"
    rules: Mapping[str, RuleText] = field(default_factory=dict)

    def rules_severity(self, code: str) -> Severity | None:
        """Return how grave a breach of the rule *code* is, None where the contract leaves it to the house."""
        text = self.rules.get(code)
        return None if text is None else text.severity

    @property
    def free_text(self) -> bool:
        """Whether people write here what they like: a text that neither a list nor a form holds."""
        return self.type == "string" and not self.enum and self.pattern is None and self.identifier is None

    @property
    def mandatory(self) -> bool:
        """Whether no row is loaded with an empty cell here: required, and as an error."""
        return self.required and self.rules_severity("obligatoire") != "warning"

    @property
    def always_known(self) -> bool:
        """Whether every row that is loaded has a value here: mandatory, and never secret."""
        return self.mandatory and self.secret is None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column whose values must stand in a register: ``register`` names it (``territoire``).

    ``at`` is the column of the row that says when the code must be valid, a date or a year (its last day);
    None where any known code will do.
    """

    column: str
    register: str
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A rule across two columns: ``left operator right`` must hold where both are present."""

    code: str
    title: str
    left: str
    operator: Operator
    right: str
    text: RuleText


@dataclass(frozen=True, slots=True)
class RequiredIf:
    """A column that must be present where another one takes one of some values."""

    code: str
    title: str
    column: str
    when: str
    values: tuple[str, ...]
    text: RuleText


@dataclass(frozen=True, slots=True)
class DisjointPeriods:
    """A rule between rows: within one ``group``, the periods from ``start`` to ``end`` (both included) do not overlap.

    An empty end is open: the period has not ended yet.
    """

    code: str
    title: str
    group: tuple[str, ...]
    start: str
    end: str
    text: RuleText


RowRule = Comparison | RequiredIf | DisjointPeriods


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a delivery is expected, once for each period, and when it is late.

    Attributes:
        frequency: the calendar in French, for people.
        period: what one delivery tells of.
        due_days: days after the end of a period within which its delivery is expected.
        late_after_days: days after that from which it is late.
    """

    frequency: str
    period: Period
    due_days: int
    late_after_days: int


@dataclass(frozen=True, slots=True)
class ListChange:
    """Values that a version adds to a column's list, and those that it withdraws."""

    added: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """What a version changes of the one before it: ``renamed`` from the former to the present name of a column."""

    version: str
    reason: str
    renamed: Mapping[str, str] = field(default_factory=dict)
    added: tuple[str, ...] = ()
    lists: Mapping[str, ListChange] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of the contract of one type of delivery.

    Ceilings are shares of rows, from 0 to 1; up to ``refusals_tolerated`` refused rows, a small file never waits.
    ``unique_key`` speaks of a primary key that stands twice in one file. A held delivery on which nobody decides within
    ``decision_days`` is rejected by itself; rows still in quarantine ``reminder_days`` after their receipt are reminded
    once. A file of mode ``complet`` is the whole state of the table; with ``scope``, of the parts of it that have the
    same values in those columns as the file has (a year). ``former`` are the versions before the one in force, the
    newest first; ``replaces`` says what this one changed (``versions.py`` makes both).
    """

    operator: str
    delivery: str
    version: str
    valid_from: date
    valid_until: date | None
    title: str
    description: str
    grain: str
    mode: Mode
    unknown_columns: UnknownColumns
    refusal_ceiling: float
    closing_ceiling: float
    calendar: Calendar
    recipients: tuple[str, ...]
    fields: tuple[Field, ...]
    primary_key: tuple[str, ...]
    refusals_tolerated: int = 0
    foreign_keys: tuple[ForeignKey, ...] = ()
    rules: tuple[RowRule, ...] = ()
    unique_key: RuleText | None = None
    decision_days: int = 7
    reminder_days: int = 7
    scope: tuple[str, ...] = ()
    replaces: Changes | None = None
    former: tuple[Contract, ...] = ()

    @property
    def name(self) -> str:
        """``operateur/livraison``, as folders and people name it."""
        return f"{self.operator}/{self.delivery}"

    @property
    def table(self) -> str:
        """Name of its versioned table in the schema ``core``."""
        return f"{self.operator}_{self.delivery}"

    @property
    def whole_table(self) -> bool:
        """Whether each file is the state of the whole table, and so answers for all the time before it."""
        return self.mode == "complet" and not self.scope

    @property
    def headers(self) -> tuple[str, ...]:
        """Column names in the contract's order."""
        return tuple(column.name for column in self.fields)

    def column(self, name: str) -> Field:
        """Return the field called *name*; KeyError if the contract has none."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(name)
