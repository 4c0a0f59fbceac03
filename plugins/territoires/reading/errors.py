"""Every anomaly that reading can find, in one table: the operator's guide and the messages are both made from it.

Texts are French, calm, and end with what to do. ``{names}`` are filled in where the fact is known.
"""

from __future__ import annotations

from dataclasses import dataclass

from territoires.anomalies import Anomaly, Severity, UnreadableFile
from territoires.reading.model import BrokenRow

EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of anomaly: its title for the guide, the message and the remedy that the operator reads."""

    code: str
    severity: Severity
    title: str
    message: str
    remedy: str


_TABLE = (
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
        "« {fichier} » est {nature}, qui ne peut pas être lu comme un tableau.",
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
        "Ce fichier ressemble à une livraison « {autre} », mais il a été déposé comme « {contrat} ».",
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
        "Ligne de total ignorée",
        "La dernière ligne ({ligne}) est un total (« {valeur} ») : elle est ignorée.",
        "Rien à faire ; de préférence, n’exportez pas la ligne de total.",
    ),
    Code(
        "formule",
        "error",
        "Formule dans un texte",
        "« {valeur} » est une formule de tableur (ou son erreur), pas un texte : elle serait exécutée à l’ouverture.",
        "Remplacez la formule par sa valeur, ou retirez le signe (=, +, -, @) placé devant le texte.",
    ),
    # Cells
    Code(
        "date_numero_serie",
        "warning",
        "Date écrite comme un numéro de jour",
        "{nombre} date(s) de « {colonne} » sont des numéros de jour Excel, la première à la ligne {ligne} "
        "(« {valeur} ») : lue comme le {lu}.",
        "Mettez la colonne au format date (AAAA-MM-JJ ou JJ/MM/AAAA) avant l’export.",
    ),
    Code(
        "zeros_perdus",
        "warning",
        "Zéros de tête perdus",
        "{nombre} valeur(s) de « {colonne} » ont perdu leurs zéros de tête, la première à la ligne {ligne} : "
        "« {valeur} » a {trouve} chiffres au lieu de {attendu}.",
        "Mettez la colonne au format Texte dans votre tableur, puis saisissez de nouveau ces valeurs avec leurs zéros.",
    ),
    # Workbooks
    Code(
        "classeur_illisible",
        "error",
        "Classeur illisible",
        "Le classeur « {fichier} » est abîmé et ne peut pas être ouvert.",
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
)

CODES: dict[str, Code] = {entry.code: entry for entry in _TABLE}


def anomaly(
    code: str, *, line: int | None = None, column: str | None = None, value: str | None = None, **facts: object
) -> Anomaly:
    """Make the anomaly *code* of the table, its texts filled with *facts* (and ``ligne``, ``colonne``, ``valeur``)."""
    entry = CODES[code]
    filled = {"ligne": line, "colonne": column, "valeur": excerpt(value or ""), **facts}
    return Anomaly(
        code, entry.message.format(**filled), entry.remedy.format(**filled), line, column, value, entry.severity
    )


def unreadable(
    code: str, *, line: int | None = None, column: str | None = None, value: str | None = None, **facts: object
) -> UnreadableFile:
    """Make the exception that refuses a file for one reason; the caller raises it."""
    return UnreadableFile((anomaly(code, line=line, column=column, value=value, **facts),))


def broken_row_anomaly(row: BrokenRow) -> Anomaly:
    """Say what is wrong with a row that has not as many cells as its header."""
    code = "ligne_incomplete" if row.found < row.expected else "ligne_trop_longue"
    return anomaly(code, line=row.line, value=row.text, trouve=row.found, attendu=row.expected)


def excerpt(text: str, length: int = EXCERPT) -> str:
    """Cut *text* to what fits a message, on one line."""
    flat = " ".join(text.split())
    return flat if len(flat) <= length else flat[: length - 1] + "…"


def french_size(size: int) -> str:
    """Write a number of bytes for people: ``12,5 Mo``."""
    if size < 1_000_000:
        return f"{max(1, round(size / 1_000))} Ko"
    if size < 1_000_000_000:
        return f"{size / 1_000_000:.1f} Mo".replace(".", ",").replace(",0 ", " ")
    return f"{size / 1_000_000_000:.1f} Go".replace(".", ",").replace(",0 ", " ")
