-- Makes the EPCI of one vintage what the file says, writing only what differs.
with closes as (
    delete from core.epci as ancien
    using registre_lot as lot
    where
        ancien.millesime = lot.millesime
        and not exists (
            select 1 from nouveau_epci as nouveau
            where ancien.siren = nouveau.siren
        )
    returning 1
),

ecrites as (
    insert into core.epci as ancien (
        millesime,
        siren,
        raison_sociale,
        nature_juridique,
        mode_financement,
        code_departement,
        nb_membres,
        population_totale,
        population_municipale,
        id_registre
    )
    select
        lot.millesime,
        nouveau.siren,
        nouveau.raison_sociale,
        nouveau.nature_juridique,
        nouveau.mode_financement,
        nouveau.code_departement,
        nouveau.nb_membres,
        nouveau.population_totale,
        nouveau.population_municipale,
        lot.id_registre
    from nouveau_epci as nouveau
    cross join registre_lot as lot
    on conflict (millesime, siren) do update
        set
            raison_sociale = excluded.raison_sociale,
            nature_juridique = excluded.nature_juridique,
            mode_financement = excluded.mode_financement,
            code_departement = excluded.code_departement,
            nb_membres = excluded.nb_membres,
            population_totale = excluded.population_totale,
            population_municipale = excluded.population_municipale,
            id_registre = excluded.id_registre
        where
        ancien.raison_sociale is distinct from excluded.raison_sociale
        or ancien.nature_juridique is distinct from excluded.nature_juridique
        or ancien.mode_financement is distinct from excluded.mode_financement
        or ancien.code_departement is distinct from excluded.code_departement
        or ancien.nb_membres is distinct from excluded.nb_membres
        or ancien.population_totale is distinct from excluded.population_totale
        or ancien.population_municipale is distinct from excluded.population_municipale
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
