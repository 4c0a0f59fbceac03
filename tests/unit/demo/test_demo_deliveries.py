"""The stories behind the files: lives of operations, contacts and contracts, and what each file carries of them."""

from __future__ import annotations

import re
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest

from demo import Demo, DemoFile
from demo.agreements import INDUSTRY_WEEK
from demo.formats import serial_day
from demo.operations import Operation, make_operations
from demo.people import PHONE_PREFIXES
from demo.territories import make_territories


def of_kind(demo: Demo, kind: str) -> DemoFile:
    (found,) = (file for file in demo.files if file.kind == kind)
    return found


@pytest.fixture(scope="module")
def operations() -> tuple[Operation, ...]:
    return make_operations(20181122, make_territories(20181122))


def test_an_operation_lives_forward(operations: tuple[Operation, ...]) -> None:
    order = ["identifie", "instruit", "engage", "decaisse", "solde", "abandonne"]
    days = [date(year, month, 28) for year in range(2019, 2027) for month in range(1, 13)]
    for operation in operations[:200]:
        rows = [row for day in days if (row := operation.at(day))]
        stages = [order.index(str(row["statut"])) for row in rows]
        assert stages == sorted(stages)
        disbursed = [row["montant_decaisse_eur"] or Decimal() for row in rows]
        assert disbursed == sorted(disbursed)
        for row in rows:
            assert (row["montant_engage_eur"] == 0) == (row["statut"] in {"identifie", "instruit", "abandonne"})


def test_no_row_breaks_a_rule_across_columns(demo: Demo) -> None:
    for row in demo.ledger.current["banque_des_territoires/investissements"]:
        assert (row["montant_decaisse_eur"] or Decimal()) <= row["montant_engage_eur"]  # type: ignore[operator]
        assert row["date_fin_prevue"] >= row["date_engagement"]  # type: ignore[operator]
        assert row["statut"] not in {"decaisse", "solde"} or row["montant_decaisse_eur"] is not None


def test_keys_are_unique_and_of_the_contracts_form(demo: Demo) -> None:
    forms = {
        "banque_des_territoires/investissements": ("id_operation", r"BDT-20(19|20|21|22)-\d{5}"),
        "programme/contrats": ("id_contrat", r"CTR-2019-\d{4}"),
    }
    for delivery, (column, form) in forms.items():
        keys = [str(row[column]) for row in demo.ledger.current[delivery]]
        assert len(keys) == len(set(keys))
        assert all(re.fullmatch(form, key) for key in keys)
    contacts = [(row["id_ti"], row["date_debut"]) for row in demo.ledger.current["banque_des_territoires/referents"]]
    assert len(contacts) == len(set(contacts))


def test_monthly_in_2019_then_half_yearly(demo: Demo) -> None:
    loaded = [
        file.name.removeprefix("DEMONSTRATION_BDT_investissements_").split(".")[0].removesuffix("_v2")
        for file in demo.files
        if file.delivery == "investissements" and file.expected_status.startswith("chargee")
    ]
    assert [name for name in loaded if "correction" not in name] == [
        *(f"2019-{month:02d}" for month in range(3, 13)),
        *(f"{year}-S{half}" for year in (2020, 2021, 2022) for half in (1, 2)),
    ]


def test_the_correction_follows_and_mends_the_refused_rows(demo: Demo) -> None:
    refused, mended = of_kind(demo, "decaisse_superieur"), of_kind(demo, "correction")
    assert demo.files.index(mended) == demo.files.index(refused) + 1
    assert mended.rows == refused.refused_rows == 3
    before = refused.path.read_text(encoding="utf-8").splitlines()
    for line in mended.path.read_text(encoding="utf-8").splitlines()[1:]:
        (old,) = (found for found in before if found.startswith(line[:14]))
        assert old != line


def test_partly_refused_files_stay_below_the_ceiling_of_a_tenth(demo: Demo) -> None:
    for file in demo.files:
        if file.expected_status == "chargee_partiellement" and file.decision is None:
            assert file.rows is not None
            assert file.refused_rows is not None
            assert 0 < file.refused_rows < file.rows / 10


