"""How the house speaks to operators: one text for each rule, in French, with what to write instead.

A contract may say it better for one of its columns (``regles`` of the field). ``{attendu}`` and ``{exemple}`` are known
from the contract and filled in when it is loaded, as is ``{colonne}``, the column's title; ``{valeur}`` waits for the
cell at fault (`speak`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from territoires.anomalies import Severity
from territoires.contracts.model import Comparison, Contract, Field, FieldType, ForeignKey, RequiredIf, RuleText
from territoires.contracts.suggestions import suggest

PLACEHOLDERS: Final = frozenset({"valeur", "attendu", "colonne", "exemple"})
_PLACEHOLDER: Final = re.compile(r"[{]([^{}]*)[}]")

_TYPES: Final[Mapping[FieldType, RuleText]] = {
    "string": RuleText("error", "« {valeur} » n'est pas un texte.", "Écrivez un texte, par exemple « {exemple} »."),
    "integer": RuleText(
        "error",
        "« {valeur} » n'est pas un nombre entier.",
        "Écrivez un nombre entier, sans unité ni décimale, par exemple « {exemple} ».",
    ),
    "number": RuleText(
        "error",
        "« {valeur} » ne se lit pas comme un nombre ({attendu}).",
        "Écrivez le nombre seul, sans unité, avec une virgule pour les décimales, par exemple « {exemple} ».",
    ),
    "date": RuleText(
        "error",
        "« {valeur} » n'est pas une date du calendrier.",
        "Écrivez la date sous la forme jj/mm/aaaa ou aaaa-mm-jj, par exemple « {exemple} ».",
    ),
    "boolean": RuleText("error", "« {valeur} » ne veut dire ni oui ni non.", "Écrivez « oui » ou « non »."),
}

_DATE_BOUNDS: Final[Mapping[str, RuleText]] = {
    "minimum": RuleText(
        "error",
        "La date {valeur} est antérieure au {attendu}, première date admise.",
        "Vérifiez l'année saisie, puis écrivez une date à partir du {attendu}.",
    ),
    "maximum": RuleText(
        "error",
        "La date {valeur} est postérieure au {attendu}, dernière date admise.",
        "Vérifiez l'année saisie, puis écrivez une date jusqu'au {attendu}.",
    ),
    "minimum_alerte": RuleText(
        "warning",
        "La date {valeur} est inhabituelle, car antérieure au {attendu}. La ligne est prise en compte.",
        "Vérifiez l'année saisie ; si la date est juste, vous n'avez rien à faire.",
    ),
    "maximum_alerte": RuleText(
        "warning",
        "La date {valeur} est inhabituelle, car postérieure au {attendu}. La ligne est prise en compte.",
        "Vérifiez l'année saisie ; si la date est juste, vous n'avez rien à faire.",
    ),
}

_HOUSE: Final[Mapping[str, RuleText]] = {
    "obligatoire": RuleText(
        "error",
        "La cellule est vide alors que la colonne « {colonne} » est obligatoire.",
        "Renseignez-la, par exemple « {exemple} ».",
    ),
    "liste": RuleText(
        "error", "« {valeur} » ne fait pas partie des valeurs admises.", "Écrivez l'une de ces valeurs : {attendu}."
    ),
    "motif": RuleText(
        "error", "« {valeur} » n'a pas la forme attendue.", "Suivez la forme de cet exemple : « {exemple} »."
    ),
    "minimum": RuleText(
        "error",
        "{valeur} est inférieur au minimum admis, {attendu}.",
        "Vérifiez le signe et l'unité, puis écrivez un nombre à partir de {attendu}.",
    ),
    "maximum": RuleText(
        "error",
        "{valeur} dépasse le maximum admis, {attendu}.",
        "Vérifiez l'unité et la place de la virgule, puis écrivez un nombre jusqu'à {attendu}.",
    ),
    "minimum_alerte": RuleText(
        "warning",
        "{valeur} est inhabituel, car inférieur à {attendu}. La ligne est prise en compte.",
        "Vérifiez l'unité ; si le nombre est juste, vous n'avez rien à faire.",
    ),
    "maximum_alerte": RuleText(
        "warning",
        "{valeur} est inhabituel, car supérieur à {attendu}. La ligne est prise en compte.",
        "Vérifiez l'unité et la place de la virgule ; si le nombre est juste, vous n'avez rien à faire.",
    ),
    "longueur": RuleText(
        "error", "Le texte dépasse {attendu} caractères.", "Raccourcissez-le à {attendu} caractères au plus."
    ),
    "formule": RuleText(
        "error",
        "« {valeur} » commence comme une formule de tableur, ce qui est dangereux dans un texte.",
        "Remplacez la formule par sa valeur, ou retirez le signe (=, +, -, @) placé devant le texte.",
    ),
    "siren": RuleText(
        "error",
        "« {valeur} » n'est pas un numéro SIREN : il compte neuf chiffres, dont le dernier contrôle les autres.",
        "Recopiez-le depuis annuaire-entreprises.data.gouv.fr, avec ses zéros de tête, par exemple « {exemple} ».",
    ),
    "siret": RuleText(
        "error",
        "« {valeur} » n'est pas un numéro SIRET : il compte quatorze chiffres, dont le dernier contrôle les autres.",
        "Recopiez-le depuis annuaire-entreprises.data.gouv.fr, avec ses zéros de tête, par exemple « {exemple} ».",
    ),
    "registre": RuleText("error", "« {valeur} » ne figure pas dans {attendu}.", "Vérifiez ce code dans {attendu}."),
    "cle_unique": RuleText(
        "error",
        "Une autre ligne du fichier porte la même clé ({attendu}).",
        "Gardez une seule ligne par clé : supprimez les lignes en trop, ou corrigez la clé de l'une d'elles.",
    ),
    "comparaison": RuleText(
        "error", "{valeur} n'est pas {attendu}.", "Comparez les deux colonnes et corrigez celle qui est fausse."
    ),
    "obligatoire_si": RuleText(
        "error", "« {colonne} » est vide alors que {attendu}.", "Renseignez cette cellule, par exemple « {exemple} »."
    ),
}

CODES: Final = frozenset({*_HOUSE, "type"} - {"comparaison", "obligatoire_si"})
"""Codes of the house's rules; a contract's rules across columns take other codes."""

_REGISTERS: Final[Mapping[str, str]] = {
    "territoire": "la liste des Territoires d'industrie publiée par l'ANCT",
    "epci": "la liste des intercommunalités publiée par la DGCL",
    "commune": "le code officiel géographique de l'INSEE",
}

_COMPARED: Final[Mapping[str, str]] = {
    "<": "inférieur à",
    "<=": "inférieur ou égal à",
    ">": "supérieur à",
    ">=": "supérieur ou égal à",
    "==": "égal à",
}
_COMPARED_DATES: Final[Mapping[str, str]] = {
    "<": "avant",
    "<=": "au plus tard à",
    ">": "après",
    ">=": "au plus tôt à",
    "==": "égal à",
}


def house_text(column: Field, code: str) -> RuleText:
    """Return the house's text of the rule *code* for *column*, as yet unfilled; KeyError for an unknown code."""
    if code == "type":
        return _TYPES[column.type]
    if column.type == "date" and code in _DATE_BOUNDS:
        return _DATE_BOUNDS[code]
    return _HOUSE[code]


