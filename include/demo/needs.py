"""France Travail's yearly survey of recruitment needs (BMO), in its published form: one file dropped, one to fetch.

What companies answer is made; the numbers below five are suppressed as in the published files, and so is all that goes
with them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

from demo.dice import Dice
from demo.facts import DEPARTMENT_NAME, REGION_NAME, REGION_OF
from demo.formats import Cell, workbook_bytes
from demo.model import MARK, Country, DemoFile, Row, Value
from demo.registers.work import family_label
from demo.story import Story

OPERATOR, DELIVERY = "pole_emploi", "besoins_main_oeuvre"
KEY = ("annee", "code_bassin", "code_departement", "code_metier")
DROPPED, FETCHED = 2019, 2020
SUPPRESSED = "*"

_FAMILIES = {
    "I": "Ouvriers de l'industrie", "T": "Techniciens", "C": "Cadres", "O": "Ouvriers de la construction",
    "Z": "Autres métiers",
}  # fmt: skip
"""BMO's own families, labels in words of our own."""
# Occupation -> BMO's family, projects for a thousand inhabitants in the middle of the list, share that is difficult,
# share that is seasonal.
_OCCUPATIONS: dict[str, tuple[str, float, float, float]] = {
    "B2Z42": ("O", 0.05, 0.70, 0.05), "C0Z20": ("I", 0.10, 0.45, 0.20), "C1Z40": ("I", 0.15, 0.65, 0.10),
    "C2Z70": ("T", 0.20, 0.60, 0.05), "D0Z20": ("I", 0.15, 0.45, 0.20), "D1Z40": ("I", 0.10, 0.70, 0.05),
    "D1Z41": ("I", 0.25, 0.70, 0.05), "D2Z40": ("I", 0.30, 0.75, 0.05), "D2Z41": ("I", 0.15, 0.75, 0.10),
    "D2Z42": ("I", 0.25, 0.75, 0.10), "D4Z40": ("I", 0.25, 0.60, 0.10), "D6Z70": ("T", 0.20, 0.60, 0.05),
    "D6Z71": ("T", 0.10, 0.60, 0.00), "E0Z21": ("I", 0.90, 0.35, 0.65), "E1Z42": ("I", 0.50, 0.45, 0.40),
    "G0A40": ("I", 0.30, 0.70, 0.05), "G1Z70": ("T", 0.35, 0.65, 0.05), "H0Z90": ("C", 0.30, 0.50, 0.00),
    "J0Z20": ("Z", 0.80, 0.30, 0.50), "J1Z40": ("Z", 0.60, 0.35, 0.35),
}  # fmt: skip
_LEAST_PUBLISHED = 5

Header = Sequence[tuple[str, Callable[[Row], Cell]]]
"""Columns in the order of a file, and what stands in each."""


def needs_story(seed: int, country: Country) -> Story:
    """Return the file of 2019, which France Travail drops, and what is current in the warehouse after it."""
    story = Story(OPERATOR, DELIVERY, KEY, "PE_BMO")
    rows = make_needs(seed, country, DROPPED)
    why = "Fichier publié : une feuille de description d'abord, des étoiles, des codes de bassin sans zéro initial."
    story.deliver(
        date(2019, 4, 18), "2019.xlsx", why, rows, lambda rows: _workbook(DROPPED, _HEADER_2019, rows), kind="etoiles"
    )
    return story


