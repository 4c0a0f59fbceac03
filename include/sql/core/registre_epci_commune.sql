-- Makes the members of the EPCI of one vintage what the file says, writing only what differs.
with closes as (
    delete from core.epci_commune as ancien
    using registre_lot as lot
    where
        ancien.millesime = lot.millesime
        and not exists (
            select 1 from nouveau_epci_commune as nouveau
            where ancien.code_commune = nouveau.code_commune
        )
    returning 1
),

ecrites as (
    insert into core.epci_commune as ancien (
        millesime,
        code_commune,
        siren,
        siren_commune,
        nom_commune,
        code_departement,
        population_totale,
        population_municipale,
        id_registre
    )
    select
        lot.millesime,
        nouveau.code_commune,
        nouveau.siren,
        nouveau.siren_commune,
        nouveau.nom_commune,
        nouveau.code_departement,
        nouveau.population_totale,
        nouveau.population_municipale,
        lot.id_registre
    from nouveau_epci_commune as nouveau
    cross join registre_lot as lot
    on conflict (millesime, code_commune) do update
        set
            siren = excluded.siren,
            siren_commune = excluded.siren_commune,
            nom_commune = excluded.nom_commune,
            code_departement = excluded.code_departement,
            population_totale = excluded.population_totale,
            population_municipale = excluded.population_municipale,
            id_registre = excluded.id_registre
        where
        ancien.siren is distinct from excluded.siren
        or ancien.siren_commune is distinct from excluded.siren_commune
        or ancien.nom_commune is distinct from excluded.nom_commune
        or ancien.code_departement is distinct from excluded.code_departement
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
