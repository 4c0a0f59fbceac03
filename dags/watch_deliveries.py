"""### Suivi : calendrier des livraisons, rappels, bilan du matin

**Ce que fait la DAG.** Chaque matin de semaine, avant les heures de bureau, elle tient le calendrier des livraisons
attendues, clôt les lignes refusées que plus personne ne corrigera, écrit les rappels aux opérateurs et le bilan aux
ingénieurs, puis envoie les courriers qui attendent.

**Entrées.** Les contrats (`calendrier`, `relance_apres_jours`, `destinataires`), `journal`, `quarantaine`,
`TI_ENGINEERS`, la connexion SMTP `smtp_territoires`.
**Sorties.** `journal.calendrier`, `journal.courrier` ; sans connexion SMTP, des fichiers .eml dans
`outbound/<operateur>/courriers/` et `outbound/equipe-donnees/courriers/`.

**Si elle échoue.** Les livraisons continuent d'être traitées et leurs courriers d'être envoyés par les DAG de
livraison ; rappels et bilan attendent. L'impact est qu'un retard est vu plus tard.

**Que faire.** *Clear* sans précaution : un rappel, un bilan ou un envoi ne se fait pas deux fois. `envoyer` échoue tant
que le serveur ne répond pas : vérifier la connexion dans Airflow (Admin, Connections). Un courrier « incertain » se
tranche à la main : docs/runbook.md.

**Responsable.** equipe-donnees.
"""

from airflow.sdk import DAG, CronTriggerTimetable

from territoires.airflow import policies
from territoires.airflow.mail_tasks import send_all
from territoires.airflow.watch_tasks import digest, expire, remind, synchronise
from territoires.airflow.watching import watch

with DAG(
    dag_id="watch_deliveries",
    dag_display_name="Suivi : calendrier, rappels, bilan",
    description="Livraisons attendues et en retard, rappels aux opérateurs, bilan quotidien aux ingénieurs",
    doc_md=__doc__,
    schedule=CronTriggerTimetable(policies.WORKING_MORNINGS, timezone=policies.TIMEZONE),
    start_date=policies.START,
    catchup=False,
    max_active_runs=1,
    default_args=policies.DEFAULT_ARGS,
    tags=[policies.TAG_FOLLOW_UP, policies.TAG_IMPACT_HIGH],
) as dag:
    steps = [synchronise(), expire(), remind(), digest(), send_all()]
    [steps[0], steps[1]] >> steps[2] >> steps[3] >> steps[4]
    steps >> watch("the next working morning does what is left")
