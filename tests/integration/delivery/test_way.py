"""The way of a file on a real PostgreSQL: what each kind of delivery becomes, and what its operator reads."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from territoires.delivery.load import load_delivery
from territoires.delivery.read import read_delivery
from territoires.delivery.receive import NothingReceived
from territoires.delivery.validate import validate_delivery
from territoires.warehouse import journal
from tests.integration.delivery.conftest import HEADERS, Way, operation

GOOD = [operation(number) for number in range(1, 21)]
CURRENT = (
    "select id_operation, montant_engage_eur, ligne from core.banque_des_territoires_investissements"
    " where valide_a is null order by id_operation"
)


def facts(row: dict[str, Any]) -> tuple[Any, ...]:
    return (row["statut"], row["lignes_lues"], row["lignes_acceptees"], row["lignes_refusees"])


def test_a_good_file_is_loaded_archived_and_answered(way: Way) -> None:
    path = way.drop(GOOD)
    content = path.read_bytes()
    [row] = way.go()
    assert facts(row) == ("chargee", 20, 20, 0)
    current = way.query(CURRENT)
    assert [(one["id_operation"], one["ligne"]) for one in current][:2] == [
        ("BDT-2019-00001", 2),
        ("BDT-2019-00002", 3),
    ]
    assert {one["montant_engage_eur"] for one in current} == {Decimal("1000.50")}
    assert not path.exists()
    assert way.platform.archive.path(row["sha256"]).read_bytes() == content
    assert "export.csv" in way.receipt(row)
    assert not way.platform.work(row["id_livraison"]).folder.exists()
    [result] = Path(way.platform.archive.root).rglob("*.validation.json")
    assert result.name == f"{row['sha256']}.livraison-{row['id_livraison']}.validation.json"
    report = json.loads(result.read_text(encoding="utf-8"))
    assert report["success"] is True
    assert len(report["results"]) > 20


def test_a_refused_row_is_told_with_line_column_value_and_remedy(way: Way) -> None:
    row = way.one([*GOOD, operation(21, montant_engage_eur="douze mille")])
    assert facts(row) == ("chargee_partiellement", 21, 20, 1)
    [refused] = way.query("select ligne, cle, contenu, motifs, statut from quarantaine.ligne")
    assert (refused["ligne"], refused["cle"], refused["statut"]) == (22, "BDT-2019-00021", "ouverte")
    assert refused["contenu"]["montant_engage_eur"] == "douze mille"
    assert [(reason["column"], reason["rule"]) for reason in refused["motifs"]] == [("montant_engage_eur", "type")]
    told = way.receipt(row)
    for fact in ("22", "montant_engage_eur", "douze mille"):
        assert fact in told
    folder = way.platform.outbound / "banque_des_territoires"
    assert [path.suffix for path in sorted(folder.glob("*lignes-refusees*"))] == [".csv", ".xlsx"]


def test_the_refused_rows_corrected_and_dropped_again_leave_nothing_open(way: Way) -> None:
    way.one([*GOOD, operation(21, montant_engage_eur="douze mille")])
    [given_back] = (way.platform.outbound / "banque_des_territoires").glob("*lignes-refusees.csv")
    corrected = given_back.read_bytes().replace(b"douze mille", b"12 000,00")
    way.drop_bytes(corrected, "corrige.csv")
    [row] = way.go()
    assert facts(row) == ("chargee", 1, 1, 0)
    assert row["lignes_corrigees"] == 1
    assert {one["statut"] for one in way.query("select statut from quarantaine.ligne")} == {"corrigee"}
    assert len(way.query(CURRENT)) == 21


def test_the_refused_contacts_come_back_although_their_contract_takes_no_unknown_column(way: Way) -> None:
    header = (
        "id_ti;nom;prenom;fonction;email_professionnel;telephone_professionnel;date_debut;date_fin;"
        "motif;correction_attendue"
    )
    contact = "ti-0101;Exemple;Anne;Référente;anne@demo.example;+33 1 99 00 00 01;05/03/2019;;Pourquoi;Comment"
    content = "\r\n".join([header, contact, ""]).encode()
    way.drop_bytes(content, "corrige.csv", "banque_des_territoires/referents")
    [row] = way.go()
    assert facts(row) == ("chargee", 1, 1, 0), row["anomalies"]
    assert row["avertissements"] == 0


def test_the_same_content_again_loads_nothing_and_says_so(way: Way) -> None:
    first = way.one(GOOD)
    again = way.one(GOOD, "le-meme-renomme.csv")
    assert (again["statut"], again["doublon_de"]) == ("doublon", first["id_livraison"])
    assert len(way.query("select 1 from core.banque_des_territoires_investissements")) == 20
    assert "déjà" in way.receipt(again)


def test_a_correction_changes_only_the_changed_rows_and_keeps_both_versions(way: Way) -> None:
    way.one(GOOD)
    row = way.one([operation(1, montant_engage_eur="2 000,00"), *GOOD[1:]], "correction.csv")
    assert (row["lignes_ajoutees"], row["lignes_modifiees"], row["lignes_inchangees"]) == (0, 1, 19)
    versions = way.query(
        "select montant_engage_eur, valide_a is null as courante from core.banque_des_territoires_investissements"
        " where id_operation = 'BDT-2019-00001' order by valide_de"
    )
    assert [tuple(version.values()) for version in versions] == [
        (Decimal("1000.50"), False),
        (Decimal("2000.00"), True),
    ]


def test_an_unreadable_file_is_refused_whole_with_its_reason(way: Way) -> None:
    way.drop_bytes(b"", "vide.csv")
    [row] = way.go()
    assert (row["statut"], row["code_motif"]) == ("refusee", "fichier_vide")
    assert "vide.csv" in way.receipt(row)


def test_a_refused_content_dropped_again_is_tried_again(way: Way) -> None:
    way.drop_bytes(b"", "vide.csv")
    [first] = way.go()
    way.drop_bytes(b"", "vide.csv")
    [second] = way.go()
    assert (first["statut"], second["statut"], second["doublon_de"]) == ("refusee", "refusee", None)


def test_too_many_refused_rows_hold_the_delivery_until_an_engineer_decides(way: Way) -> None:
    row = way.one([*GOOD[:5], *(operation(number, axe="inconnu") for number in range(30, 36))])
    assert facts(row) == ("en_attente", 11, 5, 6)
    assert way.query(CURRENT) == []
    assert "attend notre accord" in way.receipt(row)
    way.decide(row["id_livraison"], "approuvee", "vu avec l'opérateur")
    [row] = way.go()
    assert facts(row) == ("chargee_partiellement", 11, 5, 6)
    assert (row["decision_par"], row["decision_motif"]) == ("agent", "vu avec l'opérateur")
    assert len(way.query("select 1 from quarantaine.ligne")) == 6


def test_a_small_file_with_a_few_refused_rows_does_not_wait(way: Way) -> None:
    row = way.one([*GOOD[:5], *(operation(number, axe="inconnu") for number in range(30, 35))])
    assert facts(row) == ("chargee_partiellement", 10, 5, 5)


def test_a_held_delivery_that_is_rejected_loads_nothing_and_is_answered_with_the_reason(way: Way) -> None:
    held = way.one([*GOOD[:5], *(operation(number, axe="inconnu") for number in range(30, 36))])
    way.decide(held["id_livraison"], "rejetee", "export du mauvais mois")
    way.decide(held["id_livraison"], "rejetee", "export du mauvais mois")  # a retry of the same run
    with pytest.raises(journal.NotDecidable, match="nothing to decide"):
        way.decide(held["id_livraison"], "approuvee", "trop tard", "manuel-2")
    [row] = way.go()
    assert row["lignes_acceptees"] == 0
    assert (row["statut"], row["repondue_le"] is not None) == ("refusee", True)
    assert "export du mauvais mois" in way.receipt(row)
    assert way.query(CURRENT) == []


def test_a_file_whose_every_row_is_refused_waits_for_nobody(way: Way) -> None:
    row = way.one([operation(1, axe="x"), operation(2, axe="y")])
    assert facts(row) == ("refusee", 2, 0, 2)
    assert len(way.query("select 1 from quarantaine.ligne where statut = 'ouverte'")) == 2


def test_a_symbolic_link_is_refused_unread(way: Way) -> None:
    import os

    folder = way.platform.inbound / "banque_des_territoires" / "investissements"
    folder.mkdir(parents=True)
    (folder / "lien.csv").symlink_to("/etc/passwd")
    os.utime(folder / "lien.csv", (0, 0), follow_symlinks=False)
    [row] = way.go()
    assert (row["statut"], row["code_motif"]) == ("refusee", "lien_symbolique")
    assert way.platform.archive.path(row["sha256"]).read_bytes() == b"/etc/passwd"


def test_every_step_leaves_its_outcome(way: Way) -> None:
    row = way.one(GOOD)
    steps = way.query(
        "select etape, statut, essai from journal.etape where id_livraison = %s order by id_etape", row["id_livraison"]
    )
    assert [tuple(step.values()) for step in steps] == [
        (name, "reussie", 1) for name in ("recevoir", "lire", "valider", "charger", "repondre")
    ]
    rules = way.query("select regle, lignes_examinees from journal.resultat_regle")
    assert len(rules) > 20
    assert {rule["lignes_examinees"] for rule in rules} == {20}


def test_files_are_taken_in_order_of_arrival(way: Way) -> None:
    way.drop([operation(1, libelle="ancien")], "b.csv")
    newer = way.drop([operation(1, libelle="nouveau")], "a.csv")
    import os

    os.utime(newer, (newer.stat().st_mtime + 5,) * 2)
    first, second = way.go()
    assert (first["nom_fichier"], second["nom_fichier"]) == ("b.csv", "a.csv")
    [current] = way.query("select libelle from core.banque_des_territoires_investissements where valide_a is null")
    assert current["libelle"] == "nouveau"


def test_a_decision_needs_a_reason_and_the_operator_s_own_dag(way: Way) -> None:
    held = way.one([*GOOD[:5], *(operation(number, axe="inconnu") for number in range(30, 36))])
    with pytest.raises(journal.NotDecidable, match="reason"):
        way.decide(held["id_livraison"], "approuvee", " ")
    decision = journal.Decision(held["id_livraison"], "programme", "approuvee", "vu", "agent", "manuel-1")
    with way.platform.connect() as connection, pytest.raises(journal.NotDecidable, match="programme has no delivery"):
        journal.decide(connection, decision)
    assert way.row(held["id_livraison"])["statut"] == "en_attente"


CONTACTS = "id_ti;nom;prenom;fonction;email_professionnel;telephone_professionnel;date_debut;date_fin"


def contacts(way: Way, name: str, *territories: str, bad: tuple[str, ...] = ()) -> dict[str, Any]:
    rows = [f"{code};Exemple;Anne;;anne@demo.example;;05/03/2019;" for code in territories]
    rows += [f"{code};Exemple;Anne;;pas une adresse;;05/03/2019;" for code in bad]
    content = "\r\n".join([CONTACTS, *rows, ""]).encode()
    way.drop_bytes(content, name, "banque_des_territoires/referents")
    [row] = way.go()
    return row


CURRENT_CONTACTS = "select id_ti from core.banque_des_territoires_referents where valide_a is null order by id_ti"


def test_a_whole_state_of_which_no_row_is_accepted_closes_nothing(way: Way) -> None:
    contacts(way, "avril.csv", "ti-0101", "ti-0201", "ti-0202")
    row = contacts(way, "mai.csv", bad=("ti-0101", "ti-0201"))
    assert (row["statut"], row["lignes_closes"]) == ("refusee", 0)
    assert len(way.query(CURRENT_CONTACTS)) == 3


def test_a_whole_state_ends_the_wait_for_corrections_of_the_former_one(way: Way) -> None:
    contacts(way, "avril.csv", "ti-0101", "ti-0201", "ti-0202", bad=("ti-4413",))
    contacts(way, "mai.csv", "ti-0101", "ti-0201", "ti-0202")
    assert [row["statut"] for row in way.query("select statut from quarantaine.ligne")] == ["expiree"]


def test_lifting_one_ceiling_does_not_lift_the_other(way: Way) -> None:
    five = ("ti-0101", "ti-0201", "ti-0202", "ti-4413", "ti-8401")
    contacts(way, "avril.csv", *five)
    held = contacts(way, "mai.csv", "ti-0101", bad=("ti-0201",) * 7)
    assert (held["statut"], held["code_motif"]) == ("en_attente", "plafond_refus")
    way.decide(held["id_livraison"], "approuvee", "lignes en trop connues")
    [again] = way.go()
    assert (again["statut"], again["code_motif"]) == ("en_attente", "plafond_fermeture")
    assert len(way.query(CURRENT_CONTACTS)) == 5
    way.decide(again["id_livraison"], "approuvee", "trois départs confirmés", "manuel-2")
    [loaded] = way.go()
    assert (loaded["statut"], loaded["lignes_closes"]) == ("chargee_partiellement", 3)


def test_a_whole_state_with_a_mistyped_key_closes_nothing(way: Way) -> None:
    contacts(way, "avril.csv", "ti-0101", "ti-0201", "ti-0202", "ti-4413", "ti-8401")
    row = contacts(way, "mai.csv", "ti-0201", "ti-0202", "ti-4413", "ti-8401", "ti-9101")
    assert (row["statut"], row["lignes_refusees"], row["lignes_closes"]) == ("chargee_partiellement", 1, 0)
    assert len(way.query(CURRENT_CONTACTS)) == 5


def test_a_reading_killed_before_the_journal_knew_of_it_is_read_again(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    way.drop(GOOD)
    [number] = way.receive()
    with monkeypatch.context() as killed:
        killed.setattr("territoires.delivery.read.facts", lambda _: (_ for _ in ()).throw(OSError("killed")))
        with pytest.raises(OSError, match="killed"):
            read_delivery(way.platform, number)
    [row] = way.go()
    assert (row["statut"], row["lignes_lues"], row["format"]) == ("chargee", 20, "csv")


def test_an_old_delivery_approved_late_does_not_undo_what_a_newer_one_restated(way: Way) -> None:
    way.one([operation(1)], "mars.csv")
    bad = [operation(number, axe="inconnu") for number in range(30, 36)]
    held = way.one([operation(1, montant_engage_eur="9 999,00"), *bad], "avril.csv")
    assert held["statut"] == "en_attente"
    way.one([operation(1), operation(2)], "mai.csv")
    way.decide(held["id_livraison"], "approuvee", "vu")
    way.go()
    [current] = way.query(CURRENT + " limit 1")
    assert current["montant_engage_eur"] == Decimal("1000.50")


def test_a_duplicate_says_that_something_newer_stands(way: Way) -> None:
    way.one([operation(1)], "a.csv")
    way.one([operation(1, libelle="erreur")], "b.csv")
    again = way.one([operation(1)], "a.csv")
    assert again["statut"] == "doublon"
    assert "la livraison n° 2 a été chargée" in " ".join(way.receipt(again).split()).replace("\xa0", " ")


def test_a_refused_key_waits_for_no_correction_under_that_key(way: Way) -> None:
    way.one([*GOOD, operation(21, id_operation="BDT19-2"), operation(22, axe="inconnu")])
    keys = way.query("select cle from quarantaine.ligne order by ligne")
    assert [row["cle"] for row in keys] == [None, "BDT-2019-00022"]


def test_a_name_that_is_no_utf8_keeps_no_other_file_from_its_turn(way: Way) -> None:
    folder = way.platform.inbound / "banque_des_territoires" / "investissements"
    way.drop(GOOD, "bon.csv")
    odd = bytes(folder) + b"/relev\xe9.csv"
    Path(odd.decode("utf-8", "surrogateescape")).write_bytes(b"")
    way.settle(Path(odd.decode("utf-8", "surrogateescape")))
    (folder / ".en_cours").mkdir(exist_ok=True)
    (folder / ".en_cours" / ".DS_Store").write_bytes(b"")
    rows = {row["nom_fichier"]: row["statut"] for row in way.go()}
    assert rows == {"bon.csv": "chargee", "relevé.csv": "refusee"}


def test_a_file_that_cannot_be_taken_up_is_said_and_stays(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    way.drop(GOOD, "illisible.csv")

    def broken(*_: object) -> None:
        raise PermissionError("illisible.csv")

    monkeypatch.setattr("territoires.delivery.receive.journal.register", broken)
    with pytest.raises(NothingReceived, match="nothing could be taken up"):
        way.receive()
    monkeypatch.undo()
    [row] = way.go()
    assert row["statut"] == "chargee"


def test_a_null_character_hidden_in_a_workbook_is_refused_not_stuck(way: Way) -> None:
    import io

    import openpyxl

    book = openpyxl.Workbook()
    for cells in (operation(1), operation(2, libelle="cach_x0000_é")):
        if book.active.max_row == 1 and book.active["A1"].value is None:
            book.active.append(HEADERS.split(";"))
        book.active.append(cells.split(";"))
    content = io.BytesIO()
    book.save(content)
    way.drop_bytes(content.getvalue(), "nul.xlsx")
    [row] = way.go()
    assert (row["statut"], row["code_motif"]) == ("refusee", "octet_nul")


def test_a_retry_reads_nothing_twice_but_a_new_decision_reads_anew(way: Way) -> None:
    way.drop(GOOD)
    [number] = way.receive()
    read_delivery(way.platform, number)
    kept = way.platform.work(number).folder / "lecture.json"
    before = kept.stat().st_mtime_ns
    read_delivery(way.platform, number)
    assert kept.stat().st_mtime_ns == before
    validate_delivery(way.platform, number)
    assert load_delivery(way.platform, number)
    assert not load_delivery(way.platform, number)


def test_a_delivery_whose_reading_failed_is_passed_over_and_taken_up_by_the_next_run(
    way: Way, monkeypatch: pytest.MonkeyPatch
) -> None:
    way.drop([operation(1)], "a.csv")
    [number] = way.receive()

    def full(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("territoires.delivery.work.Work.save_reading", full)
    with pytest.raises(OSError, match="no space"):
        read_delivery(way.platform, number)
    monkeypatch.undo()
    validate_delivery(way.platform, number)
    assert not load_delivery(way.platform, number)
    assert way.row(number)["statut"] == "en_lecture"
    [row] = way.go()
    assert (row["id_livraison"], row["statut"]) == (number, "chargee")
