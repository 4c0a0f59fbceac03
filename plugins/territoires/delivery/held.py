"""Held deliveries: which wait, what an engineer is told of one, and what becomes of one that nobody decides.

What is told holds counts, dates and names of columns and rules, never the value of a cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from territoires.contracts.model import Contract
from territoires.delivery.platform import Platform
from territoires.operators import operator_title
from territoires.receipts.french import count, integer, moment
from territoires.receipts.safe import shown
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.sql import statement

EXPIRED: Final = (
    "Cette livraison attendait depuis le {since} l'accord d'un ingénieur de la plateforme, qui n'est pas venu dans le "
    "délai prévu : elle n'est donc pas chargée. Rien n'est perdu, et ce que vous aviez déjà transmis reste en vigueur. "
    "Si le fichier est juste tel qu'il est, prévenez votre correspondant et déposez-le de nouveau."
)
_RUN: Final = "delai"
"""Written as the run of a decision that nobody took."""

_CONSEQUENCES: Final = {
    "plafond_refus": "les lignes acceptées sont chargées ; les lignes refusées vont en quarantaine et l'opérateur "
    "reçoit de quoi les corriger",
    "plafond_fermeture": "le fichier est chargé comme état complet, et les lignes qui n'y figurent plus sont closes",
}
_RULES: Final = (
    "select colonne, regle, lignes_en_defaut, lignes_examinees from journal.resultat_regle"
    " where id_livraison = %s and severite = 'error' and lignes_en_defaut > 0"
    " order by lignes_en_defaut desc, colonne, regle"
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A held delivery, and the ceiling that holds it: together they name one decision."""

    delivery_id: int
    ceiling: str


@dataclass(frozen=True, slots=True)
class Case:
    """What an engineer is told of a held delivery: *subject* of one line, *body* in Markdown, and the term."""

    subject: str
    body: str
    until: datetime


def waiting(connection: Connection, operator: str, deliveries: Sequence[str] | None = None) -> list[Waiting]:
    """List the operator's held deliveries (of some types), the first to expire first."""
    query = (
        "select id_livraison, code_motif from journal.livraison"
        " where operateur = %s and statut = 'en_attente' and (%s::text[] is null or livraison = any(%s))"
        " order by a_decider_avant, id_livraison"
    )
    types = None if deliveries is None else list(deliveries)
    return [
        Waiting(row["id_livraison"], row["code_motif"]) for row in connection.execute(query, [operator, types, types])
    ]


def expire_held(connection: Connection, operator: str, now: datetime) -> list[int]:
    """Reject the operator's held deliveries whose term has passed by *now*, and return their numbers.

    They are unanswered then: the steps that follow answer them.
    """
    values = {"operateur": operator, "maintenant": now}
    expired = connection.execute(statement("core/attentes_echues.sql"), values).fetchall()
    for row in expired:
        journal.decide(connection, nobodys(row))
    return [row["id_livraison"] for row in expired]


def nobodys(row: Row) -> journal.Decision:
    """Return the decision on a held delivery, a row of ``journal.livraison``, that no engineer has taken in time."""
    return journal.Decision(
        delivery_id=row["id_livraison"],
        operator=row["operateur"],
        decision="rejetee",
        reason=EXPIRED.format(since=moment(row["en_attente_depuis"])),
        who=None,
        run_id=_RUN,
    )


def case(platform: Platform, connection: Connection, delivery_id: int) -> Case | None:
    """Return what an engineer is told of a delivery, None if it is not held (any more).

    Raises:
        LookupError: the journal has no such delivery.
    """
    row = journal.delivery(connection, delivery_id)
    if row["statut"] != "en_attente":
        return None
    contract = platform.contract_for(row)
    return Case(
        subject=f"Charger la livraison n° {delivery_id} ? {operator_title(contract.operator)} : {contract.title}",
        body="\n\n".join(_paragraphs(connection, row, contract)),
        until=row["a_decider_avant"],
    )


def _paragraphs(connection: Connection, row: Row, contract: Contract) -> Iterator[str]:
    yield f"**Pourquoi elle attend.** {row['motif']}"
    yield (
        f"Fichier {_literal(row['nom_fichier'])}, reçu le {moment(row['recue_le'])} : "
        f"{count(row['lignes_lues'], 'ligne lue', 'lignes lues')}, "
        f"{count(row['lignes_acceptees'], 'acceptée')}, {count(row['lignes_refusees'], 'refusée')}, "
        f"{count(row['avertissements'], 'avertissement')}. Rien n'en est chargé."
    )
    rules = connection.execute(_RULES, [row["id_livraison"]]).fetchall()
    if rules:
        table = ["| Colonne | Règle | Lignes en défaut | sur |", "| --- | --- | ---: | ---: |"]
        table += [
            f"| {contract.column(rule['colonne']).title} (`{rule['colonne']}`) | `{rule['regle']}` "
            f"| {integer(rule['lignes_en_defaut'])} | {integer(rule['lignes_examinees'])} |"
            for rule in rules
        ]
        yield "\n".join(table)
    if row["recu"]:
        yield (
            f"L'opérateur sait que sa livraison attend ; son reçu et les lignes à corriger : {_literal(row['recu'])}, "
            "dans le dossier de sortie."
        )
    yield f"- **Approuver** lève ce seul plafond : {_CONSEQUENCES[row['code_motif']]}."
    yield "- **Rejeter** : rien n'est chargé, et votre motif est dit à l'opérateur dans son reçu."
    yield (
        f"- **Sans réponse** avant le {moment(row['a_decider_avant'])}, la livraison est rejetée d'elle-même. "
        "Comment décider : docs/runbook.md, « A delivery is held »."
    )


def _literal(name: str) -> str:
    """Return an operator's text for Markdown, where nothing of it is markup."""
    return f"`{shown(name).replace('`', 'ˋ')}`"
