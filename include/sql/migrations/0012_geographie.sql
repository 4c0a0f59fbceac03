-- Where a commune is at a date: the periods in which a code is a commune, what each code became, and the functions that
-- join to them EPCI, EPT, bassin, population and territory. docs/decisions/0024-communes-at-a-date.md argues the rules.

create table core.commune_periode (
    code_commune text collate "C" not null,
    valide_de date not null,
    valide_a date check (valide_a > valide_de),
    libelle text,
    code_departement text collate "C" not null,
    code_region text collate "C",
    primary key (code_commune, valide_de),
    -- Deferrable for the MERGE that writes it: a statement is judged as a whole, not row by row. A 64-bit hash stands
    -- for the code, as GiST has no equality of texts without an extension.
    constraint commune_periode_sans_recouvrement exclude using gist (
        int8range(hashtextextended(code_commune, 0), hashtextextended(code_commune, 0), '[]') with &&,
        daterange(valide_de, valide_a) with &&
    ) deferrable initially immediate
);
comment on table core.commune_periode is
'Périodes pendant lesquelles un code est celui d''une commune, sous un nom, dans un département et une région. Calculée des mouvements, du COG et de la table de passage : ne s''écrit pas à la main.';
comment on column core.commune_periode.code_commune is 'Code de la commune.';
comment on column core.commune_periode.valide_de is
'Premier jour ; 1943-01-01 pour ce qui existait avant les premiers mouvements connus.';
comment on column core.commune_periode.valide_a is 'Jour (exclu) où la période finit ; vide : elle dure.';
comment on column core.commune_periode.libelle is
'Nom pendant la période, article compris ; vide si aucune liste chargée ne le dit.';
comment on column core.commune_periode.code_departement is 'Département pendant la période.';
comment on column core.commune_periode.code_region is
'Région pendant la période, d''après le COG ; vide si aucun COG chargé ne connaît le département.';

create table core.commune_succession (
    code_avant text collate "C" not null,
    code_apres text collate "C" not null,
    date_effet date not null,
    remplace boolean not null,
    origine text collate "C" not null check (origine in ('mouvements', 'communes', 'passage')),
    primary key (code_avant, code_apres, date_effet)
);
comment on table core.commune_succession is
'Ce qu''un code de commune est devenu, et d''où un code vient. Calculée avec core.commune_periode.';
comment on column core.commune_succession.code_avant is 'Code avant.';
comment on column core.commune_succession.code_apres is 'Commune après.';
comment on column core.commune_succession.date_effet is 'Jour où le changement prend effet.';
comment on column core.commune_succession.remplace is
'Vrai si le code d''avant cesse d''être une commune ce jour-là ; faux s''il le reste (création, rétablissement).';
comment on column core.commune_succession.origine is
'Référentiel qui le dit : mouvements, communes (rattachement au COG) ou passage.';
create index commune_succession_apres on core.commune_succession (code_apres, date_effet);

alter table core.territoire add constraint territoire_sans_recouvrement exclude using gist (
    int8range(
        hashtextextended(phase::text || '/' || id_ti, 0), hashtextextended(phase::text || '/' || id_ti, 0), '[]'
    ) with &&,
    daterange(valide_de, valide_a) with &&
) deferrable initially deferred;
alter table core.territoire_perimetre add constraint territoire_perimetre_sans_recouvrement exclude using gist (
    int8range(
        hashtextextended(phase::text || '/' || id_ti || '/' || type_maille || '/' || code, 0),
        hashtextextended(phase::text || '/' || id_ti || '/' || type_maille || '/' || code, 0),
        '[]'
    ) with &&,
    daterange(valide_de, valide_a) with &&
) deferrable initially deferred;

-- The movements in use: each list says them all again, the last one stands. One row for each code and day of change.
create view core.commune_changement as
with mouvement as (
    select m.* from core.mouvement_commune as m
    where m.millesime = (select max(d.millesime) from core.mouvement_commune as d)
),

evenement as (
    select
        cote.code_commune,
        cote.date_effet,
        cote.modalite,
        bool_or(cote.avant) as avant,
        bool_or(cote.apres) as apres,
        bool_or(cote.devient) as devient
    from (
        -- A commune that is listed before and not after ends only if the event gives its place to another: a few rows
        -- (modalité 70) name the commune, then only parts of it.
        select
            m.code_avant as code_commune,
            m.date_effet,
            m.modalite,
            true as avant,
            false as apres,
            m.type_apres = 'COM' as devient
        from mouvement as m
        where m.type_avant = 'COM'
        union all
        select
            m.code_apres as code_commune,
            m.date_effet,
            m.modalite,
            false as avant,
            true as apres,
            false as devient
        from mouvement as m
        where m.type_apres = 'COM'
    ) as cote
    group by cote.code_commune, cote.date_effet, cote.modalite
)

select
    e.code_commune,
    e.date_effet,
    bool_or(e.apres and not e.avant) as nait,
    bool_or(e.avant and not e.apres and e.devient) as cesse
from evenement as e
group by e.code_commune, e.date_effet;
comment on view core.commune_changement is
'Codes de commune que touchent les derniers mouvements chargés, par jour.';
comment on column core.commune_changement.code_commune is 'Code de commune.';
comment on column core.commune_changement.date_effet is 'Jour du changement.';
comment on column core.commune_changement.nait is 'Un événement du jour en fait une commune.';
comment on column core.commune_changement.cesse is
'Un événement du jour y met fin ; avec nait : le code n''a vécu que dans la journée, ou n''a pas cessé.';

create view core.cog_millesime as
with mouvement as (
    select greatest(make_date(max(d.millesime)::integer, 1, 1), max(d.date_effet)) as fin
    from core.mouvement_commune as d
    where d.millesime = (select max(x.millesime) from core.mouvement_commune as x)
)

