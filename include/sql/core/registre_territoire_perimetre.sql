-- Lays the perimeters of one published list over the history, at its date.
-- Invariant: for one key the intervals [valide_de, valide_a) never overlap, and neighbours differ.

-- A commune that the list gives by its SIREN takes the code that the last list of EPCI that knows it gives.
update nouveau_territoire_perimetre as nouveau
set code = connue.code_commune
from (
    select distinct on (membre.siren_commune)
        membre.siren_commune,
        membre.code_commune
    from core.epci_commune as membre
    where membre.siren_commune is not null
    order by membre.siren_commune asc, membre.millesime desc
) as connue
where nouveau.type_maille = 'commune' and nouveau.code = connue.siren_commune;

-- What was valid at that date, and whether the list says the same.
create temporary table etat_territoire_perimetre on commit drop as
select
    ancien.*,
    nouveau.id_ti is null as absente,
    (
        nouveau.id_ti is null
        or ancien.libelle is distinct from nouveau.libelle
    ) as differe
from core.territoire_perimetre as ancien
inner join registre_lot as lot
    on
        ancien.phase = lot.phase
        and ancien.valide_de <= lot.debut
        and (ancien.valide_a is null or ancien.valide_a > lot.debut)
left join nouveau_territoire_perimetre as nouveau
    on
        ancien.id_ti = nouveau.id_ti
        and ancien.type_maille = nouveau.type_maille
        and ancien.code = nouveau.code;

insert into registre_bilan (ajoutees, modifiees, closes)
select
    count(*) filter (where etat.id_ti is null) as ajoutees,
    count(*) filter (where etat.differe and not etat.absente) as modifiees,
    count(*) filter (where etat.absente) as closes
from nouveau_territoire_perimetre as nouveau
full outer join etat_territoire_perimetre as etat
    on
        nouveau.id_ti = etat.id_ti
        and nouveau.type_maille = etat.type_maille
        and nouveau.code = etat.code;

delete from core.territoire_perimetre as ancien
using etat_territoire_perimetre as etat
where
    etat.differe
    and ancien.phase = etat.phase
    and ancien.id_ti = etat.id_ti
    and ancien.type_maille = etat.type_maille
    and ancien.code = etat.code
    and ancien.valide_de = etat.valide_de;

-- The part before the list.
insert into core.territoire_perimetre (
    phase,
    id_ti,
    type_maille,
    code,
    libelle,
    valide_de,
    valide_a,
    id_registre,
    id_registre_fin
)
select
    etat.phase,
    etat.id_ti,
    etat.type_maille,
    etat.code,
    etat.libelle,
    etat.valide_de,
    lot.debut as valide_a,
    etat.id_registre,
    lot.id_registre as id_registre_fin
from etat_territoire_perimetre as etat
cross join registre_lot as lot
where etat.differe and etat.valide_de < lot.debut;

-- The part from the next list on, when this one is older than what is loaded.
insert into core.territoire_perimetre (
    phase,
    id_ti,
    type_maille,
    code,
    libelle,
    valide_de,
    valide_a,
    id_registre,
    id_registre_fin
)
select
    etat.phase,
    etat.id_ti,
    etat.type_maille,
    etat.code,
    etat.libelle,
    lot.suivant_perimetre as valide_de,
    etat.valide_a,
    etat.id_registre,
    etat.id_registre_fin
from etat_territoire_perimetre as etat
cross join registre_lot as lot
where
    etat.differe
    and lot.suivant_perimetre is not null
    and (etat.valide_a is null or etat.valide_a > lot.suivant_perimetre);

-- What the list says, where nothing says it yet.
insert into core.territoire_perimetre (
    phase,
    id_ti,
    type_maille,
    code,
    libelle,
    valide_de,
    valide_a,
    id_registre
)
select
    lot.phase,
    nouveau.id_ti,
    nouveau.type_maille,
    nouveau.code,
    nouveau.libelle,
    lot.debut as valide_de,
    lot.suivant_perimetre as valide_a,
    lot.id_registre
from nouveau_territoire_perimetre as nouveau
cross join registre_lot as lot
left join etat_territoire_perimetre as etat
    on
        nouveau.id_ti = etat.id_ti
        and nouveau.type_maille = etat.type_maille
        and nouveau.code = etat.code
where etat.id_ti is null or etat.differe;

-- Neighbours that say the same become one, first with what follows, then with what came before.
with suite as (
    delete from core.territoire_perimetre as apres
    using core.territoire_perimetre as avant, registre_lot as lot
    where
        apres.phase = lot.phase
        and avant.phase = lot.phase
        and apres.id_ti = avant.id_ti
        and apres.type_maille = avant.type_maille
        and apres.code = avant.code
        and apres.libelle is not distinct from avant.libelle
        and avant.valide_a = apres.valide_de
        and apres.valide_de = lot.suivant_perimetre
    returning
        apres.phase,
        apres.id_ti,
        apres.type_maille,
        apres.code,
        apres.valide_de,
        apres.valide_a,
        apres.id_registre_fin
)

update core.territoire_perimetre as avant
set valide_a = suite.valide_a, id_registre_fin = suite.id_registre_fin
from suite
where
    avant.phase = suite.phase
    and avant.id_ti = suite.id_ti
    and avant.type_maille = suite.type_maille
    and avant.code = suite.code
    and avant.valide_a = suite.valide_de;

with suite as (
    delete from core.territoire_perimetre as apres
    using core.territoire_perimetre as avant, registre_lot as lot
    where
        apres.phase = lot.phase
        and avant.phase = lot.phase
        and apres.id_ti = avant.id_ti
        and apres.type_maille = avant.type_maille
        and apres.code = avant.code
        and apres.libelle is not distinct from avant.libelle
        and avant.valide_a = apres.valide_de
        and apres.valide_de = lot.debut
    returning
        apres.phase,
        apres.id_ti,
        apres.type_maille,
        apres.code,
        apres.valide_de,
        apres.valide_a,
        apres.id_registre_fin
)

update core.territoire_perimetre as avant
set valide_a = suite.valide_a, id_registre_fin = suite.id_registre_fin
from suite
where
    avant.phase = suite.phase
    and avant.id_ti = suite.id_ti
    and avant.type_maille = suite.type_maille
    and avant.code = suite.code
    and avant.valide_a = suite.valide_de;
