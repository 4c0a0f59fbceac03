-- Closes the current version of each key whose values changed. A version that a later delivery brought stays: an
-- earlier one, approved late or run again, must not put old values over new ones.
update {cible} as v
set valide_a = %(instant)s, id_livraison_fin = %(id)s
from depot as d
where
    v.valide_a is null
    and greatest(v.id_livraison, v.confirmee_par) < %(id)s
    and {meme_cle}
    and row({valeurs_version}) is distinct from row({valeurs_depot});