select
    m.millesime,
    make_date(m.millesime::integer, 1, 1) as debut,
    m.millesime = min(m.millesime) over () as premier,
    lag(m.millesime) over (order by m.millesime) as precedent,
    -- After the last movement the vintages say what exists. A list of movements covers its year's 1 January.
    make_date(m.millesime::integer, 1, 1) > coalesce(mouvement.fin, '-infinity') as fait_foi
from (select distinct c.millesime from core.commune as c) as m
cross join mouvement;
comment on view core.cog_millesime is 'Millésimes chargés du code officiel géographique.';
comment on column core.cog_millesime.millesime is 'Année.';
comment on column core.cog_millesime.debut is 'Son 1er janvier.';
comment on column core.cog_millesime.premier is 'Vrai pour le premier chargé.';
comment on column core.cog_millesime.precedent is 'Le millésime chargé avant lui.';
comment on column core.cog_millesime.fait_foi is
'Vrai s''il est postérieur aux mouvements chargés : il dit alors quelles communes existent.';

create view core.commune_periode_calculee as
with cog as materialized (
    select
        c.code_commune,
        c.libelle,
        c.code_departement,
        c.code_region,
        m.*
    from core.commune as c
    inner join core.cog_millesime as m on c.millesime = m.millesime
    where c.type_commune = 'COM'
),

changement as materialized (
    select * from core.commune_changement
),

bouge as materialized (
    select distinct c.code_commune from changement as c
),

connu as (
    select cog.code_commune from cog
    union
    select c.code_commune from changement as c
),

-- Codes that the COG has only as parts and the table of passage only as former ones, and that no movement touches: they
-- were communes until the first COG after the movements, or the last year in which the table of passage has them.
disparue as materialized (
    select
        a.code_commune,
        (array_agg(a.libelle order by a.millesime) filter (where a.libelle is not null))[1] as libelle,
        make_date(max(a.annee_a) + 1, 1, 1) as fin
    from (
        select
            c.code_commune,
            c.libelle,
            c.millesime,
            null::integer as annee_a
        from core.commune as c
        where c.type_commune in ('COMD', 'COMA')
        union all
        select
            p.code_ancien as code_commune,
            null as libelle,
            p.millesime,
            p.annee_a::integer as annee_a
        from core.passage_commune as p
        where p.code_ancien <> p.code_courant
    ) as a
    where
        not exists (
            select 1 from cog
            where a.code_commune = cog.code_commune
        )
        and not exists (
            select 1 from core.commune as c
            where a.code_commune = c.code_commune and c.type_commune = 'ARM'
        )
        and not exists (
            select 1 from core.mouvement_commune as m
            where a.code_commune = m.code_avant
        )
        and not exists (
            select 1 from core.mouvement_commune as m
            where a.code_commune = m.code_apres
        )
    group by a.code_commune
),

premier_cog as (
    select m.debut from core.cog_millesime as m
    where m.fait_foi
    order by m.millesime
    limit 1
),

-- Days at which it is known whether a code is a commune.
observation as (
    select
        c.code_commune,
        c.date_effet as jour,
        c.nait as existe
    from changement as c
    where c.nait <> c.cesse
    union all
    -- What a first movement does not create was there before it.
    select
        d.code_commune,
        '1943-01-01' as jour,
        true as existe
    from (
        select distinct on (c.code_commune)
            c.code_commune,
            c.nait
        from changement as c
        where not (c.nait and c.cesse)
        order by c.code_commune asc, c.date_effet asc
    ) as d
    where not d.nait
    union all
    select
        k.code_commune,
        case when m.premier and b.code_commune is null then '1943-01-01' else m.debut end as jour,
        v.code_commune is not null as existe
    from connu as k
    cross join core.cog_millesime as m
    left join bouge as b on k.code_commune = b.code_commune
    left join cog as v on k.code_commune = v.code_commune and m.millesime = v.millesime
    where m.fait_foi or b.code_commune is null
    union all
    select
        d.code_commune,
        case when o.existe then '1943-01-01' else least(f.debut, d.fin) end as jour,
        o.existe
    from disparue as d
    cross join premier_cog as f
    cross join (values (true), (false)) as o (existe)
),

etat as (
    select
        o.*,
        lag(o.existe, 1, false) over (partition by o.code_commune order by o.jour) as existait
    from observation as o
),

existence as (
    select
        e.code_commune,
        left(e.code_commune, case when e.code_commune ~ '^9[78]' then 3 else 2 end) as code_departement,
        e.existe,
        e.jour as valide_de,
        lead(e.jour) over (partition by e.code_commune order by e.jour) as valide_a
    from etat as e
    where e.existe <> e.existait
),

-- Days at which a code's name is known, and by the COG its department and region.
nom as (
    select distinct on (n.code_commune, n.jour) n.*
    from (
        select
            m.code_apres as code_commune,
            m.date_effet as jour,
            m.libelle_apres as libelle,
            null as code_departement,
            null as code_region,
            m.modalite
        from core.mouvement_commune as m
        where m.type_apres = 'COM' and m.millesime = (select max(d.millesime) from core.mouvement_commune as d)
        union all
        select
            m.code_avant as code_commune,
            '1943-01-01' as jour,
            (array_agg(m.libelle_avant order by m.date_effet, m.modalite))[1] as libelle,
            null as code_departement,
            null as code_region,
            '00' as modalite
        from core.mouvement_commune as m
        where m.type_avant = 'COM' and m.millesime = (select max(d.millesime) from core.mouvement_commune as d)
        group by m.code_avant
        union all
        select
            cog.code_commune,
            cog.debut as jour,
            cog.libelle,
            cog.code_departement,
            cog.code_region,
            'COG' as modalite
        from cog
        union all
        select
            d.code_commune,
            '1943-01-01' as jour,
            d.libelle,
            null as code_departement,
            null as code_region,
            '00' as modalite
        from disparue as d
    ) as n
    -- The COG's own spelling first, then what the last of a day's movements says.
    order by n.code_commune asc, n.jour asc, n.modalite desc
),

