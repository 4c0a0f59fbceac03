"""The registers of a small country and its recruitment needs, spread by hand in exact fractions."""

from __future__ import annotations

import importlib
import json
import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from territoires.inbox.archive import Archive
from territoires.registers import pipeline, store
from territoires.registers.catalogue import Register
from territoires.registers.source import source
from territoires.warehouse.engine import connect
from tests.integration.warehouse.build_world import LOADED, World

YEAR = 2024
MEASURES = ("projets", "difficiles", "saisonniers")


@dataclass(frozen=True)
class Commune:
    code: str
    basin: str
    territory: str
    population: int

    @property
    def department(self) -> str:
        return self.code[:2]


COMMUNES = (
    Commune("01001", "8401", "2/ti-8401", 1000),
    Commune("01002", "8401", "2/ti-8401", 501),
    Commune("01003", "8401", "hors", 499),
    Commune("38001", "8401", "2/ti-8401", 301),
    Commune("38002", "8401", "2/ti-8402", 702),
    Commune("38003", "8402", "2/ti-8402", 800),
    Commune("01004", "8403", "hors", 900),
    # Nobody lives there: a commune like Douaumont-Vaux's neighbours, destroyed in 1916.
    Commune("01005", "8404", "2/ti-8402", 0),
    Commune("01006", "8404", "hors", 0),
)
# A bassin and department of the survey; the last two have no commune in the department, and none at all.
PLACES = (
    ("8401", "01"),
    ("8401", "38"),
    ("8402", "38"),
    ("8403", "01"),
    ("8404", "01"),
    ("8401", "73"),
    ("9999", "13"),
)
OCCUPATIONS = ("A0X40", "D1X43", "E0X21")


def cog() -> str:
    head = "TYPECOM,COM,REG,DEP,CTCD,ARR,TNCC,NCC,NCCENR,LIBELLE,CAN,COMPARENT"
    rows = [f"COM,{one.code},84,{one.department},,,0,X,X,Commune {one.code},," for one in COMMUNES]
    return "\n".join([head, *rows, ""])


def basins() -> str:
    head = "reg,dep,code_commune_insee,code_bassin_BMO,lib_bassin_BMO"
    return "\n".join(
        [head, *(f"84,{one.department},{one.code},{one.basin},BASSIN {one.basin}" for one in COMMUNES), ""]
    )


def populations(counted: dict[str, int] | None = None) -> str:
    rows = [f"84;{one.department};{one.code};{one.population};0;{one.population}" for one in COMMUNES]
    if counted is not None:
        rows = [f"84;{code[:2]};{code};{people};0;{people}" for code, people in counted.items()]
    return "\n".join(["REG;DEP;COM;PMUN;PCAP;PTOT", *rows, ""])


def territories(*, described: bool = True) -> str:
    members: dict[str, list[str]] = defaultdict(list)
    for one in COMMUNES:
        if one.territory != "hors":
            members[one.territory.removeprefix("2/")].append(f"Commune {one.code} ({one.code})")
    features = []
    for key, listed in members.items():
        properties = {"id_territoire": key, "lib_territoire": f"Territoire {key}", "liste_geo": "; ".join(listed)}
        if not described:
            properties = {"id_ti": key, "lib_ti": f"Territoire {key}"}
        features.append({"type": "Feature", "properties": properties, "geometry": None})
    return json.dumps({"type": "FeatureCollection", "features": features})


