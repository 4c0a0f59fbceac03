-- bi.calendrier_livraisons: what was expected of each operator, what came, what is late.
create table magasin_candidat.calendrier_livraisons as
select
    c.operateur,
    c.livraison,
    c.periode,
    c.libelle as periode_libelle,
    c.periode_debut,
    c.periode_fin,
    c.attendue_le,
    c.en_retard_le,
    c.statut,
    c.statut in ('en_retard', 'recue_refusee') and c.jours_de_retard is not null as est_en_retard,
    c.jours_de_retard,
    c.id_livraison,
    c.recue_le,
    c.fichiers_recus
from journal.calendrier_au((transaction_timestamp() at time zone 'Europe/Paris')::date) as c;

alter table magasin_candidat.calendrier_livraisons add primary key (operateur, livraison, periode);

comment on table magasin_candidat.calendrier_livraisons is
'Livraisons attendues d''après les contrats, depuis que la plateforme suit chaque type : ce qui est venu, ce qui est en retard.';
comment on column magasin_candidat.calendrier_livraisons.operateur is
'Opérateur dont la livraison est attendue.';
comment on column magasin_candidat.calendrier_livraisons.livraison is
'Type de livraison attendu.';
comment on column magasin_candidat.calendrier_livraisons.periode is
'Période dont la livraison rend compte : 2026-11, 2026-T4, 2026-S2 ou 2026.';
comment on column magasin_candidat.calendrier_livraisons.periode_libelle is
'La période en toutes lettres : novembre 2026, 4e trimestre 2026.';
comment on column magasin_candidat.calendrier_livraisons.periode_debut is
'Premier jour de la période.';
comment on column magasin_candidat.calendrier_livraisons.periode_fin is
'Dernier jour de la période.';
comment on column magasin_candidat.calendrier_livraisons.attendue_le is
'Jour auquel la livraison est attendue au plus tard, d''après son contrat.';
comment on column magasin_candidat.calendrier_livraisons.en_retard_le is
'Premier jour de retard : le jour attendu, et la tolérance du contrat.';
comment on column magasin_candidat.calendrier_livraisons.statut is
'a_venir (période en cours), attendue (période finie), en_retard, recue, recue_en_retard, recue_refusee (fichier refusé, à redéposer).';
comment on column magasin_candidat.calendrier_livraisons.est_en_retard is
'Vrai si le jour de retard est atteint et que rien de chargeable n''est venu, à l''instant de bi.construction.etat_au.';
comment on column magasin_candidat.calendrier_livraisons.jours_de_retard is
'Jours écoulés depuis le jour attendu, jusqu''à la réception ou jusqu''à aujourd''hui ; vide si la livraison n''est pas en retard.';
comment on column magasin_candidat.calendrier_livraisons.id_livraison is
'Livraison qui répond à cette période, ou dernier fichier refusé ; vide si rien n''est venu.';
comment on column magasin_candidat.calendrier_livraisons.recue_le is
'Jour de réception de cette livraison, à Paris.';
comment on column magasin_candidat.calendrier_livraisons.fichiers_recus is
'Fichiers de ce type reçus depuis que la période peut recevoir sa réponse, et avant que la suivante le puisse.';
