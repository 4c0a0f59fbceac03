"""The loop of corrections on a real PostgreSQL: what was refused comes back mended, and nothing stays open for it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from territoires.warehouse import journal
from tests.integration.delivery.conftest import HEADERS, Way, operation

GOOD = [operation(number) for number in range(1, 13)]
CONTACTS = "id_ti;nom;prenom;fonction;email_professionnel;telephone_professionnel;date_debut;date_fin"
ROWS = "select ligne, statut, reconnue_par, corrigee_par, remplacee_par from quarantaine.ligne order by id_ligne"


def handed_back(way: Way, row: dict[str, Any], suffix: str) -> Path:
    [path] = (way.platform.outbound / row["operateur"]).glob(f"*livraison-{row['id_livraison']}_*refusees{suffix}")
    return Path(str(path))


def mend_sheet(way: Way, path: Path, *rows: dict[str, str], name: str | None = None) -> dict[str, Any]:
    """Open the sheet as a person would, write the cells of each row, save, and drop it as it is."""
    book = load_workbook(path)
    sheet = book.worksheets[0]
    headers = [cell.value for cell in sheet[1]]
    for number, cells in enumerate(rows, start=2):
        for header, text in cells.items():
            sheet.cell(number, headers.index(header) + 1, text)
    content = io.BytesIO()
    book.save(content)
    way.drop_bytes(content.getvalue(), name or path.name, f"{path.parent.name}/investissements")
    [done] = way.go(path.parent.name)
    return done


def mend_csv(
    way: Way, path: Path, *rows: dict[str, str], to: str = "investissements", ours: bool = True
) -> dict[str, Any]:
    """Write the cells of each row, save with commas as some tools do, without our columns unless *ours*, and drop."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        found = list(csv.DictReader(stream, delimiter=";"))
    for row, cells in zip(found, rows, strict=True):
        row.update(cells)
    text = io.StringIO()
    columns = list(found[0]) if ours else list(found[0])[:-3]
    writer = csv.DictWriter(text, columns, delimiter=",", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(found)
    way.drop_bytes(text.getvalue().encode(), path.name, f"{path.parent.name}/{to}")
    [done] = way.go(path.parent.name)
    return done


def statuses(way: Way) -> list[str]:
    return [row["statut"] for row in way.query(ROWS)]


def told(way: Way, row: dict[str, Any]) -> str:
    return " ".join(way.receipt(row).replace("\xa0", " ").replace("\u202f", " ").split())


def contacts(way: Way, name: str, *rows: str) -> dict[str, Any]:
    way.drop_bytes("\r\n".join([CONTACTS, *rows, ""]).encode(), name, "banque_des_territoires/referents")
    [row] = way.go()
    return row


def contact(code: str, mail: str = "anne@demo.example", start: str = "05/03/2019") -> str:
    return f"{code};Exemple;Anne;;{mail};;{start};"


def test_every_kind_of_refusal_comes_back_mended_in_the_sheet_and_leaves_nothing_open(way: Way) -> None:
    bad = [
        operation(21, montant_engage_eur="douze mille"),
        operation(22, id_operation="BDT19-22"),
        operation(23, id_operation=""),
        operation(24, axe="inconnu", id_ti="ti-9999"),
        operation(25, date_engagement="31/02/2019", libelle="=1+1"),
        operation(26) + ";de trop",
        ";".join(operation(27).split(";")[:-2]),
        operation(28),
        operation(28, libelle="La même clé"),
    ]
    first = way.one([*GOOD, *[operation(number) for number in range(100, 190)], *bad], "Export T4.csv")
    assert (first["statut"], first["lignes_refusees"]) == ("chargee_partiellement", 9)
    done = mend_sheet(
        way,
        handed_back(way, first, ".xlsx"),
        {"montant_engage_eur": "12 000,00"},
        {"id_operation": "BDT-2019-00022"},
        {"id_operation": "BDT-2019-00023"},
        {"axe": "attirer", "id_ti": "ti-0101"},
        {"date_engagement": "28/02/2019", "libelle": "Un et un"},
        {"statut": "engage"},
        {"date_engagement": "05/03/2019", "date_fin_prevue": "", "statut": "engage"},
        {},
        {"id_operation": "BDT-2019-00029"},
    )
    assert (done["statut"], done["lignes_lues"], done["lignes_corrigees"]) == ("chargee", 9, 9), done["anomalies"]
    assert statuses(way) == ["corrigee"] * 9
    [link] = way.query("select * from journal.correction")
    assert (link["id_livraison_corrigee"], link["lignes_corrigees"], link["lignes_reprises"]) == (1, 9, 0)
    assert link["reconnue_par"] == "reference"
    assert "Ce dépôt corrige 9 lignes" in told(way, done)
    assert "Il ne reste rien à corriger" in told(way, done)
    loaded = way.query("select count(*) as n from core.banque_des_territoires_investissements where valide_a is null")
    assert loaded[0]["n"] == len(GOOD) + 90 + 9


def test_three_attempts_leave_one_open_row_each_time_then_none(way: Way) -> None:
    bad = (operation(21, axe="inconnu"), operation(22, id_operation="BDT19-22"), operation(23, axe="x"))
    first = way.one([*GOOD, *bad])
    second = mend_csv(way, handed_back(way, first, ".csv"), {"axe": "ailleurs"}, {"axe": "inconnu"}, {"axe": "attirer"})
    assert (second["statut"], second["complement"]) == ("chargee_partiellement", True)
    assert [(row["statut"], row["corrigee_par"], row["remplacee_par"]) for row in way.query(ROWS)] == [
        ("remplacee", None, 2),
        ("remplacee", None, 2),
        ("corrigee", 2, None),
        ("ouverte", None, None),
        ("ouverte", None, None),
    ]
    receipt = told(way, second)
    assert "corrigé par ce fichier : ligne 16" in receipt
    assert "encore à corriger, dans ce fichier-ci : lignes 14 et 15" in receipt
    good = {"axe": "attirer", "id_operation": "BDT-2019-00022"}
    third = mend_csv(way, handed_back(way, second, ".csv"), {"axe": "attirer"}, good)
    assert (third["statut"], third["lignes_corrigees"]) == ("chargee", 2)
    assert "ouverte" not in statuses(way)


def test_of_a_key_given_twice_one_row_that_comes_back_settles_both(way: Way) -> None:
    first = way.one([*GOOD, operation(28), operation(28, libelle="Encore")], "mars.csv")
    path = handed_back(way, first, ".csv")
    way.drop_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]), path.name)
    [done] = way.go()
    assert (done["statut"], done["lignes_corrigees"]) == ("chargee", 2)
    assert [(row["statut"], row["reconnue_par"]) for row in way.query(ROWS)] == [
        ("corrigee", "reference"),
        ("corrigee", "cle"),
    ]


