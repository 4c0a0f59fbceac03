"""EPCI as DGCL lists them, with their communes, and EPT as INSEE does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from demo.formats import Cell
from demo.model import MARK, Epci

_DGCL_COLUMNS = (
    "dept", "siren", "raison_sociale", "nature_juridique", "mode_financ", "nb_membres", "total_pop_tot",
    "total_pop_mun", "dep_com", "insee", "siren_membre", "nom_membre", "ptot_2019", "pmun_2019",
)  # fmt: skip
_EPT_TITLE = "Établissement public territorial"
_EPT_VINTAGE = "Mise en ligne le 26/06/2019       Géographie au 01/01/2019"


def dgcl_lines(epcis: Sequence[Epci]) -> Iterator[Sequence[Cell]]:
    """Yield sheet EpcicomAAAA: a row for each commune, SIREN as numbers, the year in the last two names."""
    yield _DGCL_COLUMNS
    for epci in epcis:
        seat = epci.communes[0].department
        counted = sum(commune.counted for commune in epci.communes)
        for commune in epci.communes:
            yield (
                seat, int(epci.siren), epci.name, epci.legal_form, "FPU", len(epci.communes), epci.population, counted,
                commune.department, commune.code, int(commune.siren), commune.name, commune.population, commune.counted,
            )  # fmt: skip


def ept_sheets(epts: Sequence[Epci]) -> Mapping[str, Sequence[Sequence[Cell]]]:
    """Return INSEE's sheets: four lines of title, names for people, then names for machines on line 6."""
    members = [(ept, commune) for ept in epts for commune in ept.communes]
    return {
        "EPT": [
            *_title("France - Liste des établissements publics territoriaux", 3),
            ("EPT", "Libellé de l'EPT", "Nombre de communes"),
            ("EPT", "LIBEPT", "NB_COM"),
            *((ept.siren, _bare(ept), len(ept.communes)) for ept in epts),
        ],
        "Composition_communale": [
            *_title("France - Composition communale", 6),
            ("Code géographique", "Libellé géographique", "EPT", "Libellé de l'EPT", "Département", "Région"),
            ("CODGEO", "LIBGEO", "EPT", "LIBEPT", "DEP", "REG"),
            *(
                (commune.code, commune.name, ept.siren, _bare(ept), commune.department, commune.region)
                for ept, commune in members
            ),
        ],
        "Documentation": [(_EPT_TITLE,), ("Documentation",), (_EPT_VINTAGE,), (f"{MARK} : liste inventée.",)],
    }


def _title(what: str, width: int) -> Iterator[Sequence[Cell]]:
    for text in (_EPT_TITLE, what, _EPT_VINTAGE, f"@{MARK}       Liste inventée, dans la forme de celles de l'Insee"):
        yield (text, *("" for _ in range(width - 1)))


def _bare(ept: Epci) -> str:
    """Return the name as INSEE's list has it, without the word EPT that the lists of territories put before it."""
    return ept.name.removeprefix("EPT ")
