-- Puts the candidate in the place of what stands: versions, refused rows, warnings, results of rules, and what the
-- journal says of the deliveries that were folded. In one transaction, under the lock of the type.
delete from {cible}
where valide_a is null or valide_a >= {depuis};
insert into {cible} ({colonnes}) overriding system value
select {colonnes}
from {candidat};

delete from quarantaine.ligne as q
using journal.livraison as l
where
    q.id_livraison = l.id_livraison
    and l.operateur = {operateur}
    and l.livraison = {livraison}
    and not exists (
        select 1
        from core_candidat.ligne as c
        where c.id_livraison = q.id_livraison and c.ligne = q.ligne
    );
-- A row that is refused still keeps its number, and the day since which it waits.
update quarantaine.ligne as q
set
    cle = c.cle,
    contenu = c.contenu,
    motifs = c.motifs,
    statut = c.statut,
    corrigee_par = c.corrigee_par,
    remplacee_par = c.remplacee_par,
    reconnue_par = c.reconnue_par,
    close_le = c.close_le,
    levee_par = c.levee_par,
    levee_motif = c.levee_motif,
    levee_run = c.levee_run
from core_candidat.ligne as c
where
    q.id_livraison = c.id_livraison
    and q.ligne = c.ligne
    and row(q.cle, q.contenu::text, q.motifs, q.statut, q.corrigee_par, q.remplacee_par, q.reconnue_par, q.close_le)
    is distinct from row(
        c.cle, c.contenu::text, c.motifs, c.statut, c.corrigee_par, c.remplacee_par, c.reconnue_par, c.close_le
    );
insert into quarantaine.ligne (
    id_ligne, id_livraison, ligne, cle, contenu, motifs, statut, corrigee_par, remplacee_par, reconnue_par, cree_le,
    close_le, levee_par, levee_motif, levee_run
) overriding system value
select
    c.id_ligne,
    c.id_livraison,
    c.ligne,
    c.cle,
    c.contenu,
    c.motifs,
    c.statut,
    c.corrigee_par,
    c.remplacee_par,
    c.reconnue_par,
    c.cree_le,
    c.close_le,
    c.levee_par,
    c.levee_motif,
    c.levee_run
from core_candidat.ligne as c
where
    not exists (
        select 1
        from quarantaine.ligne as q
        where c.id_livraison = q.id_livraison and c.ligne = q.ligne
    );

delete from quarantaine.signalement
where id_livraison = any({suivantes});
insert into quarantaine.signalement (id_livraison, ligne, colonne, regle, valeur, message)
select
    s.id_livraison,
    s.ligne,
    s.colonne,
    s.regle,
    s.valeur,
    s.message
from core_candidat.signalement as s;

delete from journal.resultat_regle
where id_livraison = any({choisies});
insert into journal.resultat_regle (id_livraison, colonne, regle, severite, lignes_examinees, lignes_en_defaut)
select
    r.id_livraison,
    r.colonne,
    r.regle,
    r.severite,
    r.lignes_examinees,
    r.lignes_en_defaut
from core_candidat.resultat_regle as r;

update journal.livraison as l
set
    statut = c.statut,
    contrat_version = c.contrat_version,
    format = c.format,
    encodage = c.encodage,
    separateur = c.separateur,
    feuille = c.feuille,
    ligne_entete = c.ligne_entete,
    perimetre = c.perimetre,
    lignes_lues = c.lignes_lues,
    lignes_acceptees = c.lignes_acceptees,
    lignes_refusees = c.lignes_refusees,
    avertissements = c.avertissements,
    lignes_ajoutees = c.lignes_ajoutees,
    lignes_modifiees = c.lignes_modifiees,
    lignes_inchangees = c.lignes_inchangees,
    lignes_closes = c.lignes_closes,
    lignes_corrigees = c.lignes_corrigees,
    code_motif = c.code_motif,
    motif = c.motif,
    anomalies = c.anomalies,
    chargee_le = c.chargee_le,
    plafonds_leves = c.plafonds_leves || r.plafonds_depasses
from core_candidat.livraison as c
inner join journal.rejeu_livraison as r on c.id_livraison = r.id_livraison
where l.id_livraison = c.id_livraison and r.id_rejeu = {rejeu};