nom_numerote as (
    select
        n.*,
        count(n.code_departement) over (partition by n.code_commune order by n.jour) as rang_cog,
        row_number() over (partition by n.code_commune order by n.jour) as rang
    from nom as n
),

-- Each name holds until the next; a department until another COG says otherwise, the first one also for what was before.
nom_periode as (
    select
        n.code_commune,
        n.libelle,
        case when n.rang > 1 then n.jour else '-infinity' end as debut,
        lead(n.jour, 1, 'infinity') over (partition by n.code_commune order by n.jour) as fin,
        max(n.code_departement) over (partition by n.code_commune, greatest(n.rang_cog, 1)) as code_departement,
        max(n.code_region) over (partition by n.code_commune, greatest(n.rang_cog, 1)) as code_region
    from nom_numerote as n
),

-- Codes that ended before the first COG: the code says the department, the COG of its neighbours the region.
departement as materialized (
    select distinct on (cog.code_departement)
        cog.code_departement,
        cog.code_region
    from cog
    order by cog.code_departement asc, cog.millesime asc
),

morceau as (
    select
        x.code_commune,
        greatest(x.valide_de, n.debut) as valide_de,
        nullif(least(coalesce(x.valide_a, 'infinity'), n.fin), 'infinity') as valide_a,
        n.libelle,
        coalesce(n.code_departement, x.code_departement) as code_departement,
        coalesce(n.code_region, d.code_region) as code_region
    from existence as x
    inner join nom_periode as n
        on
            x.code_commune = n.code_commune
            and x.valide_de < n.fin
            and n.debut < coalesce(x.valide_a, 'infinity')
    left join departement as d on x.code_departement = d.code_departement
    where x.existe
),

suite as (
    select
        m.*,
        coalesce(
            lag(m.valide_a) over w = m.valide_de
            and lag(m.libelle) over w is not distinct from m.libelle
            and lag(m.code_departement) over w = m.code_departement
            and lag(m.code_region) over w is not distinct from m.code_region,
            false
        ) as continue_
    from morceau as m
    window w as (partition by m.code_commune order by m.valide_de)
),

groupe as (
    select
        s.*,
        count(*) filter (where not s.continue_) over (partition by s.code_commune order by s.valide_de) as numero
    from suite as s
)

select
    g.code_commune,
    min(g.valide_de) as valide_de,
    case when bool_and(g.valide_a is not null) then max(g.valide_a) end as valide_a,
    g.libelle,
    g.code_departement,
    g.code_region
from groupe as g
group by g.code_commune, g.numero, g.libelle, g.code_departement, g.code_region;
comment on view core.commune_periode_calculee is
'Ce que doit contenir core.commune_periode, d''après les mouvements et les millésimes chargés.';
comment on column core.commune_periode_calculee.code_commune is 'Code de la commune.';
comment on column core.commune_periode_calculee.valide_de is 'Premier jour.';
comment on column core.commune_periode_calculee.valide_a is 'Jour (exclu) où la période finit ; vide : elle dure.';
comment on column core.commune_periode_calculee.libelle is 'Nom pendant la période.';
comment on column core.commune_periode_calculee.code_departement is 'Département pendant la période.';
comment on column core.commune_periode_calculee.code_region is 'Région pendant la période.';

create view core.commune_succession_calculee as
with mouvement as materialized (
    select
        m.code_avant,
        m.code_apres,
        m.date_effet,
        bool_or(c.cesse) as remplace
    from core.mouvement_commune as m
    inner join core.commune_changement as c on m.code_avant = c.code_commune and m.date_effet = c.date_effet
    where
        m.millesime = (select max(d.millesime) from core.mouvement_commune as d)
        and m.type_avant = 'COM'
        and m.type_apres = 'COM'
        and m.code_avant <> m.code_apres
    group by m.code_avant, m.code_apres, m.date_effet
),

partie as materialized (
    select
        c.code_commune,
        c.code_parent,
        m.*
    from core.commune as c
    inner join core.cog_millesime as m on c.millesime = m.millesime
    where c.type_commune <> 'COM' and c.code_parent is not null and c.code_parent <> c.code_commune
),

passage as materialized (
    select
        p.code_ancien,
        p.code_courant
    from core.passage_commune as p
    where
        p.millesime = (select max(d.millesime) from core.passage_commune as d)
        and p.code_ancien <> p.code_courant
),

-- Ends that no movement explains.
fin as materialized (
    select
        p.code_commune,
        p.valide_a
    from core.commune_periode as p
    left join core.commune_periode as suivante
        on p.code_commune = suivante.code_commune and p.valide_a = suivante.valide_de
    left join mouvement as m on p.code_commune = m.code_avant and p.valide_a = m.date_effet
    where p.valide_a is not null and suivante.code_commune is null and m.code_avant is null
),

rattachement as materialized (
    select distinct on (f.code_commune, f.valide_a)
        f.code_commune,
        p.code_parent,
        f.valide_a
    from fin as f
    inner join partie as p on f.code_commune = p.code_commune and f.valide_a <= p.debut
    order by f.code_commune asc, f.valide_a asc, p.debut asc
),

-- Parts that are no communes, from the vintage on in which their commune is another one.
part_seule as (
    select
        p.code_commune,
        p.code_parent,
        p.debut,
        lag(p.code_parent) over (partition by p.code_commune order by p.debut) as parent_precedent
    from partie as p
    where not exists (
        select 1 from core.commune_periode as c
        where p.code_commune = c.code_commune
    )
)

-- A part that becomes a commune may take the place of the one it was in: one row, of two.
select
    t.code_avant,
    t.code_apres,
    t.date_effet,
    bool_or(t.remplace) as remplace,
    min(t.origine) as origine
