"""Reminders to operators, one each: of refused rows that nobody has corrected, of a delivery that has not come."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import PurePosixPath

from territoires.contracts.model import Contract
from territoires.mail import ledger
from territoires.mail.discretion import discreet, personal_titles
from territoires.mail.drafts import Draft
from territoires.mail.letters import Letter, Section, page, story, text
from territoires.operators import operator_title
from territoires.receipts.causes import Cause
from territoires.receipts.french import NBSP, count, dated, day, moment, quoted, typography
from territoires.receipts.safe import shown
from territoires.receipts.view import CauseView, cause_views
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.sql import statement

CLOSING = typography(
    "Ce rappel est le seul à ce sujet. Une question ? Répondez à votre correspondant de la plateforme Territoires "
    "d'industrie."
)


def remind_of_rows(connection: Connection, contracts: Iterable[Contract]) -> int:
    """Write a reminder for each delivery whose refused rows wait beyond its contract's delay; return how many."""
    written = 0
    for contract in contracts:
        values = {"operateur": contract.operator, "livraison": contract.delivery, "jours": contract.reminder_days}
        for row in connection.execute(statement("core/relances_dues.sql"), values).fetchall():
            letter = _rows_letter(row, contract, _causes(connection, row["id_livraison"], contract))
            written += ledger.put(connection, _draft(f"relance:{row['id_livraison']}", letter, contract, row))
    return written


def remind_of_lateness(connection: Connection, contracts: Iterable[Contract], today: date) -> int:
    """Write a reminder for each type of delivery with a newly late period; return how many.

    One for each type and period. Where several periods are missing, the newest alone is reminded of, and its mail
    names the others.
    """
    known = {contract.name: contract for contract in contracts}
    written = 0
    for row in connection.execute(statement("core/retards_a_rappeler.sql"), {"jour": today}).fetchall():
        contract = known.get(f"{row['operateur']}/{row['livraison']}")
        if contract is None:  # nothing is asked of a type whose contract is no more
            continue
        key = f"retard:{contract.name}:{row['periode']}"
        written += ledger.put(connection, _draft(key, _late_letter(row, contract), contract))
    return written


def _draft(key: str, letter: Letter, contract: Contract, row: Row | None = None) -> Draft:
    return Draft(
        key=key,
        kind="retard" if row is None else "relance",
        operator=contract.operator,
        delivery=contract.delivery,
        delivery_id=None if row is None else row["id_livraison"],
        recipients=contract.recipients,
        subject=letter.subject,
        text=text(letter),
        page=page(letter),
    )


def _causes(connection: Connection, delivery_id: int, contract: Contract) -> tuple[CauseView, ...]:
    rows = connection.execute(statement("core/causes_ouvertes.sql"), {"id": delivery_id}).fetchall()
    found = cause_views(
        [
            Cause(
                column=row["colonne"],
                rule=row["regle"],
                severity="error",
                message=row["message"],
                remedy=row["remede"],
                value=None,
                varied=row["variee"],
                lines=row["lignes"],
            )
            for row in rows
        ]
    )
    # The quarantine knows the operator's headers, not which field each was taken for: nothing is quoted of any.
    return discreet(found, {cause.column for cause in found if cause.column}) if personal_titles(contract) else found


def _rows_letter(row: Row, contract: Contract, causes: tuple[CauseView, ...]) -> Letter:
    number, rows = row["id_livraison"], count(row["ouvertes"], "ligne")
    one = row["ouvertes"] < 2
    waiting, them = ("attend", "cette ligne") if one else ("attendent", "ces lignes")
    told = f"{'Son' if one else 'Leur'} refus vous a été signalé le {day(row['repondue_le'])}."
    folder = f"dans votre dossier de dépôt {quoted(contract.name)}."
    file = f"le fichier de {'votre ligne' if one else 'vos lignes'} à corriger"
    how = (
        f"Ouvrez {file}, rangé à côté du reçu dans votre dossier de sortie.",
        f"Corrigez-le, puis déposez-le {folder}",
    )
    if row["relue_le"]:
        told = f"Nous avons relu ce fichier le {day(row['relue_le'])} : le reçu d'alors ne dit pas tout ce qui suit."
        how = (
            f"Corrigez {them} dans votre outil.",
            f"Déposez un fichier qui {'la' if one else 'les'} contient {folder}",
        )
    if row["statut"] == "chargee_partiellement":
        told += " Les autres lignes de ce fichier sont enregistrées."
    receipt = PurePosixPath(row["recu"]).with_suffix(".html").name if row["recu"] else None
    return Letter(
        subject=f"Rappel : {rows} à corriger dans votre livraison n° {number} ({contract.title})".replace(NBSP, " "),
        story=story(
            "Rappel",
            "info",
            f"{rows} de votre livraison n°{NBSP}{number} {waiting} encore votre correction.",
            (told,),
            (*how, f"S'il n'y a plus lieu de corriger {them}, dites-le-nous : nous n'attendrons plus rien."),
        ),
        about=(
            f"{operator_title(contract.operator)} — {contract.title}",
            f"Fichier {shown(row['nom_fichier'])}, reçu le {moment(row['recue_le'])}",
        ),
        sections=(Section(f"Pourquoi {them} {'est' if one else 'sont'} à corriger", causes=causes),),
        attached=((receipt, "le reçu complet, dans votre dossier de sortie"),) if receipt else (),
        closing=CLOSING,
    )


def _late_letter(row: Row, contract: Contract) -> Letter:
    frequency = contract.calendar.frequency.rstrip(".")
    agreed = f"calendrier convenu : {frequency[:1].lower()}{frequency[1:]}"
    sentences = [f"Elle était attendue le {dated(row['attendue_le'])} ; {agreed}."]
    if row["statut"] == "recue_refusee":
        headline, short = "n'est pas encore chargée", "fichier à redéposer"
        refused = f"livraison n°{NBSP}{row['id_livraison']}, reçue le {dated(row['recue_le'])}"
        sentences.append(f"Votre dernier fichier ({refused}) a été refusé : son reçu dit ce qui est à corriger.")
    else:
        headline, short = "ne nous est pas parvenue", "rien de reçu à ce jour"
    if row["aussi"]:
        whole = contract.whole_table  # one file says it all: nobody is to make lists of the past
        begun = "Un fichier à jour répondra aussi aux périodes précédentes" if whole else "Il nous manque aussi"
        sentences.append(f"{begun} : {row['aussi']}.")
    return Letter(
        subject=f"Rappel : {contract.title}, {row['libelle']} : {short}",
        story=story(
            "Rappel",
            "info",
            f"Votre livraison pour la période {quoted(row['libelle'])} {headline}.",
            sentences,
            (
                f"Déposez votre fichier dans votre dossier de dépôt {quoted(contract.name)}.",
                "S'il n'y a rien à livrer, ou si un fichier déjà déposé couvrait cette période, dites-le-nous.",
            ),
        ),
        about=(f"{operator_title(contract.operator)} — {contract.title}",),
        closing=CLOSING,
    )
