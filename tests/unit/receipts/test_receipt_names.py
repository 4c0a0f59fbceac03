"""What the name of a file tells: which delivery's refused rows it holds, and which files it is a corrected copy of."""

from __future__ import annotations

import pytest

from territoires.receipts.names import family, handed_back, of
from tests.unit.receipts.making import receipt


@pytest.mark.parametrize(
    "name",
    [
        "Export T4.csv",
        "export T4_corrigé.xlsx",
        "Export T4_corrigé (1).xlsx",
        "EXPORT T4 - Copie (2).csv",
        "Copie de Export T4.csv",
        "Export T4 - 2026-11-22.csv",
        "Export_T4_20261122_1405.csv",
        "export-t4 v2 final.ods",
        "2026-11-22_livraison-42_Export-T4_lignes-refusees.xlsx",
        "2026-11-22_livraison-42_Export-T4_lignes-refusees (1).csv",
    ],
)
def test_corrected_copies_are_of_one_family(name: str) -> None:
    assert family(name) == "export-t4"


@pytest.mark.parametrize(
    "name", ["export_2026-10.csv", "export_2026-11.csv", "exportok.csv", "22-11-2026.csv", "corrige.csv", "T4.csv", ""]
)
def test_other_names_are_of_their_own(name: str) -> None:
    assert family(name) != family("export.csv")
    assert family(name) == family(name.upper())


def test_our_file_of_refused_rows_tells_its_delivery_whatever_was_added_to_its_name() -> None:
    named = of(receipt()).refused_xlsx
    assert (handed_back(named), handed_back(named.replace(".xlsx", " (2).xlsx"))) == (42, 42)
    assert handed_back(named.replace(".xlsx", "_corrigé.ods")) == 42
    again = of(receipt(delivery_id=43, file_name=named)).refused_csv
    assert handed_back(again) == 43
    assert [handed_back(name) for name in ("Export T4.csv", of(receipt()).html, "")] == [None, None, None]
