-- Types of delivery that are late on the given day, each with its newest late period and how many it misses; a type
-- whose newest late period was told of has nothing more to hear until the next one is late.
with etat as (
    select *
    from journal.calendrier_au(%(jour)s)
),

retard as (
    select
        operateur,
        livraison,
        periode,
        libelle,
        attendue_le,
        en_retard_le,
        statut,
        id_livraison,
        recue_le,
        row_number() over (partition by operateur, livraison order by attendue_le desc) as rang,
        string_agg(libelle, ', ') over (
            partition by operateur, livraison
            order by attendue_le
            rows between unbounded preceding and 1 preceding
        ) as aussi
    from etat
    where jours_de_retard is not null and statut in ('en_retard', 'recue_refusee')
)

select *
from retard
where rang = 1
order by operateur, livraison