from (
    select
        m.code_avant,
        m.code_apres,
        m.date_effet,
        m.remplace,
        'mouvements' as origine
    from mouvement as m
    union all
    select
        r.code_commune as code_avant,
        r.code_parent as code_apres,
        r.valide_a as date_effet,
        true as remplace,
        'communes' as origine
    from rattachement as r
    union all
    select
        f.code_commune as code_avant,
        p.code_courant as code_apres,
        f.valide_a as date_effet,
        true as remplace,
        'passage' as origine
    from fin as f
    inner join passage as p on f.code_commune = p.code_ancien
    left join rattachement as r on f.code_commune = r.code_commune and f.valide_a = r.valide_a
    where r.code_commune is null
    union all
    -- A part of a commune that the next vintage calls a commune again.
    select
        p.code_parent as code_avant,
        p.code_commune as code_apres,
        suivant.debut as date_effet,
        false as remplace,
        'communes' as origine
    from partie as p
    inner join core.cog_millesime as suivant on p.millesime = suivant.precedent and suivant.fait_foi
    inner join core.commune_periode as c on p.code_commune = c.code_commune and suivant.debut = c.valide_de
    left join core.commune_periode as avant on c.code_commune = avant.code_commune and c.valide_de = avant.valide_a
    where avant.code_commune is null
    union all
    select
        s.code_commune as code_avant,
        s.code_parent as code_apres,
        case when s.parent_precedent is null then '1943-01-01' else s.debut end as date_effet,
        true as remplace,
        'communes' as origine
    from part_seule as s
    where s.parent_precedent is distinct from s.code_parent
    union all
    -- Codes that only the table of passage knows.
    select
        p.code_ancien as code_avant,
        p.code_courant as code_apres,
        '1943-01-01' as date_effet,
        true as remplace,
        'passage' as origine
    from passage as p
    where
        not exists (
            select 1 from core.commune_periode as c
            where p.code_ancien = c.code_commune
        )
        and not exists (
            select 1 from mouvement as m
            where p.code_ancien = m.code_avant
        )
        and not exists (
            select 1 from partie as s
            where p.code_ancien = s.code_commune
        )
) as t
group by t.code_avant, t.code_apres, t.date_effet;
comment on view core.commune_succession_calculee is
'Ce que doit contenir core.commune_succession, d''après core.commune_periode et les référentiels chargés.';
comment on column core.commune_succession_calculee.code_avant is 'Code avant.';
comment on column core.commune_succession_calculee.code_apres is 'Commune après.';
comment on column core.commune_succession_calculee.date_effet is 'Jour où le changement prend effet.';
comment on column core.commune_succession_calculee.remplace is
'Vrai si le code d''avant cesse d''être une commune ce jour-là.';
comment on column core.commune_succession_calculee.origine is 'Référentiel qui le dit.';

-- Nested loops over what a load has just written, before anybody analysed it, could take hours.
create procedure core.calculer_geographie()
language plpgsql
set enable_nestloop = off
as $$
begin
    -- Two registers may load at a time: the second one waits, then sees what the first one wrote. The first key is that of
    -- the loads of registers (registers/store.py).
    perform pg_advisory_xact_lock(8292355, hashtext('geographie'));

    merge into core.commune_periode as p
    using core.commune_periode_calculee as c
    on p.code_commune = c.code_commune and p.valide_de = c.valide_de
    when matched
        and row(p.valide_a, p.libelle, p.code_departement, p.code_region)
        is distinct from row(c.valide_a, c.libelle, c.code_departement, c.code_region)
    then
        update set
            valide_a = c.valide_a,
            libelle = c.libelle,
            code_departement = c.code_departement,
            code_region = c.code_region
    when not matched then
        insert values (c.code_commune, c.valide_de, c.valide_a, c.libelle, c.code_departement, c.code_region)
    when not matched by source then
        delete;

    merge into core.commune_succession as s
    using core.commune_succession_calculee as c
    on s.code_avant = c.code_avant and s.code_apres = c.code_apres and s.date_effet = c.date_effet
    when matched and row(s.remplace, s.origine) is distinct from row(c.remplace, c.origine) then
        update set remplace = c.remplace, origine = c.origine
    when not matched then
        insert values (c.code_avant, c.code_apres, c.date_effet, c.remplace, c.origine)
    when not matched by source then
        delete;

    analyze core.commune_periode;
    analyze core.commune_succession;
end
$$;
comment on procedure core.calculer_geographie () is
'Recalcule core.commune_periode et core.commune_succession, n''écrivant que ce qui change. Appelée par le chargement de communes, mouvements et passage.';

create function core.millesime_du_jour(nom_registre text, jour date)
returns text
language sql stable
as $$
-- The last vintage loaded up to the day's year, else the first one.
select coalesce(
    max(v.millesime) filter (where v.millesime <= extract(year from jour)::text), min(v.millesime)
)
from core.registre_version as v
where v.courant and v.registre = nom_registre
$$;
comment on function core.millesime_du_jour(text, date) is
'Millésime d''un référentiel annuel qui vaut un jour donné : le dernier chargé jusqu''à son année, à défaut le premier ; vide si aucun n''est chargé.';

create function core.millesime_proche(nom_registre text, jour date)
returns text
language sql stable
as $$
-- Of two as near, the one that was known that day.
select v.millesime
from core.registre_version as v
where v.courant and v.registre = nom_registre
order by abs(v.millesime::integer - extract(year from jour)), v.millesime
limit 1
$$;
comment on function core.millesime_proche(text, date) is
'Millésime le plus proche d''un jour donné, pour un référentiel qui n''est pas publié chaque année ; vide si aucun n''est chargé.';

create function core.communes_a_la_date(jour date, codes text[] default null)
returns table (code text, code_commune text, candidates text[])
language sql stable
as $$
with recursive demande as (
    select distinct c.code collate "C" as code from unnest(codes) as c (code)
    union all
    select p.code_commune from core.commune_periode as p where codes is null
    union
    select s.code_avant from core.commune_succession as s where codes is null
    union
    select s.code_apres from core.commune_succession as s where codes is null
),

