-- Facts kept under « inconnu »: the list in force at their date does not have their id_ti. Mend the row or the list. A
-- commitment is told once, by bi.engagement rather than by the view of its operator.
select
    {objet} as objet,
    f.id_livraison,
    f.ligne
from {ligne_situee} as f
where
    f.cle_territoire = 'inconnu'
    and {objet} not in ('investissement', 'accompagnement', 'action_recrutement', 'projet_attractivite')
