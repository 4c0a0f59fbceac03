-- What one rule found in one delivery; a rule that stands twice on a column adds up.
insert into {resultats} as r (id_livraison, colonne, regle, severite, lignes_examinees, lignes_en_defaut)
values (%(livraison)s, %(colonne)s, %(regle)s, %(severite)s, %(examinees)s, %(en_defaut)s)
on conflict (id_livraison, colonne, regle) do update
    set lignes_en_defaut = r.lignes_en_defaut + excluded.lignes_en_defaut;