chemin as (
    select
        d.code as code_demande,
        d.code as etape
    from demande as d
    union
    select
        c.code_demande,
        suite.etape
    from chemin as c
    left join lateral (
        select max(s.date_effet) as fin
        from core.commune_succession as s
        where s.code_avant = c.etape and s.remplace and s.date_effet <= jour
    ) as passe on true
    left join lateral (
        select min(s.date_effet) as debut
        from core.commune_succession as s
        where s.code_apres = c.etape and s.date_effet > jour
    ) as venir on passe.fin is null
    cross join lateral (
        -- A code that ended is what took its place, at the last of its ends.
        select s.code_apres as etape
        from core.commune_succession as s
        where s.code_avant = c.etape and s.remplace and s.date_effet = passe.fin
        union all
        -- A code that is not there yet is what it will come from.
        select s.code_avant as etape
        from core.commune_succession as s
        where s.code_apres = c.etape and s.date_effet = venir.debut
    ) as suite
    where not exists (
        select 1 from core.commune_periode as p
        where p.code_commune = c.etape and p.valide_de <= jour and (p.valide_a is null or p.valide_a > jour)
    )
)

select
    c.code_demande as code,
    case when count(*) = 1 then min(c.etape) end as code_commune,
    array_agg(c.etape order by c.etape) as candidates
from chemin as c
inner join core.commune_periode as p
    on c.etape = p.code_commune and p.valide_de <= jour and (p.valide_a is null or p.valide_a > jour)
group by c.code_demande
$$;
comment on function core.communes_a_la_date(date, text[]) is
'La commune que désigne, un jour donné, chaque code de n''importe quel millésime (tous les codes connus si codes est vide). Pas de ligne : aucune ; code_commune vide : plusieurs, dans candidates.';

create function core.codes_lies(codes text[])
returns text[]
language sql stable
as $$
-- Every code that movements tie to these, near or far.
with recursive lien as (
    select c.code collate "C" as code from unnest(codes) as c (code)
    union
    select suite.code
    from lien as l
    cross join lateral (
        select s.code_apres as code from core.commune_succession as s where s.code_avant = l.code
        union all
        select s.code_avant as code from core.commune_succession as s where s.code_apres = l.code
    ) as suite
)

select array_agg(l.code) from lien as l
$$;
comment on function core.codes_lies(text[]) is 'Les codes que des mouvements relient à ceux-ci, de proche en proche.';

create type core.commune_situee as (
    code_commune text,
    libelle text,
    code_departement text,
    code_region text,
    siren_epci text,
    nom_epci text,
    millesime_epci text,
    siren_ept text,
    code_bassin text,
    libelle_bassin text,
    millesime_bassin text,
    population_municipale integer,
    millesime_population text,
    phase smallint,
    id_ti text,
    libelle_territoire text
);
comment on type core.commune_situee is
'Une commune un jour donné, avec ce que les listes en disent et le millésime de chacune.';

create function core.situation_communes(jour date, codes text[] default null)
returns setof core.commune_situee
language sql stable
as $$
with millesime as materialized (
    select
        core.millesime_du_jour('epci', jour) as epci,
        core.millesime_du_jour('ept', jour) as ept,
        -- Bassins are drawn anew every few years, and a survey follows the coming list as well as the last one.
        core.millesime_proche('bassins', jour) as bassin,
        core.millesime_du_jour('populations', jour) as population
),

-- A list is in force from its first publication to that of the next phase, the first one from the beginning; within a
-- phase its first perimeters stand for what came before them.
liste as (
    select
        t.phase,
        min(t.valide_de) as publication
    from core.territoire as t
    group by t.phase
),

description as (
    select
        x.phase,
        min(x.valide_de) as publication
    from core.territoire_perimetre as x
    group by x.phase
),

phase as materialized (
    select
        p.phase,
        greatest(jour, p.publication) as jour_liste,
        greatest(jour, d.publication) as jour_perimetre,
        (
            select max(x.valide_de) from core.territoire_perimetre as x
            where x.phase = p.phase and x.valide_de <= greatest(jour, d.publication)
        ) as jour_publication
    from liste as p
    left join description as d on p.phase = d.phase
    order by p.publication <= jour desc, case when p.publication <= jour then -p.phase else p.phase end
    limit 1
),

commune as materialized (
    select p.* from core.commune_periode as p
    where
        p.valide_de <= jour
        and (p.valide_a is null or p.valide_a > jour)
        and (codes is null or p.code_commune = any(codes))
),

-- Codes of any list, and the commune of the day that they mean; nearer ones first where several mean one.
sens as materialized (
    select
        c.code,
        c.code_commune,
        case when c.code = c.code_commune then 0 else 1 end as rang
    from core.communes_a_la_date(jour, case when codes is not null then core.codes_lies(codes) end) as c
    where c.code_commune is not null and (codes is null or c.code_commune = any(codes))
),

-- Communes that a list does not know under their code, because they were none on its day: the commune that they were in.
jour_liste as materialized (
    select distinct l.jour
    from millesime as m
    left join phase as f on true
    cross join lateral (
        values
        (make_date(m.epci::integer, 1, 1)),
        (make_date(m.ept::integer, 1, 1)),
        (make_date(m.bassin::integer, 1, 1)),
        (f.jour_publication)
    ) as l (jour)
    where l.jour is not null
),

sens_liste as materialized (
    select
        l.jour as jour_liste,
        a.code_commune as code,
        a.code as code_commune,
        2 as rang
    from jour_liste as l
    cross join lateral (
        select coalesce(array_agg(c.code_commune), '{}') as codes
        from commune as c
        where not exists (
            select 1 from core.commune_periode as p
            where
                p.code_commune = c.code_commune
                and p.valide_de <= l.jour
                and (p.valide_a is null or p.valide_a > l.jour)
        )
    ) as absente
    cross join lateral core.communes_a_la_date(l.jour, absente.codes) as a
    where a.code_commune is not null
    union all
    select
        l.jour as jour_liste,
        s.code,
        s.code_commune,
        s.rang
    from jour_liste as l
    cross join sens as s
),

