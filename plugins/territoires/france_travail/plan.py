"""Which questions a campaign asks, and in which order.

On the real programme of 2023 (phase 2) the territories lie in 99 departments and 336 bassins, and the ROME 4.60 has 122
main occupations in domains H (industry) and I (maintenance): three indicators of each and of their sum make
435 x 123 x 3 = 160,515 questions, six hours at the 8 a second that the budget makes of the API's 10.

What is asked first is the most useful if nothing follows: the sums over all activities (1,305 questions, three
minutes), then tension by occupation, departments before bassins, then job seekers and offers likewise.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from territoires.france_travail.errors import CampaignError
from territoires.france_travail.questions import ALL_ACTIVITIES, Indicator, Question
from territoires.registers.catalogue import Register
from territoires.warehouse.engine import Connection

DEPARTMENT: Final = "DEP"
BASIN: Final = "BASSIN"
INDUSTRY: Final = ("H", "I")
_PLACES: Final = frozenset(
    {Register.TERRITORIES, Register.EPCI, Register.EPT, Register.COMMUNES, Register.BASINS, Register.OCCUPATIONS}
)
"""The registers that say where a campaign asks, and for which occupations."""
_ACTIVITY = re.compile(r"[A-N](\d{4})?")


@dataclass(frozen=True, slots=True)
class Scope:
    """What is wanted of a campaign.

    Attributes:
        indicators: which of the three.
        territory_types: ``DEP``, ``BASSIN`` or both.
        activities: domains of the ROME (``H``), whose main occupations are meant, or occupations (``H2918``).
        details: ask the values by characteristic for each occupation too; for the sums they are always asked. Off by
            default: sex by age by diploma of each occupation would be 20 million rows that nothing reads.
    """

    indicators: tuple[Indicator, ...] = tuple(Indicator)
    territory_types: tuple[str, ...] = (DEPARTMENT, BASIN)
    activities: tuple[str, ...] = INDUSTRY
    details: bool = False

    def __post_init__(self) -> None:
        for code in self.activities:
            if not _ACTIVITY.fullmatch(code):
                raise ValueError(f"activité {code!r} : domaine (H) ou code ROME (H2918) attendu")
        for kind in self.territory_types:
            if kind not in {DEPARTMENT, BASIN}:
                raise ValueError(f"type de territoire {kind!r} : {DEPARTMENT} ou {BASIN} attendu")

    @property
    def record(self) -> dict[str, Any]:
        """The scope as the journal keeps it."""
        return {
            "indicateurs": [one.value for one in self.indicators],
            "types_territoires": list(self.territory_types),
            "activites": list(self.activities),
            "details": self.details,
        }


def unloaded(connection: Connection, followed: Iterable[str]) -> list[str]:
    """Return those of the registers *followed* (those with an address) that say where things are and have no vintage.

    A campaign planned without one of them would leave places out, and be taken for whole.
    """
    rows = connection.execute("select registre from core.registre_en_vigueur").fetchall()
    return sorted(_PLACES & set(followed) - {row["registre"] for row in rows})


def territories(connection: Connection, scope: Scope, covered: Sequence[str]) -> dict[str, list[str]]:
    """Return the codes of the programme's departments (those *covered* by the API) and bassins, by type, as wanted.

    Raises:
        CampaignError: the registers situate no commune in a territory, or the API covers none of its departments.
    """
    rows = connection.execute(
        "select distinct code_departement, code_bassin from core.communes_au(current_date) where id_ti is not null"
    ).fetchall()
    departments = {row["code_departement"] for row in rows if row["code_departement"]}
    found = {
        DEPARTMENT: sorted(departments & set(covered)),
        BASIN: sorted({row["code_bassin"] for row in rows if row["code_bassin"]}),
    }
    if not departments:
        raise CampaignError(
            "aucune commune n'est dans un territoire à ce jour : charger d'abord les référentiels (ingest_territories)"
        )
    if not found[DEPARTMENT]:
        raise CampaignError(f"l'API ne couvre aucun des {len(departments)} départements du programme")
    return {kind: found[kind] for kind in (DEPARTMENT, BASIN) if kind in scope.territory_types}


def occupations(connection: Connection, scope: Scope) -> list[str]:
    """Return the main occupations of the ROME in use that *scope* means.

    Raises:
        CampaignError: the register has none of them.
    """
    rows = connection.execute(
        """
        select r.code_rome from core.rome as r
        inner join core.registre_en_vigueur as v on v.registre = 'rome' and v.millesime = r.millesime
        where r.code_rome = any(%(wanted)s) or (r.code_rome = r.code_parent and left(r.code_rome, 1) = any(%(wanted)s))
        order by r.code_rome
        """,
        {"wanted": list(scope.activities)},
    ).fetchall()
    if not rows:
        raise CampaignError(f"aucun métier {', '.join(scope.activities)} dans le ROME : charger d'abord ce référentiel")
    return [row["code_rome"] for row in rows]


def questions(scope: Scope, places: dict[str, list[str]], activities: Sequence[str]) -> Iterator[Question]:
    """Yield the questions, the most useful first."""
    for kind, codes in places.items():
        for code in codes:
            for indicator in scope.indicators:
                yield Question(indicator, kind, code, ALL_ACTIVITIES, details=True)
    tension = [one for one in scope.indicators if one is Indicator.TENSION]
    others = [one for one in scope.indicators if one is not Indicator.TENSION]
    for indicators in (tension, others):
        for kind, codes in places.items():
            for code in codes:
                for activity in activities:
                    for indicator in indicators:
                        yield Question(indicator, kind, code, activity, scope.details)
