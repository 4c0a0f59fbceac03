"""
### Référentiels : territoires, EPCI, communes, métiers

**Ce que fait la DAG.** Elle tient à jour ce à quoi les livraisons se rapportent, avec son historique et son millésime :
la liste des Territoires d'industrie (ANCT, GeoJSON), les EPCI et leurs communes (DGCL, XLSX), le COG (INSEE, CSV), le
répertoire des métiers ROME (France Travail, CSV).

**Entrées.** Les adresses de `TI_REGISTER_TERRITOIRES_URL`, `TI_REGISTER_EPCI_URL`, `TI_REGISTER_COMMUNES_URL` et
`TI_REGISTER_ROME_URL` (https ou file, séparées par des espaces). Ce qu'un fichier ne dit pas s'ajoute à son adresse :
`#millesime=2023-11-14` (`v460` pour le ROME), `#phase=2`, `#lignes_min=50` (à joindre par `&`).
**Sorties.** `core.territoire`, `core.territoire_perimetre`, `core.epci`, `core.epci_commune`, `core.commune`,
`core.rome` ; une ligne de `core.registre_version` par consultation ; un événement d'actif, qui lance `build_warehouse`,
si une ligne de données a changé.

**Si elle échoue.** La dernière bonne version du référentiel reste en service, les autres sources passent quand même. Un
territoire tout neuf reste inconnu : ses livraisons sont refusées ligne à ligne, en quarantaine.

**Que faire.** `select * from core.registre_version order by id_registre desc` dit quelle source, quel motif.
*Télécharger* : source injoignable ; reprise la semaine suivante, ou *Clear*. *Valider* : forme inconnue ou règle non
tenue ; le fichier est aux archives sous son `sha256` : corriger l'adresse, ou le lecteur (`territoires.registers`) puis
*Trigger* avec « Recharger même les fichiers inchangés ». *Charger* : une seule transaction, *Clear* sans précaution.

**Responsable.** equipe-donnees.
"""

from __future__ import annotations

from airflow.sdk import DAG, CronTriggerTimetable

from territoires.airflow import policies
from territoires.airflow.registers_tasks import PARAMS, steps

with DAG(
    dag_id="ingest_territories",
    dag_display_name="Référentiels : territoires, EPCI, communes, métiers",
    description="Territoires (ANCT), EPCI (DGCL), communes (INSEE), métiers (ROME) : chargés quand ils changent",
    doc_md=__doc__,
    # The latest missed Monday runs as soon as the DAG is unpaused: a new installation has its registers at once.
    schedule=CronTriggerTimetable(policies.MONDAY_EARLY, timezone=policies.TIMEZONE),
    start_date=policies.START,
    catchup=False,
    max_active_runs=1,
    default_args=policies.DEFAULT_ARGS,
    params=PARAMS,
    tags=[policies.TAG_INGESTION, policies.TAG_REGISTER, policies.TAG_IMPACT_HIGH],
) as dag:
    steps(dag)
