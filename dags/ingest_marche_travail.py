"""### Marché du travail : indicateurs de France Travail

**Ce que fait la DAG.** Chaque semaine, elle demande à l'API « Marché du travail » de France Travail la tension de
recrutement, les demandeurs d'emploi et les offres, pour les départements et les bassins des territoires du programme
et les métiers de l'industrie, et enregistre ce qui a changé. Environ 160 000 questions, six heures à 8 par seconde.

**Entrées.** La connexion Airflow `france_travail` (type HTTP ; un autre nom par `TI_FRANCE_TRAVAIL_CONN_ID`) : hôte =
adresse de l'API, identifiant et clé secrète de l'application ; en extras, s'ils diffèrent du service réel :
`token_url`, `scope`, `realm`, `calls_per_second`. Sans elle, la DAG est passée. Les référentiels : territoires, EPCI,
communes, bassins, ROME. Les métiers sont ceux de `TI_MARKET_ACTIVITIES` (domaines ou codes du ROME) ; au lancement à
la main, ils se choisissent, comme les indicateurs et les territoires.
**Sorties.** `core.indicateur_marche` ; `journal.collecte_marche` (la campagne) et `journal.appel_marche` (chaque
question, sa réponse) ; les réponses brutes aux archives ; un événement d'actif, qui lance `build_warehouse`, si une
valeur a changé.

**Si elle échoue.** Les indicateurs déjà connus restent en service. Ce qui a été répondu n'est plus demandé : une
reprise, ou la campagne suivante dans les six jours, continue où celle-ci s'est arrêtée, sans rien charger deux fois.

**Que faire.** Le message de la tâche dit quoi.

- *401, 403, `invalid_client`* : la connexion ; le périmètre a deux mots, et l'API doit être rattachée à l'application.
- *sans réponse, ne répond plus* : l'API est arrêtée ; *Clear* la tâche plus tard.
- *là où l'API avait des données* : l'adresse ou les codes ont changé en cours de route ; corriger la connexion, puis
  *Clear* la tâche : les questions concernées sont reposées.
- *toutes 400 ou 404* : l'adresse ou les codes ont changé ; `select * from journal.appel_marche` dit ce qui est demandé.
- *forme qui ne tient pas* : l'API a changé ; `message` dit où, la réponse brute est aux archives sous son `sha256`.

**Responsable.** equipe-donnees.
"""

from typing import Any

from airflow.sdk import DAG, CronTriggerTimetable

from territoires.airflow import policies
from territoires.airflow.market_tasks import PARAMS, check, collect, prepare

with DAG(
    dag_id="ingest_marche_travail",
    dag_display_name="Marché du travail : France Travail",
    description="Tension, demandeurs et offres par bassin et métier, demandés chaque semaine à l'API de France Travail",
    doc_md=__doc__,
    schedule=CronTriggerTimetable(policies.SATURDAY_EVENING, timezone=policies.TIMEZONE),
    start_date=policies.START,
    catchup=False,
    max_active_runs=1,
    default_args=policies.DEFAULT_ARGS,
    params=PARAMS,
    tags=[policies.TAG_INGESTION, policies.TAG_REGISTER, policies.TAG_IMPACT_REPORTING],
) as dag:
    campaign: Any = prepare()
    asked: Any = collect(campaign)
    asked >> check(campaign)
