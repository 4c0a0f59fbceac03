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
from territoires.contracts.model import (
    Comparison,
    Contract,
    DisjointPeriods,
    Field,
    FieldType,
    ForeignKey,
    RowRule,
    RuleText,
)

PLACEHOLDERS: Final = frozenset({"valeur", "attendu", "colonne", "exemple", "corrige", "autre_ligne"})
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
        "« {valeur} » ne se lit pas comme une date du calendrier (jour, mois, année à quatre chiffres).",
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
        "« {valeur} » est une formule de tableur, ou l'erreur qu'elle laisse, au lieu d'un texte.",
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
    "zero_de_tete": RuleText(
        "warning",
        "« {valeur} » a perdu ses zéros de tête, comme souvent dans un tableur ; la ligne est prise en compte avec "
        "« {corrige} ».",
        "Si « {corrige} » est juste, vous n'avez rien à faire. Pour garder les zéros à l'avenir, mettez la colonne au "
        "format texte avant de saisir ou de coller les codes.",
    ),
    "registre": RuleText("error", "« {valeur} » ne figure pas dans {attendu}.", "Vérifiez ce code dans {attendu}."),
    "cle_unique": RuleText(
        "error",
        "La ligne {autre_ligne} du fichier porte la même clé ({attendu}).",
        "Gardez une seule ligne par clé : supprimez les lignes en trop, ou corrigez la clé de l'une d'elles.",
    ),
    "comparaison": RuleText(
        "error", "{valeur} n'est pas {attendu}.", "Comparez les deux colonnes et corrigez celle qui est fausse."
    ),
    "obligatoire_si": RuleText(
        "error", "« {colonne} » est vide alors que {attendu}.", "Renseignez cette cellule, par exemple « {exemple} »."
    ),
    "periodes_disjointes": RuleText(
        "error",
        "Cette période en recouvre une autre, celle de la ligne {autre_ligne} ({attendu}).",
        "Corrigez les dates de l'une des deux lignes : une période se termine avant que la suivante commence.",
    ),
}

_AT_DATE: Final[Mapping[str, RuleText]] = {
    "territoire": RuleText(
        "error",
        "« {valeur} » est un identifiant d'une autre période du programme : il n'est pas dans la liste en vigueur à la "
        "date de la ligne (colonne « {attendu} »).",
        "Les identifiants ont été redistribués entre la phase 1 (2018-2023) et la phase 2 (2023-2027). Reprenez "
        "celui du territoire dans la liste en vigueur à cette date, ou corrigez la date.",
    ),
    "commune": RuleText(
        "error",
        "« {valeur} » est un code d'un autre millésime : aucune commune ne le porte à la date de la ligne (colonne "
        "« {attendu} »).",
        "La commune a sans doute fusionné ou changé de code : écrivez le code en vigueur à cette date, que donne "
        "insee.fr (code officiel géographique), ou corrigez la date.",
    ),
    "fap": RuleText(
        "error",
        "« {valeur} » est un métier d'une autre édition de la nomenclature que celle de l'année de la ligne (colonne "
        "« {attendu} »).",
        "La FAP 2009 vaut jusqu'à 2023, la FAP 2021 à partir de 2024 : vérifiez l'année, ou le code du métier.",
    ),
}
"""Said of a code that its register knows, but not at the row's date."""

CODES: Final = frozenset(
    {*_HOUSE, "type", "registre_a_la_date"} - {"comparaison", "obligatoire_si", "periodes_disjointes"}
)
"""Codes of the house's rules; a contract's rules across columns or rows take other codes."""

CELL_CODES: Final = CODES - {"cle_unique"}
"""Codes of the house's rules on one cell alone."""

DATED: Final = frozenset(_AT_DATE)
"""Registers whose codes come and go."""

_REGISTERS: Final[Mapping[str, str]] = {
    "territoire": "la liste des Territoires d'industrie publiée par l'ANCT",
    "commune": "le code officiel géographique de l'INSEE",
    "rome": "le répertoire opérationnel des métiers (ROME) de France Travail",
    "pays": "la liste des pays de la norme ISO 3166",
    "naf": "les divisions de la nomenclature d'activités française (NAF rév. 2)",
    "contrat": "les contrats déjà transmis",
    "fap": "la nomenclature des familles professionnelles (FAP) de la DARES",
    "bassin": "la liste des bassins d'emploi de France Travail",
}
"""How each register is called in messages."""

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