def severity_of(column: Field, code: str) -> Severity:
    """Return how grave a breach of the rule *code* is: as the contract says, or else as the house does."""
    return column.rules_severity(code) or house_text(column, code).severity


def house_rule(kind: str) -> RuleText:
    """Return the house's unfilled text of a rule of the whole row: comparaison, obligatoire_si or cle_unique."""
    return _HOUSE[kind]


def rule_text(column: Field, code: str, register: str | None = None) -> RuleText:
    """Return what to say when *column* breaks the rule *code*, all filled in that the contract knows.

    *register* names the register of the rule ``registre``.
    """
    text = column.rules.get(code) or house_text(column, code)
    return fill_text(text, column, expected(column, code, register))


def key_text(contract: Contract) -> RuleText:
    """Return what to say when a primary key stands twice in a file."""
    titles = " + ".join(contract.column(name).title for name in contract.primary_key)
    return fill_text(contract.unique_key or _HOUSE["cle_unique"], contract.column(contract.primary_key[0]), titles)


def row_text(contract: Contract, rule: Comparison | RequiredIf) -> RuleText:
    """Return what to say when a row breaks a rule across columns."""
    if isinstance(rule, Comparison):
        column, other = contract.column(rule.left), contract.column(rule.right)
        words = (_COMPARED_DATES if column.type == "date" else _COMPARED)[rule.operator]
        wanted = f"{words} « {other.title} »"
    else:
        column, other = contract.column(rule.column), contract.column(rule.when)
        wanted = f"« {other.title} » vaut {' ou '.join(rule.values)}"
    return fill_text(rule.text, column, wanted)