def test_a_row_whose_correction_is_refused_is_not_settled_by_another_row_that_keeps_its_former_key(way: Way) -> None:
    """Of a key given twice, one row came back with another key and a new fault: the receipt said both were mended."""
    first = way.one([*GOOD, operation(28), operation(28, libelle="Encore")], "mars.csv")
    again = {"id_operation": "BDT-2019-00029", "axe": "inconnu"}
    done = mend_csv(way, handed_back(way, first, ".csv"), {}, again)
    assert (done["lignes_acceptees"], done["lignes_corrigees"]) == (1, 1)
    assert [(row["ligne"], row["statut"]) for row in way.query(ROWS)] == [
        (14, "corrigee"),
        (15, "remplacee"),
        (3, "ouverte"),
    ]


def test_corrections_that_are_all_refused_again_are_known_as_such(way: Way) -> None:
    first = way.one([*GOOD, operation(21, axe="x"), operation(22, axe="x"), operation(23, axe="x")], "mars.csv")
    path = handed_back(way, first, ".csv")
    way.drop_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:3]).replace(b";x;", b";y;"), path.name)
    [again] = way.go()
    assert (again["statut"], again["code_motif"]) == ("refusee", "aucune_ligne")
    [link] = way.query("select * from journal.correction")
    assert (link["id_livraison_corrigee"], link["lignes_corrigees"], link["lignes_reprises"]) == (1, 0, 2)
    receipt = told(way, again)
    assert "encore à corriger, dans ce fichier-ci : lignes 14 et 15" in receipt
    assert "encore à corriger : ligne 16" in receipt


def test_a_part_of_the_corrections_leaves_the_others_open_and_says_which(way: Way) -> None:
    way.one([*GOOD, operation(21, axe="x"), operation(22, axe="x"), operation(23, axe="x")], "mars.csv")
    done = way.one([operation(21), operation(23)], "corrections.csv")
    assert (done["statut"], done["lignes_corrigees"]) == ("chargee", 2)
    assert statuses(way) == ["corrigee", "ouverte", "corrigee"]
    assert "1 ligne d'un dépôt précédent reste à corriger." in told(way, done)
    assert "corrigé par ce fichier : lignes 14 et 16 encore à corriger : ligne 15" in told(way, done)


