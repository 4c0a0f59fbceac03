"""Writes what the guides repeat of contracts, error codes and comments of bi: ``python docs/generate.py``.

A part of a guide stands between ``<!-- debut: nom -->`` and ``<!-- fin: nom -->``; docs/dictionnaire/bi.md is written
whole. ``--check`` writes nothing and fails if a page is not up to date; tests/unit/docs holds them all to it.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from territoires.contracts import load_all
from territoires.reading import CODES
from territoires.receipts.french import NBSP, typography
from territoires.settings import REPOSITORY

DOCS: Final = REPOSITORY / "docs"
GUIDE: Final = DOCS / "guide-operateur.md"
BI_GUIDE: Final = DOCS / "guide-bi.md"
BI_DICTIONARY: Final = DOCS / "dictionnaire" / "bi.md"

BROKEN_ROWS: Final = frozenset({"ligne_incomplete", "ligne_trop_longue"})
"""Codes of the readers that refuse a row rather than the file."""

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
        "Formule de tableur, ou son erreur, au lieu d'un texte",
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
    "zero_de_tete": (
        "Zéros de tête perdus, rétablis par nos soins",
        "Vérifiez seulement la valeur que cite le reçu ; à l'avenir, mettez la colonne au format texte.",
    ),
    "registre": ("Code absent de la liste officielle", "Cherchez le code dans la liste que nomme le reçu."),
    "registre_a_la_date": (
        "Code qui n'est pas en vigueur à la date de la ligne",
        "Écrivez le code en vigueur à cette date, ou corrigez la date ; le reçu propose le code quand il le connaît.",
    ),
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
    "delai_decision": (
        "Livraison en attente restée sans décision dans le délai prévu",
        "Si le fichier est juste, prévenez votre correspondant et déposez-le de nouveau.",
    ),
    "aucune_ligne": ("Aucune ligne n'est acceptable", "Corrigez le fichier, puis déposez-le de nouveau en entier."),
    "remplacee": ("Une livraison plus récente a déjà été chargée", "Rien : la plus récente fait foi."),
}
"""Codes that speak of the whole delivery once it is read."""

VIEWS: Final[Mapping[str, tuple[str, ...]]] = {
    "Qui s'engage, et sur quoi": (
        "engagement",
        "investissement",
        "accompagnement",
        "action_recrutement",
        "projet_attractivite",
    ),
    "Ce qui est signé et annoncé": ("contrat", "fiche_action", "convention", "enveloppe_annuelle", "fait_programme"),
    "Ce dont on manque": (
        "besoin_main_oeuvre_territoire",
        "besoin_main_oeuvre_national",
        "repartition_bassin",
        "tension_metier_territoire",
        "adequation_formation",
    ),
    "Où, et avec qui": ("territoire", "referent"),
    "Jusqu'où se fier": ("construction", "fiabilite", "quarantaine_ouverte", "calendrier_livraisons", "livraison"),
}
"""The views of bi by what is asked of them, in the order of the guide."""

_BI_ORIGIN: Final = (
    "*Page écrite par `python docs/generate.py` d’après les commentaires de `include/sql/bi`, que la base porte aussi. "
    f"Comment les lire et s’y fier{NBSP}: [guide](../guide-bi.md).*"
)
_COMMENT: Final = re.compile(
    r"comment on (?:table|column) magasin_candidat[.](\w+)(?:[.](\w+))? is\s*'((?:[^']|'')*)';"
)
_KEY: Final = re.compile(r"alter table magasin_candidat[.]\w+ add primary key \(([^)]+)\)")
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
        if contract.scope:
            parts = " et ".join(contract.column(name).title.lower() for name in contract.scope)
            given = f"l'état complet de chaque {parts}"
        held = f"{_percent(contract.refusal_ceiling)} de lignes refusées"
        if contract.mode == "complet":
            held += f", ou {_percent(contract.closing_ceiling)} de lignes disparues"
        lines.append(f"| {page} | `{contract.name}` | {typeset(given)} | {contract.calendar.frequency} | {held} |")
    return "\n".join(lines)


def codes() -> str:
    """Return the tables of error codes: the file, its rows, its decisions."""
    file_codes = {name: code for name, code in CODES.items() if name not in BROKEN_ROWS}
    refusing = [
        (code.title, _remedy(code.remedy), name) for name, code in file_codes.items() if code.severity == "error"
    ]
    noted = [
        (code.title, _remedy(code.remedy), name) for name, code in file_codes.items() if code.severity == "warning"
    ]
    rows = [(CODES[name].title, _remedy(CODES[name].remedy), name) for name in sorted(BROKEN_ROWS)]
    rows += [(title, remedy, name) for name, (title, remedy) in CELLS.items()]
    rules = [rule for contract in load_all().values() for rule in contract.rules]
    # Contracts that share a model share its rules: each is told once.
    own = list(dict.fromkeys((rule.title, rule.text.remedy, rule.code) for rule in rules))
    whole = [(title, remedy, name) for name, (title, remedy) in DECISIONS.items()]
    parts = {
        "Le fichier entier n'est pas lu": refusing,
        "Le fichier est lu, un point est à vérifier": noted,
        "Une ligne ou une cellule est à corriger": rows,
        "Deux colonnes d'une ligne, ou deux lignes, se contredisent": own,
        "La livraison entière": whole,
    }
    return "\n\n".join(f"### {typeset(title)}\n\n{_table(_HEAD, found)}" for title, found in parts.items())


@dataclass(frozen=True, slots=True)
class View:
    """A view of bi as its file of include/sql/bi documents it; *columns* are names and comments, in its order."""

    name: str
    comment: str
    key: str
    columns: Mapping[str, str]


def views() -> dict[str, View]:
    """Return every view of bi by name.

    Raises:
        ValueError: a file has no key, or does not comment its table.
    """
    found: dict[str, View] = {}
    for path in sorted((REPOSITORY / "include" / "sql" / "bi").glob("*.sql")):
        text = path.read_text(encoding="utf-8")
        comments = {column: said.replace("''", "'") for _, column, said in _COMMENT.findall(text)}
        key = _KEY.search(text)
        if key is None or "" not in comments:
            raise ValueError(f"{path.name} lacks a primary key or the comment of its table")
        found[path.stem] = View(path.stem, comments.pop(""), key.group(1), comments)
    return found


def view_tables() -> str:
    """Return the tables of the views, by what is asked of them."""
    known, parts = views(), []
    for title, names in VIEWS.items():
        lines = [f"**{typeset(title)}**", "", "| Vue | Ce qu’elle contient |", "| --- | --- |"]
        lines += [
            f"| [`{name}`](dictionnaire/bi.md#{name}) | {typeset(_cell(known[name].comment))} |" for name in names
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def bi_dictionary() -> str:
    """Return the page of every view and column of bi, in the order of the guide."""
    known = views()
    parts = [
        "# Vues de `bi`",
        _BI_ORIGIN,
    ]
    for view in (known[name] for names in VIEWS.values() for name in names):
        columns = [f"| `{name}` | {typeset(_cell(comment))} |" for name, comment in view.columns.items()]
        table = "\n".join(["| Colonne | Ce qu’elle dit |", "| --- | --- |", *columns])
        key = ", ".join(f"`{name.strip()}`" for name in view.key.split(","))
        parts += [f"## {view.name}", f"{typeset(view.comment)}\n\nClé{NBSP}: {key}.", table]
    return "\n\n".join(parts) + "\n"


PARTS: Final[Mapping[str, Callable[[], str]]] = {"livraisons": deliveries, "codes": codes}
_BI_PARTS: Final[Mapping[str, Callable[[], str]]] = {"vues": view_tables}
_HEAD: Final = ("Ce qui ne va pas", "Ce qu’il faut faire", "Code")


def render(guide: str, parts: Mapping[str, Callable[[], str]] = PARTS) -> str:
    """Return *guide* with each of its generated *parts* written anew.

    Raises:
        ValueError: a part has lost its marks.
    """
    for name, make in parts.items():
        begin, end = f"<!-- debut: {name} -->", f"<!-- fin: {name} -->"
        if guide.count(begin) != 1 or guide.count(end) != 1:
            raise ValueError(f"the guide has no part « {name} »")
        before, rest = guide.split(begin)
        after = rest.split(end)[1]
        guide = f"{before}{begin}\n\n{make()}\n\n{end}{after}"
    return guide


def pages() -> dict[Path, str]:
    """Return the text of each page that is generated in whole or in part."""
    return {
        GUIDE: render(GUIDE.read_text(encoding="utf-8")),
        BI_GUIDE: render(BI_GUIDE.read_text(encoding="utf-8"), _BI_PARTS),
        BI_DICTIONARY: bi_dictionary(),
    }


def stale() -> list[Path]:
    """Return the pages that are not up to date."""
    return [path for path, text in pages().items() if not path.is_file() or path.read_text(encoding="utf-8") != text]


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 if ``--check`` finds a page that is not up to date."""
    parser = argparse.ArgumentParser(prog="python docs/generate.py")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a page is not up to date")
    check = bool(parser.parse_args(arguments).check)
    old, made = stale(), pages()
    for path in old:
        if not check:
            path.write_text(made[path], encoding="utf-8")
        sys.stdout.write(f"{'not up to date' if check else 'written'}: {path.relative_to(REPOSITORY)}\n")
    return 1 if check and old else 0


def _remedy(text: str) -> str:
    if text == "{correction}":
        return "Ajoutez la colonne, ou renommez celle que désigne le reçu."
    return _PLACEHOLDER.sub("…", text)


def _table(head: Iterable[str], rows: Iterable[tuple[str, str, str]]) -> str:
    lines = [f"| {' | '.join(head)} |", "| --- | --- | --- |"]
    lines += [f"| {typeset(title)} | {typeset(remedy)} | `{code}` |" for title, remedy, code in _escaped(rows)]
    return "\n".join(lines)


def _escaped(rows: Iterable[tuple[str, str, str]]) -> Iterable[tuple[str, str, str]]:
    return [(_cell(title), _cell(remedy), code) for title, remedy, code in rows]


def _cell(text: str) -> str:
    """Return *text* as one cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def _percent(share: float) -> str:
    return f"{100 * share:.0f}{NBSP}%"


if __name__ == "__main__":
    sys.exit(main())
