"""Reading the populations of communes, as INSEE publishes them each year, and as BANATIC repeats them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from territoires.registers.errors import RefusedRegisterError
from territoires.registers.insee import CODE_LENGTH, city_of, commune_code
from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, vintage_of
from territoires.registers.tables import Column, Columns, Table, named, published_tables, whole_numbers


def _counts(*names: tuple[str, ...]) -> dict[str, Column]:
    municipal, apart, total = names
    return {
        "municipale": named(*municipal),
        "comptee_a_part": named(*apart, optional=True),
        "totale": named(*total, optional=True),
    }


SPLIT: Final[Columns] = {
    "departement": named("coddep", "code_departement", width=2),
    "numero": named("codcom", "code_commune", width=3),
    **_counts(("pmun", "population_municipale"), ("pcap", "population_comptee_a_part"), ("ptot", "population_totale")),
}
"""Codes in two parts, and names where later lists have codes (REG, COM): CODREG;REG;CODDEP;CODARR;CODCAN;CODCOM;COM…"""
WHOLE: Final[Columns] = {
    "code_commune": named("codgeo", "insee", "com", width=5),
    **_counts(
        ("pmun", "pmun_{annee}"),
        ("pcap", "pcap_{annee}"),
        ("ptot", "ptot_{annee}"),
    ),
}
"""Whole codes: INSEE's REG;DEP;COM;PMUN;PCAP;PTOT, BANATIC's columns with the year from which they are in force."""
CENSUS: Final[Columns] = {
    "code_commune": named("codgeo", "insee", "com", width=5),
    "municipale": named("pmun{annee}", yearly=True),
}
"""Columns with the year of the census, one or many (PMUN22, PMUN21…): the last one counts."""
OBSERVATIONS: Final[Columns] = {
    # The code, or the geography's year and level before it: 2025-COM-44141.
    "code_commune": named("geo", width=5),
    "maille": named("geo_object"),
    "mesure": named("popref_measure"),
    "annee": named("time_period"),
    "valeur": named("obs_value"),
}
"""One row for each commune, measure and census (DS_POPULATIONS_REFERENCE, https://catalogue-donnees.insee.fr)."""
_MEASURES: Final = {"PMUN": "municipale", "PCAP": "comptee_a_part", "PTOT": "totale"}
_IN_FORCE: Final = re.compile(r"en vigueur (?:à compter )?du 1er janvier (20\d{2})", re.IGNORECASE)
"""What stands above the table in INSEE's workbook, whose name says no year or that of the census."""
_YEARS_LATER: Final = 3
"""Figures of a census are in force three years later (INSEE: those of 2019 from 1 January 2022)."""


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read the table into ``population_commune``: code_commune, and inhabitants as Int64.

    The vintage is the year from which the figures are in force; see ``vintage_of``. Of several tables that of the
    configured year is taken, else of the last one, and the longest. Where it has the arrondissements of Paris, Lyon and
    Marseille and not the communes, they are added up.

    Raises:
        RefusedRegisterError: as ``published_table``; no number where one should be, a vintage that cannot be known.
    """
    found = published_tables(path, filename, "table de populations", SPLIT, OBSERVATIONS, WHOLE, CENSUS)
    # BANATIC's archive has a workbook for each year. Cantons, parts of communes and communes by parts have the columns
    # of communes or fewer, and fewer rows.
    table = max(found, key=lambda one: (source.millesime in one.years, max(one.years, default=""), len(one.frame)))
    frame, years = table.frame, table.years or frozenset(_IN_FORCE.findall(table.title))
    if table.columns is SPLIT:
        codes = [*map(commune_code, frame["departement"], frame["numero"])]
        frame = frame.assign(code_commune=codes)
    elif table.columns is OBSERVATIONS:
        frame, years = _observed(frame)
    elif table.columns is CENSUS:
        frame, years = _latest(table)
    counted = whole_numbers(frame.reindex(columns=["code_commune", *_MEASURES.values()]), *_MEASURES.values())
    cities = _cities(counted)
    added = ", ".join(cities["code_commune"])
    return Parsed(
        register=source.register,
        millesime=vintage_of(source, table.name, years),
        phase=None,
        tables={"population_commune": pd.concat([counted, cities], ignore_index=True)},
        rows=len(frame),
        warnings=(f"population municipale de {added} : somme des arrondissements",) if added else (),
    )


def _observed(frame: pd.DataFrame) -> tuple[pd.DataFrame, frozenset[str]]:
    """Return one row for each commune of the last census of the table, and the year in which it comes into force."""
    last = frame["annee"].max()
    kept = frame[(frame["annee"] == last) & frame["maille"].isin(["COM", "ARM"]) & frame["mesure"].isin(_MEASURES)]
    kept = kept.assign(code_commune=kept["code_commune"].str[-CODE_LENGTH:])
    if kept.duplicated(["code_commune", "mesure"]).any():
        raise RefusedRegisterError(f"table de populations : plusieurs valeurs pour une commune en {last}")
    wide = kept.pivot(index="code_commune", columns="mesure", values="valeur").rename(columns=_MEASURES)
    return wide.reset_index(), frozenset({_in_force(last)})


def _latest(table: Table) -> tuple[pd.DataFrame, frozenset[str]]:
    last = max(table.years)
    return table.frame.rename(columns={f"municipale_{last}": "municipale"}), frozenset({_in_force(last)})


def _in_force(census: str) -> str:
    return str(int(census) + _YEARS_LATER)


def _cities(counted: pd.DataFrame) -> pd.DataFrame:
    """Return the missing communes of the arrondissements; people counted apart cannot be added up."""
    code = counted["code_commune"]
    city = code.map(city_of)
    city = city.mask(city.isin(code))
    sums = counted.groupby(city)["municipale"].sum().rename_axis("code_commune").reset_index()
    return sums.reindex(columns=counted.columns).astype(counted.dtypes.to_dict())