epci as (
    select distinct on (s.code_commune)
        s.code_commune,
        e.siren,
        e.millesime
    from millesime as m
    inner join sens_liste as s on make_date(m.epci::integer, 1, 1) = s.jour_liste
    inner join core.epci_commune as e on m.epci = e.millesime and s.code = e.code_commune
    order by s.code_commune asc, s.rang asc, s.code asc
),

ept as (
    select distinct on (s.code_commune)
        s.code_commune,
        e.siren
    from millesime as m
    inner join sens_liste as s on make_date(m.ept::integer, 1, 1) = s.jour_liste
    inner join core.ept_commune as e on m.ept = e.millesime and s.code = e.code_commune
    order by s.code_commune asc, s.rang asc, s.code asc
),

bassin as (
    select distinct on (s.code_commune)
        s.code_commune,
        b.code_bassin,
        b.millesime
    from millesime as m
    inner join sens_liste as s on make_date(m.bassin::integer, 1, 1) = s.jour_liste
    inner join core.bassin_commune as b on m.bassin = b.millesime and s.code = b.code_commune
    order by s.code_commune asc, s.rang asc, s.code asc
),

-- The list of EPCI gives the same populations, but for the few communes that are in none.
recensee as (
    select
        p.code_commune,
        p.municipale,
        p.millesime,
        0 as rang
    from millesime as m
    inner join core.population_commune as p on m.population = p.millesime
    union all
    select
        e.code_commune,
        e.population_municipale as municipale,
        e.millesime,
        1 as rang
    from millesime as m
    inner join core.epci_commune as e on m.epci = e.millesime
    where e.population_municipale is not null
),

-- Populations of communes that are one today add up; those of arrondissements and other parts are in their commune's.
population_liste as (
    select
        s.code_commune,
        p.millesime,
        p.rang,
        coalesce(
            sum(p.municipale) filter (where s.rang = 0 or c.code_commune is not null), sum(p.municipale)
        )::integer as municipale
    from recensee as p
    inner join sens as s on p.code_commune = s.code
    left join core.commune_periode as c
        on
            s.code = c.code_commune
            and c.valide_de < make_date(p.millesime::integer, 1, 1)
            and (c.valide_a is null or c.valide_a >= make_date(p.millesime::integer, 1, 1))
    group by s.code_commune, p.millesime, p.rang
),

plus_proche as materialized (
    select
        l.millesime,
        make_date(l.millesime::integer, 1, 1) as jour_liste,
        l.rang
    from millesime as m
    cross join lateral (values (m.population, 0), (m.epci, 1)) as l (millesime, rang)
    where l.millesime is not null
    order by abs(l.millesime::integer - extract(year from jour)) asc, l.rang asc
    limit 1
),

-- The nearer list; the other one for a commune that the nearer leaves out, not for one that it counts within another.
population as (
    select distinct on (p.code_commune) p.*
    from population_liste as p
    inner join plus_proche as r
        on
            (p.millesime = r.millesime and p.rang = r.rang)
            or exists (
                select 1 from core.commune_periode as c
                where
                    p.code_commune = c.code_commune
                    and c.valide_de <= r.jour_liste
                    and (c.valide_a is null or c.valide_a > r.jour_liste)
            )
    order by p.code_commune asc, (p.millesime = r.millesime and p.rang = r.rang) desc
),

membre as materialized (
    select
        x.id_ti,
        x.type_maille,
        x.code
    from phase as f
    inner join core.territoire_perimetre as x
        on
            f.phase = x.phase
            and x.valide_de <= f.jour_perimetre
            and (x.valide_a is null or x.valide_a > f.jour_perimetre)
),

-- An EPCI that the vintage of the day does not have (anymore, or yet), as the last vintage that has it describes it.
membre_ancien as (
    select
        x.id_ti,
        x.code,
        max(e.millesime) as millesime
    from membre as x
    inner join core.epci as e on x.code = e.siren
    where x.type_maille = 'epci'
    group by x.id_ti, x.code
    having not bool_or(e.millesime = (select m.epci from millesime as m))
),

-- The nearest word stands: the commune, then its EPT, then its EPCI.
appartenance as (
    select distinct on (a.code_commune)
        a.code_commune,
        a.id_ti
    from (
        select
            s.code_commune,
            x.id_ti,
            s.rang
        from membre as x
        inner join phase as f on true
        inner join sens_liste as s on f.jour_publication = s.jour_liste and x.code = s.code
        where x.type_maille = 'commune'
        union all
        select
            e.code_commune,
            x.id_ti,
            10 as rang
        from membre as x
        inner join ept as e on x.code = e.siren
        where x.type_maille = 'epci'
        union all
        select
            e.code_commune,
            x.id_ti,
            11 as rang
        from membre as x
        inner join epci as e on x.code = e.siren
        where x.type_maille = 'epci'
        union all
        select
            s.code_commune,
            x.id_ti,
            12 + s.rang as rang
        from membre_ancien as x
        inner join core.epci_commune as e on x.code = e.siren and x.millesime = e.millesime
        inner join sens as s on e.code_commune = s.code
    ) as a
    order by a.code_commune asc, a.rang asc, a.id_ti asc
)

select
    c.code_commune,
    c.libelle,
    c.code_departement,
    c.code_region,
    epci.siren as siren_epci,
    e.raison_sociale as nom_epci,
    m.epci as millesime_epci,
    ept.siren as siren_ept,
    bassin.code_bassin,
    b.libelle as libelle_bassin,
    m.bassin as millesime_bassin,
    population.municipale as population_municipale,
    coalesce(population.millesime, m.population, m.epci) as millesime_population,
    f.phase,
    t.id_ti,
    t.libelle as libelle_territoire
