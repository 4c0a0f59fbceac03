-- A replay enters the journal, or is begun again by the retry of a killed task; any other one that was under way is over.
with abandonnes as (
    update journal.rejeu
    set statut = 'abandonne', fin = clock_timestamp()
    where statut in ('en_cours', 'candidat') and run_id is distinct from %(run_id)s
),

repris as (
    update journal.rejeu
    set statut = 'en_cours', debut = clock_timestamp(), fin = null, message = null
    where run_id = %(run_id)s and statut in ('en_cours', 'candidat')
    returning id_rejeu
),

nouveau as (
    insert into journal.rejeu (
        operateur, livraison, du, au, id_livraison, contrat_version, motif, demande_par, run_id
    )
    select
        %(operateur)s,
        %(livraison)s,
        %(du)s,
        %(au)s,
        %(id_livraison)s,
        %(version)s,
        %(motif)s,
        %(par)s,
        %(run_id)s
    where
        not exists (
            select 1
            from repris
        )
    returning id_rejeu
)

select repris.id_rejeu
from repris
union all
select nouveau.id_rejeu
from nouveau;
