-- Keys of the refused rows of a whole-state delivery: their current version must not be closed as absent.
create temporary table presente on commit drop as
select {colonnes_cle}
from {cible}
with no data;
