"""The registers in their published formats, one module for each family of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from demo.formats import csv_text, workbook_bytes, xlsx_bytes
from demo.model import Country, Registers, Territory
from demo.registers import geography, intercommunalities, programme, work
from demo.registers.work import OCCUPATIONS
from demo.territories import ANNOUNCED, JOINED

__all__ = ["OCCUPATIONS", "write_registers"]

_VINTAGES = {"territoires": f"phase=1&millesime={JOINED}", "rome": "millesime=v460", "fap": "millesime=2009"}
_OTHERS = "millesime=2019"


def write_registers(folder: Path, territories: Sequence[Territory], country: Country) -> Registers:
    """Write the registers into *folder* (made if needed) and return where they lie.

    Their names carry their vintage, as most published ones do: it stands nowhere else in the lists of territories.
    """
    contents = {
        "territoires": (f"ti_geom_{JOINED}.geojson", programme.territories_geojson(territories).encode()),
        "epci": ("Epcicom2019.xlsx", xlsx_bytes("Epcicom2019", intercommunalities.dgcl_lines(country.epcis))),
        "ept": ("ept_2019.xlsx", workbook_bytes(intercommunalities.ept_sheets(country.epts))),
        "communes": ("communes2019.csv", _comma(geography.commune_lines(country))),
        "mouvements": ("mouvements-communes-2019.csv", _comma(geography.movement_lines(country))),
        "passage": ("geocodes_passage_annuel_2019.csv", _semicolon(geography.passage_lines(country), "utf-8-sig")),
        "departements": ("departements2019.csv", _comma(geography.department_lines())),
        "regions": ("regions2019.csv", _comma(geography.region_lines())),
        "populations": ("donnees_communes_2019.csv", _semicolon(geography.population_lines(country))),
        "outremer": ("collectivites-outremer-2019.csv", _comma(geography.overseas_lines(), end="\n")),
        "bassins": ("lexique-bassins-2019.csv", _comma(work.basin_lines(country.basins))),
        "rome": ("unix_referentiel_code_rome_v460_utf8.csv", _comma(work.occupation_lines())),
        "fap": ("Intitules_FAP2009.csv", _semicolon(work.family_lines(), "utf-8-sig")),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.values():
        (folder / name).write_bytes(content)
    announced = folder / f"ti_geom_{ANNOUNCED}.geojson"
    announced.write_text(programme.territories_geojson(territories, until=ANNOUNCED), encoding="utf-8")
    return Registers(
        files={register: folder / name for register, (name, _) in contents.items()},
        vintages={register: _VINTAGES.get(register, _OTHERS) for register in contents},
        announced=announced,
    )


def _comma(lines: Iterable[Sequence[str]], end: str = "\r\n") -> bytes:
    return csv_text(lines, separator=",", end=end).encode()


def _semicolon(lines: Iterable[Sequence[str]], encoding: str = "utf-8") -> bytes:
    return csv_text(lines).encode(encoding)
