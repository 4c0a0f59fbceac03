"""
### Rejeu : relire des livraisons des archives et refaire leur table

**Ce que fait la DAG.** Elle relit des archives les livraisons choisies (opérateur, type et période, ou une seule par
son numéro), les juge de nouveau par la version du contrat voulue, recharge à leur suite celles qui sont venues après,
et expose ce qui changerait. Après approbation, la table est remplacée en une transaction ; sinon rien ne change.

**Entrées.** Le formulaire ; les archives ; `journal`, `quarantaine`, `core.<operateur>_<livraison>`.
**Sorties.** `core.<operateur>_<livraison>`, `quarantaine`, `journal.livraison` (statuts, comptes, version) ;
`journal.rejeu`, `journal.rejeu_livraison` et `journal.rejeu_ecart` gardent ce qui était et ce qui a changé ; un
événement d'actif lance `build_warehouse`. Les opérateurs ne reçoivent rien.

**Si elle échoue.** Rien n'est remplacé à moitié : l'ancienne table reste tant que la nouvelle n'est pas approuvée, et
le candidat abandonné est effacé par le rejeu suivant. Les livraisons continuent d'être chargées.

**Que faire.** Le message de la tâche rouge dit, en français, ce qui manque au formulaire ou aux archives.

- `preparer`, rose (« skipped ») : rien ne changerait. Reprise d'elle-même si une livraison est chargée en même temps.
  Rouge : corriger la demande, lancer un nouveau rejeu.
- `approuver` : onglet *Action requise* ; sans réponse en un jour, le candidat est abandonné.
- `appliquer`, rouge : une livraison a été chargée depuis la préparation ; lancer un nouveau rejeu.

**Responsable.** equipe-donnees.
"""

from airflow.sdk import DAG

from territoires.airflow import policies
from territoires.airflow.replay_tasks import form, replay
from territoires.contracts import delivery_types

with DAG(
    dag_id="replay_deliveries",
    dag_display_name="Rejeu : relire des livraisons",
    description="Relit des livraisons des archives, montre ce qui changerait, remplace après approbation",
    doc_md=__doc__,
    schedule=None,
    start_date=policies.START,
    catchup=False,
    # One candidate at a time: the next replay begins when this one is decided.
    max_active_runs=1,
    default_args=policies.DEFAULT_ARGS,
    params=form(delivery_types()),
    tags=[policies.TAG_INGESTION, policies.TAG_IMPACT_REPORTING],
) as dag:
    replay()
