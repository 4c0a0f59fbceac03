"""The engineers' digest: what came since the last one, and what waits for somebody; one a day, even when all is well.

A short digest when there is nothing to say is worth its minute: its absence tells that the platform stands still.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from territoires.contracts.model import Contract
from territoires.mail import ledger
from territoires.mail.drafts import Draft, Kind
from territoires.mail.letters import Letter, Section, Table, page, story, text
from territoires.operators import ENGINEERS, operator_title
from territoires.receipts.french import NBSP, PARIS, count, dated, day, integer, listed, moment, typography
from territoires.receipts.safe import SENTENCE_LENGTH, shown
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.sql import statement

ROWS_SHOWN: Final = 20
CLOSING: Final = typography("Que faire de chaque point : docs/runbook.md.")

_KINDS: Final[Mapping[Kind, str]] = {
    "recu": "réponse à une livraison",
    "relance": "rappel de lignes à corriger",
    "retard": "rappel de livraison en retard",
    "bilan": "bilan",
    "alerte": "alerte",
}
_STATES: Final[Mapping[str, str]] = {
    "incertain": "envoi coupé, peut-être parti : à trancher",
    "echoue": "refusé par le serveur",
    "a_envoyer": "en attente depuis plus d'une heure",
}


def write_digest(
    connection: Connection, contracts: Iterable[Contract], engineers: tuple[str, ...], now: datetime
) -> bool:
    """Write the digest of the day of *now*, in Paris; False if that day has one already."""
    key = f"bilan:{now.astimezone(PARIS).date().isoformat()}"
    if ledger.has(connection, key):
        return False
    since = ledger.last_written(connection, "bilan") or now - timedelta(days=1)
    letter = _letter(connection, {contract.name: contract for contract in contracts}, since, now)
    return ledger.put(
        connection,
        Draft(
            key=key,
            kind="bilan",
            operator=ENGINEERS,
            recipients=engineers,
            subject=letter.subject,
            text=text(letter),
            page=page(letter),
        ),
    )


def _letter(connection: Connection, contracts: Mapping[str, Contract], since: datetime, now: datetime) -> Letter:
    values = {"depuis": since, "jour": now.astimezone(PARIS).date()}

    def rows(name: str) -> list[Row]:
        return connection.execute(statement(f"core/bilan_{name}.sql"), values).fetchall()

    late, silent, failed, mails = rows("retards"), rows("sans_reponse"), rows("echecs"), rows("courriers")
    held = connection.execute(
        "select id_livraison, operateur, livraison, recue_le, motif, a_decider_avant from journal.livraison"
        " where statut = 'en_attente' order by id_livraison"
    ).fetchall()
    points = [
        count(len(late), "livraison en retard", "livraisons en retard") if late else "",
        count(len(held), "décision attendue", "décisions attendues") if held else "",
        count(len(silent), "fichier sans réponse", "fichiers sans réponse") if silent else "",
        count(len(failed), "échec", "échecs") if failed else "",
        count(len(mails), "courrier à regarder", "courriers à regarder") if mails else "",
    ]
    told = listed([point for point in points if point] or ["rien à signaler"])
    today = dated(now.astimezone(PARIS).date())
    sections = (
        _late(late, contracts),
        _held(held, contracts),
        _silent(silent, contracts),
        _failed(failed),
        _mails(mails),
        _received(rows("recues"), contracts),
        _quarantine(rows("quarantaine"), contracts),
        _written(connection, since),
    )
    return Letter(
        subject=f"Bilan du {today} : {told}".replace(NBSP, " "),
        story=story(
            "À regarder" if any(points) else "Rien à signaler",
            "attention" if any(points) else "succes",
            f"Bilan du {today} : {told}.",
            (f"Ce qui est venu depuis le {day(since)}, et ce qui attend quelqu'un.",),
        ),
        sections=tuple(section for section in sections if section is not None),
        closing=CLOSING,
    )


def _received(rows: Sequence[Row], contracts: Mapping[str, Contract]) -> Section | None:
    if not rows:
        return Section("Reçu", note="Aucun fichier.")
    headers = ("Livraison", "Fichiers", "Chargés", "Refusés", "Lignes acceptées", "Lignes refusées")
    names = ("fichiers", "chargees", "refusees", "lignes_acceptees", "lignes_refusees")
    return _section(
        "Reçu", headers, [(_title(row, contracts), *(integer(int(row[name])) for name in names)) for row in rows]
    )


def _late(rows: Sequence[Row], contracts: Mapping[str, Contract]) -> Section | None:
    return _section(
        "En retard",
        ("Livraison", "Période", "Attendue le", "Retard", "Où elle en est"),
        [
            (
                _title(row, contracts),
                row["libelle"],
                dated(row["attendue_le"]),
                count(row["jours_de_retard"], "jour"),
                "refusée, à redéposer" if row["statut"] == "recue_refusee" else "rien de reçu",
            )
            for row in rows
        ],
    )


def _held(rows: Sequence[Row], contracts: Mapping[str, Contract]) -> Section | None:
    return _section(
        "À décider",
        ("Livraison", "Type", "Reçue le", "Pourquoi elle attend", "Rejetée d'elle-même le"),
        [
            (
                f"n°{NBSP}{row['id_livraison']}",
                _title(row, contracts),
                day(row["recue_le"]),
                shown(row["motif"] or "", SENTENCE_LENGTH),
                day(row["a_decider_avant"]) if row["a_decider_avant"] else "",
            )
            for row in rows
        ],
    )


def _silent(rows: Sequence[Row], contracts: Mapping[str, Contract]) -> Section | None:
    return _section(
        "Sans réponse depuis plus d'une heure",
        ("Livraison", "Type", "Reçue le", "Statut"),
        [
            (f"n°{NBSP}{row['id_livraison']}", _title(row, contracts), moment(row["recue_le"]), row["statut"])
            for row in rows
        ],
    )


def _failed(rows: Sequence[Row]) -> Section | None:
    return _section(
        "Échecs",
        ("Objet", "Étape", "Erreur", "Essais", "Suite"),
        [(row["objet"], row["etape"], row["erreur"], integer(row["essais"]), row["suite"]) for row in rows],
    )


def _mails(rows: Sequence[Row]) -> Section | None:
    return _section(
        "Courriers à regarder",
        ("Courrier", "Objet", "À", "Écrit le", "État"),
        [
            (
                f"n°{NBSP}{row['id_courrier']}",
                _KINDS[row["motif"]],
                operator_title(row["operateur"]),
                day(row["cree_le"]),
                _STATES[row["statut"]] + (f" ({row['code_erreur']})" if row["code_erreur"] else ""),
            )
            for row in rows
        ],
    )


def _written(connection: Connection, since: datetime) -> Section | None:
    """Mails that have recipients and no server to carry them: no mishap, but to be known."""
    query = (
        "select count(*) as ecrits from journal.courrier"
        " where statut = 'ecrit' and envoye_le > %s and destinataires <> '{}'"
    )
    row = connection.execute(query, [since]).fetchone()
    if row is None or not row["ecrits"]:
        return None
    told = count(row["ecrits"], "courrier déposé", "courriers déposés")
    return Section("Courriers non envoyés", typography(f"{told} dans les dossiers de sortie, faute de connexion SMTP."))


def _quarantine(rows: Sequence[Row], contracts: Mapping[str, Contract]) -> Section | None:
    return _section(
        "Lignes que les opérateurs ont à corriger",
        ("Livraison", "Lignes", "Fichiers", "La plus ancienne"),
        [
            (_title(row, contracts), integer(row["ouvertes"]), integer(row["livraisons"]), day(row["depuis"]))
            for row in rows
        ],
    )


def _section(title: str, headers: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Section | None:
    if not rows:
        return None
    hidden = len(rows) - ROWS_SHOWN
    note = f"Voici les {ROWS_SHOWN} premiers points, sur {integer(len(rows))}." if hidden > 0 else ""
    return Section(title, note, table=Table(headers, tuple(rows[:ROWS_SHOWN])))


def _name(row: Row) -> str:
    return f"{row['operateur']}/{row['livraison']}"


def _title(row: Row, contracts: Mapping[str, Contract]) -> str:
    contract = contracts.get(_name(row))
    return _name(row) if contract is None else contract.title
