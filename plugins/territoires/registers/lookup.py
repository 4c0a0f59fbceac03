"""What other parts of the platform ask of the registers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Final

from territoires.registers.activities import divisions
from territoires.registers.codes import Codes, Span
from territoires.registers.countries import countries
from territoires.warehouse.sql import statement

if TYPE_CHECKING:
    from territoires.warehouse.engine import Connection


def codes_of(connection: Connection, register: str) -> Codes:
    """Return what the register that contracts call *register* knows today; it may know nothing yet.

    Raises:
        LookupError: no register is called so.
    """
    if register not in _READERS:
        raise LookupError(f"no register is called {register!r}")
    return _READERS[register](connection)


def _territories(connection: Connection) -> Codes:
    """Ids of every phase: a delivery does not say its phase, the date of its row does."""
    rows = connection.execute(statement("core/codes_territoire.sql")).fetchall()
    spans = tuple(Span(row["code"], row["debut"], row["fin"]) for row in rows)
    return Codes(frozenset(span.code for span in spans), spans)


def _communes(connection: Connection) -> Codes:
    """Communes and municipal arrondissements of every vintage; former communes by the one that took them in."""
    rows = connection.execute(statement("core/codes_commune.sql")).fetchall()
    spans = tuple(Span(row["code"], row["debut"], row["fin"]) for row in rows)
    meant = {row["code"].lower(): row["code_parent"] for row in rows if row["code_parent"] is not None}
    return Codes(frozenset(span.code for span in spans), spans, meant=meant)


def _occupations(connection: Connection) -> Codes:
    """Codes of every version: an action of 2019 may bear one that was withdrawn since."""
    rows = connection.execute("select distinct code_rome from core.rome")
    return Codes(frozenset(row["code_rome"] for row in rows))


def _basins(connection: Connection) -> Codes:
    """Codes of every vintage: a survey bears those of its year, whose list may not be the one loaded."""
    rows = connection.execute("select distinct code_bassin from core.bassin")
    return Codes(frozenset(row["code_bassin"] for row in rows))


def _families(connection: Connection) -> Codes:
    """Occupations of each nomenclature and the years of the BMO survey that use it."""
    rows = connection.execute(
        "select distinct millesime, code_fap from core.fap where niveau in ('metier', 'detaille') order by 1, 2"
    ).fetchall()
    spans = tuple(Span(row["code_fap"], *_FAP_YEARS[row["millesime"]]) for row in rows)
    return Codes(frozenset(span.code for span in spans), spans)


def _agreements(connection: Connection) -> Codes:
    rows = connection.execute("select id_contrat from core.programme_contrats where valide_a is null")
    return Codes(frozenset(row["id_contrat"] for row in rows))


_FAP_2021: Final = date(2024, 1, 1)
"""First day of the first BMO survey in FAP 2021 (France Travail, BMO 2024: notice of the open data)."""
_FAP_YEARS: Final = {"2009": (None, _FAP_2021), "2021": (_FAP_2021, None)}
_READERS: Final[Mapping[str, Callable[[Connection], Codes]]] = {
    "territoire": _territories,
    "commune": _communes,
    "rome": _occupations,
    "bassin": _basins,
    "fap": _families,
    "contrat": _agreements,
    "pays": lambda _: countries(),
    "naf": lambda _: divisions(),
}
