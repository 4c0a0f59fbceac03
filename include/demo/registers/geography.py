"""The code officiel géographique of 2019 and what follows it: movements, passage, populations, overseas (INSEE)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from demo.facts import COLLECTIVITIES, DEPARTMENTS, REGIONS
from demo.model import MARK, Country, State

Lines = Iterator[Sequence[str]]
_COG_COLUMNS = (
    "TYPECOM", "COM", "REG", "DEP", "CTCD", "ARR", "TNCC", "NCC", "NCCENR", "LIBELLE", "CAN", "COMPARENT",
)  # fmt: skip
_STATE_COLUMNS = ("TYPECOM", "COM", "TNCC", "NCC", "NCCENR", "LIBELLE")


def commune_lines(country: Country) -> Lines:
    """Yield the communes of 2019, then the former ones that they still contain."""
    yield _COG_COLUMNS
    for commune in country.communes:
        department = commune.department
        yield (
            "COM", commune.code, commune.region, department, f"{department}D", f"{department}1"[-3:],
            *_names(commune.name), f"{department}01"[-4:], "",
        )  # fmt: skip
    for part, parent in country.delegates.items():
        yield (part.kind, part.code, "", "", "", "", *_names(part.name), "", parent)


def movement_lines(country: Country) -> Lines:
    """Yield the movements, the latest first as INSEE does."""
    yield ("MOD", "DATE_EFF", *(f"{name}_{side}" for side in ("AV", "AP") for name in _STATE_COLUMNS))
    for move in sorted(country.movements, key=lambda move: move.day, reverse=True):
        yield (move.way, move.day.isoformat(), *_state(move.before), *_state(move.after))


def passage_lines(country: Country) -> Lines:
    """Yield the code of 2019 of each code that was ever a commune, department or region."""
    yield ("Année", "Niveau", "Type", "Ancien Code Officiel", "Code Courant Officiel")
    codes = {**{commune.code: commune.code for commune in country.communes}, **country.passage}
    for former, code in sorted(codes.items()):
        yield ("2019", "COM", "commune", former, code)
    for code, *_ in DEPARTMENTS:
        yield ("2019", "DEP", "département", code, code)
    for code, *_ in REGIONS:
        yield ("2019", "REG", "région", code, code)


def department_lines() -> Lines:
    """Yield the departments, which are real."""
    yield ("DEP", "REG", "CHEFLIEU", "TNCC", "NCC", "NCCENR", "LIBELLE")
    for code, region, seat, article, name in DEPARTMENTS:
        yield (code, region, seat, article, _capitals(name), name, name)


def region_lines() -> Lines:
    """Yield the regions, which are real."""
    yield ("REG", "CHEFLIEU", "TNCC", "NCC", "NCCENR", "LIBELLE")
    for code, seat, article, name in REGIONS:
        yield (code, seat, article, _capitals(name), name, name)


def population_lines(country: Country) -> Lines:
    """Yield inhabitants: municipal, counted apart, total."""
    yield ("REG", "DEP", "COM", "PMUN", "PCAP", "PTOT")
    for commune in country.communes:
        apart = commune.population - commune.counted
        yield (
            commune.region, commune.department, commune.code, str(commune.counted), str(apart), str(commune.population),
        )  # fmt: skip


def overseas_lines() -> Lines:
    """Yield one made commune for each collectivity, which is real."""
    yield ("code_commune", "nom_commune", "code_collectivite", "nom_collectivite", "code_postal", "population")
    for rank, (code, name) in enumerate(COLLECTIVITIES.items(), start=1):
        yield (f"{code}99", f"{MARK.capitalize()}-sous-les-Alizés", code, name, f"{code}99", str(700 * rank))


def _state(state: State) -> tuple[str, ...]:
    return (state.kind, state.code, *_names(state.name))


def _names(name: str) -> tuple[str, str, str, str]:
    """Return TNCC (no article), NCC, NCCENR and LIBELLE."""
    return ("0", _capitals(name), name, name)


def _capitals(name: str) -> str:
    """Return *name* as the COG's NCC writes it: capitals, no accents, no hyphens."""
    plain = unicodedata.normalize("NFKD", name.upper()).encode("ascii", "ignore").decode()
    return plain.replace("-", " ").replace("'", " ")
