from __future__ import annotations

from pathlib import Path

import pytest

from territoires.registers import communes
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from tests.unit.registers.files import COG_HEADER, COG_ROWS, cog


def read(path: Path) -> Parsed:
    return communes.parse(path, path.name, source(Register.COMMUNES, "file:///x"))


@pytest.mark.parametrize(
    ("header", "separator", "end"),
    [
        (COG_HEADER, ",", "\r\n"),
        (COG_HEADER.lower(), ",", "\n"),
        ("\ufeff" + COG_HEADER, ",", "\n"),
        (COG_HEADER, ";", "\n"),
    ],
)
def test_the_published_variants(tmp_path: Path, header: str, separator: str, end: str) -> None:
    rows = [row.replace("Abergement, dit", "Abergement; dit").replace(",", ";") for row in COG_ROWS]
    rows = COG_ROWS if separator == "," else rows
    path = cog(tmp_path / "v_commune_2024.csv", *rows, header=header.replace(",", separator), end=end)
    parsed = read(path)
    frame = parsed.tables["commune"]
    assert (parsed.millesime, parsed.rows) == ("2024", 3)
    assert frame["code_commune"].tolist() == ["01001", "2A004", "01033"]
    assert frame["libelle"].iloc[0] == f"L'Abergement{separator} dit Clémenciat"
    assert frame["code_parent"].isna().tolist() == [True, True, False]
    assert frame["code_departement"].isna().tolist() == [False, False, True]


def test_other_columns_are_refused_with_the_difference(tmp_path: Path) -> None:
    path = cog(tmp_path / "commune2017.csv", header=COG_HEADER.replace("TYPECOM", "CDC").replace("COMPARENT", "PARENT"))
    with pytest.raises(RefusedRegisterError) as caught:
        read(path)
    assert "absentes : « typecom », « comparent »" in str(caught.value)


@pytest.mark.parametrize(
    "tail",
    [b"COM,0100", "COM,01002,84,01,,,,,,Bâgé,,".encode("cp1252")],
)
def test_a_cut_row_or_another_encoding_refuses_the_file(tmp_path: Path, tail: bytes) -> None:
    path = cog(tmp_path / "commune2024.csv")
    path.write_bytes(path.read_bytes() + tail)
    with pytest.raises(RefusedRegisterError, match=r"commune2024\.csv"):
        read(path)


def test_a_header_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "commune2024.csv"
    path.write_bytes("TYPECOM,LIBELLÉ\n".encode("cp1252"))
    with pytest.raises(RefusedRegisterError, match="UTF-8"):
        read(path)


def test_a_name_without_a_year(tmp_path: Path) -> None:
    with pytest.raises(RefusedRegisterError, match="#millesime=AAAA"):
        read(cog(tmp_path / "v_commune.csv"))
