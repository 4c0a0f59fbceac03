"""
### Quarantaine : lever des lignes que personne ne corrigera

**Ce que fait la DAG.** Elle clôt des lignes refusées d'une livraison sans qu'elles soient chargées : la ligne n'avait
pas lieu d'être, ou l'opérateur y renonce. Le motif, le compte et l'instant sont gardés avec chaque ligne.

**Entrées.** Le formulaire de *Trigger* : `id_livraison`, `lignes` (numéros dans le fichier de l'opérateur, comme
« 12, 15 à 18 », ou « toutes ») et `motif`.
**Sorties.** `quarantaine.ligne` : statut `levee`, `levee_par`, `levee_motif`, `close_le`. Les reçus et les relances qui
suivent ne demandent plus ces lignes ; un événement d'actif lance `build_warehouse`.

**Si elle échoue.** Rien n'est levé : toutes les lignes nommées le sont, ou aucune. L'opérateur continue d'être invité à
les corriger.

**Que faire.** Le message dit quelle ligne n'attend pas de correction : vérifier le numéro de livraison et les lignes
(`select ligne, statut from quarantaine.ligne where id_livraison = …`), puis relancer le formulaire.

**Responsable.** equipe-donnees.
"""

from typing import Any

from airflow.sdk import DAG

from territoires.airflow import policies
from territoires.airflow.quarantine_tasks import PARAMS, lift

with DAG(
    dag_id="lift_quarantine",
    dag_display_name="Quarantaine : lever des lignes",
    description="Clôt, avec un motif, des lignes refusées que personne ne corrigera",
    doc_md=__doc__,
    schedule=None,
    start_date=policies.START,
    catchup=False,
    max_active_runs=1,
    default_args=policies.DEFAULT_ARGS,
    params=PARAMS,
    tags=[policies.TAG_INGESTION, policies.TAG_IMPACT_HIGH],
) as dag:
    lifted: Any = lift()
