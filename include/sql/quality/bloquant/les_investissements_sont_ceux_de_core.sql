-- Rows, amounts, commitments and disbursements of bi.investissement equal those of core at the instant of the build.
with construit as (
    select
        count(*)::numeric as lignes,
        coalesce(sum(i.montant_engage_eur), 0) as montant_eur,
        coalesce(sum(i.montant_engage_eur) filter (where i.compte_comme_engage), 0) as engage_eur,
        coalesce(sum(i.montant_decaisse_eur) filter (where i.compte_comme_engage), 0) as decaisse_eur
    from magasin_candidat.investissement as i
),

mesure as (
    select
        'lignes_core' as mesure,
        c.lignes as valeur
    from construit as c
    union all
    select
        'montant_core_eur' as mesure,
        c.montant_eur as valeur
    from construit as c
    union all
    select
        'engage_core_eur' as mesure,
        c.engage_eur as valeur
    from construit as c
    union all
    select
        'decaisse_core_eur' as mesure,
        c.decaisse_eur as valeur
    from construit as c
)

select
    m.mesure,
    t.valeur as dans_core,
    m.valeur as dans_le_candidat
from mesure as m
left join journal.temoin as t
    on
        t.id_construction = current_setting('territoires.id_construction')::bigint
        and t.objet = 'investissement'
        and m.mesure = t.mesure
where t.valeur is distinct from m.valeur
