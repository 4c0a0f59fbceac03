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


@dataclass(frozen=True, slots=True)
class RuleText:
    """How one rule speaks to the operator, and how grave a breach is. ``{valeur}`` and ``{attendu}`` are filled in."""

    severity: Severity
    message: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a delivery.

    ``rules`` holds a text for each constraint of the field, by code (``texts.CODES``); the loader fills in the house's
    default texts. Bounds are numbers, or dates for a date column; soft bounds only warn. ``decimals`` is the number of
    decimals that a number keeps.
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
        """Whether no row is loaded without a value here: required, and as an error."""
        return self.required and self.rules_severity("obligatoire") != "warning"


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column whose values must stand in a register: ``register`` names it (``territoire``)."""

    column: str
    register: str


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
class Calendar:
    """When a delivery is expected (`frequency` in French, for people) and after how many days it is late."""

    frequency: str
    late_after_days: int


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of the contract of one type of delivery.

    Ceilings are shares of rows, from 0 to 1; up to ``refusals_tolerated`` refused rows, a small file never waits.
    ``unique_key`` speaks of a primary key that stands twice in one file.
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
    rules: tuple[Comparison | RequiredIf, ...] = ()
    unique_key: RuleText | None = None

    @property
    def name(self) -> str:
        """``operateur/livraison``, as folders and people name it."""
        return f"{self.operator}/{self.delivery}"

    @property
    def table(self) -> str:
        """Name of its versioned table in the schema ``core``."""
        return f"{self.operator}_{self.delivery}"

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
