"""The four registers in their published formats: ANCT GeoJSON, DGCL workbook, INSEE COG communes, ROME occupations."""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

from demo.formats import Cell, csv_text, xlsx_bytes
from demo.model import MARK, Commune, Registers, Territory
from demo.territories import ANNOUNCED, JOINED

_DGCL_COLUMNS = (
    "dept", "siren", "raison_sociale", "nature_juridique", "mode_financ", "nb_membres", "total_pop_tot",
    "total_pop_mun", "dep_com", "insee", "siren_membre", "nom_membre", "ptot_2019", "pmun_2019",
)  # fmt: skip
_COG_COLUMNS = (
    "TYPECOM", "COM", "REG", "DEP", "CTCD", "ARR", "TNCC", "NCC", "NCCENR", "LIBELLE", "CAN", "COMPARENT",
)  # fmt: skip
_ROME_COLUMNS = (
    "code_rome", "code_fiche_metier", "code_ogr", "libelle_rome", "transition_eco", "transition_num",
    "transition_demo", "emploi_reglemente", "emploi_cadre", "code_rome_parent",
)  # fmt: skip
OCCUPATIONS = {
    "H1203": "Dessin et conception de pièces mécaniques",
    "H1206": "Recherche et développement dans l'industrie",
    "H2901": "Ajustage de pièces",
    "H2902": "Travail de la tôle",
    "H2903": "Conduite de machines d'usinage",
    "H2909": "Assemblage mécanique",
    "H2911": "Charpente métallique",
    "H2912": "Réglage de machines",
    "H2913": "Soudage à la main",
    "H2914": "Pose et fabrication de tuyauteries",
    "H3101": "Conduite de machines à papier",
    "H3203": "Pièces en matériaux composites",
    "I1304": "Maintenance d'installations industrielles",
    "I1310": "Maintenance mécanique",
    "N1103": "Magasin et préparation de commandes",
}
"""Real codes of the ROME, an excerpt; labels in words of our own."""


def write_registers(folder: Path, territories: Sequence[Territory]) -> Registers:
    """Write the registers into *folder* (made if needed) and return where they lie.

    Their names carry their vintage, as the published ones do: it stands nowhere else in the lists of territories.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "territoires": folder / f"ti_geom_{JOINED}.geojson",
        "epci": folder / "Epcicom2019.xlsx",
        "communes": folder / "communes2019.csv",
        "rome": folder / "unix_referentiel_code_rome_v460_utf8.csv",
    }
    announced = folder / f"ti_geom_{ANNOUNCED}.geojson"
    files["territoires"].write_text(territories_geojson(territories), encoding="utf-8")
    announced.write_text(territories_geojson(territories, until=ANNOUNCED), encoding="utf-8")
    files["epci"].write_bytes(xlsx_bytes("Epcicom2019", _dgcl_lines(territories)))
    communes = sorted(
        (commune for territory in territories for epci in territory.epcis for commune in epci.communes),
        key=lambda commune: commune.code,
    )
    files["communes"].write_bytes(csv_text(_cog_lines(communes), separator=",").encode())
    files["rome"].write_bytes(csv_text(_rome_lines(), separator=",").encode())
    vintages = {
        "territoires": f"phase=1&millesime={JOINED}",
        "epci": "millesime=2019",
        "communes": "millesime=2019",
        "rome": "millesime=v460",
    }
    return Registers(files=files, vintages=vintages, announced=announced)


def territories_geojson(territories: Sequence[Territory], until: date | None = None) -> str:
    """Return *territories* as ANCT publishes them (``id_ti``, ``lib_ti``), with what the demonstration adds to it.

    Added: ``pilote``, ``date_entree`` (ISO), ``liste_geo`` (as in the list of phase 2: ``nom (code); …``), and at the
    top a ``description`` that says what this is. *until* keeps only the territories that had joined by then.
    """
    kept = [territory for territory in territories if until is None or territory.joined <= until]
    head = {
        "type": "FeatureCollection",
        "name": "ti_geom_demonstration",
        "description": f"DONNÉES DE {MARK} : périmètres, libellés et codes inventés, hors Val de Lorraine.",
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}},
    }
    lines = [f"{json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}," for key, value in head.items()]
    features = ",\n".join(json.dumps(_feature(territory), ensure_ascii=False) for territory in kept)
    return "\n".join(["{", *lines, '"features": [', features, "]", "}", ""])


def _feature(territory: Territory) -> dict[str, object]:
    if territory.listed_by_commune:
        members = [(commune.name, commune.code) for epci in territory.epcis for commune in epci.communes]
    else:
        members = [(epci.name, epci.siren) for epci in territory.epcis]
    return {
        "type": "Feature",
        "properties": {
            "id_ti": territory.id_ti,
            "lib_ti": territory.label,
            "pilote": territory.pilot,
            "date_entree": territory.joined.isoformat(),
            "liste_geo": "; ".join(f"{name} ({code})" for name, code in members),
        },
        "geometry": {"type": "Polygon", "coordinates": [_hexagon(*territory.centre)]},
    }


def _hexagon(longitude: float, latitude: float, radius: float = 0.06) -> list[list[float]]:
    """Return a closed ring of six corners, counter-clockwise as RFC 7946 wants outer rings."""
    corners = [
        [
            round(longitude + radius * math.cos(turn * math.pi / 3), 5),
            round(latitude + radius * math.sin(turn * math.pi / 3), 5),
        ]
        for turn in range(6)
    ]
    return [*corners, corners[0]]


def _dgcl_lines(territories: Sequence[Territory]) -> Iterator[Sequence[Cell]]:
    yield _DGCL_COLUMNS
    for epci in (epci for territory in territories for epci in territory.epcis):
        for commune in epci.communes:
            yield (
                commune.department, int(epci.siren), epci.name, epci.legal_form, "FPU", len(epci.communes),
                epci.population, epci.population - len(epci.communes) * 12, commune.department, commune.code,
                int(commune.siren), commune.name, commune.population, commune.population - 12,
            )  # fmt: skip


def _cog_lines(communes: Sequence[Commune]) -> Iterator[Sequence[str]]:
    yield _COG_COLUMNS
    for commune in communes:
        department, capitals = commune.department, _capitals(commune.name)
        yield (
            "COM", commune.code, commune.region, department, f"{department}D", f"{department}1"[-3:], "0", capitals,
            commune.name, commune.name, f"{department}01"[-4:], "",
        )  # fmt: skip
    # One associated commune, because a register that knows COM alone would let a reader of TYPECOM go untested.
    parent = communes[0]
    code = parent.code[: len(parent.department)] + "9" * (5 - len(parent.department))
    name = "Démonstration-la-Déléguée"
    yield ("COMD", code, "", "", "", "", "0", _capitals(name), name, name, "", parent.code)


def _capitals(name: str) -> str:
    """Return *name* as the COG's NCC writes it: capitals, no accents, no hyphens."""
    plain = unicodedata.normalize("NFKD", name.upper()).encode("ascii", "ignore").decode()
    return plain.replace("-", " ").replace("'", " ")


def _rome_lines() -> Iterator[Sequence[str]]:
    yield _ROME_COLUMNS
    for rank, (code, label) in enumerate(OCCUPATIONS.items(), start=1):
        executive = "O" if code.startswith("H12") else "N"
        yield (code, str(rank), str(1000 + rank), f"{MARK} - {label}", "Emploi Blanc", "", "", "N", executive, code)
