"""The registers as data: what each is called, how its vintages are named, its tables, its plausible size.

A register is added by a line here, a module that reads it (``parse``), the rules of its tables (``rules``) and a
migration. Nothing heavy is imported: DAG files are parsed with this.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal

Vintage = Literal["jour", "annee", "version"]
"""What names a vintage: the day of a publication, a year, or the version of a list of occupations (v460)."""


class Register(StrEnum):
    """The registers, by the name that the warehouse gives them."""

    TERRITORIES = "territoires"
    EPCI = "epci"
    EPT = "ept"
    COMMUNES = "communes"
    MOVEMENTS = "mouvements"
    PASSAGE = "passage"
    DEPARTMENTS = "departements"
    REGIONS = "regions"
    POPULATIONS = "populations"
    OVERSEAS = "outremer"
    BASINS = "bassins"
    OCCUPATIONS = "rome"
    FAMILIES = "fap"

    @property
    def variable(self) -> str:
        """The environment variable that holds its addresses, separated by spaces."""
        return f"TI_REGISTER_{self.value.upper()}_URL"

    @property
    def definition(self) -> Definition:
        """What the pipeline must know of it."""
        return DEFINITIONS[self]


@dataclass(frozen=True, slots=True)
class Definition:
    """One register.

    Attributes:
        title: what it is, in French, with its publisher.
        vintage: what names a vintage.
        plausible: fewest and most records of a whole file. Coarse on purpose: half a file is caught, a year of mergers
            is not.
        reader: module of this package that has ``parse``.
        tables: tables of schema core that hold each vintage whole, and the key of each within a vintage, in the order
            of their load.
        histories: tables that have a history of their own instead, in the order of their load.
        rules: module of ``rules`` that has what its tables must hold.
        counted: the table that has one row for each record of the file.
        kept: share of the last version's records that a new one has at least. One that lost more than a fifth of them
            is a truncated file, not a reform, whatever its vintage; regions had theirs.
    """

    title: str
    vintage: Vintage
    plausible: tuple[int, int]
    reader: str
    rules: str
    counted: str
    tables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    histories: tuple[str, ...] = ()
    kept: float = 0.8


DEFINITIONS: Final[Mapping[Register, Definition]] = {
    # 124 to 183 territories since 2018.
    Register.TERRITORIES: Definition(
        title="Territoires d'industrie (ANCT)",
        vintage="jour",
        plausible=(100, 400),
        reader="territories",
        rules="programme",
        counted="territoire",
        histories=("territoire", "territoire_perimetre"),
    ),
    # 34,931 to 34,951 communes in an EPCI from 2022 to 2024.
    Register.EPCI: Definition(
        title="EPCI et leurs communes (DGCL, INSEE)",
        vintage="annee",
        plausible=(30_000, 40_000),
        reader="epci",
        rules="intercommunalities",
        counted="epci_commune",
        tables={"epci": ("siren",), "epci_commune": ("code_commune",)},
    ),
    # 130 communes in 11 EPT; the later files list every commune of France, those without EPT included.
    Register.EPT: Definition(
        title="Établissements publics territoriaux du Grand Paris (INSEE)",
        vintage="annee",
        plausible=(100, 40_000),
        reader="ept",
        rules="intercommunalities",
        counted="ept_commune",
        tables={"ept": ("siren",), "ept_commune": ("code_commune",)},
    ),
    # 37,544 to 37,600 lines in the COG from 2022 to 2025.
    Register.COMMUNES: Definition(
        title="Communes du code officiel géographique (INSEE)",
        vintage="annee",
        plausible=(30_000, 60_000),
        reader="communes",
        rules="geography",
        counted="commune",
        tables={"commune": ("type_commune", "code_commune")},
    ),
    # 13,465 distinct movements from 1943 to 2021.
    Register.MOVEMENTS: Definition(
        title="Mouvements des communes depuis 1943 (INSEE)",
        vintage="annee",
        plausible=(10_000, 40_000),
        reader="movements",
        rules="geography",
        counted="mouvement_commune",
        tables={
            "mouvement_commune": ("date_effet", "modalite", "type_avant", "code_avant", "type_apres", "code_apres"),
        },
    ),
    # 36,804 communes and arrondissements municipaux in 2025; a table by year has more rows.
    Register.PASSAGE: Definition(
        title="Table de passage annuelle des communes (INSEE)",
        vintage="annee",
        plausible=(30_000, 80_000),
        reader="passage",
        rules="geography",
        counted="passage_commune",
        tables={"passage_commune": ("code_ancien", "code_courant")},
    ),
    Register.DEPARTMENTS: Definition(
        title="Départements du code officiel géographique (INSEE)",
        vintage="annee",
        plausible=(96, 110),
        reader="departments",
        rules="geography",
        counted="departement",
        tables={"departement": ("code_departement",)},
    ),
    # 18 since 2016, 27 before.
    Register.REGIONS: Definition(
        title="Régions du code officiel géographique (INSEE)",
        vintage="annee",
        plausible=(13, 30),
        reader="regions",
        rules="geography",
        counted="region",
        kept=0.5,
        tables={"region": ("code_region",)},
    ),
    # 34,945 to 34,990 communes from 2022 to 2023.
    Register.POPULATIONS: Definition(
        title="Populations de référence des communes (INSEE)",
        vintage="annee",
        plausible=(30_000, 40_000),
        reader="populations",
        rules="geography",
        counted="population_commune",
        tables={"population_commune": ("code_commune",)},
    ),
    # 94 communes and districts in 2026.
    Register.OVERSEAS: Definition(
        title="Communes des collectivités d'outre-mer (INSEE)",
        vintage="annee",
        plausible=(50, 200),
        reader="overseas",
        rules="geography",
        counted="commune_outremer",
        tables={"commune_outremer": ("code_commune",)},
    ),
    # 35,357 communes in 2019; 37,498 in 2025, former communes included.
    Register.BASINS: Definition(
        title="Bassins d'emploi et leurs communes (France Travail)",
        vintage="annee",
        plausible=(30_000, 60_000),
        reader="basins",
        rules="work",
        counted="bassin_commune",
        tables={"bassin": ("code_bassin",), "bassin_commune": ("code_commune",)},
    ),
    # 532 occupations in ROME 3, 1,584 in ROME 4.60.
    Register.OCCUPATIONS: Definition(
        title="Répertoire des métiers ROME (France Travail)",
        vintage="version",
        plausible=(500, 4_000),
        reader="occupations",
        rules="work",
        counted="rome",
        tables={"rome": ("code_rome",)},
    ),
    # 225 detailed families in 2009 and 341 in 2021; with the levels above them 334 and 677.
    Register.FAMILIES: Definition(
        title="Familles professionnelles FAP 2009 et 2021 (DARES)",
        vintage="annee",
        plausible=(200, 1_000),
        reader="families",
        rules="work",
        counted="fap",
        tables={"fap": ("niveau", "code_fap")},
    ),
}
