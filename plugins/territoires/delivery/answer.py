"""Last step: the operator is answered, whatever happened before; then the work area is cleared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from territoires.anomalies import Anomaly
from territoires.contracts.model import Contract
from territoires.delivery.corrections import handed_back
from territoires.delivery.platform import Platform
from territoires.delivery.work import Work, WorkMissing
from territoires.mail.receipts import announce
from territoires.operators import operator_title
from territoires.reading import Reading
from territoires.receipts.model import Counts, Duplicate, Former, Receipt, RefusedRow, SourceFacts
from territoires.receipts.publish import publish
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.quarantine import Flag

CONTACT = "Une question ? Répondez à votre correspondant de la plateforme Territoires d'industrie en citant ce numéro."
FLAGS_SHOWN = 200
"""Warnings on single lines that a receipt lists; their number is always told."""


def answer_delivery(platform: Platform, delivery_id: int, run_id: str | None = None) -> bool:
    """Write the receipt of a delivery into its operator's outbound folder; True if the answer is final.

    A delivery that a failure of ours left unfinished gets a receipt too, which says that nothing is lost and that it
    will be taken up again; it stays unanswered in the journal, so that the next run does take it up.
    """
    with platform.connect("repondre") as connection:
        connection.autocommit = True
        row = journal.delivery(connection, delivery_id)
        if row["repondue_le"] is not None:
            return True
        contract = platform.contract_for(row)
        final = row["statut"] not in journal.UNFINISHED
        with journal.step(platform.warehouse_url, delivery_id, "repondre", run_id) as outcome:
            receipt = _receipt(connection, row, contract, platform.work(delivery_id))
            published = publish(receipt, platform.outbound / row["operateur"])
            outcome.rows = len(receipt.refused)
            if final:
                path = f"{row['operateur']}/{published.text.name}"
                with connection.transaction():  # the mail is written with the answer that it tells of, or not at all
                    journal.update(connection, delivery_id, repondue_le=receipt.answered_at, recu=path)
                    announce(connection, receipt, published, contract)
                if row["statut"] != "en_attente":  # a rejection gives the refused rows back once more
                    platform.work(delivery_id).clear()
    return final


def _receipt(connection: Connection, row: Row, contract: Contract, work: Work) -> Receipt:
    reading, refused, warned = _details(work)
    settled = journal.settled_lines(connection, row["id_livraison"])
    former = [_former(one) for one in journal.followed(connection, row)]
    return Receipt(
        delivery_id=row["id_livraison"],
        operator=contract.operator,
        operator_title=operator_title(contract.operator),
        delivery=contract.delivery,
        delivery_title=contract.title,
        file_name=row["nom_fichier"],
        received_at=row["recue_le"],
        answered_at=journal.now(connection),
        sha256=row["sha256"],
        size=row["taille_octets"],
        contract_version=row["contrat_version"] or contract.version,
        status=row["statut"],
        status_reason=row["motif"] or _overtaken(connection, row) or _rest_missing(connection, row, reading),
        contact=CONTACT,
        counts=_counts(row),
        source=_source(row),
        layout=tuple(reading.raw.column_names) if reading else (),
        columns=_titles(reading, contract),
        ignored=reading.ignored if reading else (),
        anomalies=(*journal.anomalies_of(row), *_flag_anomalies(warned, reading)),
        # A delivery whose place a later one took has nothing left to correct.
        refused=() if row["statut"] == "remplacee" else [one for one in refused if one.line not in settled],
        duplicate_of=_duplicate(connection, row),
        fixed=row["lignes_corrigees"] or 0,
        still_open=sum(len(one.waiting) for one in former),
        former=former,
        settled=len(settled),
        # Where every row is refused, the refused rows are the whole of the file.
        redrop="rows" if row["statut"] == "chargee_partiellement" or row["code_motif"] == "aucune_ligne" else "whole",
        demo=DEMO if row["nom_fichier"].casefold().startswith("demo") else None,
    )


DEMO = "Données de démonstration : elles sont inventées et ne décrivent aucune situation réelle."


def _details(work: Work) -> tuple[Reading | None, Sequence[RefusedRow], list[Flag]]:
    """Return what the file said and which rows are refused, as far as the steps went."""
    try:
        reading = work.reading(with_rows=False)
    except WorkMissing:
        return None, (), []
    try:
        refused, warned = work.refusals()
    except WorkMissing:
        return reading, (), []
    return reading, refused.rows, warned


def _flag_anomalies(warned: list[Flag], reading: Reading | None) -> list[Anomaly]:
    headers = reading.columns if reading else {}
    return [
        Anomaly(
            code=flag.rule,
            message=flag.message,
            remedy=flag.remedy,
            line=flag.line,
            column=headers.get(flag.column, flag.column),
            value=flag.value,
            severity="warning",
        )
        for flag in warned[:FLAGS_SHOWN]
    ]


def _titles(reading: Reading | None, contract: Contract) -> dict[str, str]:
    if reading is None:
        return {}
    return {header: contract.column(name).title for name, header in reading.columns.items()}


def _counts(row: Row) -> Counts:
    names = {
        "read": "lignes_lues",
        "accepted": "lignes_acceptees",
        "refused": "lignes_refusees",
        "warnings": "avertissements",
        "added": "lignes_ajoutees",
        "changed": "lignes_modifiees",
        "unchanged": "lignes_inchangees",
        "closed": "lignes_closes",
    }
    counts = Counts(**{name: row[column] or 0 for name, column in names.items()})
    of_file = sum(anomaly.severity == "warning" for anomaly in journal.anomalies_of(row))
    return replace(counts, warnings=counts.warnings + of_file)


def _source(row: Row) -> SourceFacts | None:
    if row["format"] is None:
        return None
    return SourceFacts(
        format=row["format"],
        encoding=row["encodage"],
        separator=row["separateur"],
        sheet=row["feuille"],
        header_line=row["ligne_entete"],
    )


def _duplicate(connection: Connection, row: Row) -> Duplicate | None:
    if row["doublon_de"] is None:
        return None
    former = journal.delivery(connection, row["doublon_de"])
    return Duplicate(former["id_livraison"], former["recue_le"], former["statut"])


def _overtaken(connection: Connection, row: Row) -> str | None:
    """Tell the operator of a duplicate that its content is no longer what stands: to drop it again restores nothing."""
    if row["doublon_de"] is None or (newer := journal.newest_loaded(connection, row)) <= row["doublon_de"]:
        return None
    return (
        f"Depuis, la livraison n° {newer} a été chargée : ses valeurs restent en vigueur. Si ce dépôt devait rétablir "
        "celles d'avant, dites-le-nous."
    )


def _rest_missing(connection: Connection, row: Row, reading: Reading | None) -> str | None:
    """Tell the operator who gave back the corrected rows alone that the others of that file were not loaded."""
    if not row["complement"] or row["statut"] not in journal.LOADED or reading is None:
        return None
    for number in sorted(handed_back(row, reading)):
        base = journal.delivery(connection, number)
        if base["statut"] == "refusee" and base["code_motif"] != "aucune_ligne":
            return (
                f"Ce fichier ne contient que des lignes corrigées de la livraison n° {number}, qui n'a pas été "
                "chargée : pour que ses autres lignes le soient aussi, déposez votre fichier corrigé en entier."
            )
    return None


def _former(found: Row) -> Former:
    return Former(
        delivery_id=found["id_livraison"],
        file_name=found["nom_fichier"],
        received_at=found["recue_le"],
        fixed=tuple(found["corrigees"]),
        again=tuple(found["reprises"]),
        waiting=tuple(found["ouvertes"]),
    )
