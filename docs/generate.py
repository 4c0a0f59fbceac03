"""Writes the tables of docs/guide-operateur.md that repeat contracts and error codes: ``python docs/generate.py``.

A part stands between ``<!-- debut: nom -->`` and ``<!-- fin: nom -->``; tests/unit/docs holds the guide to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final

from territoires.contracts import load_all
from territoires.reading import CODES
from territoires.receipts.french import NBSP, typography

GUIDE: Final = Path(__file__).resolve().parent / "guide-operateur.md"

BROKEN_ROWS: Final = frozenset({"ligne_incomplete", "ligne_trop_longue"})
"""Codes of the readers that refuse a row rather than the file."""

SAID_ELSEWHERE: Final = frozenset({"formule"})
"""Codes of the readers that are also a rule of a column, where the guide tells them."""

CELLS: Final[Mapping[str, tuple[str, str]]] = {
    "obligatoire": ("Cellule obligatoire vide", "Renseignez la cellule."),
    "type": (
        "Nombre, date ou oui/non illisible",
        "Écrivez le nombre seul avec une virgule, la date sous la forme jj/mm/aaaa ou aaaa-mm-jj, « oui » ou « non ».",
    ),
    "liste": ("Valeur hors de la liste", "Choisissez l'une des valeurs que cite le reçu."),
    "motif": ("Forme inattendue", "Suivez la forme de l'exemple que donne le reçu."),
    "minimum": ("Valeur trop petite ou date trop ancienne", "Vérifiez le signe, l'unité ou l'année."),
    "maximum": ("Valeur trop grande ou date trop lointaine", "Vérifiez la virgule, l'unité ou l'année."),
    "minimum_alerte": ("Valeur inhabituellement petite", "La ligne est chargée : vérifiez-la seulement."),
    "maximum_alerte": ("Valeur inhabituellement grande", "La ligne est chargée : vérifiez-la seulement."),
    "longueur": ("Texte trop long", "Raccourcissez le texte à la longueur que cite le reçu."),
    "formule": (
        "Texte qui commence comme une formule",
        "Remplacez la formule par sa valeur, ou retirez le signe =, +, - ou @ placé devant le texte.",
    ),
    "siren": (
        "SIREN inexact",
        "Recopiez les neuf chiffres depuis annuaire-entreprises.data.gouv.fr, zéros de tête compris.",
    ),
    "siret": (
        "SIRET inexact",
        "Recopiez les quatorze chiffres depuis annuaire-entreprises.data.gouv.fr, zéros de tête compris.",
    ),
    "registre": ("Code absent de la liste officielle", "Cherchez le code dans la liste que nomme le reçu."),
    "cle_unique": ("Deux lignes pour la même clé", "Gardez une seule ligne, ou corrigez la clé de l'une d'elles."),
}
"""The house's rules on cells, in the words of the guide: the receipt says the same with the value at fault."""

DECISIONS: Final[Mapping[str, tuple[str, str]]] = {
    "plafond_refus": (
        "Trop de lignes refusées : la livraison attend notre accord",
        "Rien pour l'instant. Si l'export était mauvais, dites-le-nous et déposez le bon.",
    ),
    "plafond_fermeture": (
        "Trop de lignes disparues d'un fichier complet : la livraison attend notre accord",
        "Vérifiez que l'export n'était pas filtré. S'il est juste, vous n'avez rien à faire.",
    ),
    "rejet_ingenieur": ("Livraison en attente finalement refusée", "Suivez le motif écrit sur le reçu."),
    "aucune_ligne": ("Aucune ligne n'est acceptable", "Corrigez le fichier, puis déposez-le de nouveau en entier."),
    "remplacee": ("Une livraison plus récente a déjà été chargée", "Rien : la plus récente fait foi."),
}
"""Codes that speak of the whole delivery once it is read."""

_PLACEHOLDER: Final = re.compile(r"[{]\w+[}]")
_CODE_SPAN: Final = re.compile(r"(`[^`]*`)")


