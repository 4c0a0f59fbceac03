"""A word to the engineers between two digests, when something should not wait until the next morning."""

from __future__ import annotations

from datetime import datetime

from territoires.mail import ledger
from territoires.mail.drafts import Draft
from territoires.mail.letters import Letter, page, story, text
from territoires.operators import ENGINEERS
from territoires.receipts.french import moment, quoted
from territoires.warehouse.engine import Connection


def alert_of_run(
    connection: Connection, dag_id: str, run_id: str, deadline: datetime, engineers: tuple[str, ...]
) -> bool:
    """Write that a run has not ended by its *deadline*; False if the ledger says so already."""
    letter = Letter(
        subject=f"Une exécution dure trop longtemps : {dag_id}",
        story=story(
            "Alerte",
            "attention",
            f"L'exécution {quoted(run_id)} de {quoted(dag_id)} n'est pas finie à l'heure prévue.",
            (
                f"Elle devait être finie le {moment(deadline)}.",
                "Rien n'est perdu : les fichiers attendent dans les dossiers de dépôt ou sont aux archives.",
                "Les opérateurs attendent leur reçu.",
            ),
            (
                "Ouvrez cette exécution dans Airflow : la tâche en cours dit sur quelle étape elle s'attarde.",
                "Suivez la fiche « A run takes too long » de docs/runbook.md.",
            ),
        ),
        closing="Cette alerte n'est écrite qu'une fois par exécution.",
    )
    return ledger.put(
        connection,
        Draft(
            key=f"alerte:{dag_id}:{run_id}",
            kind="alerte",
            operator=ENGINEERS,
            recipients=engineers,
            subject=letter.subject,
            text=text(letter),
            page=page(letter),
        ),
    )