def house_text(column: Field, code: str, key: ForeignKey | None = None) -> RuleText:
    """Return the house's text of the rule *code* for *column*, as yet unfilled; KeyError for an unknown code."""
    if code == "type":
        return _TYPES[column.type]
    if code == "registre_a_la_date":
        return _AT_DATE[key.register] if key is not None and key.register in _AT_DATE else _HOUSE["registre"]
    if column.type == "date" and code in _DATE_BOUNDS:
        return _DATE_BOUNDS[code]
    return _HOUSE[code]


def severity_of(column: Field, code: str) -> Severity:
    """Return how grave a breach of the rule *code* is: as the contract says, or else as the house does."""
    return column.rules_severity(code) or house_text(column, code).severity


def house_rule(kind: str) -> RuleText:
    """Return the house's unfilled text of a rule of whole rows: of a type of rule, or cle_unique."""
    return _HOUSE[kind]


def rule_text(column: Field, code: str, key: ForeignKey | None = None) -> RuleText:
    """Return what to say when *column* breaks the rule *code*, all filled in that the contract knows.

    *key* names the register of the rules ``registre`` and ``registre_a_la_date``.
    """
    text = column.rules.get(code) or house_text(column, code, key)
    return fill_text(text, column, expected(column, code, key))


def key_text(contract: Contract) -> RuleText:
    """Return what to say when a primary key stands twice in a file."""
    titles = " + ".join(contract.column(name).title for name in contract.primary_key)
    return fill_text(contract.unique_key or _HOUSE["cle_unique"], contract.column(contract.primary_key[0]), titles)


def row_text(contract: Contract, rule: RowRule) -> RuleText:
    """Return what to say when a row breaks a rule across columns or between rows."""
    if isinstance(rule, DisjointPeriods):
        titles = " + ".join(contract.column(name).title for name in rule.group)
        return fill_text(rule.text, contract.column(rule.start), titles)
    if isinstance(rule, Comparison):
        column, other = contract.column(rule.left), contract.column(rule.right)
        words = (_COMPARED_DATES if column.type == "date" else _COMPARED)[rule.operator]
        wanted = f"{words} « {other.title} »"
    else:
        column, other = contract.column(rule.column), contract.column(rule.when)
        wanted = f"« {other.title} » vaut {' ou '.join(rule.values)}"
    return fill_text(rule.text, column, wanted)


def expected(column: Field, code: str, key: ForeignKey | None = None) -> str:
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
    if code == "registre" and key is not None:
        return _REGISTERS[key.register]
    if code == "registre_a_la_date" and key is not None:
        return key.at or ""
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
    """Fill in all that is known of *column* before any file comes; what a row alone tells is left (see ``speak``)."""
    known = {"attendu": attendu, "exemple": spoken(column.example, column.type), "colonne": column.title}
    return replace(text, message=_fill(text.message, known), remedy=_fill(text.remedy, known))


def speak(
    text: RuleText, value: str | None, corrected: str | None = None, told: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """Return message and remedy for one cell.

    Args:
        text: the rule's text, from `rule_text`, `key_text` or `row_text` (or the ``meta`` of the expectation).
        value: the cell as the operator wrote it, None for an empty cell.
        corrected: what the operator probably meant, with which the remedy then ends.
        told: what else the row tells: ``corrige``, ``autre_ligne``.
    """
    known = {"valeur": value if value is not None else "(vide)"} | dict(told or {})
    remedy = _fill(text.remedy, known)
    if corrected is not None:
        remedy = f"{remedy} Vouliez-vous écrire « {corrected} » ?"
    return _fill(text.message, known), remedy


def codes_of(column: Field, key: ForeignKey | None = None) -> tuple[str, ...]:
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
        "zero_de_tete": loses_zeros(column, key),
        "registre": key is not None,
        "registre_a_la_date": key is not None and key.at is not None,
    }
    return tuple(code for code, is_present in present.items() if is_present)


def loses_zeros(column: Field, key: ForeignKey | None) -> bool:
    """Whether a value of *column* that lost its leading zeros can be known again for certain (see decision 0014)."""
    return column.identifier == "siret" or (key is not None and key.register == "commune")


def key_of(foreign_keys: tuple[ForeignKey, ...], column: str) -> ForeignKey | None:
    """Return the foreign key of *column*, None if it has none."""
    return next((key for key in foreign_keys if key.column == column), None)


def _fill(text: str, known: Mapping[str, str]) -> str:
    """Replace each known ``{name}`` once; a value that holds braces is never read again."""
    return _PLACEHOLDER.sub(lambda found: known.get(found[1], found[0]), text)