@pytest.mark.parametrize(("name", "clue"), [("export_corrigé (1).csv", "nom"), ("tout autre.csv", "contenu")])
def test_a_mistyped_key_mended_in_the_operators_own_file_is_known(way: Way, name: str, clue: str) -> None:
    wrong = operation(21, id_operation="BDT19-21", siren_beneficiaire="552100554")
    way.one([*GOOD, wrong], "export.csv")
    done = way.one([*GOOD, operation(21, siren_beneficiaire="552100554")], name)
    assert (done["statut"], done["lignes_corrigees"]) == ("chargee", 1)
    assert [(row["statut"], row["reconnue_par"]) for row in way.query(ROWS)] == [("corrigee", clue)]


def test_a_mistyped_key_sent_each_month_waits_once(way: Way) -> None:
    wrong = operation(21, id_operation="BDT19-21")
    for month in ("mars", "avril", "mai"):
        way.one([*GOOD, operation(30, libelle=month), wrong], f"{month}.csv")
    assert statuses(way) == ["remplacee", "remplacee", "ouverte"]


def test_a_row_that_was_there_before_corrects_no_row_that_looks_like_it(way: Way) -> None:
    twin = {"libelle": "Halle commune", "siren_beneficiaire": "552100554"}
    way.one([*GOOD, operation(21, **twin), operation(22, **twin, id_operation="BDT19-22")], "mars.csv")
    way.one([*GOOD, operation(21, **twin)], "avril.csv")
    assert statuses(way) == ["ouverte"]


def test_a_reference_counts_only_within_its_own_type_of_delivery_and_for_rows_that_are_there(way: Way) -> None:
    contacts(way, "liste.csv", contact("ti-0101"), contact("ti-0201", "pas une adresse"))
    row = way.one([*GOOD, operation(21, axe="x"), operation(22, axe="x")])
    header = HEADERS + ";ligne_d_origine"
    lines = [operation(30) + ";livraison 1, ligne 3", ";" * 11 + ";livraison 2, ligne 15", operation(31) + ";n'importe"]
    way.drop_bytes("\r\n".join([header, *lines, ""]).encode(), "a.csv")
    [done] = way.go()
    assert (done["statut"], done["complement"], done["lignes_corrigees"]) == ("chargee", False, 0)
    assert row["id_livraison"] == 2
    assert statuses(way) == ["ouverte"] * 3


@pytest.mark.parametrize(("ours", "clues"), [(True, ["reference", "reference"]), (False, ["cle", "contenu"])])
def test_corrected_rows_of_a_whole_state_close_nothing_and_wait_for_nobody(
    way: Way, ours: bool, clues: list[str]
) -> None:
    good = [contact(code) for code in ("ti-0101", "ti-0201", "ti-0202")]
    first = contacts(way, "liste.csv", *good, contact("ti-4413", "pas une adresse"), contact("ti-9101"))
    done = mend_csv(
        way,
        handed_back(way, first, ".csv"),
        {"email_professionnel": "b@demo.example"},
        {"id_ti": "ti-8401"},
        to="referents",
        ours=ours,
    )
    assert (done["statut"], done["complement"], done["lignes_closes"]) == ("chargee", True, 0)
    assert statuses(way) == ["corrigee", "corrigee"]
    assert [row["reconnue_par"] for row in way.query(ROWS)] == clues
    current = way.query("select count(*) as n from core.banque_des_territoires_referents where valide_a is null")
    assert current[0]["n"] == 5


def test_corrected_rows_of_a_state_that_a_later_one_replaced_do_not_come_back(way: Way) -> None:
    first = contacts(way, "mars.csv", contact("ti-0101"), contact("ti-4413", "pas une adresse"))
    contacts(way, "avril.csv", contact("ti-0101"), contact("ti-0201"))
    mail = {"email_professionnel": "b@demo.example"}
    done = mend_csv(way, handed_back(way, first, ".csv"), mail, to="referents")
    assert done["statut"] == "remplacee"
    assert "la livraison n° 2 a remplacé depuis" in told(way, done)
    assert statuses(way) == ["expiree"]


def test_a_file_that_could_not_be_read_is_known_again_by_its_name(way: Way) -> None:
    way.drop_bytes(HEADERS.replace("id_ti;", "").encode() + b"\r\na;b\r\n", "Export T4.csv")
    [refused] = way.go()
    assert refused["statut"] == "refusee"
    done = way.one(GOOD, "Export T4_corrigé.csv")
    assert way.query("select id_livraison, id_livraison_corrigee, reconnue_par from journal.correction") == [
        {"id_livraison": done["id_livraison"], "id_livraison_corrigee": 1, "reconnue_par": "nom"}
    ]
    assert "Il prend la place de votre dépôt « Export T4.csv »" in told(way, done)
    assert way.row(1)["statut"] == "refusee"
    later = way.one([operation(40)], "Export T4.csv")
    assert "prend la place" not in told(way, later)


