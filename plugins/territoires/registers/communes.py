"""Reading INSEE's COG: one row for each commune, arrondissement municipal, commune déléguée or associée."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

import pandas as pd

from territoires.registers.errors import RefusedRegisterError
from territoires.registers.insee import city_of, commune_code, department_of, with_article
from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, year_of
from territoires.registers.tables import Columns, named, published_table

COLUMNS: Final[Columns] = {
    "type_commune": named("typecom"),
    "code_commune": named("com"),
    "libelle": named("libelle"),
    "code_departement": named("dep"),
    "code_region": named("reg"),
    # The lists of 2019 and 2020 have none.
    "code_collectivite": named("ctcd", optional=True),
    "code_arrondissement": named("arr"),
    "code_canton": named("can"),
    "code_parent": named("comparent"),
}
"""Column of core.commune → INSEE's header since 2019."""
UNTIL_2018: Final[Columns] = {
    # Only the list of all communes since 1943 says it (FranceAAAA.txt); comsimpAAAA.txt has communes in force alone.
    "actualite": named("actual", optional=True),
    "code_region": named("reg", width=2),
    "code_departement": named("dep", width=2),
    "numero": named("com"),
    "arrondissement": named("ar", optional=True),
    "canton": named("ct", optional=True),
    "pole": named("pole", width=5, optional=True),
    "article": named("artmin"),
    "nom": named("nccenr"),
}
"""What INSEE's lists until 2018 have; several rows make a commune that spreads over cantons, one alone being it."""
_TYPES: Final = {"1": "COM", "2": "COMA", "5": "ARM", "6": "COMD"}
_NOT_IN_FORCE: Final = frozenset({"3", "4", "9"})
"""ACTUAL of what is no commune any more (merged, or under the code of another department), or part of one (canton).

The codes are those of INSEE's documentation of the list (https://www.insee.fr/fr/information/2560628)."""


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read the list of any year into the table ``commune``: text columns, empty cells as NA.

    The content does not say its vintage: it comes from ``year_of``.

    Raises:
        RefusedRegisterError: as ``published_table``; a state of a commune or a vintage that cannot be known.
    """
    table = published_table(path, filename, "liste de communes", COLUMNS, UNTIL_2018)
    frame, warnings = table.frame, tuple[str, ...]()
    if table.columns is UNTIL_2018:
        frame, warnings = _whole(_as_since_2019(frame))
    return Parsed(
        register=source.register,
        millesime=year_of(source, table.name),
        phase=None,
        tables={"commune": frame},
        rows=len(frame),
        warnings=warnings,
    )


def _as_since_2019(former: pd.DataFrame) -> pd.DataFrame:
    """Return what a list until 2018 says as one since 2019 would: a part of a commune has its commune and no place."""
    state = former["actualite"].fillna("1")
    unknown = sorted(set(state) - set(_TYPES) - _NOT_IN_FORCE)
    if unknown:
        raise RefusedRegisterError(f"colonne actual : « {unknown[0]} » n'est pas une actualité de commune connue")
    kept = former.assign(type_commune=state.map(_TYPES))[state.isin(_TYPES)].reset_index(drop=True)
    code = pd.Series(map(commune_code, kept["code_departement"].fillna(""), kept["numero"].fillna("")), dtype="str")
    department = code.map(department_of)
    part = kept["type_commune"].isin(["COMA", "COMD"])
    frame = pd.DataFrame(
        {
            "type_commune": kept["type_commune"],
            "code_commune": code,
            "libelle": [*map(with_article, kept["article"], kept["nom"].fillna(""))],
            "code_departement": department.mask(part),
            "code_region": kept["code_region"].mask(part),
            "code_collectivite": pd.NA,
            "code_arrondissement": (department + kept["arrondissement"]).mask(part),
            "code_canton": (department + kept["canton"]).mask(part),
            "code_parent": kept["pole"].where(part, code.map(city_of).where(kept["type_commune"] == "ARM")),
        }
    )
    return frame.astype("str")


def _whole(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Return the list without the parts of what is no commune in it, and a warning of them.

    What a part of a commune was in such a year is no reason to refuse its 35,000 communes.
    """
    communes = frame.loc[frame["type_commune"] == "COM", "code_commune"]
    lost = frame["type_commune"].isin(["COMA", "COMD"]) & ~frame["code_parent"].isin(communes)
    if not lost.any():
        return frame, ()
    told = f"{lost.sum()} communes associées ou déléguées sans commune en vigueur, ignorées"
    return frame[~lost].reset_index(drop=True), (told,)
