"""The way of a file on a real PostgreSQL: what each kind of delivery becomes, and what its operator reads."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.integration.delivery.conftest import Way, operation

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
    from territoires.warehouse import journal

    row = way.one([*GOOD[:5], *(operation(number, axe="inconnu") for number in range(30, 36))])
    assert facts(row) == ("en_attente", 11, 5, 6)
    assert way.query(CURRENT) == []
    assert "attend notre accord" in way.receipt(row)
    with way.platform.connect() as connection:
        assert journal.decide(connection, row["id_livraison"], "approuvee", "vu avec l'opérateur", "agent")
    [row] = way.go()
    assert facts(row) == ("chargee_partiellement", 11, 5, 6)
    assert (row["decision_par"], row["decision_motif"]) == ("agent", "vu avec l'opérateur")
    assert len(way.query("select 1 from quarantaine.ligne")) == 6


def test_a_small_file_with_a_few_refused_rows_does_not_wait(way: Way) -> None:
    row = way.one([*GOOD[:5], *(operation(number, axe="inconnu") for number in range(30, 35))])
    assert facts(row) == ("chargee_partiellement", 10, 5, 5)


def test_a_held_delivery_that_is_rejected_loads_nothing_and_is_answered_with_the_reason(way: Way) -> None:
    from territoires.warehouse import journal

    held = way.one([*GOOD[:5], *(operation(number, axe="inconnu") for number in range(30, 36))])
    with way.platform.connect() as connection:
        assert journal.decide(connection, held["id_livraison"], "rejetee", "export du mauvais mois", "agent")
        assert not journal.decide(connection, held["id_livraison"], "approuvee", "trop tard", "agent")
    [row] = way.go()
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
