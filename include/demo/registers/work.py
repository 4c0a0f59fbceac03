"""Occupations, professional families and employment areas (France Travail, DARES)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from demo.model import MARK, Basin

_ROME_COLUMNS = (
    "code_rome", "code_fiche_metier", "code_ogr", "libelle_rome", "transition_eco", "transition_num",
    "transition_demo", "emploi_reglemente", "emploi_cadre", "code_rome_parent",
)  # fmt: skip
OCCUPATIONS = {
    "H1203": "Dessin et conception de pièces mécaniques",
    "H1206": "Recherche et développement dans l'industrie",
    "H2901": "Ajustage de pièces",
    "H2902": "Travail de la tôle",
    "H2903": "Conduite de machines d'usinage",
    "H2909": "Assemblage mécanique",
    "H2911": "Charpente métallique",
    "H2912": "Réglage de machines",
    "H2913": "Soudage à la main",
    "H2914": "Pose et fabrication de tuyauteries",
    "H3101": "Conduite de machines à papier",
    "H3203": "Pièces en matériaux composites",
    "I1304": "Maintenance d'installations industrielles",
    "I1310": "Maintenance mécanique",
    "N1103": "Magasin et préparation de commandes",
}
"""Real codes of the ROME, an excerpt; labels in words of our own."""

DOMAINS = {
    "B": "Bâtiment et travaux publics",
    "C": "Électricité et électronique",
    "D": "Mécanique et métaux",
    "E": "Industries de transformation",
    "F": "Matériaux souples, bois, impression",
    "G": "Maintenance",
    "H": "Encadrement technique de l'industrie",
    "J": "Transports et logistique",
}
AGGREGATES = {
    "B2Z": "Gros œuvre qualifié",
    "C0Z": "Électricité et électronique, sans qualification",
    "C1Z": "Électricité et électronique, avec qualification",
    "C2Z": "Technique de l'électricité et de l'électronique",
    "D0Z": "Usinage et formage, sans qualification",
    "D1Z": "Usinage, avec qualification",
    "D2Z": "Formage et assemblage, avec qualification",
    "D3Z": "Montage mécanique, sans qualification",
    "D4Z": "Montage et traitement, avec qualification",
    "D6Z": "Technique de la mécanique",
    "E0Z": "Transformation, sans qualification",
    "E1Z": "Transformation, avec qualification",
    "E2Z": "Technique de la transformation",
    "F1Z": "Textile et cuir",
    "G0A": "Maintenance, avec qualification",
    "G1Z": "Technique de la maintenance",
    "H0Z": "Cadres de l'industrie",
    "J0Z": "Manutention",
    "J1Z": "Magasinage",
}
FAMILIES = {
    "B2Z42": "Charpente en métal",
    "C0Z20": "Montage électrique simple",
    "C1Z40": "Câblage et bobinage",
    "C2Z70": "Technique électrique et électronique",
    "D0Z20": "Conduite de presses et découpe simples",
    "D1Z40": "Réglage de machines",
    "D1Z41": "Usinage à la machine",
    "D2Z40": "Chaudronnerie et tôlerie",
    "D2Z41": "Tuyauterie",
    "D2Z42": "Soudure",
    "D3Z20": "Montage simple de pièces",
    "D4Z40": "Montage et ajustage mécaniques",
    "D4Z41": "Traitement des surfaces",
    "D6Z70": "Technique mécanique",
    "D6Z71": "Dessin mécanique",
    "E0Z20": "Chimie et plastique, postes simples",
    "E0Z21": "Agroalimentaire, postes simples",
    "E1Z41": "Chimie et plastique, conduite de lignes",
    "E1Z42": "Agroalimentaire, conduite de lignes",
    "E2Z70": "Technique des procédés",
    "F1Z40": "Couture et cuir en atelier",
    "G0A40": "Maintenance mécanique",
    "G0A41": "Maintenance électrique",
    "G1Z70": "Technique de maintenance",
    "H0Z90": "Ingénierie de production",
    "J0Z20": "Emballage et manutention",
    "J1Z40": "Magasinage et conduite de chariots",
}
"""Real codes of the professional families of 2009, an excerpt; labels in words of our own, as those above them."""


def occupation_lines() -> Iterator[Sequence[str]]:
    """Yield the occupations of the ROME."""
    yield _ROME_COLUMNS
    for rank, (code, label) in enumerate(OCCUPATIONS.items(), start=1):
        executive = "O" if code.startswith("H12") else "N"
        yield (code, str(rank), str(1000 + rank), f"{MARK} - {label}", "Emploi Blanc", "", "", "N", executive, code)


def family_lines() -> Iterator[Sequence[str]]:
    """Yield the professional families as DARES lists them: three levels, a code and a label each."""
    levels = ("FAP détaillées", "FAP agrégées", "domaines professionnels")
    yield tuple(name for level in levels for name in (f"Code {level}", level))
    for code in FAMILIES:
        aggregate, domain = code[:3], code[:1]
        yield (code, family_label(code), aggregate, AGGREGATES[aggregate], domain, DOMAINS[domain])


def family_label(code: str) -> str:
    """Return the label of a family, which says that it is not DARES's."""
    return f"{MARK} - {FAMILIES[code]}"


def basin_lines(basins: Sequence[Basin]) -> Iterator[Sequence[str]]:
    """Yield the communes of each area as France Travail listed them in 2019: the year stands in the columns' names.

    One area has lost its leading zero, as in a list that went through a spreadsheet.
    """
    yield ("CODE_COMMUNE_INSEE", "REG_CREDOC", "REG", "DEP", "CCOMMUNE", "NOMCOM", "BE19", "NOMBE19")
    lossy = next(basin.code for basin in basins if basin.code.startswith("0"))
    places = [(commune, basin) for basin in basins for commune in basin.communes]
    for commune, basin in sorted(places, key=lambda place: place[0].code):
        code = basin.code.lstrip("0") if basin.code == lossy else basin.code
        yield (
            commune.code, "", commune.region, commune.department, commune.code, commune.name, code, basin.name,
        )  # fmt: skip