def expected(column: Field, code: str, register: str | None = None) -> str:
    """Say in French what the rule *code* expects of *column*; empty where its text already says it."""
    bounds = {
        "minimum": column.minimum,
        "maximum": column.maximum,
        "minimum_alerte": column.soft_minimum,
        "maximum_alerte": column.soft_maximum,
        "longueur": column.max_length,
    }
    bound = bounds.get(code)
    if bound is not None:
        return spoken_bound(bound)
    if code == "type" and column.type == "number":
        decimals = column.decimals or 0
        return f"{decimals} décimale{'s' if decimals > 1 else ''} au plus" if decimals else "sans décimale"
    if code == "liste":
        return ", ".join(column.enum)
    if code == "registre" and register is not None:
        return _REGISTERS.get(register, f"le registre « {register} »")
    return ""


def spoken_bound(bound: float | date) -> str:
    """Write a bound as the French do: 22/11/2018, 500 000 000, 0,5."""
    if isinstance(bound, date):
        return f"{bound:%d/%m/%Y}"
    whole = f"{bound:,}".removesuffix(".0")
    return whole.replace(",", "\N{NO-BREAK SPACE}").replace(".", ",")


def spoken(example: str, kind: FieldType) -> str:
    """Write an example as people write it: a date of the contract is ISO, people here read 13/02/2020."""
    if kind == "date" and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", example):
        return f"{example[8:]}/{example[5:7]}/{example[:4]}"
    return example


def unknown_placeholders(text: str) -> tuple[str, ...]:
    """Return the placeholders of *text* that nothing fills in."""
    return tuple(name for name in _PLACEHOLDER.findall(text) if name not in PLACEHOLDERS)


def fill_text(text: RuleText, column: Field, attendu: str) -> RuleText:
    """Fill in all that is known of *column* before any file comes; ``{valeur}`` is left."""
    known = {"attendu": attendu, "exemple": spoken(column.example, column.type), "colonne": column.title}
    return replace(text, message=_fill(text.message, known), remedy=_fill(text.remedy, known))


def speak(text: RuleText, value: str | None, column: Field | None = None) -> tuple[str, str]:
    """Return message and remedy for one cell.

    Args:
        text: the rule's text, from `rule_text`, `key_text` or `row_text` (or the ``meta`` of the expectation).
        value: the cell as the operator wrote it, None for an empty cell.
        column: the field; where given, the remedy ends with the corrected value whenever it can be told.
    """
    known = {"valeur": value if value is not None else "(vide)"}
    remedy = _fill(text.remedy, known)
    corrected = suggest(column, value) if column is not None and value is not None else None
    if corrected is not None:
        remedy = f"{remedy} Vouliez-vous écrire « {corrected} » ?"
    return _fill(text.message, known), remedy


def codes_of(column: Field, register: str | None = None) -> tuple[str, ...]:
    """Return the codes of the rules that *column* has, in the order in which they are judged and shown."""
    present = {
        "obligatoire": column.required,
        "type": column.type != "string",
        "liste": bool(column.enum),
        "motif": column.pattern is not None,
        "longueur": column.max_length is not None,
        "siren": column.identifier == "siren",
        "siret": column.identifier == "siret",
        "minimum": column.minimum is not None,
        "maximum": column.maximum is not None,
        "minimum_alerte": column.soft_minimum is not None,
        "maximum_alerte": column.soft_maximum is not None,
        "formule": column.free_text,
        "registre": register is not None,
    }
    return tuple(code for code, is_present in present.items() if is_present)


def register_of(foreign_keys: tuple[ForeignKey, ...], column: str) -> str | None:
    """Return the register in which the values of *column* must stand, None if there is none."""
    return next((key.register for key in foreign_keys if key.column == column), None)


def _fill(text: str, known: Mapping[str, str]) -> str:
    """Replace each known ``{name}`` once; a value that holds braces is never read again."""
    return _PLACEHOLDER.sub(lambda found: known.get(found[1], found[0]), text)
