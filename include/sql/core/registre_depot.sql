-- Where COPY lays one table of the register: the columns of its target without the target's constraints.
drop table if exists pg_temp.nouveau;
create temporary table nouveau on commit drop as select {colonnes} from {cible} with no data;
