-- The lot being loaded. A list of territories is a snapshot at its date: it holds until the next snapshot already
-- loaded (suivant_*), so that lists may be loaded in any order.
with lot as (
    select
        %(id_registre)s::bigint as id_registre,
        %(phase)s::smallint as phase,
        %(millesime)s::text as millesime
)

insert into registre_lot (id_registre, phase, millesime, debut, suivant_territoire, suivant_perimetre)
select
    lot.id_registre,
    lot.phase,
    lot.millesime,
    case when lot.phase is not null then lot.millesime::date end as debut,
    min(autre.millesime::date) as suivant_territoire,
    min(autre.millesime::date) filter (where autre.perimetres is not null) as suivant_perimetre
from lot
left join core.registre_version as autre
    on
        lot.phase = autre.phase
        and autre.registre = 'territoires'
        and autre.courant
        and lot.millesime < autre.millesime
group by lot.id_registre, lot.phase, lot.millesime;
