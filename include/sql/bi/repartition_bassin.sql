-- bi.repartition_bassin: how the needs of a bassin (within a department) are spread over territories, by the municipal
-- population of the communes in common. The pieces of one bassin and department add up to 1, exactly: each goes from
-- part_avant to part_apres along the whole, so that a figure cut along them loses nothing to rounding.
create table magasin_candidat.repartition_bassin as
with demande as (
    select distinct
        b.annee,
        b.code_bassin,
        b.code_departement
    from besoin_borne as b
),

membre as (
    select
        d.annee,
        d.code_bassin,
        d.code_departement,
        'bassin_departement' as methode,
        c.cle_territoire,
        c.population,
        c.nb_communes
    from demande as d
    inner join commun as c
        on d.annee = c.annee and d.code_bassin = c.code_bassin and d.code_departement = c.code_departement
    union all
    -- The list of the bassin has no commune in that department: the whole bassin stands for it.
    select
        d.annee,
        d.code_bassin,
        d.code_departement,
        'bassin' as methode,
        c.cle_territoire,
        sum(c.population) as population,
        sum(c.nb_communes) as nb_communes
    from demande as d
    inner join commun as c on d.annee = c.annee and d.code_bassin = c.code_bassin
    where
        not exists (
            select 1
            from commun as ici
            where
                d.annee = ici.annee and d.code_bassin = ici.code_bassin and d.code_departement = ici.code_departement
        )
    group by d.annee, d.code_bassin, d.code_departement, c.cle_territoire
    union all
    -- A bassin that no list describes.
    select
        d.annee,
        d.code_bassin,
        d.code_departement,
        'non_localise' as methode,
        'inconnu' as cle_territoire,
        null as population,
        0 as nb_communes
    from demande as d
    where
        not exists (
            select 1
            from commun as c
            where d.annee = c.annee and d.code_bassin = c.code_bassin
        )
),

poids as (
    select
        m.*,
        sum(m.population) over bassin as population_bassin,
        -- Where no population is known, a commune is worth another.
        case
            when m.methode = 'non_localise' then 1
            when sum(m.population) over bassin > 0 then m.population
            else m.nb_communes
        end::numeric as poids
    from membre as m
    window bassin as (partition by m.annee, m.code_bassin, m.code_departement)
),

cumul as (
    select
        p.*,
        sum(p.poids) over (bassin order by p.cle_territoire rows unbounded preceding) as atteint,
        sum(p.poids) over bassin as total
    from poids as p
    window bassin as (partition by p.annee, p.code_bassin, p.code_departement)
)

select
    c.annee,
    c.code_bassin,
    c.code_departement,
    c.cle_territoire,
    c.methode,
    c.population::integer as population_commune,
    c.population_bassin::integer as population_bassin,
    c.nb_communes::integer as nb_communes,
    round(c.poids / c.total, 6) as part,
    c.poids < c.total as estimee,
    (c.atteint - c.poids) / c.total as part_avant,
    c.atteint / c.total as part_apres
from cumul as c
where c.poids > 0;

alter table magasin_candidat.repartition_bassin add primary key (annee, code_bassin, code_departement, cle_territoire);
create index on magasin_candidat.repartition_bassin (cle_territoire, annee);

comment on table magasin_candidat.repartition_bassin is
'Clé de répartition des besoins d''un bassin d''emploi entre territoires : population municipale des communes en commun, au périmètre de l''année (31 décembre).';
comment on column magasin_candidat.repartition_bassin.annee is
'Année de l''enquête.';
comment on column magasin_candidat.repartition_bassin.code_bassin is
'Bassin d''emploi, à quatre chiffres.';
comment on column magasin_candidat.repartition_bassin.code_departement is
'Département : l''enquête compte à part les deux côtés d''un bassin qui en chevauche deux.';
comment on column magasin_candidat.repartition_bassin.cle_territoire is
'Territoire, clé de bi.territoire ; « hors » : reste de la France ; « inconnu » : bassin d''aucune liste, ou phase dont les périmètres ne sont pas publiés.';
comment on column magasin_candidat.repartition_bassin.methode is
'bassin_departement : communes du bassin dans le département ; bassin : celles de tout le bassin, faute de commune connue dans le département ; non_localise : bassin d''aucune liste.';
comment on column magasin_candidat.repartition_bassin.population_commune is
'Population municipale des communes à la fois dans le bassin et dans le territoire, en habitants.';
comment on column magasin_candidat.repartition_bassin.population_bassin is
'Population municipale des communes du bassin (et du département, selon la méthode), en habitants.';
comment on column magasin_candidat.repartition_bassin.nb_communes is
'Communes à la fois dans le bassin et dans le territoire ; elles font la clé là où aucune population n''est connue.';
comment on column magasin_candidat.repartition_bassin.part is
'Part des besoins du bassin qui revient au territoire, de 0 à 1.';
comment on column magasin_candidat.repartition_bassin.estimee is
'Vrai si le bassin est partagé entre plusieurs : la part est une estimation. Faux : le bassin entier est dans le territoire.';
comment on column magasin_candidat.repartition_bassin.part_avant is
'Somme des parts des territoires précédents du bassin, sans arrondi : début de la part.';
comment on column magasin_candidat.repartition_bassin.part_apres is
'part_avant et la part elle-même, sans arrondi : fin de la part. Celle du dernier territoire du bassin vaut 1.';
