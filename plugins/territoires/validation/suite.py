"""A contract's Great Expectations suite: one expectation for each rule, with what to say when it is broken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, overload

from great_expectations import ExpectationSuite
from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull
from great_expectations.expectations.expectation import Expectation

from territoires.contracts import texts
from territoires.contracts.model import Comparison, Contract, DisjointPeriods, Field, ForeignKey, RowRule, RuleText
from territoires.registers.codes import Codes
from territoires.validation import expectations as ours
from territoires.validation.validate import OF_REGISTER, Rule

UNREADABLE = "__illisible"
"""Ends the name of the boolean column that says, beside a typed one, which of its cells could not be read."""

EMPTY = "__vide"
"""Ends the name of the boolean column that says, beside a column with secret values, which of its cells are empty."""

FORMULA = "__formule"
"""Ends the name of the boolean column that says, beside a free text, which of its cells begin as a formula."""

RESTORED = "__zeros"
"""Ends the name of the boolean column that says, beside a code, which of its cells had lost their leading zeros."""


Registers = Mapping[str, Codes | None]
"""What each register knows, by the name that contracts give it; None for one that cannot be asked."""


def compile_suite(contract: Contract, registers: Registers) -> ExpectationSuite:
    """Make the suite of *contract*, for a frame made by ``territoires.reading.convert`` and ``restore_zeros``.

    Each expectation judges one rule of one column and takes a missing cell for right, but for ``obligatoire``. Its
    ``severity`` is ``critical`` or ``warning``; its ``meta`` holds ``regle`` (code), ``colonne`` (its name in the
    contract), ``message``, ``remede`` (French, ``{valeur}`` left to fill in) and ``severite`` (``error`` or
    ``warning``). No two expectations share both rule and column.

    Args:
        contract: a loaded contract.
        registers: what each register knows that the contract's foreign keys name; the rules of one that is None are
            left out (``unjudged``).

    Raises:
        LookupError: a register is not given.
    """
    missing = sorted({key.register for key in contract.foreign_keys} - set(registers))
    if missing:
        raise LookupError(f"{contract.name} refers to registers that are not given: {', '.join(missing)}")
    expectations = [rule for column in contract.fields for rule in _of_column(contract, column, registers)]
    expectations.append(_of_key(contract))
    expectations += [_of_row(contract, rule) for rule in contract.rules]
    return ExpectationSuite(name=f"{contract.operator}.{contract.delivery}", expectations=expectations)


def unjudged(contract: Contract, registers: Registers) -> tuple[Rule, ...]:
    """Return the rules that ``compile_suite`` leaves out, as their register cannot be asked: they examine no row."""
    left_out = []
    for key in (key for key in contract.foreign_keys if registers[key.register] is None):
        column = contract.column(key.column)
        for code in (code for code in texts.codes_of(column, key) if code in OF_REGISTER):
            text = texts.rule_text(column, code, key)
            left_out.append(Rule(column.name, code, text.severity, text.message, text.remedy, examined=0, failed=0))
    return tuple(left_out)


def _of_column(contract: Contract, column: Field, registers: Registers) -> Iterator[Expectation]:
    """The expectations of a column; pydantic validates their terms, whose types it knows better than mypy can here."""
    key = texts.key_of(contract.foreign_keys, column.name)
    for code in texts.codes_of(column, key):
        said = _said(texts.rule_text(column, code, key), code, column.name)
        if code not in OF_REGISTER:
            kind, terms = _terms(column, code)
            yield kind(**{"column": column.name} | terms | said)
        elif key is not None and (codes := registers[key.register]) is not None:
            yield _of_register(key, code, codes, said)


def _of_register(key: ForeignKey, code: str, codes: Codes, said: dict[str, Any]) -> Expectation:
    register = ours.Register(key.register, codes)
    if code == "registre" or key.at is None:
        return ours.ExpectColumnValuesToBeInRegister(column=key.column, codes=register, **said)
    return ours.ExpectColumnPairToBeValidAt(column_A=key.column, column_B=key.at, codes=register, **said)


def _terms(column: Field, code: str) -> tuple[type[Expectation], dict[str, Any]]:
    """The class of expectation that judges a rule, and the rule's terms."""
    name = column.name
    terms: dict[str, tuple[type[Expectation], dict[str, Any]]] = {
        "obligatoire": (ExpectColumnValuesToNotBeNull, {})
        if column.secret is None
        else (ours.ExpectColumnFlagsToBeDown, {"column": name + EMPTY}),
        "type": (ours.ExpectColumnFlagsToBeDown, {"column": name + UNREADABLE}),
        "formule": (ours.ExpectColumnFlagsToBeDown, {"column": name + FORMULA}),
        "liste": (ours.ExpectColumnValuesToBeInList, {"values": list(column.enum)}),
        "motif": (ours.ExpectColumnValuesToHaveForm, {"pattern": column.pattern}),
        "longueur": (ours.ExpectColumnTextsToBeAtMostLong, {"longest": column.max_length}),
        "siren": (ours.ExpectColumnValuesToBeSiren, {"kind": "siren"}),
        "siret": (ours.ExpectColumnValuesToBeSiren, {"kind": "siret"}),
        "zero_de_tete": (ours.ExpectColumnFlagsToBeDown, {"column": name + RESTORED}),
        "minimum": (ours.ExpectColumnValuesToLieWithin, {"minimum": _json(column.minimum)}),
        "maximum": (ours.ExpectColumnValuesToLieWithin, {"maximum": _json(column.maximum)}),
        "minimum_alerte": (ours.ExpectColumnValuesToLieWithin, {"minimum": _json(column.soft_minimum)}),
        "maximum_alerte": (ours.ExpectColumnValuesToLieWithin, {"maximum": _json(column.soft_maximum)}),
    }
    return terms[code]


@overload
def _json(bound: date | None) -> str | None: ...
@overload
def _json(bound: float | date | None) -> float | str | None: ...
def _json(bound: float | date | None) -> float | str | None:
    return bound.isoformat() if isinstance(bound, date) else bound


def _of_key(contract: Contract) -> Expectation:
    """The key's rule stands on its first column, where an operator looks first."""
    said = _said(texts.key_text(contract), "cle_unique", contract.primary_key[0])
    if len(contract.primary_key) == 1:
        return ours.ExpectColumnKeysToStandOnce(column=contract.primary_key[0], **said)
    return ours.ExpectCompoundKeysToStandOnce(column_list=list(contract.primary_key), **said)


def _of_row(contract: Contract, rule: RowRule) -> Expectation:
    text = texts.row_text(contract, rule)
    if isinstance(rule, Comparison):
        said = _said(text, rule.code, rule.left)
        return ours.ExpectColumnPairToCompare(column_A=rule.left, column_B=rule.right, sign=rule.operator, **said)
    if isinstance(rule, DisjointPeriods):
        said = _said(text, rule.code, rule.start)
        return ours.ExpectPeriodsToLieApart(column_list=[rule.start, rule.end, *rule.group], **said)
    said = _said(text, rule.code, rule.column)
    return ours.ExpectColumnToBePresentWhen(column_A=rule.column, column_B=rule.when, values=list(rule.values), **said)


def _said(text: RuleText, code: str, column: str) -> dict[str, Any]:
    """What every expectation of ours carries beside its own terms."""
    return {
        "severity": "critical" if text.severity == "error" else "warning",
        "description": f"{column} : {code}",
        "meta": {
            "regle": code,
            "colonne": column,
            "message": text.message,
            "remede": text.remedy,
            "severite": text.severity,
        },
    }
