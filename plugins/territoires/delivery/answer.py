"""Last step: the operator is answered, whatever happened before; then the work area is cleared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from territoires.anomalies import Anomaly
from territoires.contracts.model import Contract
from territoires.delivery.platform import Platform
from territoires.delivery.work import Work, WorkMissing
from territoires.reading import Reading
from territoires.receipts.model import Counts, Duplicate, Receipt, RefusedRow, SourceFacts
from territoires.receipts.publish import publish
from territoires.warehouse import journal
from territoires.warehouse.engine import Connection, Row
from territoires.warehouse.load import Flag

OPERATORS = {
    "banque_des_territoires": "Banque des Territoires",
    "bpifrance": "Bpifrance",
    "business_france": "Business France",
    "pole_emploi": "Pôle emploi",
    "programme": "Programme Territoires d'industrie",
}
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
        contract = platform.contract(row["operateur"], row["livraison"])
        final = row["statut"] not in journal.UNFINISHED
        with journal.step(platform.warehouse_url, delivery_id, "repondre", run_id) as outcome:
            receipt = _receipt(connection, row, contract, platform.work(delivery_id))
            published = publish(receipt, platform.outbound / row["operateur"])
            outcome.rows = len(receipt.refused)
            if final:
                path = published.text.relative_to(platform.outbound).as_posix()
                journal.update(connection, delivery_id, repondue_le=receipt.answered_at, recu=path)
                if row["statut"] != "en_attente":  # a rejection gives the refused rows back once more
                    platform.work(delivery_id).clear()
    return final


def _receipt(connection: Connection, row: Row, contract: Contract, work: Work) -> Receipt:
    reading, refused, warned = _details(work)
    return Receipt(
        delivery_id=row["id_livraison"],
        operator=contract.operator,
        operator_title=OPERATORS.get(contract.operator, contract.operator),
        delivery=contract.delivery,
        delivery_title=contract.title,
        file_name=row["nom_fichier"],
        received_at=row["recue_le"],
        answered_at=_now(connection),
        sha256=row["sha256"],
        size=row["taille_octets"],
        contract_version=row["contrat_version"] or contract.version,
        status=row["statut"],
        status_reason=row["motif"] or _overtaken(connection, row),
        contact=CONTACT,
        counts=_counts(row),
        source=_source(row),
        layout=tuple(reading.raw.column_names) if reading else (),
        columns=_titles(reading, contract),
        ignored=reading.ignored if reading else (),
        anomalies=(*journal.anomalies_of(row), *_flag_anomalies(warned, reading)),
        refused=refused,
        duplicate_of=_duplicate(connection, row),
        fixed=row["lignes_corrigees"] or 0,
        still_open=_still_open(connection, row),
        redrop="whole" if contract.mode == "complet" else "rows",
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
            remedy="La ligne est chargée ; vérifiez-la et corrigez-la si besoin dans votre prochain envoi.",
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
    return Counts(**{name: row[column] or 0 for name, column in names.items()})


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


def _still_open(connection: Connection, row: Row) -> int:
    query = (
        "select count(*) as ouvertes from quarantaine.ligne as q join journal.livraison as l using (id_livraison)"
        " where q.statut = 'ouverte' and l.operateur = %s and l.livraison = %s and l.id_livraison < %s"
    )
    found: dict[str, Any] = connection.execute(
        query, [row["operateur"], row["livraison"], row["id_livraison"]]
    ).fetchall()[0]
    return int(found["ouvertes"])


def _now(connection: Connection) -> datetime:
    found: datetime = connection.execute("select clock_timestamp() as maintenant").fetchall()[0]["maintenant"]
    return found
