-- Where the accepted rows of one delivery arrive, with the types of their table, gone when the transaction ends.
create temporary table depot on commit drop as
select
    {colonnes},
    ligne
from {cible}
with no data;
