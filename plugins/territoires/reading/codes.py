"""Every anomaly of a file as a whole that reading can find: its bytes, its text, its workbook, its archive.

The operator's guide and the messages are both made from these tables. Texts are French, calm, and end with what to do.
``{names}`` are filled in where the fact is known.
"""

from __future__ import annotations

from dataclasses import dataclass

from territoires.anomalies import Severity


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of anomaly: its title for the guide, the message and the remedy that the operator reads."""

    code: str
    severity: Severity
    title: str
    message: str
    remedy: str


FILE_CODES = (
    # The file as a whole
    Code(
        "fichier_vide",
        "error",
        "Fichier vide",
        "Le fichier « {fichier} » ne contient aucune donnée.",
        "Refaites l’export depuis votre outil et vérifiez sa taille avant de le déposer.",
    ),
    Code(
        "entete_seul",
        "error",
        "En-tête sans aucune ligne",
        "Le fichier ne contient que la ligne d’en-tête (ligne {ligne}), sans aucune ligne de données.",
        "Vérifiez les filtres de votre export. S’il n’y a rien à livrer, ne déposez pas de fichier.",
    ),
    Code(
        "fichier_trop_gros",
        "error",
        "Fichier trop gros",
        "Le fichier pèse {taille}, au-delà de la limite de {limite}.",
        "Découpez-le en plusieurs livraisons (par année ou par région), ou déposez un CSV au lieu d’un classeur.",
    ),
    Code(
        "fichier_tronque",
        "error",
        "Fichier coupé avant la fin",
        "La dernière ligne ({ligne}) s’arrête au milieu : le fichier a été coupé pendant l’export ou la copie.",
        "Refaites l’export, attendez qu’il soit terminé, puis déposez le fichier entier.",
    ),
    Code(
        "lien_symbolique",
        "error",
        "Lien au lieu d’un fichier",
        "« {fichier} » est un lien vers un autre fichier, pas un fichier.",
        "Déposez le fichier lui-même.",
    ),
    Code(
        "format_inconnu",
        "error",
        "Format non reconnu",
        "« {fichier} » est {nature} : nous ne savons pas en lire un tableau.",
        "Enregistrez vos données au format CSV (séparateur point-virgule), XLSX ou ODS.",
    ),
    Code(
        "extension_trompeuse",
        "warning",
        "Extension différente du contenu",
        "« {fichier} » porte l’extension « {extension} » mais contient {nature} ; il a été lu comme tel.",
        "Donnez au fichier l’extension qui correspond à son contenu, ou enregistrez-le dans le format voulu.",
    ),
    # Text: bytes, encoding, quotes
    Code(
        "octet_nul",
        "error",
        "Caractère nul dans le texte",
        "La ligne {ligne} contient un caractère nul (octet 00) : le fichier est abîmé ou n’est pas du texte.",
        "Refaites l’export en CSV UTF-8. Si le fichier vient d’une copie, recopiez-le.",
    ),
    Code(
        "encodage_melange",
        "error",
        "Deux encodages dans le même fichier",
        "Le fichier mélange deux encodages (UTF-8 et Windows-1252) : ligne {ligne}, « {valeur} » n’est pas écrit comme "
        "le reste.",
        "Corrigez les caractères accentués de cette ligne, puis enregistrez tout le fichier en « CSV UTF-8 ».",
    ),
    Code(
        "encodage_inconnu",
        "error",
        "Encodage non reconnu",
        "Le texte de la ligne {ligne} n’est ni en UTF-8 ni en Windows-1252.",
        "Enregistrez le fichier en « CSV UTF-8 » depuis votre tableur.",
    ),
    Code(
        "guillemet_non_ferme",
        "error",
        "Guillemet jamais fermé",
        "Un guillemet ouvert à la ligne {ligne} n’est jamais fermé : tout ce qui suit se confond en une seule cellule.",
        'Fermez ce guillemet, ou doublez-le ("") s’il fait partie du texte.',
    ),
    Code(
        "ligne_demesuree",
        "error",
        "Ligne démesurée",
        "Une ligne, à partir de la ligne {ligne} environ, dépasse {limite} : il manque sans doute des fins de ligne.",
        "Refaites l’export avec une ligne par enregistrement.",
    ),
    Code(
        "texte_illisible",
        "error",
        "Texte qui ne se découpe pas en lignes",
        "Le texte ne peut pas être découpé en lignes et en cellules ({valeur}).",
        "Ouvrez le fichier dans votre tableur, vérifiez-le, puis enregistrez-le de nouveau en « CSV UTF-8 ».",
    ),
    Code(
        "lignes_cassees",
        "error",
        "Trop de lignes cassées",
        "Plus de {limite} lignes n’ont pas {attendu} cellules comme l’en-tête ; la première est la ligne {ligne}.",
        "Vérifiez le séparateur et les guillemets de votre export, puis déposez-le de nouveau.",
    ),
    Code(
        "separateur_inconnu",
        "error",
        "Séparateur non reconnu",
        "Les colonnes semblent séparées par « {separateur} » (ligne {ligne}), qui n’est pas un séparateur accepté.",
        "Choisissez le point-virgule comme séparateur à l’export (virgule, tabulation et « | » sont aussi acceptés).",
    ),
    Code(
        "separateurs_differents",
        "error",
        "Titres et données séparés autrement",
        "Les titres sont séparés par « {separateur} », mais les données par « {autre} » (ligne {ligne}).",
        "Exportez de nouveau avec un seul séparateur, de préférence le point-virgule.",
    ),
    Code(
        "lignes_entre_guillemets",
        "error",
        "Lignes entières entre guillemets",
        "Chaque ligne est tout entière entre guillemets (ligne {ligne}) : elle ne forme qu’une seule cellule.",
        "Exportez de nouveau depuis votre outil, sans guillemets autour des lignes entières.",
    ),
    # Workbooks
    Code(
        "classeur_illisible",
        "error",
        "Classeur illisible",
        "Le classeur « {fichier} » est abîmé ou incomplet : il ne peut pas être ouvert.",
        "Ouvrez-le dans votre tableur, enregistrez-le de nouveau en XLSX, puis déposez-le.",
    ),
    Code(
        "classeur_protege",
        "error",
        "Classeur protégé par un mot de passe",
        "Le classeur « {fichier} » est protégé par un mot de passe.",
        "Retirez le mot de passe (Fichier > Informations > Protéger le classeur), puis déposez-le de nouveau.",
    ),
    Code(
        "feuille_demesuree",
        "error",
        "Feuille démesurée",
        "La feuille « {feuille} » s’étend sur {cellules} cellules, au-delà de la limite de {limite}.",
        "Supprimez les lignes et colonnes autour du tableau (une cellule isolée très loin suffit), ou déposez un CSV.",
    ),
    Code(
        "textes_demesures",
        "error",
        "Textes démesurés",
        "Les textes de la feuille « {feuille} » dépassent {limite} une fois mis bout à bout.",
        "Raccourcissez les textes les plus longs, ou découpez le fichier en plusieurs livraisons.",
    ),
    Code(
        "feuilles_ambigues",
        "error",
        "Plusieurs feuilles possibles",
        "Plusieurs feuilles portent les colonnes attendues : {feuilles}.",
        "Gardez une seule feuille de données dans le classeur, ou déposez un fichier par feuille.",
    ),
    Code(
        "cellules_fusionnees",
        "error",
        "Cellules fusionnées dans les données",
        "Des cellules sont fusionnées dans les données de la feuille « {feuille} » : {plages}.",
        "Annulez la fusion de ces cellules et répétez la valeur sur chaque ligne.",
    ),
    Code(
        "feuille_masquee",
        "error",
        "Données dans une feuille masquée",
        "Les colonnes attendues ne se trouvent que dans une feuille masquée (« {feuille} »).",
        "Affichez cette feuille (clic droit sur un onglet > Afficher), vérifiez-la, puis déposez de nouveau le "
        "classeur.",
    ),
    Code(
        "lignes_masquees",
        "warning",
        "Lignes masquées",
        "La feuille « {feuille} » a des lignes masquées ou filtrées : {lignes}. Elles sont lues comme les autres.",
        "Si elles ne devaient pas être transmises, copiez les seules lignes visibles dans un nouveau classeur.",
    ),
    # Zip
    Code(
        "archive_illisible",
        "error",
        "Archive zip illisible",
        "L’archive zip « {fichier} » est abîmée ou incomplète.",
        "Refaites l’archive, ou déposez le fichier sans le compresser.",
    ),
    Code(
        "archive_vide",
        "error",
        "Archive zip vide",
        "L’archive zip « {fichier} » ne contient aucun fichier.",
        "Déposez le fichier lui-même, ou une archive qui le contient.",
    ),
    Code(
        "archive_plusieurs_fichiers",
        "error",
        "Plusieurs fichiers dans l’archive zip",
        "L’archive contient {nombre} fichiers ({noms}) ; un seul est attendu.",
        "Déposez chaque fichier séparément.",
    ),
    Code(
        "archive_autres_fichiers",
        "warning",
        "Autres fichiers dans l’archive zip",
        "L’archive contient aussi {noms}, qui n’est pas cette livraison : laissé de côté.",
        "Rien à faire si c’est une notice ; sinon, déposez ce fichier séparément.",
    ),
    Code(
        "archive_imbriquee",
        "error",
        "Archive dans une archive",
        "L’archive contient une autre archive (« {nom} »).",
        "Déposez directement le fichier de données.",
    ),
    Code(
        "archive_chiffree",
        "error",
        "Archive zip protégée",
        "L’archive zip est protégée par un mot de passe.",
        "Refaites l’archive sans mot de passe.",
    ),
    Code(
        "archive_chemin_dangereux",
        "error",
        "Chemin dangereux dans l’archive",
        "L’archive contient un fichier dont le chemin sort du dossier (« {nom} »).",
        "Refaites l’archive à partir du fichier seul, sans ses dossiers.",
    ),
    Code(
        "archive_bombe",
        "error",
        "Contenu décompressé démesuré",
        "Une fois décompressé, « {fichier} » dépasserait {limite} : il n’a pas été ouvert.",
        "Vérifiez le fichier ; s’il est vraiment si gros, découpez-le en plusieurs livraisons.",
    ),
    Code(
        "archive_methode",
        "error",
        "Compression non reconnue",
        "« {nom} » est compressé d’une façon que nous n’ouvrons pas ({methode}).",
        "Refaites l’archive avec la compression ordinaire de Windows ou de macOS, ou déposez le fichier sans le "
        "compresser.",
    ),
)
