"""A delivery's page of the dictionary, in Markdown and in French, for operators and for whoever reads the data."""

from __future__ import annotations

from typing import Final

from territoires.contracts.ddl import column_type
from territoires.contracts.history import validity, versions_part
from territoires.contracts.model import Contract, Field
from territoires.contracts.wording import (
    UNKNOWN_COLUMNS,
    clue_words,
    due_words,
    required_words,
    row_rule_words,
    rule_words,
    type_words,
)

_MODES: Final = {
    "delta": "Chaque fichier apporte les lignes nouvelles ou modifiées ; les autres restent en l'état.",
    "complet": "Chaque fichier est l'état entier ; une clé qui n'y figure plus est close.",
}
_PERSONAL: Final = {"aucune": "non", "contact_professionnel": "oui, contact professionnel"}


def page(contract: Contract, present: Contract | None = None) -> str:
    """Return the page of *contract*; it is made from the contract alone, so it never differs from what is checked.

    *present* is given for a former version: the page then says at once which one took its place.
    """
    source = contract.name if present is None else f"{contract.name}/{contract.version}"
    parts = [
        f"# {contract.title}" + ("" if present is None else f" (version {contract.version})"),
        f"*Page écrite par `python -m territoires.contracts` d'après `include/contracts/{source}.yaml`.*",
        *([] if present is None else [_superseded(contract, present)]),
        contract.description,
        _card(contract),
        "## Colonnes",
        _summary(contract),
        *(_section(contract, column) for column in contract.fields),
    ]
    if contract.rules:
        rules = "\n".join(
            f"- {row_rule_words(contract, rule)}{_severity(rule.text.severity)}" for rule in contract.rules
        )
        parts += ["## Règles entre colonnes", rules]
    if present is None:
        parts += versions_part(contract)
    return "\n\n".join(parts) + "\n"


def _superseded(contract: Contract, present: Contract) -> str:
    now = f"[version {present.version}](../{contract.delivery}.md)"
    return f"**Ancienne version**, gardée pour les livraisons qu'elle a jugées. En vigueur : {now}."


def _held_beyond(contract: Contract) -> str:
    share, rows = _percent(contract.refusal_ceiling), contract.refusals_tolerated
    return f"au-delà de {share} et de {rows} lignes, la livraison attend une décision"


def _card(contract: Contract) -> str:
    facts = {
        "Livraison": f"`{contract.name}`, contrat {contract.version}",
        "Validité": validity(contract),
        "Grain": contract.grain,
        "Clé": " + ".join(f"`{name}`" for name in contract.primary_key),
        "Mode": _mode(contract),
        "Calendrier": f"{contract.calendar.frequency} ; {due_words(contract.calendar)}",
        "Colonnes inconnues": UNKNOWN_COLUMNS[contract.unknown_columns],
        "Lignes refusées": _held_beyond(contract),
        "Table": f"`core.{contract.table}`",
    }
    if contract.mode == "complet":
        facts["Clés closes"] = f"au-delà de {_percent(contract.closing_ceiling)}, la livraison attend une décision"
    facts["Décision"] = f"sans décision sous {contract.decision_days} jours, une livraison en attente est rejetée"
    facts["Relance"] = f"les lignes encore en quarantaine après {contract.reminder_days} jours sont rappelées une fois"
    return "\n".join(["| | |", "| --- | --- |", *(f"| {name} | {_cell(said)} |" for name, said in facts.items())])


def _mode(contract: Contract) -> str:
    if not contract.scope:
        return _MODES[contract.mode]
    scope = " + ".join(f"`{name}`" for name in contract.scope)
    return f"Chaque fichier est l'état entier de chaque {scope} qu'il contient ; une clé qui n'y figure plus est close."


def _summary(contract: Contract) -> str:
    rows = ["| colonne | intitulé | obligatoire | contenu | exemple |", "| --- | --- | --- | --- | --- |"]
    for column in contract.fields:
        cells = (f"`{column.name}`", column.title, required_words(column), type_words(column), column.example)
        rows.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(rows)


def _section(contract: Contract, column: Field) -> str:
    facts = [f"- Contenu : {type_words(column)}", f"- Obligatoire : {required_words(column)}"]
    facts += [f"- Règle : {rule}" for rule in rule_words(contract, column)]
    if column.pattern is not None:
        facts.append(f"- Motif : `{column.pattern}`")
    aliases = [alias for alias in column.aliases if alias not in {column.title, *column.former_names}]
    if aliases:
        facts.append(f"- Autres en-têtes reconnus : {', '.join(aliases)}")
    if column.name_patterns:
        patterns = ", ".join(f"`{pattern}`" for pattern in column.name_patterns)
        facts.append(f"- En-têtes reconnus par leur forme (minuscules, sans accent, `_` entre les mots) : {patterns}")
    if column.clues is not None:
        facts.append(f"- Sous un autre nom, reconnue à son contenu : {clue_words(column)}")
    if column.former_names:
        facts.append(f"- Anciens noms, encore reconnus : {', '.join(column.former_names)}")
    facts.append(f"- Exemple : `{column.example}`")
    facts.append(f"- Donnée personnelle : {_PERSONAL[column.personal_data]}")
    facts.append(f"- Dans l'entrepôt : `{column_type(column)}`")
    return "\n\n".join([f"### {column.name}", f"**{column.title}.** {column.description}", "\n".join(facts)])


def _severity(severity: str) -> str:
    return " *(avertissement)*" if severity == "warning" else ""


def _percent(share: float) -> str:
    return f"{100 * share:.10g} %".replace(".", ",")


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
