"""A contract's Great Expectations suite: one expectation for each rule, with what to say when it is broken."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from great_expectations import ExpectationSuite
from great_expectations.expectations.core.expect_column_values_to_not_be_null import ExpectColumnValuesToNotBeNull
from great_expectations.expectations.expectation import Expectation

from territoires.contracts import texts
from territoires.contracts.model import Comparison, Contract, Field, RequiredIf, RuleText
from territoires.validation import expectations as ours

UNREADABLE = "__illisible"
"""Ends the name of the boolean column that says, beside a typed one, which of its cells could not be read."""

FORMULA = "__formule"
"""Ends the name of the boolean column that says, beside a free text, which of its cells begin as a formula."""


def compile_suite(contract: Contract, registers: Mapping[str, Collection[str]]) -> ExpectationSuite:
    """Make the suite of *contract*, for a frame made by ``territoires.reading.convert``.

    Each expectation judges one rule of one column and takes a missing cell for right, but for ``obligatoire``. Its
    ``severity`` is ``critical`` or ``warning``; its ``meta`` holds ``regle`` (code), ``colonne`` (its name in the
    contract), ``message``, ``remede`` (French, ``{valeur}`` left to fill in) and ``severite`` (``error`` or
    ``warning``). No two expectations share both rule and column.

    Args:
        contract: a loaded contract.
        registers: the known codes of each register that the contract's foreign keys name.

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


def _of_column(contract: Contract, column: Field, registers: Mapping[str, Collection[str]]) -> Iterator[Expectation]:
    register = texts.register_of(contract.foreign_keys, column.name)
    for code in texts.codes_of(column, register):
        said = _said(texts.rule_text(column, code, register), code, column.name)
        yield _expectation(column, code, register, registers, said)


def _expectation(
    column: Field, code: str, register: str | None, registers: Mapping[str, Collection[str]], said: dict[str, Any]
) -> Expectation:
    """One expectation; its terms are validated by pydantic, which also knows their types better than mypy can here."""
    kind, terms = _terms(column, code)
    if code == "registre" and register is not None:
        terms = {"register_name": register, "values": sorted(registers[register])}
    return kind(**{"column": column.name} | terms | said)


def _terms(column: Field, code: str) -> tuple[type[Expectation], dict[str, Any]]:
    """The class of expectation that judges a rule, and the rule's terms."""
    name = column.name
    terms: dict[str, tuple[type[Expectation], dict[str, Any]]] = {
        "obligatoire": (ExpectColumnValuesToNotBeNull, {}),
        "type": (ours.ExpectColumnFlagsToBeDown, {"column": name + UNREADABLE}),
        "formule": (ours.ExpectColumnFlagsToBeDown, {"column": name + FORMULA}),
        "liste": (ours.ExpectColumnValuesToBeInList, {"values": list(column.enum)}),
        "motif": (ours.ExpectColumnValuesToHaveForm, {"pattern": column.pattern}),
        "longueur": (ours.ExpectColumnTextsToBeAtMostLong, {"longest": column.max_length}),
        "siren": (ours.ExpectColumnValuesToBeSiren, {"kind": "siren"}),
        "siret": (ours.ExpectColumnValuesToBeSiren, {"kind": "siret"}),
        "registre": (ours.ExpectColumnValuesToBeInRegister, {}),
        "minimum": (ours.ExpectColumnValuesToLieWithin, {"minimum": _json(column.minimum)}),
        "maximum": (ours.ExpectColumnValuesToLieWithin, {"maximum": _json(column.maximum)}),
        "minimum_alerte": (ours.ExpectColumnValuesToLieWithin, {"minimum": _json(column.soft_minimum)}),
        "maximum_alerte": (ours.ExpectColumnValuesToLieWithin, {"maximum": _json(column.soft_maximum)}),
    }
    return terms[code]


def _json(bound: float | date | None) -> float | str | None:
    return bound.isoformat() if isinstance(bound, date) else bound


def _of_key(contract: Contract) -> Expectation:
    """The key's rule stands on its first column, where an operator looks first."""
    said = _said(texts.key_text(contract), "cle_unique", contract.primary_key[0])
    if len(contract.primary_key) == 1:
        return ours.ExpectColumnKeysToStandOnce(column=contract.primary_key[0], **said)
    return ours.ExpectCompoundKeysToStandOnce(column_list=list(contract.primary_key), **said)


def _of_row(contract: Contract, rule: Comparison | RequiredIf) -> Expectation:
    text = texts.row_text(contract, rule)
    if isinstance(rule, Comparison):
        said = _said(text, rule.code, rule.left)
        return ours.ExpectColumnPairToCompare(column_A=rule.left, column_B=rule.right, sign=rule.operator, **said)
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
