"""The rules of a column as people read them before any file is sent: in templates and in the dictionary."""

from __future__ import annotations

from typing import Final

from territoires.contracts import texts
from territoires.contracts.model import Comparison, Contract, Field, RequiredIf

TYPES: Final = {
    "string": "texte",
    "integer": "nombre entier",
    "number": "nombre",
    "date": "date",
    "boolean": "oui ou non",
}
UNKNOWN_COLUMNS: Final = {
    "freeze": "le fichier est refusé",
    "discard": "elles sont ignorées, avec un avertissement",
}


def type_words(column: Field) -> str:
    """Say what a column holds: ``nombre (2 décimales au plus)``, ``numéro SIREN``."""
    if column.identifier is not None:
        return f"numéro {column.identifier.upper()}"
    if column.type == "date":
        return "date (jj/mm/aaaa ou aaaa-mm-jj)"
    said = texts.expected(column, "type")
    return f"{TYPES[column.type]} ({said})" if said else TYPES[column.type]


def rule_words(contract: Contract, column: Field) -> tuple[str, ...]:
    """Say each rule of a column that its type and its being required do not say already, in the order of judgement."""
    register = texts.register_of(contract.foreign_keys, column.name)
    said = {
        "liste": "une valeur parmi : {}",
        "motif": "la forme de l'exemple",
        "longueur": "{} caractères au plus",
        "siren": "neuf chiffres, clé de contrôle juste",
        "siret": "quatorze chiffres, clé de contrôle juste",
        "minimum": "à partir du {}" if column.type == "date" else "au moins {}",
        "maximum": "jusqu'au {}" if column.type == "date" else "au plus {}",
        "minimum_alerte": "avertissement avant le {}" if column.type == "date" else "avertissement au-dessous de {}",
        "maximum_alerte": "avertissement après le {}" if column.type == "date" else "avertissement au-dessus de {}",
        "registre": "figure dans {}",
    }
    codes = [code for code in texts.codes_of(column, register) if code in said]
    return tuple(said[code].replace("{}", texts.expected(column, code, register)) for code in codes)


def row_rule_words(contract: Contract, rule: Comparison | RequiredIf) -> str:
    """Say a rule across columns in one sentence."""
    if isinstance(rule, Comparison):
        return f"{rule.title} : `{rule.left}` {rule.operator} `{rule.right}` quand les deux sont renseignés."
    when = contract.column(rule.when)
    return f"{rule.title} : `{rule.column}` est obligatoire si `{when.name}` vaut {' ou '.join(rule.values)}."


def required_words(column: Field) -> str:
    """Say whether a column must be filled in."""
    if not column.required:
        return "non"
    return "oui" if column.mandatory else "souhaité"