from commune as c
cross join millesime as m
left join phase as f on true
left join epci on c.code_commune = epci.code_commune
left join core.epci as e on epci.millesime = e.millesime and epci.siren = e.siren
left join ept on c.code_commune = ept.code_commune
left join bassin on c.code_commune = bassin.code_commune
left join core.bassin as b on bassin.millesime = b.millesime and bassin.code_bassin = b.code_bassin
left join population on c.code_commune = population.code_commune
left join appartenance as a on c.code_commune = a.code_commune
left join core.territoire as t
    on
        f.phase = t.phase
        and a.id_ti = t.id_ti
        and t.valide_de <= f.jour_liste
        and (t.valide_a is null or t.valide_a > f.jour_liste)
$$;
comment on function core.situation_communes(date, text[]) is
'Ce que core.communes_au dit, pour les seules communes citées (toutes si codes est vide).';

create function core.communes_au(jour date)
returns setof core.commune_situee
language sql stable
-- For all communes at once a nested loop is never the better way, whatever the statistics of the day say.
set enable_nestloop = off
as $$
select * from core.situation_communes(jour)
$$;
comment on function core.communes_au(date) is
'Chaque commune d''un jour, avec son EPCI, son EPT, son bassin d''emploi, sa population et son territoire ce jour-là. Colonnes vides : sans, ou inconnu (core.situer_commune dit pourquoi). Les millésimes et la phase sont ceux qui valent ce jour-là.';

create function core.communes_demandees(jour date, codes text[])
returns table (code_demande text, code_commune text, motif text)
language sql stable
as $$
with demande as (
    select distinct d.code as code_demande from unnest(codes) as d (code)
),

lisible as (
    select
        d.code_demande,
        case
            when d.code_demande is null then 'le code de commune est vide'
            when d.code_demande !~ '^([0-9]{2}|2[AB])[0-9]{3}$'
                then format('« %s » n''a pas la forme d''un code de commune (cinq caractères, 01004 ou 2A004)', d.code_demande)
            when jour is null then 'la date est vide'
            when jour < '1943-01-01' then 'aucun mouvement de commune n''est connu avant le 1er janvier 1943'
            when not exists (select 1 from core.commune_periode)
                then 'aucune liste de communes n''est chargée'
        end as motif
    from demande as d
),

outremer as (
    select distinct on (o.code_commune)
        o.code_commune,
        o.libelle_collectivite
    from core.commune_outremer as o
    inner join lisible as l on o.code_commune = l.code_demande
    order by o.code_commune asc, o.millesime desc
),

trouvee as materialized (
    select * from core.communes_a_la_date(
        jour,
        (select coalesce(array_agg(l.code_demande), '{}') from lisible as l where l.motif is null)
    )
)

select
    l.code_demande,
    case
        when l.motif is null then coalesce(t.code_commune, o.code_commune)
    end as code_commune,
    case
        when l.motif is not null then l.motif
        when t.code_commune is not null then null
        when o.code_commune is not null
            then format('commune de %s, collectivité d''outre-mer : ni département, ni région, ni EPCI', o.libelle_collectivite)
        when cardinality(t.candidates) > 1
            then format(
                '%s n''est pas une commune ce jour-là, et %s à la fois : %s',
                l.code_demande,
                case when vie.fin <= jour then 'plusieurs l''ont remplacée' else 'elle vient de plusieurs' end,
                array_to_string(t.candidates, ', ')
            )
        when vie.fin <= jour
            then format(
                '%s n''est plus une commune depuis le %s, et aucune liste chargée ne dit ce qu''elle est devenue',
                l.code_demande,
                to_char(vie.fin, 'DD/MM/YYYY')
            )
        when vie.debut > jour
            then format(
                '%s n''est une commune que depuis le %s, et aucune liste chargée ne dit d''où elle vient',
                l.code_demande,
                to_char(vie.debut, 'DD/MM/YYYY')
            )
        else format('%s n''est dans aucune liste de communes chargée', l.code_demande)
    end as motif
from lisible as l
left join outremer as o on l.code_demande = o.code_commune
left join trouvee as t on l.code_demande = t.code
left join lateral (
    select
        min(p.valide_de) as debut,
        max(p.valide_a) filter (where p.valide_a <= jour) as fin
    from core.commune_periode as p
    where p.code_commune = l.code_demande
) as vie on true
$$;
comment on function core.communes_demandees(date, text[]) is
'La commune que désigne chaque code demandé, un jour donné, ou pourquoi il n''y en a pas ; une commune d''une collectivité d''outre-mer se désigne elle-même, avec un motif.';

create function core.commune_a_la_date(code text, jour date, out code_commune text, out motif text)
language sql stable
as $$
select
    d.code_commune,
    d.motif
from core.communes_demandees(jour, array[code]) as d
$$;
comment on function core.commune_a_la_date(text, date) is
'La commune que désigne, un jour donné, un code de commune de n''importe quel millésime, et sinon pourquoi : en français.';

create function core.motif_liste(
    quoi text, registre text, millesime text, inconnu text, jour date, proche boolean default false
)
returns text
language sql immutable
as $$
-- Why a list says nothing of a commune, or that it is of another year than the day.
select case
    when millesime is null then format('aucune liste %s n''est chargée', registre)
    when inconnu is not null then inconnu
    when millesime = extract(year from jour)::text then null
    when proche then format('%s de %s, liste la plus proche de %s', quoi, millesime, extract(year from jour))
    when millesime > extract(year from jour)::text then format('%s de %s, première liste chargée', quoi, millesime)
    else format('%s de %s, dernière liste chargée jusqu''en %s', quoi, millesime, extract(year from jour))
end
$$;
comment on function core.motif_liste(text, text, text, text, date, boolean) is
'Pourquoi une liste ne dit rien d''une commune, ou qu''elle n''est pas de l''année du jour ; vide s''il n''y a rien à dire.';

