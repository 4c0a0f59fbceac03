-- Makes the communes of one vintage what the file says, writing only what differs.
with closes as (
    delete from core.commune as ancien
    using registre_lot as lot
    where
        ancien.millesime = lot.millesime
        and not exists (
            select 1 from nouveau_commune as nouveau
            where ancien.type_commune = nouveau.type_commune and ancien.code_commune = nouveau.code_commune
        )
    returning 1
),

ecrites as (
    insert into core.commune as ancien (
        millesime,
        type_commune,
        code_commune,
        libelle,
        code_departement,
        code_region,
        code_collectivite,
        code_arrondissement,
        code_canton,
        code_parent,
        id_registre
    )
    select
        lot.millesime,
        nouveau.type_commune,
        nouveau.code_commune,
        nouveau.libelle,
        nouveau.code_departement,
        nouveau.code_region,
        nouveau.code_collectivite,
        nouveau.code_arrondissement,
        nouveau.code_canton,
        nouveau.code_parent,
        lot.id_registre
    from nouveau_commune as nouveau
    cross join registre_lot as lot
    on conflict (millesime, type_commune, code_commune) do update
        set
            libelle = excluded.libelle,
            code_departement = excluded.code_departement,
            code_region = excluded.code_region,
            code_collectivite = excluded.code_collectivite,
            code_arrondissement = excluded.code_arrondissement,
            code_canton = excluded.code_canton,
            code_parent = excluded.code_parent,
            id_registre = excluded.id_registre
        where
        ancien.libelle is distinct from excluded.libelle
        or ancien.code_departement is distinct from excluded.code_departement
        or ancien.code_region is distinct from excluded.code_region
        or ancien.code_collectivite is distinct from excluded.code_collectivite
        or ancien.code_arrondissement is distinct from excluded.code_arrondissement
        or ancien.code_canton is distinct from excluded.code_canton
        or ancien.code_parent is distinct from excluded.code_parent
    -- xmax is 0 for a row that was not there before.
    returning (ancien.xmax = 0) as ajoutee
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
