"""The sense of a contract: what its shape cannot say. Each check yields findings: (place, what, remedy)."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from territoires.contracts import texts
from territoires.contracts.cells import broken_rules
from territoires.contracts.checks_published import clue_findings, pattern_findings, published_findings, scope_findings
from territoires.contracts.ddl import TECHNICAL
from territoires.contracts.faults import Finding, Place
from territoires.contracts.model import (
    Comparison,
    Contract,
    DisjointPeriods,
    Field,
    ForeignKey,
    RequiredIf,
    RowRule,
    RuleText,
)
from territoires.contracts.names import nearest, normalise
from territoires.contracts.patterns import pattern_faults

# https://www.postgresql.org/docs/18/sql-keywords-appendix.html, the words reserved in PostgreSQL: names stay unquoted.
_RESERVED: Final = frozenset(
    """all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation
    column concurrently constraint create cross current_catalog current_date current_role current_schema current_time
    current_timestamp current_user default deferrable desc distinct do else end except false fetch for foreign freeze
    from full grant group having ilike in initially inner intersect into is isnull join lateral leading left like limit
    localtime localtimestamp natural not notnull null offset on only or order outer overlaps placing primary references
    returning right select session_user similar some symmetric system_user table tablesample then to trailing true
    union unique user using variadic verbose when where window with""".split()  # noqa: SIM905
)
_LONGEST_TABLE: Final = 63 - len("_livraison")
_NUMERIC_DIGITS: Final = 16
_LARGEST_INTEGER: Final = 2**53
"""Above, a whole number does not survive a spreadsheet, which holds it as a double."""


def field_findings(column: Field, place: Place) -> Iterator[Finding]:
    """Yield what makes no sense within one field."""
    yield from _name_findings(column, place)
    yield from _constraint_findings(column, place)
    yield from published_findings(column, place)
    yield from _bound_findings(column, place)
    for code, text in column.rules.items():
        yield from _text_findings(text, (*place, "regles", code))
    if column.pattern is None or not tuple(pattern_faults(column.pattern)):
        yield from _example_findings(column, place)


def _example_findings(column: Field, place: Place) -> Iterator[Finding]:
    broken = [code for code in broken_rules(column, column.example) if texts.severity_of(column, code) == "error"]
    if broken:
        yield (
            (*place, "example"),
            f"The example breaks the field's own rules: {', '.join(broken)}.",
            "Mend one of both.",
        )


def _name_findings(column: Field, place: Place) -> Iterator[Finding]:
    if column.name in TECHNICAL:
        yield (*place, "name"), f"{column.name} is a column that every table has.", "Choose another name."
    if column.name in _RESERVED:
        yield (*place, "name"), f"{column.name} is reserved in PostgreSQL.", "Choose another name."
    if "__" in column.name:
        yield (*place, "name"), "__ stands in the names of our own columns.", "Choose another name."


def _constraint_findings(column: Field, place: Place) -> Iterator[Finding]:
    inner = (*place, "constraints")
    for key, given in (("enum", column.enum), ("pattern", column.pattern), ("maxLength", column.max_length)):
        if given and column.type != "string":
            yield (*inner, key), f"A field of type {column.type} has no {key}.", "Take it away, or make it a string."
    if column.identifier is not None and column.type != "string":
        yield (*place, "identifiant"), "A SIREN or SIRET may begin with zeros.", "Give the field the type string."
    if (column.type == "number") != (column.decimals is not None):
        yield (*place, "decimales"), "A number, and nothing else, says how many decimals it keeps.", "Write it, or not."
    for value in column.enum:
        if value != value.strip():
            yield (*inner, "enum"), f"'{value}' begins or ends with a space.", "Take the space away."
    forms = [normalise(value) for value in column.enum]
    if len(set(forms)) < len(forms):
        yield (*inner, "enum"), "Two values differ only by accents, case or signs.", "Keep one of them."
    for what, remedy in pattern_faults(column.pattern) if column.pattern is not None else ():
        yield (*inner, "pattern"), what, remedy
    if column.required and column.rules_severity("type") == "warning":
        yield (*place, "regles", "type"), "A required cell that cannot be read cannot be loaded.", "Make it an error."


def _bound_findings(column: Field, place: Place) -> Iterator[Finding]:
    bounds = {
        ("constraints", "minimum"): column.minimum,
        ("minimum_alerte",): column.soft_minimum,
        ("maximum_alerte",): column.soft_maximum,
        ("constraints", "maximum"): column.maximum,
    }
    given = [(key, bound) for key, bound in bounds.items() if bound is not None]
    if column.type in {"string", "boolean"}:
        for key, _ in given:
            yield (*place, *key), f"A field of type {column.type} has no bounds.", "Take it away."
        return
    wrong = [key for key, bound in given if isinstance(bound, date) != (column.type == "date")]
    for key in wrong:
        yield (*place, *key), f"This is no bound for a {column.type}.", "Write a date as 2018-11-22, a number bare."
    if not wrong:
        yield from _order_findings(given, place)
        yield from _room_findings(column, place)


def _order_findings(given: Sequence[tuple[tuple[str, ...], float | date]], place: Place) -> Iterator[Finding]:
    for (_, low), (key, high) in itertools.pairwise(given):
        # All bounds are dates or all are numbers: the caller has seen to it.
        if high < low:  # type: ignore[operator]
            yield (
                (*place, *key),
                f"{high} is below {low}.",
                "Bounds go: minimum, minimum_alerte, maximum_alerte, maximum.",
            )


def _room_findings(column: Field, place: Place) -> Iterator[Finding]:
    """A number must fit its column of the warehouse, numeric(16, decimals) or bigint, or COPY would fail."""
    if column.type == "number":
        room = 10 ** (_NUMERIC_DIGITS - (column.decimals or 0))
    elif column.type == "integer":
        room = _LARGEST_INTEGER
    else:
        return
    for key, bound in (("minimum", column.minimum), ("maximum", column.maximum)):
        if bound is None or isinstance(bound, date) or abs(bound) >= room or column.rules_severity(key) == "warning":
            yield (
                (*place, "constraints", key),
                f"A {column.type} says its {key}, as an error, so that it fits the warehouse.",
                f"Write one below {room:,} in absolute value.",
            )


@dataclass(frozen=True, slots=True)
class Places:
    """Where the parts of a contract stand in its file, and the names of the fields whose shape was already refused."""

    fields: tuple[Place, ...]
    foreign_keys: tuple[Place, ...]
    rules: tuple[Place, ...]
    refused: frozenset[str] = frozenset()


def contract_findings(contract: Contract, places: Places) -> Iterator[Finding]:
    """Yield what makes no sense between the parts of a contract; what names a refused field is left unjudged."""
    yield from _header_findings(contract.fields, places.fields)
    yield from _key_findings(contract, places.refused)
    for key, place in zip(contract.foreign_keys, places.foreign_keys, strict=True):
        if [other.column for other in contract.foreign_keys].count(key.column) > 1:
            yield (*place, "fields"), f"{key.column} stands in two foreign keys.", "Keep one of them."
        if not {key.column, key.at} & places.refused:
            yield from _foreign_key_findings(contract, key, place)
    for rule, place in zip(contract.rules, places.rules, strict=True):
        yield from _rule_findings(contract, rule, place)
        if not places.refused.intersection(_named(rule)):
            yield from _column_findings(contract, rule, place)
    yield from scope_findings(contract)
    for column, place in zip(contract.fields, places.fields, strict=True):
        yield from clue_findings(contract, column, place)
    if contract.unique_key is not None:
        yield from _text_findings(contract.unique_key, ("cle_unique",))
    if contract.valid_until is not None and contract.valid_until < contract.valid_from:
        yield ("valide_jusqu_a",), "The contract ends before it begins.", "Mend one of both dates."
    if len(contract.table) > _LONGEST_TABLE:
        yield ("livraison",), f"{contract.table} is too long for a table.", f"Keep to {_LONGEST_TABLE} characters."


def _header_findings(fields: Sequence[Field], places: Sequence[Place]) -> Iterator[Finding]:
    owners: dict[str, str] = {}
    names: set[str] = set()
    for column, place in zip(fields, places, strict=True):
        if column.name in names:
            yield (*place, "name"), f"Two fields are called {column.name}.", "Rename one of them."
            continue
        names.add(column.name)
        owners.setdefault(normalise(column.name), column.name)
    for column, place in zip(fields, places, strict=True):
        # The builder puts the title before the aliases.
        written: list[tuple[Place, str]] = [((*place, "title"), column.title)]
        written += [((*place, "alias", position), alias) for position, alias in enumerate(column.aliases[1:])]
        for where, text in written:
            form = normalise(text)
            if not form:
                yield where, f"'{text}' holds neither letter nor digit.", "Write a word."
            elif owners.setdefault(form, column.name) != column.name:
                yield where, f"'{text}' is also a header of {owners[form]}.", "Leave it to one of the two."
    for column, place in zip(fields, places, strict=True):
        yield from pattern_findings(column, place, owners)


def _key_findings(contract: Contract, refused: frozenset[str]) -> Iterator[Finding]:
    for position, name in enumerate(contract.primary_key):
        if name in refused:
            continue
        place = ("primaryKey", position)
        column = _column(contract, name)
        if column is None:
            yield place, *_unknown(contract, name)
            continue
        if not column.required or column.rules_severity("obligatoire") == "warning":
            yield place, f"{name} is not required.", "A key is whole: make the field required, as an error."
        if column.type in {"number", "boolean"}:
            yield place, f"A {column.type} is no key.", "Take a string, an integer or a date."
        if column.type == "string" and not (column.enum or column.pattern or column.max_length or column.identifier):
            yield place, f"{name} may be longer than an index can hold.", "Give it a pattern, an enum or maxLength."


def _foreign_key_findings(contract: Contract, key: ForeignKey, place: Place) -> Iterator[Finding]:
    column = _column(contract, key.column)
    if column is None:
        yield (*place, "fields"), *_unknown(contract, key.column)
    elif column.type != "string":
        yield (*place, "fields"), "A register's codes are text.", "Give the field the type string."
    if key.at is None:
        return
    at = _column(contract, key.at)
    if at is None:
        yield (*place, "a_la_date"), *_unknown(contract, key.at)
    elif at.type not in {"date", "integer"}:
        yield (*place, "a_la_date"), f"{key.at} is no date.", "Name the date or the year when the code must be valid."
    if key.register not in texts.DATED:
        known = ", ".join(sorted(texts.DATED))
        yield (*place, "a_la_date"), f"The codes of {key.register} have no dates.", f"Take it away; dated: {known}."


def _named(rule: RowRule) -> tuple[str, ...]:
    """The columns that a rule speaks of."""
    if isinstance(rule, Comparison):
        return (rule.left, rule.right)
    return (rule.column, rule.when) if isinstance(rule, RequiredIf) else (rule.start, rule.end, *rule.group)


def _rule_findings(contract: Contract, rule: RowRule, place: Place) -> Iterator[Finding]:
    codes = [other.code for other in contract.rules]
    if codes.count(rule.code) > 1:
        yield (*place, "code"), f"Two rules have the code {rule.code}.", "Rename one of them."
    if rule.code in texts.CODES:
        yield (*place, "code"), f"{rule.code} is the code of a rule of the house.", "Rename the rule."
    yield from _text_findings(rule.text, place)


def _column_findings(contract: Contract, rule: RowRule, place: Place) -> Iterator[Finding]:
    if isinstance(rule, Comparison):
        return _comparison_findings(contract, rule, place)
    if isinstance(rule, RequiredIf):
        return _required_if_findings(contract, rule, place)
    return _periods_findings(contract, rule, place)


def _comparison_findings(contract: Contract, rule: Comparison, place: Place) -> Iterator[Finding]:
    left, right = _column(contract, rule.left), _column(contract, rule.right)
    if left is None:
        yield (*place, "colonne"), *_unknown(contract, rule.left)
    if right is None:
        yield (*place, "autre_colonne"), *_unknown(contract, rule.right)
    if left is None or right is None:
        return
    if left == right:
        yield (*place, "autre_colonne"), "The rule compares a column with itself.", "Name the other column."
    kinds = {"number" if column.type == "integer" else column.type for column in (left, right)}
    if len(kinds) > 1:
        yield (*place, "colonne"), f"A {left.type} is not compared with a {right.type}.", "Compare like with like."
    elif kinds & {"string", "boolean"} and rule.operator != "==":
        yield (*place, "operateur"), f"Two columns of type {left.type} have no order.", "Use == or other columns."


def _required_if_findings(contract: Contract, rule: RequiredIf, place: Place) -> Iterator[Finding]:
    column, when = _column(contract, rule.column), _column(contract, rule.when)
    if column is None:
        yield (*place, "colonne"), *_unknown(contract, rule.column)
    elif column.required:
        yield (*place, "colonne"), f"{rule.column} is required anyway.", "Take the rule away."
    if when is None:
        yield (*place, "si"), *_unknown(contract, rule.when)
    elif when.type != "string":
        yield (*place, "si"), f"{rule.when} is no string.", "Let the rule hang on a column of text."
    else:
        for position, value in enumerate(rule.values):
            if when.enum and value not in when.enum:
                yield (
                    (*place, "valeurs", position),
                    f"{rule.when} never is '{value}'.",
                    f"One of: {', '.join(when.enum)}.",
                )


def _periods_findings(contract: Contract, rule: DisjointPeriods, place: Place) -> Iterator[Finding]:
    for key, name in (("colonne", rule.start), ("autre_colonne", rule.end)):
        column = _column(contract, name)
        if column is None:
            yield (*place, key), *_unknown(contract, name)
        elif column.type != "date":
            yield (*place, key), f"{name} is no date.", "Name the first and the last day of the period."
    for position, name in enumerate(rule.group):
        if _column(contract, name) is None:
            yield (*place, "par", position), *_unknown(contract, name)


def _text_findings(text: RuleText, place: Place) -> Iterator[Finding]:
    for key, said in (("message", text.message), ("remede", text.remedy)):
        for name in texts.unknown_placeholders(said):
            known = ", ".join(sorted(texts.PLACEHOLDERS))
            yield (*place, key), f"Nothing fills in {{{name}}}.", f"Use {known}."


def _column(contract: Contract, name: str) -> Field | None:
    return next((column for column in contract.fields if column.name == name), None)


def _unknown(contract: Contract, name: str) -> tuple[str, str]:
    guess = nearest(name, contract.headers)
    return f"No field is called {name}.", f"Did you mean {guess}?" if guess else "Name a field of the contract."
