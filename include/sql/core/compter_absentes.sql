-- How many current rows there are of what the delivery is the whole state of, and how many of them the delivery no longer has.
select
    count(*) as courantes,
    count(*) filter (
        where greatest(v.id_livraison, v.confirmee_par) < %(id)s
        and not exists (
            select 1
            from depot as d
            where {meme_cle}
        )
        and not exists (
            select 1
            from presente as d
            where {meme_cle}
        )
    ) as absentes
from {cible} as v
where v.valide_a is null and {du_perimetre};
