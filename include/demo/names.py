"""Words from which the demonstration makes names that nobody can take for real ones."""

from __future__ import annotations

LAND = (
    "Bassin", "Pays", "Plaine", "Plateau", "Rives", "Coteaux", "Boucles", "Portes", "Terres", "Monts", "Vallées",
    "Bords",
)  # fmt: skip
CRAFTS = (
    "Enclumes", "Turbines", "Filatures", "Verreries", "Fonderies", "Papeteries", "Tanneries", "Horloges", "Tuileries",
    "Chaudières", "Engrenages", "Moulins", "Câbles", "Laminoirs", "Émaux", "Ardoises", "Soufflets", "Navettes",
)  # fmt: skip
RIVERS = (
    "Meurthe", "Enclume", "Rivelaine", "Sorgueuse", "Brumeuse", "Cendrelle", "Ferrine", "Argentelle", "Clairette",
    "Houillère", "Verdelle", "Roselle", "Tournelle", "Pierreuse", "Grésille", "Aubette-Noire", "Martelle", "Limaille",
)  # fmt: skip
TRADES = (
    "Mécanique", "Plasturgie", "Fonderie", "Textiles", "Électronique", "Robinetterie", "Emballages", "Composites",
    "Usinage", "Chaudronnerie", "Agroalimentaire", "Optique", "Câblage", "Céramique", "Machines-outils",
)  # fmt: skip
FIRST_NAMES = (
    "Agathe", "Bastien", "Camille", "Denis", "Éléonore", "François", "Gaëlle", "Hervé", "Inès", "Joël", "Karine",
    "Loïc", "Maëlle", "Noémie", "Olivier", "Pauline", "Quentin", "Rémi", "Solène", "Théo", "Ursule", "Valérie", "Yoann",
)  # fmt: skip
LAST_NAMES = (
    "Exemple-Aubépine", "Exemple-Bouleau", "Exemple-Charme", "Exemple-Églantier", "Exemple-Frêne", "Exemple-Genêt",
    "Exemple-Hêtre", "Exemple-If", "Exemple-Laurier", "Exemple-Mélèze", "Exemple-Noisetier", "Exemple-Orme",
    "Exemple-Peuplier", "Exemple-Rosier", "Exemple-Sureau", "Exemple-Tilleul", "Exemple-Viorne", "Exemple-d'Acacia",
)  # fmt: skip
FUNCTIONS = (
    "Chargé d'affaires territorial", "Chargée de développement", "Déléguée territoriale", "Conseiller entreprises",
    "Directrice d'agence", "Responsable partenariats",
)  # fmt: skip
WORKS = {
    "formation": ("Plateau technique de formation", "École de production", "Centre d'apprentissage industriel"),
    "immobilier": ("Hôtel d'entreprises", "Bâtiment industriel relais", "Village d'artisans"),
    "foncier": ("Réserve foncière industrielle", "Aménagement de zone d'activité", "Portage foncier"),
    "friches": ("Dépollution de friche", "Reconversion d'ancienne usine", "Démolition et remise en état"),
    "transports": ("Desserte de zone industrielle", "Plateforme multimodale", "Navettes vers les usines"),
    "numerique": ("Réseau à très haut débit de la zone", "Tiers-lieu industriel", "Centre de données de proximité"),
    "energie": ("Réseau de chaleur fatale", "Ombrières photovoltaïques", "Station d'hydrogène"),
    "ingenierie": ("Étude de positionnement industriel", "Assistance au projet de territoire", "Schéma directeur"),
}


def places() -> tuple[str, ...]:
    """Return what follows a work's name: ``des Moulins``, ``de la Meurthe``, ``de l'Enclume``."""
    rivers = (f"de l'{river}" if river[0] in "AEIOUHÉ" else f"de la {river}" for river in RIVERS)
    return (*(f"des {craft}" for craft in CRAFTS), *rivers)
