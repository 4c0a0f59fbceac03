-- Makes the rows of one vintage what the file says, writing only what differs.
with closes as (
    delete from {cible} as a
    using registre_lot as lot
    where
        a.millesime = lot.millesime
        and not exists (
            select 1 from nouveau as n
            where {meme_ligne}
        )
    returning 1
),

ecrites as (
    insert into {cible} as a ({colonnes}, millesime, id_registre)
    select
        {valeurs},
        lot.millesime,
        lot.id_registre
    from nouveau as n
    cross join registre_lot as lot
    on conflict (millesime, {colonnes_cle}) do update
        set {affectations}, id_registre = excluded.id_registre
        where row({faits}) is distinct from row({faits_nouveaux})
    -- xmax is 0 for a row that was not there before.
    returning (a.xmax = 0) as ajoutee
)

insert into registre_bilan (ajoutees, modifiees, closes)
select
    count(*) filter (where ecrites.ajoutee) as ajoutees,
    count(*) filter (where not ecrites.ajoutee) as modifiees,
    0 as closes
from ecrites
union all
select
    0 as ajoutees,
    0 as modifiees,
    count(*) as closes
from closes;
