-- Without the list of territories every fact is « inconnu »; without EPCI or populations there are no inhabitants; without
-- communes, bassins, rome or fap codes are not judged, nor needs spread. Run ingest_territories.
select attendu.registre
from (
    values ('territoires'), ('epci'), ('communes'), ('populations'), ('bassins'), ('rome'), ('fap')
) as attendu (registre)
left join core.registre_en_vigueur as r on attendu.registre = r.registre
where r.registre is null
