"""The COG in the shapes that INSEE gave it.

2019 and 2020: header in lower case, no ``ctcd`` (communes-01012019.csv, communes2020.csv; rows as the tests of
django-francedata quote them). Since 2021: upper case. Until 2018, tabs and Windows-1252: FranceAAAA.txt, whose rows
below are those of etalab/geohisto ``sources/France2017.txt``; comsimpAAAA.txt, with the columns that loaders of
comsimp2018.txt declare (``create table cog_com``).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from territoires.registers import communes, suites
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from tests.unit.registers.files import COG_HEADER, COG_ROWS, cog, text

SINCE_1943 = (
    "ACTUAL CHEFLIEU CDC RANG REG DEP COM AR CT MODIF POLE TNCC ARTMAJ NCC ARTMIN NCCENR ARTICLCT NCCCT".replace(
        " ", "\t"
    )
)
IN_FORCE = "CDC CHEFLIEU REG DEP COM AR CT TNCC ARTMAJ NCC ARTMIN NCCENR".replace(" ", "\t")
UNTIL_2018 = [
    "1\t0\t0\t\t32\t60\t234\t2\t05\t0\t\t0\t\tFITZ-JAMES\t\tFitz-James\t\tClermont",
    "1\t0\t0\t\t32\t60\t397\t1\t11\t0\t\t2\t(LE)\tMESNIL-CONTEVILLE\t(Le)\tMesnil-Conteville\t\tGrandvilliers",
    "1\t1\t0\t\t04\t97\t404\t2\t01\t1\t\t5\t(L')\tETANG-SALE\t(L')\tÉtang-Salé\t(L')\tÉtang-Salé",
    "6\t\t\t\t27\t71\t375\t\t\t1\t71279\t2\t(LE)\tROUSSET\t(Le)\tRousset\t\t",
    "1\t0\t0\t\t27\t71\t279\t3\t23\t1\t\t2\t(LE)\tROUSSET-MARIZY\t(Le)\tRousset-Marizy\t\tMontceau",
    "2\t\t\t\t27\t71\t432\t\t\t1\t71270\t0\t\tSAINT-JEAN-LE-PRICHE\t\tSaint-Jean-le-Priche\t\t",
    "3\t\t\t\t32\t60\t349\t\t\t1\t60395\t0\t\tLARDIERES\t\tLardières\t\t",
    "9\t1\t1\t4\t04\t97\t409\t3\t04\t0\t\t0\t\tSAINT-ANDRE\t\tSaint-André\t\tSaint-André-1",
    "1\t1\t2\t4\t04\t97\t409\t3\t91\t1\t\t0\t\tSAINT-ANDRE\t\tSaint-André\t\tCanton non précisé",
    "5\t\t\t\t11\t75\t103\t\t\t0\t\t0\t\tPARIS 3E  ARRONDISSEMENT\t\tParis 3e Arrondissement\t\t",
    "1\t4\t\t\t11\t75\t056\t1\t\t0\t\t0\t\tPARIS\t\tParis\t\t",
]


def read(path: Path) -> Parsed:
    return communes.parse(path, path.name, source(Register.COMMUNES, "file:///x"))


def rows(parsed: Parsed, *columns: str) -> list[list[str | None]]:
    frame = parsed.tables["commune"].astype(object)
    return frame.where(frame.notna(), None)[[*columns]].to_numpy().tolist()


@pytest.mark.parametrize(
    ("header", "separator", "end"),
    [
        (COG_HEADER, ",", "\r\n"),
        (COG_HEADER.lower(), ",", "\n"),
        ("\ufeff" + COG_HEADER, ",", "\n"),
        (COG_HEADER, ";", "\n"),
    ],
)
def test_the_lists_since_2021(tmp_path: Path, header: str, separator: str, end: str) -> None:
    lines = [row.replace("Abergement, dit", "Abergement; dit").replace(",", ";") for row in COG_ROWS]
    lines = COG_ROWS if separator == "," else lines
    path = cog(tmp_path / "v_commune_2024.csv", *lines, header=header.replace(",", separator), end=end)
    parsed = read(path)
    frame = parsed.tables["commune"]
    assert (parsed.millesime, parsed.rows) == ("2024", 3)
    assert frame["code_commune"].tolist() == ["01001", "2A004", "01033"]
    assert frame["libelle"].iloc[0] == f"L'Abergement{separator} dit Clémenciat"
    assert frame["code_parent"].isna().tolist() == [True, True, False]
    assert frame["code_departement"].isna().tolist() == [False, False, True]


def test_the_lists_of_2019_and_2020_have_no_collectivity(tmp_path: Path) -> None:
    path = text(
        tmp_path / "communes-01012019.csv",
        "typecom,com,reg,dep,arr,tncc,ncc,nccenr,libelle,can,comparent",
        "COM,01001,84,01,012,5,ABERGEMENT CLEMENCIAT,Abergement-Clémenciat,L'Abergement-Clémenciat,0108,",
        "COMD,01015,,,,1,ARBIGNIEU,Arbignieu,Arbignieu,,01015",
    )
    parsed = read(path)
    assert parsed.millesime == "2019"
    assert rows(parsed, *communes.COLUMNS) == [
        ["COM", "01001", "L'Abergement-Clémenciat", "01", "84", None, "012", "0108", None],
        ["COMD", "01015", "Arbignieu", None, None, None, None, None, "01015"],
    ]


def test_a_later_list_may_have_more_columns(tmp_path: Path) -> None:
    path = cog(tmp_path / "v_commune_2027.csv", *(f"{row},x" for row in COG_ROWS), header=f"{COG_HEADER},NOUVEAU")
    assert rows(read(path), "code_commune") == [["01001"], ["2A004"], ["01033"]]


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_the_list_since_1943_until_2018(tmp_path: Path, encoding: str) -> None:
    """What merged or is part of a commune for its canton is no commune; a commune in several cantons is one."""
    parsed = read(text(tmp_path / "France2017.txt", SINCE_1943, *UNTIL_2018, encoding=encoding))
    assert (parsed.millesime, parsed.rows) == ("2017", 8)
    assert rows(parsed, *communes.COLUMNS) == [
        ["COM", "60234", "Fitz-James", "60", "32", None, "602", "6005", None],
        ["COM", "60397", "Le Mesnil-Conteville", "60", "32", None, "601", "6011", None],
        ["COM", "97404", "L'Étang-Salé", "974", "04", None, "9742", "97401", None],
        ["COMD", "71375", "Le Rousset", None, None, None, None, None, "71279"],
        ["COM", "71279", "Le Rousset-Marizy", "71", "27", None, "713", "7123", None],
        ["COM", "97409", "Saint-André", "974", "04", None, "9743", "97491", None],
        ["ARM", "75103", "Paris 3e Arrondissement", "75", "11", None, None, None, "75056"],
        ["COM", "75056", "Paris", "75", "11", None, "751", None, None],
    ]
    # Mâcon (71270) is not in this excerpt.
    assert parsed.warnings == ("1 communes associées ou déléguées sans commune en vigueur, ignorées",)
    assert [one.text for one in suites.check(parsed, (1, 9), None) if one.failed] == []


def test_the_list_of_communes_in_force_until_2018(tmp_path: Path) -> None:
    lines = ["0\t0\t84\t01\t001\t2\t08\t5\t(L')\tABERGEMENT-CLEMENCIAT\t(L')\tAbergement-Clémenciat",
             "0\t0\t01\t971\t01\t2\t\t4\t(LES)\tABYMES\t(Les)\tAbymes"]  # fmt: skip
    parsed = read(text(tmp_path / "comsimp2018.txt", IN_FORCE, *lines, encoding="cp1252"))
    assert rows(parsed, "type_commune", "code_commune", "libelle", "code_departement", "code_canton") == [
        ["COM", "01001", "L'Abergement-Clémenciat", "01", "0108"],
        ["COM", "97101", "Les Abymes", "971", None],
    ]


def test_a_state_that_no_documentation_has_is_refused(tmp_path: Path) -> None:
    path = text(tmp_path / "France2017.txt", SINCE_1943, UNTIL_2018[0], "7" + UNTIL_2018[1][1:])
    with pytest.raises(RefusedRegisterError, match="colonne actual : « 7 »"):
        read(path)


def test_other_columns_are_refused_with_the_difference(tmp_path: Path) -> None:
    path = cog(tmp_path / "commune2017.csv", header=COG_HEADER.replace("TYPECOM", "CDC").replace("COMPARENT", "PARENT"))
    with pytest.raises(RefusedRegisterError) as caught:
        read(path)
    assert "absentes : « typecom », « comparent » (serait-ce « parent » ?)" in str(caught.value)


@pytest.mark.parametrize(
    "tail",
    [b"COM,0100", "COM,01002,84,01,,,,,,Bâgé,,".encode("cp1252")],
)
def test_a_cut_row_or_two_encodings_refuse_the_file(tmp_path: Path, tail: bytes) -> None:
    path = cog(tmp_path / "commune2024.csv")
    path.write_bytes(path.read_bytes() + tail)
    with pytest.raises(RefusedRegisterError, match=r"commune2024\.csv"):
        read(path)


def test_a_name_without_a_year(tmp_path: Path) -> None:
    with pytest.raises(RefusedRegisterError, match="#millesime=AAAA"):
        read(cog(tmp_path / "v_commune.csv"))
