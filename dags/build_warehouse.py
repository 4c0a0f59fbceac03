"""### Entrepôt : reconstruire ce que lisent les outils de restitution (schéma `bi`)

**Ce que fait la DAG.** Elle refait les tables que lisent les vues `bi.*` à partir de `core`, les contrôle, puis les
publie d'un coup : un lecteur voit tout l'ancien état ou tout le nouveau.

**Entrées.** Les tables de `core`, `journal.livraison`, les lignes ouvertes de `quarantaine`. La DAG démarre quand des
livraisons ont reçu leur réponse, qu'un référentiel ou des indicateurs du marché du travail ont été chargés.
**Sorties.** Les vues `bi.*` ; une ligne de `journal.construction`, une de `journal.controle` par contrôle.

**Si elle échoue.** Les vues restent à leur état précédent, complet et cohérent (`bi.construction.etat_au` dit de quand
il est) ; les livraisons continuent d'être chargées. L'impact est un retard des tableaux de bord.

**Que faire.** Relancer la DAG entière est sans risque, à tout moment : deux constructions ne se mêlent jamais.

- `construire` : `journal.construction.message` dit quel fichier de include/sql/bi a échoué.
- `verifier` : un contrôle bloquant a trouvé des lignes. `select controle, lignes_en_defaut, exemples from
  journal.controle where statut <> 'reussi' order by id_construction desc` dit lesquelles. Corriger la livraison ou le
  référentiel en cause, puis relancer la DAG entière : relancer la seule tâche contrôlerait les mêmes tables.
- `publier` : des lecteurs occupent les vues (`select pid, query_start from pg_stat_activity where usename = 'bi'`). La
  tâche leur cède et réessaie pendant un quart d'heure ; ensuite, la relancer.

**Responsable.** equipe-donnees.
"""

from typing import Any

from airflow.sdk import DAG, AssetAny, AssetOrTimeSchedule, CronTriggerTimetable

from territoires.airflow import policies
from territoires.airflow.assets import delivery_asset, market_asset, registers_asset
from territoires.airflow.build_tasks import build_candidate, check, swap
from territoires.contracts import delivery_types

DELIVERIES = [
    delivery_asset(operator, delivery) for operator, deliveries in delivery_types().items() for delivery in deliveries
]

with DAG(
    dag_id="build_warehouse",
    dag_display_name="Entrepôt : reconstruire bi",
    description="Construit, contrôle et publie les vues de restitution",
    doc_md=__doc__,
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable(policies.EVERY_MORNING, timezone=policies.TIMEZONE),
        assets=AssetAny(*DELIVERIES, registers_asset(), market_asset()),
    ),
    start_date=policies.START,
    catchup=False,
    max_active_runs=1,
    default_args=policies.DEFAULT_ARGS,
    tags=[policies.TAG_WAREHOUSE, policies.TAG_IMPACT_REPORTING],
) as dag:
    candidate: Any = build_candidate()
    checked: Any = check(candidate)
    swap(checked)
