-- Upserts the values of one answer of the labour market API, given as JSON; what is known already is not written again,
-- and an older answer never overwrites a newer one. A value that claims a day to come was known when it was written, no
-- later: it must not shut out all that follows.
insert into core.indicateur_marche as a (
    code_indicateur, code_nomenclature, type_territoire, code_territoire, type_activite, code_activite,
    type_caract, code_caract, type_periode, code_periode, indicateur,
    libelle_nomenclature, libelle_territoire, libelle_activite, libelle_caract, libelle_periode,
    nombre, pourcentage, valeur_decimale, taux, montant, rang, masque, maj_le, sha256, id_collecte
)
select
    n.code_indicateur,
    n.code_nomenclature,
    n.type_territoire,
    n.code_territoire,
    n.type_activite,
    n.code_activite,
    n.type_caract,
    n.code_caract,
    n.type_periode,
    n.code_periode,
    n.indicateur,
    n.libelle_nomenclature,
    n.libelle_territoire,
    n.libelle_activite,
    n.libelle_caract,
    n.libelle_periode,
    n.nombre,
    n.pourcentage,
    n.valeur_decimale,
    n.taux,
    n.montant,
    n.rang,
    n.masque,
    n.maj_le,
    n.sha256,
    n.id_collecte
from jsonb_populate_recordset(null::core.indicateur_marche, %(valeurs)s) as n
on conflict (
    code_indicateur, code_nomenclature, type_territoire, code_territoire, type_activite, code_activite,
    type_caract, code_caract, type_periode, code_periode
) do update set
    libelle_nomenclature = excluded.libelle_nomenclature,
    libelle_territoire = excluded.libelle_territoire,
    libelle_activite = excluded.libelle_activite,
    libelle_caract = excluded.libelle_caract,
    libelle_periode = excluded.libelle_periode,
    nombre = excluded.nombre,
    pourcentage = excluded.pourcentage,
    valeur_decimale = excluded.valeur_decimale,
    taux = excluded.taux,
    montant = excluded.montant,
    rang = excluded.rang,
    masque = excluded.masque,
    maj_le = excluded.maj_le,
    sha256 = excluded.sha256,
    id_collecte = excluded.id_collecte,
    ecrit_le = clock_timestamp()
where
least(a.maj_le, a.ecrit_le) <= excluded.maj_le
and row(
    a.libelle_nomenclature, a.libelle_territoire, a.libelle_activite, a.libelle_caract, a.libelle_periode,
    a.nombre, a.pourcentage, a.valeur_decimale, a.taux, a.montant, a.rang, a.masque
) is distinct from row(
    excluded.libelle_nomenclature, excluded.libelle_territoire, excluded.libelle_activite,
    excluded.libelle_caract, excluded.libelle_periode,
    excluded.nombre, excluded.pourcentage, excluded.valeur_decimale, excluded.taux, excluded.montant,
    excluded.rang, excluded.masque
);
