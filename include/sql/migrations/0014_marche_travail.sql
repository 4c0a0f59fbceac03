-- Labour market (France Travail).
select 1;
