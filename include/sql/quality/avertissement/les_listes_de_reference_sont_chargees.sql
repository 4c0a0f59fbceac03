-- Without the list of territories every fact is « inconnu »; without EPCI no population. Run refresh_registers.
select attendu.registre
from (values ('territoires'), ('epci')) as attendu (registre)
left join core.registre_en_vigueur as r on attendu.registre = r.registre
where r.registre is null
