-- Without the list of territories every fact is « inconnu »; without EPCI no population; without communes or rome the
-- codes of deliveries are not judged. Run ingest_territories.
select attendu.registre
from (values ('territoires'), ('epci'), ('communes'), ('rome')) as attendu (registre)
left join core.registre_en_vigueur as r on attendu.registre = r.registre
where r.registre is null