create type core.lieu as (
    code_demande text,
    jour_demande date,
    code_commune text,
    libelle text,
    code_departement text,
    libelle_departement text,
    code_region text,
    libelle_region text,
    siren_epci text,
    nom_epci text,
    millesime_epci text,
    siren_ept text,
    code_bassin text,
    libelle_bassin text,
    millesime_bassin text,
    population_municipale integer,
    millesime_population text,
    phase smallint,
    id_ti text,
    libelle_territoire text,
    motifs text []
);
comment on type core.lieu is
'Où est, un jour donné, la commune que désigne un code ; motifs dit pourquoi une part manque.';

create function core.situer_communes(jour date, codes text[])
returns setof core.lieu
language sql stable
as $$
with demande as materialized (
    select * from core.communes_demandees(jour, codes)
),

situation as materialized (
    select * from core.situation_communes(
        jour, (select coalesce(array_agg(distinct d.code_commune), '{}') from demande as d where d.code_commune is not null)
    )
),

outremer as (
    select distinct on (o.code_commune)
        o.code_commune,
        o.libelle
    from core.commune_outremer as o
    order by o.code_commune asc, o.millesime desc
),

departement as (
    select
        d.code_departement,
        d.libelle
    from core.departement as d
    where d.millesime = core.millesime_du_jour('departements', jour)
),

region as (
    select
        r.code_region,
        r.libelle
    from core.region as r
    where r.millesime = core.millesime_du_jour('regions', jour)
),

-- Communes whose inhabitants a list counts with those of the commune that they were in on its day.
sans_population as (
    select
        make_date(max(s.millesime_population)::integer, 1, 1) as jour,
        coalesce(array_agg(s.code_commune), '{}') as codes
    from situation as s
    where s.population_municipale is null and s.millesime_population is not null
),

comptee_avec as (
    select
        a.code,
        a.code_commune
    from sans_population as p
    cross join lateral core.communes_a_la_date(p.jour, p.codes) as a
    where a.code <> a.code_commune
),

-- Whether the list of the phase says perimeters at all.
perimetre as (
    select distinct p.phase from core.territoire_perimetre as p
)

select
    d.code_demande,
    jour as jour_demande,
    d.code_commune,
    coalesce(s.libelle, outremer.libelle) as libelle,
    s.code_departement,
    departement.libelle as libelle_departement,
    s.code_region,
    region.libelle as libelle_region,
    s.siren_epci,
    s.nom_epci,
    s.millesime_epci,
    s.siren_ept,
    coalesce(s.code_bassin, ailleurs.code_bassin) as code_bassin,
    coalesce(s.libelle_bassin, nomme.libelle) as libelle_bassin,
    coalesce(s.millesime_bassin, ailleurs.millesime) as millesime_bassin,
    s.population_municipale,
    s.millesime_population,
    s.phase,
    s.id_ti,
    s.libelle_territoire,
    case
        when ailleurs.code_bassin is not null
            then array_remove(
                array[
                    d.motif,
                    core.motif_liste(
                        'bassin d''emploi', 'de bassins d''emploi', ailleurs.millesime, null, jour, proche => true
                    )
                ],
                null
            )
        when s.code_commune is null then array[d.motif]
        else array_remove(
            array[
                case
                    when departement.code_departement is null
                        then format('département %s absent des listes chargées', s.code_departement)
                end,
                case
                    when s.code_region is null then 'aucun COG chargé ne dit la région de ce département'
                    when region.code_region is null then format('région %s absente des listes chargées', s.code_region)
                end,
                core.motif_liste(
                    'EPCI',
                    'd''EPCI',
                    s.millesime_epci,
                    case
                        when s.siren_epci is null
                            then format('commune sans EPCI à fiscalité propre en %s', s.millesime_epci)
                    end,
                    jour
                ),
                core.motif_liste(
                    'bassin d''emploi',
                    'de bassins d''emploi',
                    s.millesime_bassin,
                    case when s.code_bassin is null then format('bassin inconnu en %s', s.millesime_bassin) end,
                    jour,
                    proche => true
                ),
                core.motif_liste(
                    'population',
                    'de populations',
                    s.millesime_population,
                    case
                        when s.population_municipale is not null then null
                        when avec.code_commune is null
                            then format('population inconnue en %s', s.millesime_population)
                        else format(
                            'population comptée avec celle de %s en %s', avec.code_commune, s.millesime_population
                        )
                    end,
                    jour
                ),
                case
                    when s.phase is null then 'aucune liste de territoires n''est chargée'
                    when s.id_ti is not null then null
                    when perimetre.phase is null
                        then format('la liste de la phase %s ne décrit pas les périmètres', s.phase)
                    else format('hors des territoires de la phase %s', s.phase)
                end
            ],
            null
        )
    end as motifs
from demande as d
left join situation as s on d.code_commune = s.code_commune
left join outremer on d.code_commune = outremer.code_commune
-- The lists of bassins have the communes of some collectivités d'outre-mer, which no COG has.
left join core.bassin_commune as ailleurs
    on
        s.code_commune is null
        and outremer.code_commune = ailleurs.code_commune
        and ailleurs.millesime = core.millesime_proche('bassins', jour)
left join core.bassin as nomme
    on ailleurs.millesime = nomme.millesime and ailleurs.code_bassin = nomme.code_bassin
left join departement on s.code_departement = departement.code_departement
left join region on s.code_region = region.code_region
left join perimetre on s.phase = perimetre.phase
left join comptee_avec as avec on s.code_commune = avec.code
$$;
comment on function core.situer_communes(date, text[]) is
'Ce que core.situer_commune dit, pour plusieurs codes d''un même jour.';

create function core.situer_commune(code text, jour date)
returns setof core.lieu
language sql stable
as $$
select * from core.situer_communes(jour, array[code])
$$;
comment on function core.situer_commune(text, date) is
'Où est, un jour donné, la commune que désigne un code de n''importe quel millésime : commune, département, région, EPCI, EPT, bassin d''emploi, population, territoire ; motifs dit en français pourquoi une part manque, ou est d''une autre année.';

call core.calculer_geographie();
