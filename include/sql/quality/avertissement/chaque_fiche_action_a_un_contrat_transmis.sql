-- Action sheets that came before their contract, or whose id_contrat is mistyped: no territory can be told for them.
select
    f.id_fiche,
    f.id_contrat,
    f.id_livraison,
    f.ligne
from magasin_candidat.fiche_action as f
where not f.contrat_connu
