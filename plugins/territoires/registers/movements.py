"""Reading INSEE's list of what happened to communes since 1943: mergers, splits, changes of code or of name."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import Source, year_of
from territoires.registers.tables import Columns, named, published_table

if TYPE_CHECKING:
    import pandas as pd

COLUMNS: Final[Columns] = {
    "date_effet": named("date_eff"),
    "modalite": named("mod"),
    "type_avant": named("typecom_av"),
    "code_avant": named("com_av", width=5),
    "libelle_avant": named("libelle_av"),
    "type_apres": named("typecom_ap"),
    "code_apres": named("com_ap", width=5),
    "libelle_apres": named("libelle_ap"),
}
"""Column of core.mouvement_commune → INSEE's header since 2019; the list was another one before (historiqAAAA.txt)."""
_FORMS: Final = ("%Y-%m-%d", "%d/%m/%Y")


def parse(path: Path, filename: str, source: Source, _published: date | None = None) -> Parsed:
    """Read the list into ``mouvement_commune``: text columns, days as ISO dates; a movement said twice is kept once.

    The content does not say its vintage: it comes from ``year_of``.

    Raises:
        RefusedRegisterError: as ``published_table``; a day that is no date, a vintage that cannot be known.
    """
    table = published_table(path, filename, "liste de mouvements de communes", COLUMNS)
    millesime = year_of(source, table.name)
    said = table.frame.assign(date_effet=[_day(text) for text in table.frame["date_effet"].fillna("")])
    facts = said.drop_duplicates(ignore_index=True)
    key = [*source.register.definition.tables["mouvement_commune"]]
    frame = facts.drop_duplicates(subset=key, ignore_index=True)
    return Parsed(
        register=source.register,
        millesime=millesime,
        phase=None,
        tables={"mouvement_commune": frame.astype("str")},
        rows=len(said),
        warnings=(
            *_told(said, facts, "identiques à une autre"),
            *_told(facts, frame, "qui diffèrent d'une autre par un nom"),
        ),
    )


def _day(text: str) -> str:
    """Return an ISO date; RefusedRegisterError for what is none."""
    for form in _FORMS:
        try:
            return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007 - a day has no time zone
        except ValueError:
            continue
    raise RefusedRegisterError(f"colonne date_eff : « {text} », une date de la forme 2021-01-01 est attendue")


def _told(before: pd.DataFrame, after: pd.DataFrame, what: str) -> list[str]:
    dropped = len(before) - len(after)
    return [f"{dropped} lignes {what}, ignorées"] if dropped else []
