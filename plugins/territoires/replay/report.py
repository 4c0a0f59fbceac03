"""What a replay would change, in Markdown and in French: what an engineer reads before approving it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Final

from territoires.receipts.french import decimal, moment
from territoires.warehouse.engine import Connection, Row

SHOWN: Final = 50
"""Deliveries that the report lists; the journal has them all."""
_TITLES: Final = {
    "lignes": "Lignes",
    "mesure": "Sommes sur les lignes en vigueur",
    "statut": "Lignes en vigueur par statut ou étape",
    "quarantaine": "Lignes refusées, par suite donnée",
}


def report(connection: Connection, replay_id: int) -> str:
    """Return the difference that replay *replay_id* would make; it holds numbers alone, no cell."""
    [replay] = connection.execute("select * from journal.rejeu where id_rejeu = %s", [replay_id]).fetchall()
    gaps = connection.execute(
        "select nature, nom, avant, apres, ecart from journal.rejeu_ecart where id_rejeu = %s order by nature, nom",
        [replay_id],
    ).fetchall()
    deliveries = connection.execute(
        "select * from journal.rejeu_livraison where id_rejeu = %s order by rang", [replay_id]
    ).fetchall()
    parts = [_head(replay, deliveries), *_ceilings(deliveries)]
    for kind, title in _TITLES.items():
        parts += _numbers(title, [gap for gap in gaps if gap["nature"] == kind])
    parts += _deliveries(deliveries)
    return "\n\n".join(parts)


def _head(replay: Row, deliveries: Sequence[Row]) -> str:
    chosen = [row for row in deliveries if row["choisie"]]
    version = replay["contrat_version"] or "celle que le journal a notée pour chacune"
    name = f"{replay['operateur']}/{replay['livraison']}"
    return (
        f"**{name}**, rejeu n° {replay['id_rejeu']} demandé par {_plain(replay['demande_par'])}. "
        f"Motif : {_plain(replay['motif'])}\n\n"
        f"- Livraisons jugées de nouveau : {len(chosen)} ; version du contrat : {version}.\n"
        f"- Livraisons rechargées à leur suite, telles qu'elles ont été jugées : {len(deliveries) - len(chosen)}.\n"
        f"- L'histoire d'avant le {moment(replay['depuis'])} ne change pas ; chaque version garde la date de son "
        "chargement. Les opérateurs ne reçoivent aucun nouveau courrier."
    )


def _ceilings(deliveries: Iterable[Row]) -> list[str]:
    beyond = [
        f"n° {row['id_livraison']} ({', '.join(row['plafonds_depasses'])})"
        for row in deliveries
        if row["plafonds_depasses"]
    ]
    if not beyond:
        return []
    return [f"**Au-delà d'un plafond de leur contrat** : {', '.join(beyond)}. Approuver le rejeu le lève pour elles."]


def _numbers(title: str, gaps: Sequence[Row]) -> list[str]:
    if not gaps:
        return []
    lines = [f"| {title} | avant | après | écart |", "| --- | ---: | ---: | ---: |"]
    for gap in gaps:
        change = "=" if not gap["ecart"] else f"**{_number(gap['ecart'], sign=True)}**"
        lines.append(f"| {gap['nom']} | {_number(gap['avant'])} | {_number(gap['apres'])} | {change} |")
    return ["\n".join(lines)]


def _deliveries(deliveries: Sequence[Row]) -> list[str]:
    """The deliveries judged anew, and those beside them that come out otherwise."""
    told = [row for row in deliveries if row["choisie"] or _cells(row, "avant") != _cells(row, "apres")]
    lines = [
        "| livraison | version | statut | acceptées | refusées | à corriger |",
        "| ---: | --- | --- | --- | --- | --- |",
    ]
    for row in told[:SHOWN]:
        pairs = zip(_cells(row, "avant"), _cells(row, "apres"), strict=True)
        cells = (before if before == after else f"{before} → **{after}**" for before, after in pairs)
        lines.append(f"| {row['id_livraison']}{'' if row['choisie'] else ' (à la suite)'} | {' | '.join(cells)} |")
    more = [f"… et {len(told) - SHOWN} autres : `journal.rejeu_livraison`."] if len(told) > SHOWN else []
    return ["\n".join(lines), *more]


def _cells(row: Row, side: str) -> tuple[str, ...]:
    names = ("version", "statut", "acceptees", "refusees", "ouvertes")
    return tuple(str(row[f"{name}_{side}"]) for name in names)


def _number(value: Decimal, *, sign: bool = False) -> str:
    """Write a number as in French, whole ones without decimals; one above zero with its *sign* if it is a change."""
    text = decimal(value, 0 if value == value.to_integral_value() else 2)
    return f"+{text}" if sign and value > 0 else text


def _plain(text: str) -> str:
    """A person's text on one line, without the marks that Markdown would read."""
    flat = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\`*_[]<>|#!" else sign for sign in flat)
