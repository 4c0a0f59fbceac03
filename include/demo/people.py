"""The référents of Banque des Territoires: the whole list, a file with a column too many, the whole list again.

Names begin with ``Exemple``, addresses end in the reserved top-level domain ``.example`` (RFC 2606), telephone numbers
are of the ranges that ARCEP's numbering plan (decision 2018-0881) keeps for films and fiction: 01 99 00 xx xx …
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date

from demo.dice import Dice
from demo.drops import Drop
from demo.formats import Layout, csv_bytes, xlsx_bytes, xlsx_cells
from demo.model import Row, Territory
from demo.names import FIRST_NAMES, FUNCTIONS, LAST_NAMES

OPERATOR, DELIVERY = "banque_des_territoires", "referents"
COLUMNS = (
    "id_ti", "nom", "prenom", "fonction", "email_professionnel", "telephone_professionnel", "date_debut", "date_fin",
)  # fmt: skip
PHONE_PREFIXES = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98")

_CHANGE = date(2019, 10, 1)
_LAST_DAY_BEFORE = date(2019, 9, 30)
_SUCCEEDED, _WITHDRAWN = 9, 4
_HEADERS = {"email_professionnel": "Courriel", "telephone_professionnel": "Tél.", "date_debut": "Depuis le"}


def referent_drops(seed: int, territories: Sequence[Territory]) -> tuple[list[Drop], tuple[Row, ...]]:
    """Return the files in order and the rows that are current in the warehouse after them."""
    dice = Dice(seed, "referents")
    people = [_person(dice, rank) for rank in range(42)]
    first = [_row(territory.id_ti, dice.pick(people), _begin(dice, territory)) for territory in territories]
    second = _autumn(dice, first, people)
    layout = Layout(COLUMNS, _HEADERS)
    extra = Layout([*COLUMNS, "vehicule_de_service"], _HEADERS)
    sheet = xlsx_bytes("Démonstration", [layout.header(), *(xlsx_cells(row, layout) for row in second)])
    drops = [
        Drop(
            date(2019, 4, 15), OPERATOR, DELIVERY, "DEMONSTRATION_BDT_referents_2019-04.csv",
            csv_bytes(first, layout, "cp1252"), "chargee", "Liste entière, un référent par territoire ; cp1252.",
            rows=len(first), refused_rows=0,
        ),
        Drop(
            date(2019, 10, 7), OPERATOR, DELIVERY, "DEMONSTRATION_BDT_referents_2019-10.csv",
            csv_bytes(second, extra), "refusee", "Une colonne que le contrat, qui porte des personnes, n'admet pas.",
            "colonne_inconnue",
        ),
        Drop(
            date(2019, 10, 8), OPERATOR, DELIVERY, "DEMONSTRATION_BDT_referents_2019-10.xlsx", sheet, "chargee",
            "Liste entière d'octobre : neuf référents remplacés, quatre retirés.", rows=len(second), refused_rows=0,
        ),
    ]  # fmt: skip
    return drops, tuple(second)


def _autumn(dice: Dice, rows: Sequence[Row], people: Sequence[Row]) -> list[Row]:
    """Return the list half a year later: some contacts succeeded by others, a few no longer listed at all."""
    drawn = dice.shuffled([str(row["id_ti"]) for row in rows])
    succeeded, withdrawn = set(drawn[:_SUCCEEDED]), set(drawn[_SUCCEEDED : _SUCCEEDED + _WITHDRAWN])
    later: list[Row] = []
    for row in rows:
        if row["id_ti"] in withdrawn:
            continue
        if row["id_ti"] not in succeeded:
            later.append(row)
            continue
        successor = dice.pick([person for person in people if person["nom"] != row["nom"]])
        later += [row | {"date_fin": _LAST_DAY_BEFORE}, _row(str(row["id_ti"]), successor, _CHANGE)]
    return later


def _person(dice: Dice, rank: int) -> Row:
    # Both lists are walked at their own pace, so that the 42 people are 42 different ones.
    first, last = FIRST_NAMES[rank % len(FIRST_NAMES)], LAST_NAMES[rank % len(LAST_NAMES)]
    return {
        "nom": last,
        "prenom": first,
        "fonction": dice.pick(FUNCTIONS),
        "email_professionnel": f"{_ascii(first)}.{_ascii(last)}@demo.example",
        "telephone_professionnel": f"{dice.pick(PHONE_PREFIXES)} {dice.whole(0, 99):02d} {dice.whole(0, 99):02d}",
    }


def _row(id_ti: str, person: Row, begin: date) -> Row:
    return {"id_ti": id_ti, **person, "date_debut": begin, "date_fin": None}


def _begin(dice: Dice, territory: Territory) -> date:
    """Return the first day of the contact: at the convention's signature for the pilots, within a month for others."""
    return date(2019, 3, 5) if territory.pilot else date(2019, 3, dice.whole(6, 29))


def _ascii(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return plain.replace("'", "")
