"""The référents of the four operators: whole lists, one with a column too many, one with two contacts at once.

Names begin with ``Exemple``, addresses end in the reserved top-level domain ``.example`` (RFC 2606), telephone numbers
are of the ranges that ARCEP's numbering plan (decision 2018-0881) keeps for films and fiction: 01 99 00 xx xx …
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import date

from demo.dice import Dice
from demo.drops import Drop
from demo.formats import Layout, csv_bytes, iso_day
from demo.model import Row, Territory
from demo.names import FIRST_NAMES, FUNCTIONS, LAST_NAMES
from demo.story import Story, csv_writer, xlsx_writer

DELIVERY = "referents"
COLUMNS = (
    "id_ti", "nom", "prenom", "fonction", "email_professionnel", "telephone_professionnel", "date_debut", "date_fin",
)  # fmt: skip
PHONE_PREFIXES = ("01 99 00", "02 61 91", "03 53 01", "04 65 71", "05 36 49", "06 39 98")

_CHANGE = date(2019, 10, 1)
_LAST_DAY_BEFORE = date(2019, 9, 30)
_SUCCEEDED, _WITHDRAWN = 9, 4
_HEADERS = {"email_professionnel": "Courriel", "telephone_professionnel": "Tél.", "date_debut": "Depuis le"}


def referent_drops(seed: int, territories: Sequence[Territory]) -> tuple[list[Drop], dict[str, tuple[Row, ...]]]:
    """Return the files in order and, by ``operateur/livraison``, the rows that are current after them."""
    stories = [
        _banque_des_territoires(seed, territories),
        _bpifrance(seed, territories),
        _business_france(seed, territories),
        _pole_emploi(seed, territories),
    ]
    drops = [drop for story in stories for drop in story.drops]
    return drops, {f"{story.operator}/{DELIVERY}": story.current() for story in stories}


def _story(operator: str, title: str) -> Story:
    return Story(operator, DELIVERY, ("id_ti", "date_debut"), f"{title}_referents")


def _banque_des_territoires(seed: int, territories: Sequence[Territory]) -> Story:
    dice = Dice(seed, "referents")
    people = _people(dice, 42)
    first = _list(dice, territories, people)
    second = _autumn(dice, first, people)
    layout = Layout(COLUMNS, _HEADERS)
    extra = Layout([*COLUMNS, "vehicule_de_service"], _HEADERS)
    story = _story("banque_des_territoires", "BDT")
    story.deliver(
        date(2019, 4, 15), "2019-04.csv", "Liste entière, un référent par territoire ; cp1252.", first,
        csv_writer(layout, "cp1252"), whole=True,
    )  # fmt: skip
    story.spoil(
        date(2019, 10, 7), "2019-10.csv", "Une colonne que le contrat, qui porte des personnes, n'admet pas.",
        csv_bytes(second, extra), kind="colonne_inconnue",
    )  # fmt: skip
    story.deliver(
        date(2019, 10, 8), "2019-10.xlsx", "Liste entière d'octobre : neuf référents remplacés, quatre retirés.",
        second, xlsx_writer(layout), whole=True,
    )  # fmt: skip
    return story


def _bpifrance(seed: int, territories: Sequence[Territory]) -> Story:
    dice = Dice(seed, "referents/bpifrance")
    story = _story("bpifrance", "Bpifrance")
    story.deliver(
        date(2019, 4, 18), "2019-04.xlsx", "Liste entière, classeur ordinaire.",
        _list(dice, territories, _people(dice, 20)), xlsx_writer(Layout(COLUMNS)), whole=True,
    )  # fmt: skip
    return story


def _business_france(seed: int, territories: Sequence[Territory]) -> Story:
    dice = Dice(seed, "referents/business_france")
    story = _story("business_france", "BusinessFrance")
    story.deliver(
        date(2019, 4, 19), "2019-04.csv", "Liste entière, séparée par des tabulations, dates ISO.",
        _list(dice, territories, _people(dice, 14)), csv_writer(Layout(COLUMNS, day=iso_day), separator="\t"),
        kind="tabulations", whole=True,
    )  # fmt: skip
    return story


def _pole_emploi(seed: int, territories: Sequence[Territory]) -> Story:
    """Two contacts at once for one territory: both rows come back; the whole list comes again, put right."""
    dice = Dice(seed, "referents/pole_emploi")
    people = _people(dice, 42)
    right = _list(dice, territories, people)
    story = _story("pole_emploi", "PoleEmploi")
    first = right[0]
    other = next(person for person in people if person["nom"] != first["nom"])
    second = _row(str(first["id_ti"]), other, _CHANGE)
    story.part(
        date(2019, 10, 9), "2019-10.csv", "Deux référents en même temps pour un territoire.", [*right, second],
        csv_writer(Layout(COLUMNS, _HEADERS), "cp1252"), kind="deux_referents", damage=lambda row: row,
        refused={story.key_of(first), story.key_of(second)},
    )  # fmt: skip
    story.deliver(
        date(2019, 10, 14), "2019-10_corrige.csv", "La même liste : le premier finit la veille de l'arrivée du second.",
        [first | {"date_fin": _LAST_DAY_BEFORE}, *right[1:], second],
        csv_writer(Layout(COLUMNS, _HEADERS), "cp1252"), kind="liste_corrigee", whole=True,
    )  # fmt: skip
    return story


def _people(dice: Dice, count: int) -> list[Row]:
    return [_person(dice, rank) for rank in range(count)]


def _list(dice: Dice, territories: Sequence[Territory], people: Sequence[Row]) -> list[Row]:
    return [_row(territory.id_ti, dice.pick(people), _begin(dice, territory)) for territory in territories]


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
