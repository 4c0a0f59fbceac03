from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from territoires.registers import families, suites
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source

FAP_2009 = [
    "Code FAP détaillées;FAP détaillées;Code FAP agrégées;FAP agrégées;Code domaines professionnels;domaines",
    "A0Z00;Agriculteurs, indépendants;A0Z;Agriculteurs, éleveurs;A;Agriculture, marine, pêche",
    "A0Z01;Éleveurs\u00a0indépendants\u00a0;A0Z;Agriculteurs, éleveurs;A;Agriculture, marine, pêche",
    "B0B20;Maçons, plâtriers ;B0B;Ouvriers, bâtiment;B;Bâtiment, travaux publics",
]
FAP_2021 = [
    "Code_FAP341;Intitulé_FAP341;Code_FAP228;Intitulé_FAP228;Code_FAP86;Intitulé_FAP86;Code_FAP22;Intitulé_FAP22",
    "A0X40;Agriculteurs;A0X40;Agriculteurs;A0X;Agriculteurs, éleveurs;A;Agriculture, marine, pêche",
    "A0X41a;Eleveurs de bovins ;A0X41;Eleveurs;A0X;Agriculteurs, éleveurs;A;Agriculture, marine, pêche",
    "A0X41b;Eleveurs de porcins;A0X41;Eleveurs;A0X;Agriculteurs, éleveurs;A;Agriculture, marine, pêche",
    "PAX90;Cadres;PAX90;Cadres;PAX;Cadres de la fonction publique;P;Administration publique",
]


def read(path: Path, options: str = "") -> Parsed:
    return families.parse(path, path.name, source(Register.FAMILIES, f"file:///x{options}"))


def text(path: Path, lines: list[str], encoding: str = "utf-8-sig") -> Path:
    path.write_bytes("\r\n".join([*lines, ""]).encode(encoding))
    return path


def records(parsed: Parsed) -> list[tuple[Any, ...]]:
    frame = parsed.tables["fap"].astype(object)
    return list(frame.where(frame.notna(), None).itertuples(index=False, name=None))


def test_the_families_of_2009(tmp_path: Path) -> None:
    parsed = read(text(tmp_path / "Intitulés_FAP2021.csv", FAP_2009))  # the name is not believed
    assert parsed.millesime == "2009"
    assert records(parsed) == [
        ("metier", "A0Z00", "Agriculteurs, indépendants", "A0Z"),
        ("metier", "A0Z01", "Éleveurs indépendants", "A0Z"),
        ("metier", "B0B20", "Maçons, plâtriers", "B0B"),
        ("agrege", "A0Z", "Agriculteurs, éleveurs", "A"),
        ("agrege", "B0B", "Ouvriers, bâtiment", "B"),
        ("domaine", "A", "Agriculture, marine, pêche", None),
        ("domaine", "B", "Bâtiment, travaux publics", None),
    ]
    assert (parsed.rows, parsed.warnings) == (3, ())
    assert not any(one.failed for one in suites.check(parsed, (1, 10), None))


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "cp1252"])
def test_the_families_of_2021(tmp_path: Path, encoding: str) -> None:
    parsed = read(text(tmp_path / "fap.csv", FAP_2021, encoding))
    assert parsed.millesime == "2021"
    assert [row for row in records(parsed) if row[0] in {"detaille", "metier"}] == [
        ("detaille", "A0X40", "Agriculteurs", "A0X40"),
        ("detaille", "A0X41a", "Eleveurs de bovins", "A0X41"),
        ("detaille", "A0X41b", "Eleveurs de porcins", "A0X41"),
        ("detaille", "PAX90", "Cadres", "PAX90"),
        ("metier", "A0X40", "Agriculteurs", "A0X"),
        ("metier", "A0X41", "Eleveurs", "A0X"),
        ("metier", "PAX90", "Cadres", "PAX"),
    ]
    assert not any(one.failed for one in suites.check(parsed, (1, 20), None))


