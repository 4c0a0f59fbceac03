-- Operator by operator, rows and sums of bi.engagement equal those of the operator's own table at the instant of the build.
with construit as (
    select
        e.operateur,
        count(*) as lignes,
        sum(e.montant_engage_eur) as montant_engage_eur,
        sum(e.montant_decaisse_eur) as montant_decaisse_eur,
        sum(e.investissement_attendu_eur) as investissement_attendu_eur,
        sum(e.emplois_prevus) as emplois_prevus,
        sum(e.recrutements) as recrutements,
        sum(e.participants) as participants
    from magasin_candidat.engagement as e
    group by e.operateur
),

mesure as (
    select
        c.operateur || '.' || m.mesure as mesure,
        m.valeur
    from construit as c
    cross join lateral (
        values
        ('lignes', c.lignes),
        ('montant_engage_eur', c.montant_engage_eur),
        ('montant_decaisse_eur', c.montant_decaisse_eur),
        ('investissement_attendu_eur', c.investissement_attendu_eur),
        ('emplois_prevus', c.emplois_prevus),
        ('recrutements', c.recrutements),
        ('participants', c.participants)
    ) as m (mesure, valeur)
),

temoin as (
    select
        t.mesure,
        t.valeur
    from journal.temoin as t
    where
        t.id_construction = current_setting('territoires.id_construction')::bigint
        and t.objet = 'engagement'
        and t.mesure like '%.%'
)

select
    coalesce(t.mesure, m.mesure) as mesure,
    t.valeur as dans_core,
    m.valeur as dans_le_candidat
from temoin as t
full join mesure as m on t.mesure = m.mesure
where coalesce(t.valeur, 0) <> coalesce(m.valeur, 0)
