insert into journal.calendrier (
    operateur,
    livraison,
    periode,
    libelle,
    periode_debut,
    periode_fin,
    ouverte_le,
    attendue_le,
    en_retard_le,
    etat_complet
)
values (
    %(operateur)s,
    %(livraison)s,
    %(code)s,
    %(label)s,
    %(first)s,
    %(last)s,
    %(opens)s,
    %(due)s,
    %(late)s,
    %(etat_complet)s
)
on conflict (operateur, livraison, periode) do nothing
