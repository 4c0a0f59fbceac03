"""Which deliveries are written about, what the mails say, and that each reminder comes once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from territoires.calendar import synchronise
from territoires.delivery import answer
from territoires.delivery.answer import answer_delivery
from territoires.delivery.read import read_delivery
from territoires.mail.digest import write_digest
from territoires.mail.reminders import remind_of_lateness, remind_of_rows
from tests.integration.delivery.conftest import Way, operation

GOOD = [operation(number) for number in range(1, 21)]
WRONG = operation(21, montant_engage_eur="douze mille")
MANY = [operation(number, montant_engage_eur="douze mille") for number in range(21, 41)]
CONTACTS = (
    "id_ti;nom;prenom;fonction;email_professionnel;telephone_professionnel;date_debut;date_fin\r\n"
    "ti-0101;Exemple;Camille;Chargée;camille.exemple(at)operateur.example;;05/03/2019;\r\n"
    "ti-0201;Essai;Dominique;Chargé;dominique.essai@operateur.example;;05/03/2019;\r\n"
)


def mails(way: Way) -> list[dict[str, Any]]:
    return way.query("select * from journal.courrier order by id_courrier")


def keys(way: Way) -> list[str]:
    return [re.sub(r"\d+", "n", row["cle"]) for row in mails(way)]


def flat(text: str) -> str:
    return " ".join(text.split())


def weeks_ago(way: Way) -> None:
    """Let eight days pass since every answer."""
    way.query("update quarantaine.ligne set cree_le = cree_le - interval '8 days' returning 1")
    way.query("update journal.livraison set repondue_le = repondue_le - interval '8 days' returning 1")


def test_a_file_that_asks_for_nothing_is_not_written_about(way: Way) -> None:
    way.one(GOOD)
    way.one(GOOD, "le-meme.csv")
    assert mails(way) == []


def test_one_mail_tells_all_errors_with_the_rows_and_the_correction_is_thanked(way: Way) -> None:
    way.one([*GOOD, WRONG, operation(22, statut="parti", id_ti="ti-9999")], "Mon export.csv")
    [mail] = mails(way)
    assert mail["cle"] == f"recu:{mail['id_livraison']}:chargee_partiellement"
    assert mail["destinataires"] == ["donnees@banque-des-territoires.example"]
    assert mail["objet"].startswith("Investissements de la Banque des Territoires : 2 lignes à corriger")
    assert "Mon export" not in mail["objet"]
    told = flat(mail["texte"])
    for fact in ("Mon export.csv", "joint à ce courrier", "ligne 22", "montant_engage_eur", "id_ti", "statut", "→"):
        assert fact in told
    assert "<a " not in mail["page"]
    [piece] = mail["pieces"]
    assert (way.platform.outbound / piece).suffix == ".xlsx"
    [given_back] = (way.platform.outbound / "banque_des_territoires").glob("*lignes-refusees.csv")
    corrected = given_back.read_text("utf-8-sig").replace("douze mille", "12 000,00").replace("parti", "engage")
    way.drop_bytes(corrected.replace("ti-9999", "ti-0101").encode(), "corrige.csv")
    way.go()
    thanks = mails(way)[-1]
    assert keys(way) == ["recu:n:chargee_partiellement", "recu:n:chargee"]
    assert "corrections enregistrées" in thanks["objet"]
    assert thanks["pieces"] == []


def test_a_refused_file_then_a_held_one_and_its_end_are_written_about(way: Way) -> None:
    way.drop_bytes(b"%PDF-1.7 rien d'un tableau", "rapport.csv")
    way.go()
    way.drop([*GOOD, *MANY], "trop.csv")
    [held] = way.go()
    assert held["statut"] == "en_attente"
    way.decide(held["id_livraison"], "rejetee", "Export faux : reprenez celui du mois.")
    way.go()
    assert keys(way) == ["recu:n:refusee", "recu:n:en_attente", "recu:n:refusee"]
    assert "reprenez celui du mois" in flat(mails(way)[-1]["texte"])
    answer_delivery(way.platform, held["id_livraison"])
    assert len(mails(way)) == 3


def test_the_mail_is_written_with_the_answer_or_not_at_all(way: Way, monkeypatch: pytest.MonkeyPatch) -> None:
    way.drop_bytes(b"%PDF-1.7 rien d'un tableau", "rapport.csv")
    [number] = way.receive()
    read_delivery(way.platform, number)

    def fails(*_: object) -> bool:
        raise OSError("the ledger is away")

    with monkeypatch.context() as patch:
        patch.setattr(answer, "announce", fails)
        with pytest.raises(OSError, match="away"):
            answer_delivery(way.platform, number)
    assert way.row(number)["repondue_le"] is None
    answer_delivery(way.platform, number)
    assert len(mails(way)) == 1


def test_a_mail_quotes_nobody(way: Way) -> None:
    way.drop_bytes(CONTACTS.encode(), "referents.csv", "banque_des_territoires/referents")
    way.go()
    way.query("update journal.livraison set repondue_le = now() - interval '8 days' returning 1")
    with way.platform.connect() as connection:
        assert remind_of_rows(connection, way.platform.contracts.values()) == 1
    for mail in mails(way):
        said = mail["texte"] + mail["page"] + mail["objet"]
        assert "email_professionnel" in said
        assert "camille" not in said.lower()
        assert mail["pieces"] == []
    assert len(mails(way)) == 2


def test_rows_left_open_are_reminded_of_once_after_the_contract_s_delay(way: Way) -> None:
    way.one([*GOOD, WRONG])
    with way.platform.connect() as connection:
        assert remind_of_rows(connection, way.platform.contracts.values()) == 0, "not before a week"
    weeks_ago(way)
    for expected in (1, 0):
        with way.platform.connect() as connection:
            assert remind_of_rows(connection, way.platform.contracts.values()) == expected
    mail = mails(way)[-1]
    assert (mail["motif"], mail["cle"]) == ("relance", f"relance:{mail['id_livraison']}")
    told = flat(mail["texte"])
    for fact in ("1 ligne de votre livraison", "attend encore", "ligne 22", "montant_engage_eur", "_recu.html"):
        assert fact in told
    for fact in ("Son refus vous a été signalé", "le fichier de votre ligne", "Pourquoi cette ligne est à corriger"):
        assert fact in told


def test_rows_that_a_replay_refused_are_told_without_a_file_that_was_never_made(way: Way) -> None:
    """Such a reminder once spoke of a refusal that nobody had been told of, and of a file that was not there."""
    way.one([*GOOD, WRONG, operation(22, statut="parti")])
    weeks_ago(way)
    way.query("update quarantaine.ligne set cree_le = now() where ligne = 23 returning 1")
    with way.platform.connect() as connection:
        assert remind_of_rows(connection, way.platform.contracts.values()) == 1
    told = flat(mails(way)[-1]["texte"])
    for fact in (
        "Nous avons relu ce fichier",
        "ne dit pas tout ce qui suit",
        "un fichier qui les contient",
        "22",
        "23",
    ):
        assert fact in told
    assert "Ouvrez le fichier" not in told


def test_a_late_operator_is_reminded_once_for_each_type_and_period(way: Way) -> None:
    contracts = [way.platform.contracts["banque_des_territoires/investissements"]]
    with way.platform.connect() as connection:
        synchronise(connection, contracts, date(2026, 10, 1))
        synchronise(connection, contracts, date(2026, 12, 20))
        written = [
            remind_of_lateness(connection, contracts, day)
            for day in (date(2026, 10, 14), date(2026, 10, 15), date(2026, 10, 16), date(2026, 11, 15))
        ]
        assert written == [0, 1, 0, 1]
        assert remind_of_lateness(connection, [], date(2026, 12, 20)) == 0, "a type whose contract is no more"
    first, second = mails(way)
    assert first["cle"] == "retard:banque_des_territoires/investissements:2026-09"
    assert "septembre 2026" in first["objet"]
    assert "le 10 octobre 2026" in flat(first["texte"])
    assert "Il nous manque aussi : septembre 2026." in flat(second["texte"])


def test_a_late_list_is_asked_for_once_not_for_each_period_past(way: Way) -> None:
    contracts = [way.platform.contracts["banque_des_territoires/referents"]]
    with way.platform.connect() as connection:
        synchronise(connection, contracts, date(2026, 3, 1))
        synchronise(connection, contracts, date(2026, 12, 20))
        assert remind_of_lateness(connection, contracts, date(2026, 12, 20)) == 1
    told = flat(mails(way)[0]["texte"])
    assert "Un fichier à jour répondra aussi aux périodes précédentes : 1er trimestre 2026" in told
    assert "Il nous manque" not in told


def test_the_digest_tells_what_came_and_what_waits_once_a_day(way: Way) -> None:
    now = datetime.now(UTC)
    contracts, engineers = way.platform.contracts.values(), ("equipe@ti.example",)
    with way.platform.connect() as connection:
        assert write_digest(connection, contracts, engineers, now)
        assert not write_digest(connection, contracts, engineers, now)
    [quiet] = mails(way)
    assert quiet["objet"].endswith(": rien à signaler")
    assert (quiet["operateur"], quiet["destinataires"]) == ("equipe-donnees", list(engineers))
    way.one([*GOOD, WRONG])
    way.drop([*GOOD, *MANY], "trop.csv")
    way.go()
    with way.platform.connect() as connection:
        synchronise(connection, contracts, (now - timedelta(days=400)).date())
        synchronise(connection, contracts, now.date())
        connection.execute("update journal.courrier set statut = 'incertain' where motif = 'recu'")
        connection.execute(
            "insert into journal.etape (id_livraison, etape, essai, statut) values (1, 'lire', 9, 'echouee')"
        )
        connection.execute(
            "update journal.livraison set repondue_le = null, recue_le = now() - interval '2 hours'"
            " where statut = 'en_attente'"
        )
        assert write_digest(connection, contracts, engineers, now + timedelta(days=1))
    digest = mails(way)[-1]
    told = flat(digest["texte"])
    for fact in (
        "1 décision attendue",
        "en retard",
        "1 échec",
        "1 fichier sans réponse",
        "2 courriers à regarder",
        "Reçu",
        "à corriger",
        "n° 2",
    ):
        assert fact in told, fact
    assert "douze mille" not in told
