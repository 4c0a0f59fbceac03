"""The three indicators: their codes, what they are broken down by, and how large each part is on average."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from territoires.local.stand_in.periods import PeriodType


@dataclass(frozen=True, slots=True)
class Part:
    """One value of a characteristic: its label, and either its average share (0 to 1) or the parts that it sums."""

    label: str
    share: float = 0.0
    sums: tuple[str, ...] = ()


Characteristic = Mapping[str, Part]
"""Parts by code."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """What one address under ``/indicateur`` answers.

    Attributes:
        nomenclatures: label of each code; the figures are for each of them.
        sizes: how large the figure of each code is, relative to the others; empty for a score.
        characteristics: parts by code, by type of characteristic; empty when the answers have none.
    """

    code: str
    family: str
    label: str
    nomenclature_type: str
    nomenclatures: Mapping[str, str]
    period_type: PeriodType
    sizes: Mapping[str, float] = field(default_factory=dict)
    characteristics: Mapping[str, Characteristic] = field(default_factory=dict)

    @property
    def is_score(self) -> bool:
        """Tell whether the value is a score with its class from 1 to 5, rather than a count."""
        return not self.sizes


def _parts(*parts: tuple[str, str, float]) -> dict[str, Part]:
    return {code: Part(label, share) for code, label, share in parts}


def _crossed(left: Characteristic, right: Characteristic) -> dict[str, Part]:
    """Return the parts of two characteristics at once; those of a sum are sums too."""
    crossed = {}
    for first, one in left.items():
        for second, two in right.items():
            sums = tuple(f"{first}-{code}" for code in two.sums)
            crossed[f"{first}-{second}"] = Part(f"{one.label} - {two.label}", one.share * two.share, sums)
    return crossed


_GENDER = _parts(("H", "Hommes", 0.62), ("F", "Femmes", 0.38))
_AGE = {
    "AGE1": Part("15-24 ans", 0.15),
    "AGE2": Part("25-49 ans", sums=("AGE4", "AGE5")),
    "AGE3": Part("50 ans et +", sums=("AGE6", "AGE7")),
    "AGE4": Part("25-34 ans", 0.26),
    "AGE5": Part("35-49 ans", 0.33),
    "AGE6": Part("50-54 ans", 0.1),
    "AGE7": Part("55 ans et +", 0.16),
}
_JOB_SEEKERS: Mapping[str, Characteristic] = {
    "GENRE": _GENDER,
    "AGE": _AGE,
    "GENRExAGE": _crossed(_GENDER, _AGE),
    "NIVFORM": _parts(
        ("SANS", "< CAP-BEP", 0.2),
        ("CAPBEP", "CAP-BEP", 0.36),
        ("BAC", "Bac", 0.22),
        ("BAC2", "Bac + 2", 0.11),
        ("BAC3EP", "bac+3 / bac+4", 0.07),
        ("BAC5EP", ">= Bac + 5", 0.04),
    ),
    "CHOMANC": _parts(
        ("CHM1", "Moins de 3 mois", 0.24),
        ("CHM2", "De 3 mois à moins de 6 mois", 0.17),
        ("CHM3", "De 6 mois à moins de 12 mois", 0.2),
        ("CHM4", "De 1 an à moins de 2 ans", 0.19),
        ("CHM5", "2 ans et +", 0.2),
    ),
    "NIVQUAL2T": _parts(
        ("NQ", "Ouvriers et Employés non qualifiés", 0.3), ("Q", "Ouvriers et Employés qualifiés", 0.57)
    ),
    "NIVEXP": {
        "EXP1": Part("Non renseigné", 0.1),
        "EXP2": Part("Moins d'un an", 0.22),
        "EXP3": Part("1 à 2 ans", 0.08),
        "EXP4": Part("2 à 4 ans", 0.12),
        "EXP5": Part("4 ans et +", 0.48),
        "EXP6": Part("1 à 4 ans", sums=("EXP3", "EXP4")),
    },
    "THOE": _parts(("THOE", "Travailleurs handicapés bénéficiaires de l'obligation d'emploi", 0.09)),
    "CPDE": _parts(
        ("LONGUEDUREE", "Longue durée", 0.39),
        ("RSA", "Bénéficiaire du RSA", 0.15),
        ("QPV", "Quartiers Prioritaires de la Ville", 0.12),
    ),
}
_OFFERS: Mapping[str, Characteristic] = {
    "TYPECTR": _parts(
        ("CDI", "CDI", 0.42),
        ("CDD1", "CDD < 1 mois", 0.05),
        ("CDD2", "CDD de 1 à 6 mois", 0.18),
        ("CDD3", "CDD > 6 mois", 0.1),
        ("AUTR", "Autres (intérim, emplois aidés, apprentissage)", 0.25),
    ),
    "TAILLEETAB": _parts(
        ("ETB1", "0 à 9 salariés", 0.34),
        ("ETB2", "10 à 49 salariés", 0.36),
        ("ETB3", "50 à 250 salariés", 0.21),
        ("ETB4", "250+ salariés", 0.09),
    ),
}

INDICATORS: Mapping[str, Indicator] = {
    "stat-demandeurs": Indicator(
        code="DE_1",
        family="DEMANDEURS",
        label="Demandeurs d'emploi par catégorie et par caractéristique",
        nomenclature_type="CATCAND",
        nomenclatures={
            "A": "Demandeurs d'Emploi en catégorie A",
            "ABC": "Demandeurs d'Emploi en catégories A,B ou C",
        },
        period_type="TRIMESTRE",
        sizes={"A": 1.0, "ABC": 1.6},
        characteristics=_JOB_SEEKERS,
    ),
    "stat-offres": Indicator(
        code="OFF_1",
        family="OFFRES",
        label="Offres d'emploi par origine et par caractéristique",
        nomenclature_type="ORIGINEOFF",
        nomenclatures={"PE": "Offres France Travail", "TOFF": "Toutes les offres"},
        period_type="TRIMESTRE",
        sizes={"PE": 0.5, "TOFF": 1.1},
        characteristics=_OFFERS,
    ),
    "stat-perspective-employeur": Indicator(
        code="PERSP_2",
        family="PERSPECTIVES",
        label="Tensions de recrutement",
        nomenclature_type="TYPE_TENSION",
        nomenclatures={
            "ATTR_SALARIALE": "Attractivité salariale",
            "COND_TRAVAIL": "Conditions de travail",
            "DUR_EMPL": "Durabilité de l'emploi",
            "INT_EMB": "Intensité d'embauche",
            "MAIN_OEUVRE": "Manque de main d'oeuvre",
            "MISMATCH_GEO": "Inadéquation géographique",
            "PERSPECTIVE": "Indicateur principal tension",
            "SPECIF_FORM_EMPL": "Lien formation - métier",
        },
        period_type="ANNEE",
    ),
}
"""By the last part of the address."""

TERRITORY_TYPES: Sequence[str] = ("NAT", "REG", "DEP", "BASSIN")
ACTIVITY_TYPES: Sequence[str] = ("ROME", "CUMUL", "MOYENNE")
