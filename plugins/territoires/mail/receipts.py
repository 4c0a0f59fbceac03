"""The mail that tells of the answer to a delivery: one for everything that is wrong with it, none if nothing is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from territoires.contracts.model import Contract
from territoires.mail import ledger
from territoires.mail.discretion import discreet, personal_titles
from territoires.mail.drafts import Draft
from territoires.mail.letters import Letter, Section, page, text
from territoires.receipts.french import NBSP, count, typography
from territoires.receipts.model import Published, Receipt, Status
from territoires.receipts.safe import HEADER_LENGTH, shown
from territoires.receipts.view import Facts, view
from territoires.storage import Place
from territoires.warehouse.engine import Connection

ATTACHED_BYTES: Final = 3_000_000
"""Largest file that is attached: coded for mail it grows by a third, and many servers take no more than 10 MB."""
TO_DO: Final[frozenset[Status]] = frozenset({"refusee", "chargee_partiellement", "en_attente"})
"""Answers that ask something of the operator, or make them wait."""


def announce(connection: Connection, receipt: Receipt, published: Published, contract: Contract) -> bool:
    """Write the mail about an answer into the ledger, in the transaction of that answer; False if there is none to.

    A file that is loaded whole, or that was known already, needs no mail: its receipt is enough, and a mailbox that
    tells nothing but good news is not read when it tells something else. It gets one if it ends a wait of which a
    mail had told, or mends rows that a mail had asked for.
    """
    waited = _key(receipt.delivery_id, "en_attente")
    asked = receipt.status in TO_DO and not (receipt.status == "chargee_partiellement" and not _left(receipt))
    if not (asked or receipt.fixed or ledger.has(connection, waited)):
        return False
    return ledger.put(connection, draft(receipt, published, contract))


def draft(receipt: Receipt, published: Published, contract: Contract) -> Draft:
    """Put the answer to a delivery into a mail, with its refused rows where they are small and name nobody."""
    personal = personal_titles(contract)
    attachment = None if personal else _small(published)
    letter = _letter(receipt, published, attachment, personal)
    return Draft(
        key=_key(receipt.delivery_id, receipt.status),
        kind="recu",
        operator=receipt.operator,
        delivery=receipt.delivery,
        delivery_id=receipt.delivery_id,
        recipients=contract.recipients,
        subject=letter.subject,
        text=text(letter),
        page=page(letter),
        attachments=(f"{receipt.operator}/{attachment.name}",) if attachment else (),
    )


def _key(delivery_id: int, status: Status) -> str:
    return f"recu:{delivery_id}:{status}"


def _letter(receipt: Receipt, published: Published, attachment: Place | None, personal: Collection[str]) -> Letter:
    where = "joint à ce courrier" if attachment else "rangé dans votre dossier de sortie"
    told = view(replace(receipt, refused_at=where))
    headers = {shown(header, HEADER_LENGTH) for header, title in receipt.columns.items() if title in personal}
    sections = (
        Section("Ce qui est à corriger dans le fichier", causes=told.file_errors),
        Section(told.headings.causes, causes=discreet(told.row_errors, headers)),
        Section(told.headings.former, told.former_note, former=told.former),
        Section("Points à vérifier", causes=discreet(told.warnings, headers)),
    )
    return Letter(
        subject=f"{receipt.delivery_title} : {_short(receipt)} (livraison n° {receipt.delivery_id})",
        story=told.story,
        about=(f"{told.operator} — {told.delivery}", f"Fichier {told.file_name}, reçu le {told.received}"),
        sections=tuple(section for section in sections if section.causes or section.former),
        attached=_files(published, attachment, bool(personal)),
        closing=told.contact,
        demo=told.demo,
    )


def _short(receipt: Receipt) -> str:
    if receipt.status == "chargee_partiellement" and _left(receipt):
        return count(_left(receipt), "ligne à corriger", "lignes à corriger").replace(NBSP, " ")
    if receipt.status in {"chargee", "chargee_partiellement"}:
        return "corrections enregistrées" if receipt.fixed else "fichier chargé"
    words: dict[Status, str] = {
        "refusee": "fichier non chargé",
        "en_attente": "en attente de notre accord",
        "remplacee": "remplacé par un dépôt plus récent",
        "doublon": "fichier déjà reçu",
    }
    return words.get(receipt.status, "fichier reçu")


def _left(receipt: Receipt) -> int:
    """Refused rows that wait for a correction: a later file may have brought some before this answer."""
    return max(receipt.counts.refused - receipt.settled, 0)


def _small(published: Published) -> Place | None:
    """The file of refused rows to attach: the sheet, whose cells speak; else the CSV; none if both are too large."""
    for place in (published.refused_xlsx, published.refused_csv):
        if place is not None and place.stat().st_size <= ATTACHED_BYTES:
            return place
    return None


def _files(published: Published, attachment: Place | None, discreet: bool) -> Facts:
    receipt = (published.html.name, "le reçu complet, dans votre dossier de sortie")
    rows = published.refused_xlsx or published.refused_csv
    if attachment is not None:
        about = "à corriger : joint à ce courrier, et rangé dans votre dossier de sortie"
        return ((attachment.name, typography(about)), receipt)
    if rows is not None:
        why = "il cite des personnes" if discreet else "il est trop gros pour être joint"
        about = f"à corriger : rangé dans votre dossier de sortie, car {why}"
        return ((rows.name, typography(about)), receipt)
    return (receipt,)
