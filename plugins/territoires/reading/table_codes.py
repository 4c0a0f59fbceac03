"""Every anomaly that reading can find in a table: its header and columns, its rows, its cells (see ``codes``)."""

from __future__ import annotations

from territoires.reading.codes import Code

TABLE_CODES = (
    # Header and columns
    Code(
        "entete_introuvable",
        "error",
        "En-tête introuvable",
        "Aucune des {nombre} premières lignes ne porte les noms de colonnes attendus ({attendu}).",
        "Mettez les noms de colonnes du modèle sur une seule ligne, au-dessus des données.",
    ),
    Code(
        "mauvaise_livraison",
        "error",
        "Fichier d’une autre livraison",
        "Ce fichier ressemble à une livraison « {autre} »{indice}, mais il a été déposé comme « {contrat} ».",
        "Déposez-le dans le dossier « {autre} », ou déposez ici un fichier « {contrat} ».",
    ),
    Code(
        "colonne_manquante",
        "error",
        "Colonne obligatoire absente",
        "La colonne obligatoire « {colonne} » est absente.{suggestion}",
        "{correction}",
    ),
    Code(
        "colonne_absente",
        "warning",
        "Colonne facultative absente",
        "La colonne « {colonne} » est absente : elle est considérée comme vide.{suggestion}",
        "Si vous avez cette information, ajoutez la colonne « {colonne} ».",
    ),
    Code(
        "colonne_en_double",
        "error",
        "Colonne en double",
        "Plusieurs colonnes donnent « {colonne} » : {entetes}.",
        "Gardez une seule colonne « {colonne} ».",
    ),
    Code(
        "colonne_inconnue",
        "error",
        "Colonne inconnue refusée",
        "La colonne « {colonne} » n’est pas prévue par le modèle.{suggestion}",
        "Supprimez ou renommez cette colonne.",
    ),
    Code(
        "colonne_ignoree",
        "warning",
        "Colonne inconnue ignorée",
        "La colonne « {colonne} » n’est pas prévue par le modèle : elle est ignorée.{suggestion}",
        "Renommez-la si elle devait être lue ; sinon il n’y a rien à faire.",
    ),
    Code(
        "colonne_reconnue",
        "warning",
        "Colonne reconnue à son contenu",
        "La colonne « {colonne} » ne porte pas un nom connu : elle est lue comme « {nouveau} » d’après son contenu "
        "({indices}).",
        "Vérifiez que c’est bien elle ; sinon, renommez-la et déposez de nouveau le fichier.",
    ),
    Code(
        "ancien_entete",
        "warning",
        "Colonne sous son ancien nom",
        "La colonne « {colonne} » s’appelle désormais « {nouveau} » ; elle a été lue sous son ancien nom.",
        "Rien ne presse : prenez le modèle à jour, dans le sous-dossier « modeles », pour vos prochains envois.",
    ),
    Code(
        "trop_de_colonnes",
        "error",
        "Trop de colonnes",
        "Le tableau s’étend sur {nombre} colonnes, au-delà de la limite de {limite}.",
        "Supprimez ce qui se trouve à droite du tableau, ou vérifiez le séparateur de votre export.",
    ),
    Code(
        "colonne_sans_titre",
        "warning",
        "Colonne sans titre",
        "La colonne n° {numero} contient des valeurs mais n’a pas de titre : elle est ignorée (première valeur : ligne "
        "{ligne}).",
        "Donnez un titre à cette colonne ou videz-la.",
    ),
    Code(
        "separateur_final",
        "warning",
        "Séparateur en trop en fin de ligne",
        "Les lignes se terminent par un séparateur en trop (colonne vide sans titre) : il est ignoré.",
        "Rien à faire ; vous pouvez supprimer la colonne vide à droite de votre tableau.",
    ),
    # Rows
    Code(
        "ligne_incomplete",
        "error",
        "Ligne avec trop peu de cellules",
        "La ligne {ligne} a {trouve} cellules au lieu de {attendu}.",
        "Ajoutez les séparateurs manquants : une cellule vide garde son séparateur.",
    ),
    Code(
        "ligne_trop_longue",
        "error",
        "Ligne avec trop de cellules",
        "La ligne {ligne} a {trouve} cellules au lieu de {attendu}.",
        'Mettez entre guillemets (") les textes qui contiennent un séparateur ou un retour à la ligne, et fermez-les.',
    ),
    Code(
        "ligne_total",
        "warning",
        "Total laissé de côté",
        "Total laissé de côté : {lignes} (« {valeur} »).",
        "Rien à faire ; de préférence, n’exportez pas les totaux.",
    ),
    Code(
        "ligne_note",
        "warning",
        "Note sous le tableau",
        "Texte sous le tableau laissé de côté : {lignes} (« {valeur} »).",
        "Rien à faire s’il s’agit bien d’une note ; sinon, remplissez les autres colonnes de la ligne.",
    ),
    Code(
        "entete_repete",
        "warning",
        "Titres de colonnes répétés",
        "Titres de colonnes répétés parmi les données, laissés de côté : {lignes}.",
        "Rien à faire ; de préférence, exportez un seul tableau, avec ses titres en haut.",
    ),
    Code(
        "fin_sans_retour",
        "warning",
        "Dernière ligne sans fin de ligne",
        "La dernière ligne ({ligne}) se termine sur « {valeur} », sans retour à la ligne. Si la copie a été coupée "
        "à cet endroit, cette valeur est incomplète.",
        "Vérifiez la dernière cellule ; si elle est juste, vous n’avez rien à faire.",
    ),
    # Cells
    Code(
        "date_numero_serie",
        "warning",
        "Date écrite comme un numéro de jour",
        "« {colonne} » a des dates écrites comme des numéros de jour Excel : {lignes}. « {valeur} » est lu comme le "
        "{lu}.",
        "Mettez la colonne au format date (AAAA-MM-JJ ou JJ/MM/AAAA) avant l’export.",
    ),
    Code(
        "zeros_perdus",
        "warning",
        "Zéros de tête perdus",
        "Des valeurs de « {colonne} » ont perdu leurs zéros de tête : {lignes}. « {valeur} » a {trouve} chiffres au "
        "lieu de {attendu}.",
        "Mettez la colonne au format Texte dans votre tableur, puis saisissez de nouveau ces valeurs avec leurs zéros.",
    ),
    Code(
        "dates_americaines",
        "error",
        "Dates où le mois précède le jour",
        "Dans « {colonne} », « {valeur} » (ligne {ligne}) donne le mois avant le jour : « {exemple} » se lirait alors "
        "de deux façons.",
        "Mettez toute la colonne au format jj/mm/aaaa ou aaaa-mm-jj, puis exportez de nouveau.",
    ),
    Code(
        "chiffres_perdus",
        "warning",
        "Code remplacé par un nombre arrondi",
        "Un tableur a remplacé des codes de « {colonne} » par des nombres arrondis (« {valeur} ») : {lignes}. Leurs "
        "derniers chiffres sont perdus.",
        "Reprenez ces codes dans votre outil d’origine, en mettant la colonne au format Texte avant de les y coller.",
    ),
    Code(
        "accents_abimes",
        "warning",
        "Lettres accentuées abîmées",
        "Des lettres accentuées de « {colonne} » ont été abîmées par un changement d’encodage (« {valeur} ») : "
        "{lignes}.",
        "Corrigez ces textes dans votre outil, exportez en « CSV UTF-8 », puis déposez de nouveau le fichier.",
    ),
)
