-- bi.contrat has each current contract of core once, bi.livraison each delivery of the journal once.
with construit as (
    select
        'contrat' as objet,
        'lignes_core' as mesure,
        count(*)::numeric as valeur
    from magasin_candidat.contrat
    union all
    select
        'livraison' as objet,
        'lignes_journal' as mesure,
        count(*)::numeric as valeur
    from magasin_candidat.livraison
)

select
    c.objet,
    t.valeur as a_la_source,
    c.valeur as dans_le_candidat
from construit as c
left join journal.temoin as t
    on
        t.id_construction = current_setting('territoires.id_construction')::bigint
        and c.objet = t.objet
        and c.mesure = t.mesure
where t.valeur is distinct from c.valeur
