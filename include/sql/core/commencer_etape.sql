-- Begins a try of a step; a try that was killed before its end is said interrupted.
with interrompue as (
    update journal.etape
    set statut = 'interrompue', fin = clock_timestamp()
    where id_livraison = %(id)s and etape = %(etape)s and statut = 'en_cours'
)

insert into journal.etape (id_livraison, etape, essai, run_id)
select
    %(id)s,
    %(etape)s,
    1 + coalesce(max(e.essai), 0) as essai,
    %(run_id)s
from journal.etape as e
where e.id_livraison = %(id)s and e.etape = %(etape)s
returning id_etape;
