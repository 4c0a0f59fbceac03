"""The real lists of EPT, bassins and families, counted apart from our readers (csv, XML), in the tables."""

from __future__ import annotations

import csv
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from territoires.registers.catalogue import Register
from territoires.registers.codes import Span
from territoires.registers.lookup import codes_of
from tests.integration.registers.conftest import Bench
from tests.integration.registers.test_real_files import sheet_rows
from tests.unit.registers.files import EPCI_HEADER, EPCI_ROWS, workbook
from tests.unit.registers.test_epci_variants import insee
from tests.unit.registers.test_territory_tables import COMMUNES


def lines(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def test_the_ept_of_2023(bench: Bench, shared_data: Path) -> None:
    path = shared_data / "registers" / "ept_2023.xlsx"
    rows = [row for row in sheet_rows(path, "sheet3", header_row=6) if row.get("EPT")]
    assert len(rows) == 130
    bench.run(Register.EPT, path.as_uri())
    found = bench.rows("select millesime, siren, code_commune, nom_commune from core.ept_commune")
    assert set(found) == {("2023", row["EPT"], row["CODGEO"], row["LIBGEO"]) for row in rows}
    assert dict(bench.rows("select siren, libelle from core.ept")) == {row["EPT"]: row["LIBEPT"] for row in rows}
    assert bench.value("select count(*)::int from core.ept") == 11


@pytest.mark.parametrize(
    ("name", "year", "commune", "code", "label", "basins"),
    [
        (
            "bassins_emploi_communes_2025.csv", "2025", "code_commune_insee", "code_bassin_BMO", "lib_bassin_BMO", 404,
        ),
        ("mobiville_lexique_bassins_BE19.csv", "2019", "CODE_COMMUNE_INSEE", "BE19", "NOMBE19", 403),
    ],
)  # fmt: skip
def test_the_bassins_of_each_list(
    bench: Bench, shared_data: Path, name: str, year: str, commune: str, code: str, label: str, basins: int
) -> None:
    path = shared_data / "france_travail" / name
    rows = lines(path)
    bench.run(Register.BASINS, path.as_uri())

    found = bench.rows("select millesime, code_commune, code_bassin from core.bassin_commune")
    assert set(found) == {(year, row[commune], row[code].zfill(4)) for row in rows}
    assert len(found) == len(rows)
    labels: dict[str, Counter[str]] = {}
    for row in rows:
        labels.setdefault(row[code].zfill(4), Counter())[row[label].strip()] += 1
    told = dict(bench.rows("select code_bassin, libelle from core.bassin"))
    assert told == {basin: names.most_common(1)[0][0] for basin, names in labels.items()}
    assert len(told) == basins
    assert codes_of(bench.connection, "bassin").known == set(labels)
    message = bench.value("select coalesce(message, '') from core.registre_version")
    assert {basin for basin, names in labels.items() if len(names) > 1} == {
        basin for basin in labels if f"{basin} : plusieurs noms" in message
    }


FAP = {
    "2009": {"metier": 225, "agrege": 87, "domaine": 22},
    "2021": {"detaille": 341, "metier": 228, "agrege": 86, "domaine": 22},
}


def test_both_nomenclatures_of_families_stand_apart(bench: Bench, shared_data: Path) -> None:
    expected = set()
    for year, counts in reversed(FAP.items()):  # 2009 is half of 2021, and comes after it
        path = shared_data / "france_travail" / f"dares_intitules_FAP{year}.csv"
        for row in lines(path, ";"):
            cells = [cell.replace("\xa0", " ").strip() for cell in row.values()]
            for place, level in enumerate(counts):
                parent = cells[2 * place + 2] if level != "domaine" else None
                expected.add((year, level, cells[2 * place], cells[2 * place + 1], parent))
        bench.run(Register.FAMILIES, path.as_uri())
    found = bench.rows("select millesime, niveau, code_fap, libelle, code_parent from core.fap")
    assert set(found) == expected
    assert Counter(row[:2] for row in found) == {
        (y, level): n for y, counts in FAP.items() for level, n in counts.items()
    }

    codes = codes_of(bench.connection, "fap")
    change = date(2024, 1, 1)
    assert {span for span in codes.spans if span.code in {"A0Z40", "A0X40", "A0X41a"}} == {
        Span("A0Z40", None, change),
        Span("A0X40", change, None),
        Span("A0X41a", change, None),
    }
    assert codes.known == {row[2] for row in found if row[1] in {"metier", "detaille"}}


GROUPS = """id_ti,lib_ti,siren_groupement,lib_groupement,nature_juridique
ti-8401,Plaine,210103040,Pont,COM
ti-9401,Bastia,242020105,CC Balagne,CC
"""


def test_lists_of_other_publishers_load_as_well(bench: Bench, tmp_path: Path) -> None:
    """What a list does not say is empty in the warehouse, or counted: INSEE's EPCI, tables of territories; a commune
    known by its SIREN takes its code from the list of EPCI."""
    bench.run(Register.EPCI, insee(tmp_path / "Intercommunalite.xlsx", 2023).as_uri())
    assert bench.rows("select siren, nature_juridique, nb_membres, population_totale from core.epci order by 1") == [
        ("200029999", "CC", 1, None),
        ("200054781", "METRO", 2, None),
    ]
    groups = tmp_path / "liste-ti-grpt2023-20231102.csv"
    groups.write_text(GROUPS, encoding="utf-8")
    bench.run(Register.EPCI, workbook(tmp_path / "e.xlsx", EPCI_HEADER, EPCI_ROWS).as_uri())
    bench.run(Register.TERRITORIES, groups.as_uri())
    assert bench.rows("select type_maille, code, libelle from core.territoire_perimetre order by 2") == [
        ("commune", "01304", "Pont"),
        ("epci", "242020105", "CC Balagne"),
    ]

    table = tmp_path / "liste-ti-com2023-20231114.csv"
    table.write_text(COMMUNES, encoding="utf-8")
    bench.run(Register.TERRITORIES, table.as_uri())
    assert bench.rows(
        "select phase, id_ti, type_maille, code from core.territoire_perimetre where valide_a is null order by 4"
    ) == [
        (2, "ti-8401", "commune", "01004"),
        (2, "ti-8401", "commune", "01007"),
        (2, "ti-9401", "commune", "2B033"),
    ]
