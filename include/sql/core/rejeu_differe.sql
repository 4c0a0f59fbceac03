-- How many versions and refused rows stand on one side only, leaving aside what only numbers them.
with versions_avant as (
    select {colonnes_version}
    from {cible}
    where valide_a is null or valide_a >= {depuis}
),

versions_apres as (
    select {colonnes_version}
    from {candidat}
),

refus_avant as (
    select
        q.id_livraison,
        q.ligne,
        q.cle,
        q.statut,
        q.corrigee_par,
        q.remplacee_par,
        q.reconnue_par,
        q.close_le
    from quarantaine.ligne as q
    inner join journal.livraison as l on q.id_livraison = l.id_livraison
    where l.operateur = {operateur} and l.livraison = {livraison}
),

refus_apres as (
    select
        q.id_livraison,
        q.ligne,
        q.cle,
        q.statut,
        q.corrigee_par,
        q.remplacee_par,
        q.reconnue_par,
        q.close_le
    from core_candidat.ligne as q
),

versions_retirees as (
    select * from versions_avant
    except
    select * from versions_apres
),

versions_ajoutees as (
    select * from versions_apres
    except
    select * from versions_avant
),

refus_retires as (
    select * from refus_avant
    except
    select * from refus_apres
),

refus_ajoutes as (
    select * from refus_apres
    except
    select * from refus_avant
)

select
    (select count(*) from versions_retirees) as versions_retirees,
    (select count(*) from versions_ajoutees) as versions_ajoutees,
    (select count(*) from refus_retires) as refus_retires,
    (select count(*) from refus_ajoutes) as refus_ajoutes;
