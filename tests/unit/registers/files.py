"""Small register files in the published formats, for tests of the readers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl

EPCI_HEADER = [
    "dept", "siren", "raison_sociale", "nature_juridique", "mode_financ", "nb_membres", "total_pop_tot",
    "total_pop_mun", "dep_com", "insee", "siren_membre", "nom_membre", "ptot_2024", "pmun_2024",
]  # fmt: skip
EPCI_ROWS: list[list[Any]] = [
    ["01", 200029999, "CC Rives", "CC", "FPU", 2, 30, 25, "01", "01304", 210103040, "Pont", 10, 9],
    ["01", 200029999, "CC Rives", "CC", "FPU", 2, 30, 25, "01", "01199", 210101994, "Juju", 20, 16],
    ["2B", 242020105, "CC Balagne", "CC", "FA", 1, 5, 4, "2B", "2B025", 212000251, "Avapessa", 5, 4],
]
COG_HEADER = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT"
COG_ROWS = [
    'COM,01001,84,01,01D,012,5,X,Abergement,"L\'Abergement, dit Clémenciat",0108,',
    "COM,2A004,94,2A,2AD,2A1,1,X,Ajaccio,Ajaccio,2A99,",
    "COMD,01033,,,,,0,X,Bellegarde,Bellegarde,,01001",
]


def geojson(path: Path, *properties: dict[str, Any]) -> Path:
    features = [{"type": "Feature", "properties": one, "geometry": None} for one in properties]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}), "utf-8")
    return path


def workbook(path: Path, header: list[str], rows: list[list[Any]], sheet: str = "Epcicom2024") -> Path:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in [header, *rows]:
        page.append(row)
    book.save(path)
    return path


def cog(path: Path, *rows: str, header: str = COG_HEADER, end: str = "\r\n") -> Path:
    path.write_bytes(end.join([header, *(rows or COG_ROWS), ""]).encode())
    return path


def text(path: Path, *lines: str, encoding: str = "utf-8", end: str = "\n") -> Path:
    path.write_bytes(end.join([*lines, ""]).encode(encoding))
    return path


def book(path: Path, **sheets: list[list[Any]]) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(row)
    made.save(path)
    return path
