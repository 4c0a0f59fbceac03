-- What a run of an operator handles: of each type of delivery, unanswered ones in order of arrival, as many as a step
-- gets through in minutes. Those that have failed through all the tries of a run make way for those that have not.
with attente as (
    select
        l.id_livraison,
        l.livraison,
        l.taille_octets,
        (
            select count(*) from journal.etape as e
            where e.id_livraison = l.id_livraison and e.statut = 'echouee'
        ) >= %(essais)s as en_panne
    from journal.livraison as l
    where
        l.operateur = %(operateur)s
        and (%(livraisons)s::text[] is null or l.livraison = any(%(livraisons)s))
        and l.repondue_le is null
),

rangs as (
    select
        attente.id_livraison,
        attente.livraison,
        row_number() over rang as numero,
        sum(attente.taille_octets) over rang - attente.taille_octets as octets_avant
    from attente
    window rang as (partition by attente.livraison order by attente.en_panne, attente.id_livraison)
)

select
    rangs.id_livraison,
    rangs.livraison,
    rangs.numero <= %(fichiers)s and rangs.octets_avant < %(octets)s as du_lot
from rangs
order by rangs.id_livraison;
