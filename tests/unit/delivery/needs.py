"""BMO files as they were published over the years, small and made up: same columns, other names, orders and formats.

Sources of the headers: the open data of Pôle emploi and France Travail, 2017 to 2026 (docs/decisions/0025).
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Sequence

from openpyxl import Workbook

Row = dict[str, str]

COLUMNS = (
    "annee",
    "code_metier",
    "nom_metier",
    "code_famille",
    "nom_famille",
    "code_region",
    "nom_region",
    "code_departement",
    "nom_departement",
    "code_bassin",
    "nom_bassin",
    "projets",
    "projets_difficiles",
    "projets_saisonniers",
)
FAP_2009 = {
    "A0Z40": ("Agriculteurs salariés", "Z", "Autres métiers"),
    "A1Z40": ("Maraîchers, jardiniers", "Z", "Autres métiers"),
    "D1Z40": ("Régleurs", "I", "Ouvriers de l'industrie"),
    "S1Z40": ("Cuisiniers", "V", "Vente, tourisme et services"),
    "T2A60": ("Aides à domicile", "S", "Fonctions sociales"),
}
FAP_2021 = {
    "A0X40": ("Agriculteurs", "Z", "Autres métiers"),
    "A1X40": ("Maraîchers", "Z", "Autres métiers"),
    "D1X40": ("Régleurs", "I", "Ouvriers de l'industrie"),
    "SAX40": ("Cuisiniers", "V", "Vente, tourisme et services"),
    "T2A60": ("Aides à domicile", "S", "Fonctions sociales"),
}
PLACES = (
    ("01", "Guadeloupe", "971", "Guadeloupe", "0101", "BASSIN BASSE-TERRE"),
    ("01", "Guadeloupe", "971", "Guadeloupe", "0102", "BASSIN GRANDE-TERRE"),
    ("84", "Auvergne-Rhône-Alpes", "01", "Ain", "8401", "BOURG EN BRESSE"),
    ("84", "Auvergne-Rhône-Alpes", "69", "Rhône", "8401", "BOURG EN BRESSE"),
    ("84", "Auvergne-Rhône-Alpes", "69", "Rhône", "8410", "LYON CENTRE"),
    ("94", "Corse", "2A", "Corse-du-Sud", "9401", "AJACCIO"),
    ("94", "Corse", "2B", "Haute-Corse", "9402", "BASTIA"),
)
_FIRST = ("annee", "code métier BMO ", "nom_metier BMO", "Famille_metier", "Libellé de famille de métier")
_PRESENT = ("annee", "Code métier BMO", "Nom métier BMO", "Famille_met", "Lbl_fam_met")
_PLACE = ("REG", "NOM_REG", "Dept", "NomDept")
_COUNTS = ("met", "xmet", "smet")


def survey(year: int) -> list[Row]:
    """Return the rows of one year; a third of the numbers are secret, seasonal ones most often."""
    dice = random.Random(year)
    occupations = FAP_2021 if year >= 2024 else FAP_2009
    rows: list[Row] = []
    for code, (name, family, label) in occupations.items():
        for region, region_name, department, department_name, basin, basin_name in PLACES:
            projects = dice.randrange(5, 400)
            # Of ten rows one says nothing, two more hide what is difficult, and three more what is seasonal.
            hidden = len(rows) * 7 % 10
            counts = (
                "*" if hidden < 1 else str(projects),
                "*" if hidden < 3 else str(dice.randrange(projects // 2, projects + 1)),
                "*" if hidden < 6 else str(dice.randrange(projects // 3 + 1)),
            )
            place = (region, region_name, department, department_name, basin, basin_name)
            values = (str(year), code, name, family, label, *place, *counts)
            rows.append(dict(zip(COLUMNS, values, strict=True)))
    return rows


def titles(year: int) -> dict[str, str]:
    """Return the header of a vintage, in its order, by our name of each column."""
    basin = (f"BE{year % 100}", f"NOMBE{year % 100}")
    named = dict(zip(COLUMNS, (*(_FIRST if year < 2020 else _PRESENT), *_PLACE, *basin, *_COUNTS), strict=True))
    if year == 2020:
        named |= {"code_metier": "metier", "nom_metier": "nommetier"}
        order = ("annee", *COLUMNS[9:11], *COLUMNS[3:5], *COLUMNS[1:3], *COLUMNS[7:9], *COLUMNS[11:], *COLUMNS[5:7])
    elif year in (2022, 2023):
        order = (*COLUMNS[:5], *COLUMNS[9:11], *COLUMNS[7:9], *COLUMNS[5:7], *COLUMNS[11:])
    else:
        order = COLUMNS
    return {column: named[column] for column in order}


def table(rows: Sequence[Row], header: dict[str, str]) -> list[list[str]]:
    """Return titles and cells; numbers as codes lose their zeros, as in the published files."""
    cells = [[row[column].lstrip("0") if column == "code_bassin" else row[column] for column in header] for row in rows]
    return [list(header.values()), *cells]


def as_csv(lines: Sequence[Sequence[str]], encoding: str = "cp1252") -> bytes:
    """Write lines as Pôle emploi did until 2019."""
    text = io.StringIO()
    csv.writer(text, delimiter=";").writerows(lines)
    return text.getvalue().encode(encoding)


def as_xlsx(lines: Sequence[Sequence[str]], sheet: str = "BMO_open_data") -> bytes:
    """Write lines as France Travail does: a sheet that describes the columns first; years and basins are numbers."""
    book = Workbook(write_only=True)
    described = book.create_sheet("Description des variables")
    described.append([None, "Variables ", "Description "])
    for title in lines[0]:
        described.append([None, title, "Ce que dit la colonne"])
    data = book.create_sheet(sheet)
    data.append(list(lines[0]))
    for line in lines[1:]:
        data.append([float(cell) if cell.isdigit() and len(cell) > 2 and int(cell) > 100 else cell for cell in line])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_zip(content: bytes, name: str) -> bytes:
    """Put one file into a zip."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def published(year: int, rows: Sequence[Row] | None = None) -> tuple[bytes, str]:
    """Return the file of a vintage, as it was published, and its name."""
    lines = table(survey(year) if rows is None else rows, titles(year))
    if year <= 2020:
        return as_csv(lines), f"Base_open_data_BMO_{year}.csv"
    if year == 2022:
        return as_zip(as_xlsx(lines), "Base_open_data_22.xlsx"), "bmo_2022.zip"
    if year >= 2026:
        lines = [
            [*line[:-3], f"CLPE {number % 7}" if number else "clpe", *line[-3:]] for number, line in enumerate(lines)
        ]
    return as_xlsx(lines), f"Base_open_data_BMO_{year}.xlsx"