def typeset(text: str) -> str:
    """Give French text its apostrophes and unbreakable spaces; what stands between backquotes stays as it is."""
    parts = _CODE_SPAN.split(text)
    return "".join(part if part.startswith("`") else typography(part).replace("'", "’") for part in parts)


def deliveries() -> str:
    """Return one line for each type of delivery: where to drop it, how it is read, when it is due."""
    lines = ["| Livraison | Dossier de dépôt | Ce que donne un fichier | Quand | Attend notre accord au-delà de |"]
    lines += ["| --- | --- | --- | --- | --- |"]
    for contract in load_all().values():
        page = f"[{typeset(contract.title)}](dictionnaire/{contract.name}.md)"
        given = "l'état complet" if contract.mode == "complet" else "les changements"
        held = f"{_percent(contract.refusal_ceiling)} de lignes refusées"
        if contract.mode == "complet":
            held += f", ou {_percent(contract.closing_ceiling)} de lignes disparues"
        lines.append(f"| {page} | `{contract.name}` | {typeset(given)} | {contract.calendar.frequency} | {held} |")
    return "\n".join(lines)


def codes() -> str:
    """Return the tables of error codes: the file, its rows, its decisions."""
    file_codes = {name: code for name, code in CODES.items() if name not in BROKEN_ROWS | SAID_ELSEWHERE}
    refusing = [
        (code.title, _remedy(code.remedy), name) for name, code in file_codes.items() if code.severity == "error"
    ]
    noted = [
        (code.title, _remedy(code.remedy), name) for name, code in file_codes.items() if code.severity == "warning"
    ]
    rows = [(CODES[name].title, _remedy(CODES[name].remedy), name) for name in sorted(BROKEN_ROWS)]
    rows += [(title, remedy, name) for name, (title, remedy) in CELLS.items()]
    own = [(rule.title, rule.text.remedy, rule.code) for contract in load_all().values() for rule in contract.rules]
    whole = [(title, remedy, name) for name, (title, remedy) in DECISIONS.items()]
    parts = {
        "Le fichier entier n'est pas lu": refusing,
        "Le fichier est lu, un point est à vérifier": noted,
        "Une ligne ou une cellule est à corriger": rows,
        "Deux colonnes d'une ligne se contredisent": own,
        "La livraison entière": whole,
    }
    return "\n\n".join(f"### {typeset(title)}\n\n{_table(_HEAD, found)}" for title, found in parts.items())


PARTS: Final[Mapping[str, Callable[[], str]]] = {"livraisons": deliveries, "codes": codes}
_HEAD: Final = ("Ce qui ne va pas", "Ce qu’il faut faire", "Code")


def render(guide: str) -> str:
    """Return *guide* with each generated part written anew.

    Raises:
        ValueError: a part has lost its marks.
    """
    for name, make in PARTS.items():
        begin, end = f"<!-- debut: {name} -->", f"<!-- fin: {name} -->"
        if guide.count(begin) != 1 or guide.count(end) != 1:
            raise ValueError(f"the guide has no part « {name} »")
        before, rest = guide.split(begin)
        after = rest.split(end)[1]
        guide = f"{before}{begin}\n\n{make()}\n\n{end}{after}"
    return guide


def _remedy(text: str) -> str:
    if text == "{correction}":
        return "Ajoutez la colonne, ou renommez celle que désigne le reçu."
    return _PLACEHOLDER.sub("…", text)


def _table(head: Iterable[str], rows: Iterable[tuple[str, str, str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "| --- | --- | --- |"]
    lines += [f"| {typeset(title)} | {typeset(remedy)} | `{code}` |" for title, remedy, code in _escaped(rows)]
    return "\n".join(lines)


def _escaped(rows: Iterable[tuple[str, str, str]]) -> Iterable[tuple[str, str, str]]:
    return [(title.replace("|", "\\|"), remedy.replace("|", "\\|"), code) for title, remedy, code in rows]


def _percent(share: float) -> str:
    return f"{100 * share:.0f}{NBSP}%"


if __name__ == "__main__":
    GUIDE.write_text(render(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")