class Country:
    """Fills a warehouse with the registers of a small country and its needs."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.folder, self.world = url, folder, World(url)
        self.delivery = self.world.delivery("pole_emploi", "besoins_main_oeuvre")
        self.needs: list[dict[str, Any]] = []

    def register(self, register: Register, name: str, text: str, said: str = f"millesime={YEAR}") -> None:
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        self.register_file(register, path, f"#{said}&lignes_min=1")

    def register_file(self, register: Register, path: Path, said: str = "") -> None:
        place = source(register, path.as_uri() + said)
        parse = importlib.import_module(f"territoires.registers.{register.definition.reader}").parse
        with connect(self.url, autocommit=True) as connection:
            # Without the suite, which takes a second: it has its own tests.
            number = pipeline.receive(connection, place, Archive(self.folder / "archive"))
            if number is None:
                raise ValueError(f"{path.name} is loaded already")
            parsed = parse(path, path.name, place, date(YEAR, 1, 1))
            store.record_parsed(connection, number, parsed, [])
            store.load(connection, number, parsed.tables)

    def registers(self, *, described: bool = True) -> None:
        self.register(Register.COMMUNES, "c2024.csv", cog())
        self.register(Register.BASINS, "b2024.csv", basins())
        self.register(Register.POPULATIONS, "p2024.csv", populations())
        said = f"phase={2 if described else 1}&millesime=2023-11-14"
        self.register(Register.TERRITORIES, "t.geojson", territories(described=described), said)

    def need(
        self, basin: str, department: str, occupation: str, values: tuple[int | None, ...], year: int = YEAR
    ) -> None:
        row = {
            "annee": year,
            "code_metier": occupation,
            "nom_metier": f"Métier {occupation}",
            "code_famille": "I",
            "nom_famille": "Ouvriers des secteurs de l'industrie",
            "code_bassin": basin,
            "nom_bassin": f"BASSIN {basin}",
            "code_departement": department,
            "nom_departement": f"Département {department}",
            "code_region": "84",
            "nom_region": "Auvergne-Rhône-Alpes",
            **dict(zip(("projets", "projets_difficiles", "projets_saisonniers"), values, strict=True)),
            "valide_de": LOADED,
            "id_livraison": self.delivery,
            "ligne": len(self.needs) + 2,
        }
        self.needs.append(row)
        self.world.insert("core.pole_emploi_besoins_main_oeuvre", row)

    def some_needs(self, seed: int = 7) -> None:
        chance = random.Random(seed)
        for basin, department in PLACES:
            for occupation in OCCUPATIONS:
                projects = chance.choice([None, chance.randrange(5, 400)])
                part = [
                    None if projects is None or chance.random() < 0.4 else chance.randrange(5, projects + 1)
                    for _ in "xs"
                ]
                self.need(basin, department, occupation, (projects, *part))

    def bounds(self, row: dict[str, Any]) -> dict[str, tuple[int, int]]:
        known = [
            row[name] for row in self.needs for name in row if name.startswith("projets") and row[name] is not None
        ]
        hidden = min(known) - 1
        values = [row["projets"], row["projets_difficiles"], row["projets_saisonniers"]]
        most = hidden if values[0] is None else values[0]
        found = {"projets": (values[0] or 0, most)}
        for name, value in zip(MEASURES[1:], values[1:], strict=True):
            found[name] = (value, value) if value is not None else (0, min(hidden, most))
        return found

    def spread(self) -> dict[tuple[str, str], dict[str, list[Fraction]]]:
        """Both bounds of each measure by territory and occupation, in exact fractions."""
        total: dict[tuple[str, str], dict[str, list[Fraction]]] = defaultdict(
            lambda: {name: [Fraction(0), Fraction(0)] for name in MEASURES}
        )
        for row in self.needs:
            for territory, part in self.shares(row["code_bassin"], row["code_departement"]).items():
                for name, bounds in self.bounds(row).items():
                    for place, value in enumerate(bounds):
                        total[territory, row["code_metier"]][name][place] += value * part
        return total

    @staticmethod
    def shares(basin: str, department: str) -> dict[str, Fraction]:
        inside = [one for one in COMMUNES if one.basin == basin and one.department == department]
        inside = inside or [one for one in COMMUNES if one.basin == basin]
        if not inside:
            return {"inconnu": Fraction(1)}
        weigh = (lambda one: one.population) if any(one.population for one in inside) else (lambda _: 1)
        whole = sum(map(weigh, inside))
        found: dict[str, Fraction] = defaultdict(Fraction)
        for one in inside:
            found[one.territory] += Fraction(weigh(one), whole)
        return found
