"""Reading the yearly lists of EPCI and their communes: DGCL's since 2015, INSEE's Intercommunalite_Metropole."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

from territoires.registers.ept import NOWHERE
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, vintage_of
from territoires.registers.tables import Columns, Table, named, published_tables, whole_numbers

if TYPE_CHECKING:
    import pandas as pd

_EPCI: Final = (
    "siren", "raison_sociale", "nature_juridique", "mode_financement", "code_departement", "nb_membres",
    "population_totale", "population_municipale",
)  # fmt: skip
"""Columns of core.epci, called so in the list as read."""
_MEMBER: Final = {
    "siren": "siren",
    "code_commune": "code_commune",
    "siren_commune": "siren_commune",
    "nom_commune": "nom_commune",
    "code_departement": "departement_commune",
    "population_totale": "totale_commune",
    "population_municipale": "municipale_commune",
}
"""Column of core.epci_commune → column of the list as read."""
_DGCL: Final[Columns] = {
    "siren": named("siren"),
    "raison_sociale": named("raison_sociale"),
    "nature_juridique": named("nature_juridique"),
    "mode_financement": named("mode_financ"),
    "code_departement": named("dept", width=2),
    "nb_membres": named("nb_membres"),
    "population_totale": named("total_pop_tot"),
    "population_municipale": named("total_pop_mun"),
    "code_commune": named("insee", width=5),
    "siren_commune": named("siren_membre"),
    "nom_commune": named("nom_membre"),
    "departement_commune": named("dep_com", width=2),
    "totale_commune": named("ptot_{annee}", "ptot"),
    "municipale_commune": named("pmun_{annee}", "pmun"),
}
"""Epcicom since 2018, and BANATIC's perimetre-epci-a-fp.csv since 2025."""
_DGCL_BEFORE: Final[Columns] = {
    "siren": named("siren_epci"),
    "raison_sociale": named("nom_complet"),
    "nature_juridique": named("nj_epci{annee}", "nj_epci_{annee}", "form_epci", optional=True),
    "mode_financement": named("fisc_epci{annee}", "fisc_epci_{annee}", "fisc_epci", optional=True),
    "code_departement": named("dep_epci", width=2, optional=True),
    "nb_membres": named("nb_com_epci_{annee}", "nb_com_{annee}", "nb_com", optional=True),
    "population_totale": named("ptot_epci_{annee}", "ptot_epci", optional=True),
    "population_municipale": named("pmun_epci_{annee}", "pmun_epci", optional=True),
    "code_commune": named("insee", width=5),
    "siren_commune": named("siren_com", "siren_membre", optional=True),
    "nom_commune": named("nom_com", "nom_membre"),
    "departement_commune": named("dep_com", width=2, optional=True),
    "totale_commune": named("ptot_{annee}", "ptot", "pop_total", optional=True),
    "municipale_commune": named("pmun_{annee}", "pmun", optional=True),
}
"""Epcicom until 2017: facts came and went with the years."""
_INSEE: Final[Columns] = {
    "siren": named("epci"),
    "raison_sociale": named("libepci"),
    "code_commune": named("codgeo", width=5),
    "nom_commune": named("libgeo"),
    "departement_commune": named("dep", width=2, optional=True),
}
"""Sheet Composition_communale of INSEE's workbook."""
_INSEE_EPCI: Final[Columns] = {
    "siren": named("epci"),
    "nature_juridique": named("nature_epci"),
    "nb_membres": named("nb_com"),
}
"""Sheet EPCI of INSEE's workbook."""
_NATURES: Final = {"ME": "METRO", "MET": "METRO"}
"""INSEE's word for a métropole → DGCL's."""
_NUMBERS: Final = ("nb_membres", "population_totale", "population_municipale", "totale_commune", "municipale_commune")
_EPT: Final = "EPT"
_YEAR: Final = re.compile(r"(?<!\d)20\d{2}(?!\d)")


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read a list of any year into tables ``epci`` (one row for each distinct SIREN and facts) and ``epci_commune``.

    The vintage is the year of the columns (ptot_AAAA), of INSEE's title, or of the file's name. Codes are text, counts
    Int64; the number of members is counted where the list does not give it, other facts that it lacks are NA.

    Raises:
        RefusedRegisterError: no table with the columns of a known list, no number where one should be, years that
            differ.
    """
    tables = published_tables(path, filename, "liste d'EPCI", _DGCL, _DGCL_BEFORE, _INSEE, _INSEE_EPCI)
    table = next((one for one in tables if one.columns is not _INSEE_EPCI), None)
    if table is None:
        raise RefusedRegisterError(f"« {filename} » dit les EPCI mais aucune feuille ne dit leurs communes")
    frame = table.frame[table.frame["siren"] != NOWHERE]
    for one in tables:
        if one.columns is _INSEE_EPCI:
            frame = frame.merge(one.frame.replace({"nature_juridique": _NATURES}), on="siren", how="left")
    frame = frame.reindex(columns=list(dict.fromkeys([*_EPCI, *_MEMBER.values()])))
    frame, warnings = _without_ept(whole_numbers(frame, *_NUMBERS).reset_index(drop=True))
    counted = frame.groupby("siren")["code_commune"].transform("size").astype("Int64")
    frame = frame.assign(nb_membres=frame["nb_membres"].fillna(counted))
    millesime, doubts = _vintage(table, source)
    return Parsed(
        register=source.register,
        millesime=millesime,
        phase=None,
        # Two rows of one SIREN that differ both stay: the suite refuses a SIREN that is there twice.
        tables={
            "epci": frame[list(_EPCI)].drop_duplicates(ignore_index=True),
            "epci_commune": frame[list(_MEMBER.values())].set_axis(list(_MEMBER), axis=1),
        },
        rows=len(frame),
        warnings=(*doubts, *warnings),
    )


def _without_ept(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Leave out the EPT of Grand Paris, which the list of 2016 has beside the métropole that their communes are in."""
    of_ept = frame["nature_juridique"] == _EPT
    twice = of_ept & frame["code_commune"].isin(frame.loc[~of_ept, "code_commune"])
    if not twice.any():
        return frame, []
    told = f"communes listées aussi dans un EPT du Grand Paris, que dit le référentiel ept : {int(twice.sum())}"
    return frame[~twice].reset_index(drop=True), [told]


def _vintage(table: Table, source: Source) -> tuple[str, list[str]]:
    """Return the year of the list and what is odd about it.

    The sheet and the file may both bear another year than the columns of population: the list is then theirs.
    """
    sheet, name = (set(_YEAR.findall(text or "")) for text in (table.sheet, table.name))
    years = table.years
    if not years or not sheet or sheet & years:
        return vintage_of(source, table.name, years, table.title), []
    told = f"la feuille se nomme « {table.sheet} », ses colonnes sont de {', '.join(sorted(years))}"
    return vintage_of(source, table.name, sheet if sheet == name else years), [told]
