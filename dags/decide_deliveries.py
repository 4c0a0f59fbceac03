"""
### Livraisons en attente : la décision d'un ingénieur

**Ce que fait la DAG.** Une exécution par livraison qu'un plafond retient : elle expose les raisons, attend qu'un
ingénieur approuve ou rejette avec un motif, consigne la décision au journal et relance la DAG de l'opérateur.

**Entrées.** Une livraison au statut `en_attente` (`id_livraison`). Les DAG `ingest_<operateur>` lancent l'exécution.
**Sorties.** `journal.livraison` : `decision`, `decision_motif`, `decision_par`, `decidee_le` ; puis le reçu.

**Si elle échoue.** Rien n'est chargé ni perdu : la livraison attend. Dans les dix minutes, la DAG de l'opérateur
redemande une décision, et rejette d'elle-même, avec un reçu, ce qui attend au-delà du délai du contrat.

**Que faire.** Pour décider : tâche *Attendre la décision d'un ingénieur*, onglet *Action requise* (à l'accueil :
*Actions requises*). docs/runbook.md, « A delivery is held », aide à choisir. Une exécution rouge : *Clear*.

**Responsable.** equipe-donnees.
"""

from airflow.sdk import DAG, Param

from territoires.airflow import policies
from territoires.airflow.held_tasks import DECIDE_DAG, DELIVERY, decision

with DAG(
    dag_id=DECIDE_DAG,
    dag_display_name="Livraisons en attente : décider",
    description="Demande à un ingénieur d'approuver ou de rejeter une livraison qu'un plafond retient",
    doc_md=__doc__,
    schedule=None,
    start_date=policies.START,
    catchup=False,
    # One run for each held delivery: each waits for days, without a worker, and none may keep another from being seen.
    max_active_runs=policies.DECISIONS_AT_ONCE,
    default_args=policies.DEFAULT_ARGS,
    params={DELIVERY: Param(type="integer", minimum=1, title="Livraison en attente (numéro)")},
    tags=[policies.TAG_INGESTION, policies.TAG_IMPACT_HIGH],
) as dag:
    decision()