def test_the_held_file_is_mostly_but_not_wholly_wrong(demo: Demo) -> None:
    lines = of_kind(demo, "plafond_depasse").path.read_text(encoding="utf-8").splitlines()[1:]
    wrong = sum(";TERR" in line for line in lines)
    assert len(lines) / 2 < wrong < len(lines)


def test_dirty_bytes_are_as_dirty_as_they_say(demo: Demo) -> None:
    content = {file.kind: file.path.read_bytes() for file in demo.files}
    assert content["bom"].startswith(b"\xef\xbb\xbf")
    with pytest.raises(UnicodeDecodeError):
        content["cp1252_virgule"].decode("utf-8")
    assert content["vide"] == b""
    assert content["entete_seul"].count(b"\n") == 1
    assert b";statut" not in content["colonne_manquante"]
    assert b";" not in content["separateur"].splitlines()[0]
    assert "\u202f".encode() in content["montants_euro"]
    assert b"\xc2\xa0\xe2\x82\xac" in content["montants_euro"]
    assert content["lignes_de_titre"].splitlines()[4].startswith(b"id_operation;")
    assert content["colonnes_alias"].startswith("Avancement;Date de décision;".encode())
    assert zipfile.ZipFile(BytesIO(content["zip"])).namelist() == ["DEMONSTRATION_BDT_investissements_2019-12.csv"]
    assert zipfile.ZipFile(BytesIO(content["zip_piege"])).namelist()[0].startswith("../")
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(BytesIO(content["tronque"]))


def test_excel_dates_are_bare_numbers(demo: Demo) -> None:
    page = openpyxl.load_workbook(of_kind(demo, "dates_excel").path, read_only=True).worksheets[0]
    header, first, *_ = page.iter_rows(values_only=True)
    value = first[header.index("date_engagement")]
    assert isinstance(value, int)
    assert serial_day(date(2018, 11, 22)) < value < serial_day(date(2020, 12, 31))


def test_pilots_sign_in_the_industry_week_after_thirteen_protocols_in_eight_regions(demo: Demo) -> None:
    rows = demo.ledger.current["programme/contrats"]
    pilots = [row for row in rows if row["pilote"]]
    assert len(pilots) == 29
    assert all(INDUSTRY_WEEK[0] <= row["date_signature"] <= INDUSTRY_WEEK[1] for row in pilots)  # type: ignore[operator]
    early = [row for row in rows if row["date_protocole"] and row["date_protocole"] <= date(2019, 4, 30)]  # type: ignore[operator]
    assert len(early) == 13
    assert len({str(row["id_ti"])[3:5] for row in early}) == 8
    assert {row["id_ti"] for row in pilots} == {one.id_ti for one in demo.ledger.territories if one.pilot}


def test_the_second_list_of_contacts_closes_fewer_than_the_ceiling(demo: Demo) -> None:
    rows = demo.ledger.current["banque_des_territoires/referents"]
    listed = {row["id_ti"] for row in rows}
    assert 0 < 136 - len(listed) < 136 * 0.2
    ended = [row for row in rows if row["date_fin"] is not None]
    for row in ended:
        (next_one,) = (other for other in rows if other["id_ti"] == row["id_ti"] and other["date_fin"] is None)
        assert next_one["date_debut"] > row["date_fin"]  # type: ignore[operator]
        assert next_one["nom"] != row["nom"]


def test_telephone_numbers_are_fictional(demo: Demo) -> None:
    for row in demo.ledger.current["banque_des_territoires/referents"]:
        assert str(row["telephone_professionnel"]).startswith(PHONE_PREFIXES)
        assert re.fullmatch(r"0[1-9]( \d{2}){4}", str(row["telephone_professionnel"]))


def test_contacts_are_distinct_people(demo: Demo) -> None:
    people = {
        row["email_professionnel"]: (row["nom"], row["prenom"])
        for row in demo.ledger.current["banque_des_territoires/referents"]
    }
    assert len(set(people.values())) == len(people) > 30