def write_fetched(folder: Path, seed: int, country: Country) -> tuple[DemoFile, Sequence[Row]]:
    """Write the file of 2020, which is fetched at its address, with the header of later years; return its rows too."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = make_needs(seed, country, FETCHED)
    path = folder / f"Base_open_data_BMO_{FETCHED}.xlsx"
    path.write_bytes(_workbook(FETCHED, _HEADER_2020, rows))
    why = "Fichier publié, pris à son adresse."
    return DemoFile(path, OPERATOR, DELIVERY, path.name, "chargee", why, rows=len(rows), refused_rows=0), rows


def make_needs(seed: int, country: Country, year: int) -> list[Row]:
    """Return the survey of a *year*, by area, department and occupation; None where a number is suppressed."""
    dice = Dice(seed, f"besoins-{year}")
    rows = []
    for basin in country.basins:
        for department in sorted({commune.department for commune in basin.communes}):
            people = sum(commune.counted for commune in basin.communes if commune.department == department)
            for code in _OCCUPATIONS:
                numbers = _numbers(dice, code, people)
                if numbers[0] != 0:
                    place = (year, basin.code, basin.name, department)
                    rows.append(_row(place, code, numbers))
    return rows


def _numbers(dice: Dice, code: str, people: int) -> tuple[int | None, int | None, int | None]:
    """Return projects, difficult ones and seasonal ones; where the first is suppressed, so are the others."""
    _, rate, difficult, seasonal = _OCCUPATIONS[code]
    projects = int(dice.lognormal(rate * people / 1_000, 0.5))
    parts = [int(projects * min(1.0, share * (0.7 + dice.below(0.6)))) for share in (difficult, seasonal)]
    if 0 < projects < _LEAST_PUBLISHED:
        return None, None, None
    shown = [part if part >= _LEAST_PUBLISHED else None for part in parts]
    return projects, shown[0], shown[1]


def _row(place: tuple[int, str, str, str], code: str, numbers: tuple[Value, Value, Value]) -> Row:
    year, basin, name, department = place
    region, family = REGION_OF[department], _OCCUPATIONS[code][0]
    projects, difficult, seasonal = numbers
    return {
        "annee": year,
        "code_metier": code,
        "nom_metier": family_label(code),
        "code_famille": family,
        "nom_famille": _FAMILIES[family],
        "code_bassin": basin,
        "nom_bassin": name,
        "code_departement": department,
        "nom_departement": DEPARTMENT_NAME[department],
        "code_region": region,
        "nom_region": REGION_NAME[region],
        "projets": projects,
        "projets_difficiles": difficult,
        "projets_saisonniers": seasonal,
    }


def _text(column: str) -> Callable[[Row], Cell]:
    def cell(row: Row) -> Cell:
        value = row[column]
        return SUPPRESSED if value is None else str(value)

    return cell


def _number(column: str) -> Callable[[Row], Cell]:
    """Return what writes a code as a number: its leading zeros are lost."""
    return lambda row: int(str(row[column]))


_PLACE_2019: Header = (
    ("REG", _text("code_region")), ("NOM_REG", _text("nom_region")), ("Dept", _text("code_departement")),
    ("NomDept", _text("nom_departement")), ("BE19", _number("code_bassin")), ("NOMBE19", _text("nom_bassin")),
)  # fmt: skip
_PLACE_2020: Header = (
    ("BE20", _number("code_bassin")), ("NOMBE20", _text("nom_bassin")), ("Dept", _text("code_departement")),
    ("NomDept", _text("nom_departement")), ("REG", _text("code_region")), ("NOM_REG", _text("nom_region")),
)  # fmt: skip
_COUNTS: Header = (
    ("met", _text("projets")), ("xmet", _text("projets_difficiles")), ("smet", _text("projets_saisonniers")),
)  # fmt: skip
_HEADER_2019: Header = (
    ("annee", _number("annee")), ("code métier BMO ", _text("code_metier")), ("nom_metier BMO", _text("nom_metier")),
    ("Famille_metier", _text("code_famille")), ("Libellé de famille de métier", _text("nom_famille")),
    *_PLACE_2019, *_COUNTS,
)  # fmt: skip
_HEADER_2020: Header = (
    ("annee", _number("annee")), ("Code métier BMO", _text("code_metier")), ("Nom métier BMO", _text("nom_metier")),
    ("Famille_met", _text("code_famille")), ("Lbl_fam_met", _text("nom_famille")), *_PLACE_2020, *_COUNTS,
)  # fmt: skip


def _workbook(year: int, header: Header, rows: Sequence[Row]) -> bytes:
    def lines() -> Iterator[Sequence[Cell]]:
        yield [name for name, _ in header]
        for row in rows:
            yield [cell(row) for _, cell in header]

    return workbook_bytes({"Description des variables": _description(year), f"BMO_{year}_open_data": lines()})


def _description(year: int) -> Iterator[Sequence[Cell]]:
    """Yield the first sheet: it speaks of variables, and is no table of needs."""
    for _ in range(5):
        yield ("", "", "")
    yield ("", "Variables ", "Description ")
    yield ("", "annee", year)
    for name, _ in _HEADER_2019[1:]:
        yield ("", name.replace("19", str(year)[2:]), f"{MARK} : voir la méthode de l'enquête")
