"""The rules of a column as people read them before any file is sent: in templates and in the dictionary."""

from __future__ import annotations

from typing import Final

from territoires.contracts import texts
from territoires.contracts.model import Calendar, Comparison, Contract, DisjointPeriods, Field, RowRule

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


_PERIODS: Final = {
    "mois": "chaque mois",
    "trimestre": "chaque trimestre",
    "semestre": "chaque semestre",
    "annee": "chaque année",
}


def due_words(calendar: Calendar) -> str:
    """Say when a delivery is due: ``attendue 10 jours après la fin de chaque mois, en retard 5 jours plus tard``."""
    due = f"{_days(calendar.due_days)} après " if calendar.due_days else "à "
    return f"attendue {due}la fin de {_PERIODS[calendar.period]}, en retard {_days(calendar.late_after_days)} plus tard"


def _days(number: int) -> str:
    return f"{number} jour{'s' if number > 1 else ''}"


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
    key = texts.key_of(contract.foreign_keys, column.name)
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
        "zero_de_tete": "des zéros de tête perdus sont rétablis, avec un avertissement",
        "registre": "figure dans {}",
        "registre_a_la_date": "en vigueur à la date de la ligne (« {} »)",
    }
    codes = [code for code in texts.codes_of(column, key) if code in said]
    published = []
    if column.secret is not None:
        published.append(f"« {column.secret} » est une valeur secrète, chargée comme inconnue et jamais comme 0")
    if column.width is not None:
        published.append(f"un nombre qui a perdu ses zéros de tête est ramené à {column.width} chiffres")
    return (*published, *(said[code].replace("{}", texts.expected(column, code, key)) for code in codes))


def clue_words(column: Field) -> str:
    """Say by which content a column is recognised when no name says what it is; empty for a column without clues."""
    clues = column.clues
    if clues is None:
        return ""
    said = (
        (clues.form is not None, f"chaque valeur a la forme `{clues.form}`"),
        (clues.constant, "la même valeur sur toutes les lignes"),
        (clues.label_of is not None, f"un libellé par `{clues.label_of}`"),
        (clues.one_for_each is not None, f"une seule valeur pour chaque `{clues.one_for_each}`"),
        (clues.at_most is not None, f"nulle part plus que `{clues.at_most}`"),
        (clues.after is not None, f"placée après `{clues.after}`"),
        (clues.hidden_more_than is not None, f"plus souvent secrète que `{clues.hidden_more_than}`"),
    )
    return ", ".join(words for holds, words in said if holds) or "la forme de ses valeurs"


def row_rule_words(contract: Contract, rule: RowRule) -> str:
    """Say a rule across columns, or between rows, in one sentence."""
    if isinstance(rule, DisjointPeriods):
        group = ", ".join(f"`{name}`" for name in rule.group)
        return (
            f"{rule.title} : pour un même {group}, les périodes de `{rule.start}` à `{rule.end}` ne se recouvrent pas "
            f"(une fin vide est une période en cours)."
        )
    if isinstance(rule, Comparison):
        return f"{rule.title} : `{rule.left}` {rule.operator} `{rule.right}` quand les deux sont renseignés."
    when = contract.column(rule.when)
    return f"{rule.title} : `{rule.column}` est obligatoire si `{when.name}` vaut {' ou '.join(rule.values)}."


def required_words(column: Field) -> str:
    """Say whether a column must be filled in."""
    if not column.required:
        return "non"
    return "oui" if column.mandatory else "souhaité"
