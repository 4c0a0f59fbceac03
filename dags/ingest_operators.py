"""
### Livraisons des opérateurs : une DAG par opérateur

**Ce que fait la DAG.** Elle prend en charge chaque fichier déposé dans `inbound/<operateur>/<livraison>/` : réception
et archivage, lecture, validation par la suite du contrat, chargement en une transaction, reçu à l'opérateur.

**Entrées.** Les dossiers de dépôt ; les contrats de `include/contracts` ; le référentiel des territoires.
**Sorties.** `journal`, `quarantaine`, `core.<operateur>_<livraison>`, les reçus dans `outbound/<operateur>/`, et un
événement d'actif par type de livraison, qui lance `build_warehouse`.

**Si elle échoue.** Rien n'est perdu ni chargé à moitié : le fichier est aux archives, l'opérateur a un reçu qui le dit,
et le passage suivant (un dépôt, ou dans dix minutes au plus) reprend où l'essai s'est arrêté. L'impact est un retard.

**Que faire.** `select * from journal.etape where statut in ('echouee', 'interrompue') order by debut desc` dit quelle
livraison, quelle étape, quelle erreur ; docs/runbook.md dit quoi en faire. Une livraison en attente se décide dans
l'exécution de `decide_deliveries` que cette DAG lance pour elle.

**Responsable.** equipe-donnees.
"""

from territoires.airflow import policies
from territoires.airflow.ingest import ingest_dag
from territoires.contracts import delivery_types

TITLES = {
    "banque_des_territoires": "Livraisons de la Banque des Territoires",
    "bpifrance": "Livraisons de Bpifrance",
    "business_france": "Livraisons de Business France",
    "pole_emploi": "Livraisons de Pôle emploi",
    "programme": "Livraisons du programme (État)",
}

for operator, found in delivery_types().items():
    deliveries = [delivery for delivery in found if f"{operator}/{delivery}" not in policies.OWN_DAGS]
    globals()[f"ingest_{operator}"] = ingest_dag(operator, deliveries, TITLES.get(operator, operator), __doc__ or "")
