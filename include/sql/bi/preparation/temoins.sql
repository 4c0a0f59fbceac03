-- Totals of core at the instant of the build, straight from its tables: the checks hold what was built against them.
-- They are kept because core may move between the build and its checks.
insert into journal.temoin (id_construction, objet, mesure, valeur)
select
    current_setting('territoires.id_construction')::bigint,
    t.objet,
    t.mesure,
    t.valeur
from (
    select
        'investissement' as objet,
        'lignes_core' as mesure,
        count(*)::numeric as valeur
    from core.banque_des_territoires_investissements as i
    where i.valide_a is null
    union all
    select
        'investissement',
        'montant_core_eur',
        coalesce(sum(i.montant_engage_eur), 0)::numeric
    from core.banque_des_territoires_investissements as i
    where i.valide_a is null
    union all
    select
        'investissement',
        'engage_core_eur',
        coalesce(sum(i.montant_engage_eur), 0)::numeric
    from core.banque_des_territoires_investissements as i
    where i.valide_a is null and i.statut not in ('identifie', 'instruit', 'abandonne')
    union all
    select
        'investissement',
        'decaisse_core_eur',
        coalesce(sum(i.montant_decaisse_eur), 0)::numeric
    from core.banque_des_territoires_investissements as i
    where i.valide_a is null and i.statut not in ('identifie', 'instruit', 'abandonne')
    union all
    select
        'contrat',
        'lignes_core',
        count(*)::numeric
    from core.programme_contrats as c
    where c.valide_a is null
    union all
    select
        'livraison',
        'lignes_journal',
        count(*)::numeric
    from journal.livraison
) as t;