def test_the_workbook_of_2021_has_other_sheets_and_titles(tmp_path: Path) -> None:
    """Dares_Arborescence_FAP2021.xlsx: sheet « niveaux_emboités », as public readers of it expect."""
    book = openpyxl.Workbook()
    lines = [line.split(";") for line in FAP_2021]
    for name, places in (("FAP22", (6, 7)), ("trois niveaux", range(2, 8)), ("niveaux_emboités", range(8))):
        page = book.create_sheet(name)
        page.append(["Dares"])
        for line in lines:
            page.append([line[place] for place in places])
    book.save(tmp_path / "Dares_Arborescence.xlsx")
    parsed = read(tmp_path / "Dares_Arborescence.xlsx")
    assert (parsed.millesime, len(parsed.tables["fap"])) == ("2021", 11)
    assert parsed.warnings == ("2 lignes sans code, dont l'en-tête",)


def test_notes_below_the_list_are_no_families(tmp_path: Path) -> None:
    parsed = read(text(tmp_path / "fap.csv", [*FAP_2009, "Source : Dares;;;;;"]))
    assert (len(records(parsed)), parsed.warnings) == (7, ("2 lignes sans code, dont l'en-tête",))


def test_merged_cells_leave_blanks_below(tmp_path: Path) -> None:
    """As in DARES's workbooks: the levels above stand once for all the occupations below them."""
    merged = [*FAP_2009[:2], "A0Z01;Éleveurs indépendants;;;;", FAP_2009[3]]
    assert records(read(text(tmp_path / "a.csv", merged))) == records(read(text(tmp_path / "b.csv", FAP_2009)))
    coarse_first = [";".join(line.split(";")[place] for place in (4, 5, 2, 3, 0, 1)) for line in FAP_2009]
    coarse_first[2] = ";;;;A0Z01;Éleveurs indépendants"
    assert records(read(text(tmp_path / "c.csv", coarse_first))) == records(read(tmp_path / "b.csv"))


def test_2021_may_come_without_its_finest_level(tmp_path: Path) -> None:
    parsed = read(text(tmp_path / "fap.csv", [";".join(line.split(";")[2:]) for line in FAP_2021]))
    assert (parsed.millesime, {row[0] for row in records(parsed)}) == ("2021", {"metier", "agrege", "domaine"})


@pytest.mark.parametrize(
    ("lines", "options", "message"),
    [
        (FAP_2009, "#millesime=2021", "le fichier décrit la FAP 2009, la configuration annonce 2021"),
        ([line.replace("Z", "Y") for line in FAP_2009], "", "nomenclature inconnue.*« Y » en troisième place"),
        ([line.replace("X", "Z") for line in FAP_2021], "", "nomenclature inconnue"),
        ([";".join(line.split(";")[:4]) for line in FAP_2009], "", "forme inconnue de liste de familles"),
        ([line.replace("B0B", "b0b") for line in FAP_2009], "", "forme inconnue de liste de familles"),
        (["code,libelle", "H2901,Ajustage"], "", "forme inconnue de liste de familles"),
    ],
)
def test_what_is_no_list_of_families(tmp_path: Path, lines: list[str], options: str, message: str) -> None:
    with pytest.raises(RefusedRegisterError, match=message):
        read(text(tmp_path / "fap.csv", lines), options)


def test_each_rule_of_the_families(tmp_path: Path) -> None:
    two_parents = "A0X41a;Eleveurs de bovins;A0X41;Eleveurs;A1X;Maraîchers;A;Agriculture, marine, pêche"
    unnamed = "A0X43;;A0X43;;A0X;Agriculteurs, éleveurs;A;Agriculture, marine, pêche"
    outcomes = suites.check(read(text(tmp_path / "fap.csv", [*FAP_2021, two_parents, unnamed])), (1, 20), None)
    assert {(one.column, one.rule, one.failed) for one in outcomes if one.failed} == {
        ("niveau, code_fap", "unique", 2),
        ("libelle", "obligatoire", 2),
    }
