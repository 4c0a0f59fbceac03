"""
### Besoins en main-d'œuvre (BMO) : le fichier annuel de France Travail

**Ce que fait la DAG.** Une fois par semaine, elle demande le fichier aux adresses de `TI_BMO_URL`, par une requête
conditionnelle ; un contenu nouveau devient une livraison `pole_emploi/besoins_main_oeuvre`. Elle prend de même chaque
fichier déposé dans `inbound/pole_emploi/besoins_main_oeuvre/`. Lecture (feuille et colonnes reconnues, au besoin à leur
contenu), suite du contrat, chargement en une transaction, reçu. Un fichier est l'état entier de son année.

**Entrées.** `TI_BMO_URL` (https ou file, adresses séparées par des espaces), le dossier de dépôt, le contrat, les
référentiels `fap` (DARES) et `bassins` (France Travail).
**Sorties.** `journal` (dont `journal.telechargement`), `quarantaine`, `core.pole_emploi_besoins_main_oeuvre`, les reçus
dans `outbound/pole_emploi/`, et un événement d'actif, qui lance `build_warehouse`.

**Si elle échoue.** L'année précédemment chargée reste en service, et les autres années ne sont pas touchées. Un dépôt
passe même si la source est en panne. L'impact est un retard des besoins par territoire.

**Que faire.** *Télécharger* : `select * from journal.telechargement` dit la cause ; l'adresse est redemandée le
lendemain, ou *Trigger* avec « Demander le fichier ». Déposer le fichier à la main fait de même. *Lire* : la forme a
changé sans laisser deviner une colonne ; le reçu dit laquelle : ajouter son nom au contrat (`alias`, `alias_motifs`),
puis redéposer. Les autres étapes : comme pour les livraisons des opérateurs (docs/runbook.md).

**Responsable.** equipe-donnees.
"""

from territoires.airflow.bmo_tasks import DELIVERY, OPERATOR, PARAMS, download_before
from territoires.airflow.ingest import ingest_dag

dag = ingest_dag(OPERATOR, [DELIVERY], "Besoins en main-d'œuvre (BMO)", __doc__ or "", params=PARAMS)
download_before(dag)