def test_a_held_file_is_replaced_by_a_later_one_that_holds_all_its_keys(way: Way) -> None:
    bad = [operation(number, axe="inconnu") for number in range(30, 36)]
    held = way.one([*GOOD[:5], *bad], "export.csv")
    assert held["statut"] == "en_attente"
    part = way.one([operation(30)], "export_corrigé.csv")
    assert way.row(held["id_livraison"])["statut"] == "en_attente"
    assert part["statut"] == "chargee"
    way.one([*GOOD[:5], *(operation(number) for number in range(30, 36))], "export_corrigé (2).csv")
    [replaced] = way.go()
    assert (replaced["id_livraison"], replaced["statut"]) == (held["id_livraison"], "remplacee")
    assert "contient toutes ses lignes" in told(way, replaced)
    assert not list((way.platform.outbound / "banque_des_territoires").glob("*livraison-1_*refusees*"))


def test_a_later_whole_state_replaces_one_that_waits(way: Way) -> None:
    good = [contact(code) for code in ("ti-0101", "ti-0201", "ti-0202", "ti-4413", "ti-8401")]
    contacts(way, "mars.csv", *good)
    held = contacts(way, "avril.csv", good[0])
    assert (held["statut"], held["code_motif"]) == ("en_attente", "plafond_fermeture")
    contacts(way, "mai.csv", *good[:4])
    [replaced] = way.go()
    assert (replaced["id_livraison"], replaced["statut"]) == (held["id_livraison"], "remplacee")


def test_what_a_later_file_corrected_is_not_asked_for_when_the_held_one_is_approved(way: Way) -> None:
    held = way.one([*GOOD[:5], *(operation(number, axe="inconnu") for number in range(30, 36))], "mars.csv")
    way.one([operation(number) for number in range(30, 34)], "avril.csv")
    way.one([*GOOD, operation(34, axe="x")], "mai.csv")
    way.decide(held["id_livraison"], "approuvee", "vu")
    [approved] = way.go()
    assert approved["statut"] == "chargee_partiellement"
    own = way.query(ROWS.replace("order by", "where id_livraison = 1 order by"))
    assert [row["statut"] for row in own] == ["corrigee"] * 4 + ["remplacee", "ouverte"]
    assert "5 lignes refusées de ce fichier ont déjà été reprises" in told(way, approved)
    assert "5 lignes acceptées, 1 à corriger." in told(way, approved)


def test_a_correction_that_is_still_mostly_wrong_waits_for_nobody(way: Way) -> None:
    first = way.one(
        [*GOOD * 1, *[operation(n) for n in range(100, 190)], *[operation(n, axe="x") for n in range(30, 40)]]
    )
    assert first["statut"] == "chargee_partiellement"
    done = mend_csv(way, handed_back(way, first, ".csv"), {"axe": "attirer"}, *[{"axe": "y"}] * 9)
    assert (done["statut"], done["lignes_refusees"]) == ("chargee_partiellement", 9)
    assert statuses(way).count("ouverte") == 9


def test_the_corrected_rows_of_a_rejected_file_do_not_pass_for_the_whole_of_it(way: Way) -> None:
    held = way.one([*GOOD[:5], *(operation(number, axe="inconnu") for number in range(30, 36))], "mars.csv")
    way.decide(held["id_livraison"], "rejetee", "trop d'erreurs")
    [rejected] = way.go()
    assert "déposez-le de nouveau en entier" in told(way, rejected)
    done = mend_csv(way, handed_back(way, rejected, ".csv"), *[{"axe": "attirer"}] * 6)
    assert (done["statut"], done["complement"], done["lignes_ajoutees"]) == ("chargee", True, 6)
    assert "la livraison n° 1, qui n'a pas été chargée : pour que ses autres lignes le soient" in told(way, done)
    assert way.query("select 1 from journal.correction") == []


def test_a_load_killed_before_its_end_leaves_the_quarantine_as_it_was(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    way.one([*GOOD, operation(21, axe="x")])
    way.drop([operation(21), operation(22, axe="y")], "corrige.csv")
    with monkeypatch.context() as killed:
        killed.setattr(journal, "note_corrections", lambda *_: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            way.go()
    assert statuses(way) == ["ouverte"]
    [done] = way.go()
    assert (done["statut"], done["lignes_corrigees"]) == ("chargee_partiellement", 1)
    assert statuses(way) == ["corrigee", "ouverte"]
