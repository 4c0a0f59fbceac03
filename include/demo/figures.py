"""What the warehouse must show once everything is loaded, computed from the ledger in plain Python.

Nothing here shares code with the pipeline or its SQL: agreement of the two is worth something only because of that.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import TypedDict, TypeVar

from demo.agreements import INDUSTRY_WEEK
from demo.model import Demo, Row, Value
from demo.territories import ANNOUNCED, VAL_DE_LORRAINE

COMMITMENTS = (
    "banque_des_territoires/investissements",
    "bpifrance/accompagnements",
    "business_france/projets_attractivite",
    "pole_emploi/actions_recrutement",
)
"""The deliveries in which the operators tell what they committed to."""

NEEDS = "pole_emploi/besoins_main_oeuvre"

K = TypeVar("K", int, str)


class Figures(TypedDict):
    """Figures by name; amounts are euros with two decimals, months are ``2019-03``."""

    territoires_annonces: int
    territoires: int
    territoires_pilotes: int
    operations: int
    operations_par_statut: dict[str, int]
    engage_par_annee_eur: dict[int, Decimal]
    engage_par_domaine_eur: dict[str, Decimal]
    engage_par_territoire_eur: dict[str, Decimal]
    engage_eur: Decimal
    decaisse_eur: Decimal
    val_de_lorraine_par_mois_2019_eur: dict[str, Decimal]
    engagements_par_operateur: dict[str, int]
    fiches_actions: int
    contrats: int
    contrats_signes: int
    contrats_signes_semaine_industrie: int
    protocoles_au_30_04_2019: int
    referents: int
    referents_en_poste: int
    projets_par_annee: dict[int, int]
    projets_inconnus_par_annee: dict[int, int]
    fichiers_par_statut: dict[str, int]


def expected_figures(demo: Demo) -> Figures:
    """Return the figures of *demo* as they stand after all of its files, dropped in order into an empty warehouse.

    Commitments are sums of ``montant_engage_eur`` over current rows; operations that are only identified, studied, or
    abandoned commit 0, so it does not matter whether a view leaves them out. Years and months are of
    ``date_engagement``. Recruitment projects are those of the survey, which hides some: they are counted as lines whose
    number is not known.
    """
    territories = demo.ledger.territories
    operations = demo.ledger.current["banque_des_territoires/investissements"]
    contacts = [row for name, rows in demo.ledger.current.items() if name.endswith("/referents") for row in rows]
    needs = [*demo.ledger.current[NEEDS], *demo.ledger.fetched[NEEDS]]
    contracts = demo.ledger.current["programme/contrats"]
    signed = [row["date_signature"] for row in contracts if isinstance(row["date_signature"], date)]
    followed = [row for row in operations if row["id_ti"] == VAL_DE_LORRAINE and _day(row).year == 2019]
    return Figures(
        territoires_annonces=sum(territory.joined == ANNOUNCED for territory in territories),
        territoires=len(territories),
        territoires_pilotes=sum(territory.pilot for territory in territories),
        operations=len(operations),
        operations_par_statut=_count(str(row["statut"]) for row in operations),
        engage_par_annee_eur=_sums(operations, lambda row: _day(row).year),
        engage_par_domaine_eur=_sums(operations, lambda row: str(row["domaine"])),
        engage_par_territoire_eur=_sums(operations, lambda row: str(row["id_ti"])),
        engage_eur=sum((_amount(row["montant_engage_eur"]) for row in operations), Decimal()),
        decaisse_eur=sum((_amount(row["montant_decaisse_eur"]) for row in operations), Decimal()),
        val_de_lorraine_par_mois_2019_eur=_sums(followed, lambda row: f"{_day(row):%Y-%m}"),
        engagements_par_operateur={name.split("/")[0]: len(demo.ledger.current[name]) for name in sorted(COMMITMENTS)},
        fiches_actions=len(demo.ledger.current["programme/fiches_actions"]),
        contrats=len(contracts),
        contrats_signes=len(signed),
        contrats_signes_semaine_industrie=sum(INDUSTRY_WEEK[0] <= day <= INDUSTRY_WEEK[1] for day in signed),
        protocoles_au_30_04_2019=sum(_by(row["date_protocole"], date(2019, 4, 30)) for row in contracts),
        referents=len(contacts),
        referents_en_poste=sum(row["date_fin"] is None for row in contacts),
        projets_par_annee=_projects(needs),
        projets_inconnus_par_annee=_years(row for row in needs if row["projets"] is None),
        fichiers_par_statut=_count(file.expected_status for file in demo.files),
    )


def _count(values: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(values).items()))


def _projects(needs: Iterable[Row]) -> dict[int, int]:
    totals: Counter[int] = Counter()
    for row in needs:
        totals[_year(row)] += row["projets"] if isinstance(row["projets"], int) else 0
    return dict(sorted(totals.items()))


def _years(needs: Iterable[Row]) -> dict[int, int]:
    return dict(sorted(Counter(map(_year, needs)).items()))


def _year(row: Row) -> int:
    return int(str(row["annee"]))


def _sums(rows: Iterable[Row], key: Callable[[Row], K]) -> dict[K, Decimal]:
    totals: defaultdict[K, Decimal] = defaultdict(Decimal)
    for row in rows:
        totals[key(row)] += _amount(row["montant_engage_eur"])
    return dict(sorted(totals.items()))


def _amount(value: Value) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal()


def _day(row: Row) -> date:
    day = row["date_engagement"]
    if not isinstance(day, date):
        raise TypeError(f"no commitment date in {row['id_operation']}")
    return day


def _by(value: Value, limit: date) -> bool:
    return isinstance(value, date) and value <= limit
