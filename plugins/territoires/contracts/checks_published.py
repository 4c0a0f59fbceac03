"""The sense of what a contract says of files made by their publisher, not by our template.

Names of which a part changes, secret values, numbers that lost their zeros, columns known by their content, a whole
state that is that of one year. Each check yields findings: (place, what, remedy).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from territoires.contracts.faults import Finding, Place
from territoires.contracts.model import Contract, Field
from territoires.contracts.patterns import pattern_faults


def published_findings(column: Field, place: Place) -> Iterator[Finding]:
    """Yield what makes no sense in the width, the secret or the clues of one field."""
    if column.width is not None and column.type != "string":
        yield (*place, "largeur"), f"A field of type {column.type} keeps no zeros.", "Give the field the type string."
    if column.secret is not None and column.type not in {"integer", "number"}:
        yield (*place, "secret"), f"A field of type {column.type} has no secret values.", "Only numbers have some."
    if column.secret is not None and any(sign.isalnum() for sign in column.secret):
        yield (*place, "secret"), f"'{column.secret}' could be a value.", "Take a sign that is no letter or digit."
    if column.clues is not None and column.clues.form is not None:
        for what, remedy in pattern_faults(column.clues.form):
            yield (*place, "reconnu_a", "forme"), what, remedy


def pattern_findings(column: Field, place: Place, owners: Mapping[str, str]) -> Iterator[Finding]:
    """Yield what is wrong with the patterns of a column's names; *owners* has the column of each known name."""
    for position, pattern in enumerate(column.name_patterns):
        where = (*place, "alias_motifs", position)
        faults = list(pattern_faults(pattern))
        for what, remedy in faults:
            yield where, what, remedy
        taken = [name for name in owners if not faults and re.fullmatch(pattern, name) and owners[name] != column.name]
        if taken:
            yield where, f"It matches '{taken[0]}', a header of {owners[taken[0]]}.", "Narrow it."


def clue_findings(contract: Contract, column: Field, place: Place) -> Iterator[Finding]:
    """Yield the columns that the clues of *column* compare it with and that are no such columns."""
    for key, name in column.clues.others.items() if column.clues is not None else ():
        where = (*place, "reconnu_a", key)
        other = next((one for one in contract.fields if one.name == name), None)
        if other is None or other is column:
            yield where, f"{name} is no other column of the contract.", "Name one."
        elif key == "plus_secret_que" and None in {column.secret, other.secret}:
            yield where, "Both columns must have secret values.", "Give both the sign of them (secret)."
        elif key == "au_plus" and not {column.type, other.type} <= {"integer", "number"}:
            yield where, "Only numbers are compared so.", "Take it away."


def scope_findings(contract: Contract) -> Iterator[Finding]:
    """Yield what keeps files from being the whole state of a part of their table."""
    if contract.scope and contract.mode != "complet":
        yield ("complet_par",), f"A file of mode {contract.mode} is no whole state.", "Take it away."
    for position, name in enumerate(contract.scope):
        if name not in contract.primary_key:
            yield ("complet_par", position), f"{name} is no part of the key.", "Name columns of the key."
