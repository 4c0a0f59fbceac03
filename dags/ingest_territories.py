"""
### Référentiels : territoires, géographie, métiers

**Ce que fait la DAG.** Elle tient à jour ce à quoi les livraisons et les chiffres se rapportent, par millésime : listes
des Territoires d'industrie, intercommunalités, code officiel géographique et ses mouvements, populations, bassins
d'emploi, métiers. Un groupe de tâches par référentiel, une ligne par adresse ; un fichier inchangé n'est pas relu.

**Entrées.** `TI_REGISTER_<NOM>_URL` : adresses https ou file, séparées par des espaces, pour chaque `<NOM>` :
`TERRITOIRES` (ANCT) · `EPCI` (DGCL, INSEE) · `EPT`, `COMMUNES`, `MOUVEMENTS`, `PASSAGE`, `DEPARTEMENTS`, `REGIONS`,
`POPULATIONS`, `OUTREMER` (INSEE) · `BASSINS`, `ROME` (France Travail) · `FAP` (DARES). CSV, texte à tabulations ou
classeur, aussi en zip, de toute année publiée : la table est reconnue à ses colonnes. Ce qu'un fichier ne dit pas
s'ajoute à son adresse : `#millesime=2024` (`2023-11-14` pour une liste de territoires, `v460` pour le ROME),
`#phase=2`, `#lignes_min=50` (à joindre par `&`).
**Sorties.** Les tables de `core` au nom du référentiel (`docs/architecture.md`) ; une ligne de `core.registre_version`
par consultation ; un événement d'actif, qui lance `build_warehouse`, si une ligne de données a changé.

**Si elle échoue.** La dernière bonne version du référentiel reste en service, les autres sources passent quand même. Un
territoire tout neuf reste inconnu : ses livraisons sont refusées ligne à ligne, en quarantaine.

**Que faire.** `select * from core.registre_version order by id_registre desc` dit quelle source, quel motif.
*Télécharger* : source injoignable ; reprise la semaine suivante, ou *Clear*. *Valider* : forme inconnue (le message
dit les colonnes attendues, trouvées, absentes) ou règle non tenue ; le fichier est aux archives sous son `sha256` :
corriger l'adresse, ou le lecteur (`territoires.registers`) puis *Trigger* avec « Recharger même les fichiers
inchangés ». *Charger* : une seule transaction, *Clear* sans précaution.

**Responsable.** equipe-donnees.
"""

from __future__ import annotations

from airflow.sdk import DAG, CronTriggerTimetable

from territoires.airflow import policies
from territoires.airflow.registers_tasks import PARAMS, steps

with DAG(
    dag_id="ingest_territories",
    dag_display_name="Référentiels : territoires, géographie, métiers",
    description="Territoires, intercommunalités, communes, populations, bassins, métiers : chargés quand ils changent",
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
