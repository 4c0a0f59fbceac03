"""Where a commune was on a day: its own code then, department, region, EPCI, bassin d'emploi and territory.

The rules are in the warehouse (``core.situer_communes``, docs/decisions/0024): what SQL and Python say is one answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any

from territoires.warehouse.sql import statement

if TYPE_CHECKING:
    import pandas as pd

    from territoires.warehouse.engine import Connection, Row


@dataclass(frozen=True, slots=True)
class Place:
    """One answer; the names are those of ``core.situer_commune``.

    Attributes:
        code_demande: the code asked for, of any vintage.
        jour_demande: the day asked for.
        code_commune: the commune that the code means on that day; None where ``motifs`` says why there is none.
        libelle: its name on that day.
        code_departement: its department on that day, as ``code_region`` its region.
        libelle_departement: name of the department, as ``libelle_region`` of the region.
        code_region: None for a department that no loaded COG knows.
        libelle_region: name of the region.
        siren_epci: its EPCI à fiscalité propre.
        nom_epci: name of the EPCI.
        millesime_epci: the year of the list used; it may not be the day's, and ``motifs`` says so.
        siren_ept: its établissement public territorial, in Grand Paris only.
        code_bassin: its bassin d'emploi, four digits.
        libelle_bassin: name of the bassin.
        millesime_bassin: the year of the list used.
        population_municipale: inhabitants.
        millesime_population: the year of the list used.
        phase: phase of the programme in force on that day.
        id_ti: its territory, in the list of that phase.
        libelle_territoire: name of the territory.
        motifs: why a part is unknown or of another year, in French; empty when there is nothing to say.
    """

    code_demande: str | None
    jour_demande: date | None
    code_commune: str | None
    libelle: str | None
    code_departement: str | None
    libelle_departement: str | None
    code_region: str | None
    libelle_region: str | None
    siren_epci: str | None
    nom_epci: str | None
    millesime_epci: str | None
    siren_ept: str | None
    code_bassin: str | None
    libelle_bassin: str | None
    millesime_bassin: str | None
    population_municipale: int | None
    millesime_population: str | None
    phase: int | None
    id_ti: str | None
    libelle_territoire: str | None
    motifs: tuple[str, ...]


COLUMNS = tuple(field.name for field in fields(Place))
"""Columns of the frame of ``situate``, in order."""


def situate(connection: Connection, codes_and_days: Iterable[tuple[str | None, date | None]]) -> pd.DataFrame:
    """Return one row for each (code, day), in their order, with the columns of ``COLUMNS``.

    Codes and names are text, None where unknown; ``population_municipale`` and ``phase`` are Int64, ``motifs`` a tuple.
    One statement answers all of them: what it costs is the distinct days, tenths of a second each, not the codes.
    """
    import pandas as pd

    pairs = list(codes_and_days)
    found = {(row["code_demande"], row["jour_demande"]): row for row in _rows(connection, set(pairs))}
    frame = pd.DataFrame([_values(found[pair]) for pair in pairs], columns=list(COLUMNS), dtype=object)
    return frame.astype({"population_municipale": "Int64", "phase": "Int64"})


def place_of(connection: Connection, code: str | None, day: date | None) -> Place:
    """Return where the commune that *code* means was on *day*; ``motifs`` says why a part is not known."""
    [row] = _rows(connection, [(code, day)])
    return Place(*_values(row))


def _rows(connection: Connection, pairs: Iterable[tuple[str | None, date | None]]) -> list[Row]:
    pairs = list(pairs)
    asked = {"codes": [code for code, _ in pairs], "jours": [day for _, day in pairs]}
    return connection.execute(statement("core/situer_communes.sql"), asked).fetchall()


def _values(row: Row) -> list[Any]:
    return [tuple(row[name]) if name == "motifs" else row[name] for name in COLUMNS]
