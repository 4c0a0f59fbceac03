"""The mail about a delivery, as its operator reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from territoires.contracts import load_all
from territoires.mail import receipts
from territoires.mail.drafts import Draft
from territoires.mail.receipts import draft
from territoires.receipts.model import Counts
from territoires.receipts.publish import publish
from tests.unit.receipts.making import HOSTILE, flat, receipt

CONTRACT = load_all()["banque_des_territoires/investissements"]


def mail(folder: Path, contract: Any = CONTRACT, **changes: Any) -> Draft:
    told = receipt(**changes)
    return draft(told, publish(told, folder / told.operator), contract)


def test_everything_is_in_one_mail_and_the_file_to_correct_goes_with_it(tmp_path: Path) -> None:
    made = mail(tmp_path)
    assert made.subject == "Investissements : 4 lignes à corriger (livraison n° 42)"
    assert [Path(name).suffix for name in made.attachments] == [".xlsx"]
    assert (tmp_path / made.attachments[0]).is_file()
    for said in (flat(made.text), flat(made.page)):
        for fact in ("joint à ce courrier", "13, 47 et 1 200", "La clé de ce numéro est fausse.", "_recu.html"):
            assert fact in said


def test_a_file_too_large_to_travel_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(receipts, "ATTACHED_BYTES", 10)
    made = mail(tmp_path)
    assert made.attachments == ()
    assert "rangé dans votre dossier de sortie" in flat(made.text)
    assert "il est trop gros pour être joint" in flat(made.text)


def test_lines_that_name_people_do_not_travel(tmp_path: Path) -> None:
    named = replace(CONTRACT.column("siren_beneficiaire"), personal_data="contact_professionnel")
    fields = tuple(named if column.name == named.name else column for column in CONTRACT.fields)
    made = mail(tmp_path, replace(CONTRACT, fields=fields), columns={"SIREN": named.title})
    assert made.attachments == ()
    assert "La clé de ce numéro" not in flat(made.text)
    assert "SIREN" in made.text
    assert "Le montant est obligatoire." in flat(made.text)


def test_what_the_operator_wrote_is_shown_and_does_nothing(tmp_path: Path) -> None:
    made = mail(tmp_path, file_name=HOSTILE)
    assert "<script" not in made.page
    assert "&lt;script&gt;" in made.page
    assert HOSTILE[:10] not in made.subject
    for said in (made.text, made.page):
        assert not {"\u202e", "\x00", "\x1b"} & set(said)


@pytest.mark.parametrize(
    ("changes", "subject", "said"),
    [
        ({"status": "refusee", "refused": (), "counts": Counts()}, "fichier non chargé", "n'a pas été chargé"),
        ({"status": "en_attente"}, "en attente de notre accord", "Vous n'avez rien à faire pour l'instant"),
        ({"status": "chargee", "refused": (), "counts": Counts(4, 4), "fixed": 4}, "corrections enregistrées", "merci"),
        ({"status": "chargee", "refused": (), "counts": Counts(4, 4)}, "fichier chargé", "a été chargé"),
        ({"status": "remplacee", "refused": (), "counts": Counts()}, "remplacé", "plus récente"),
    ],
)
def test_each_answer_has_its_calm_words(tmp_path: Path, changes: dict[str, Any], subject: str, said: str) -> None:
    made = mail(tmp_path, **changes)
    assert subject in made.subject
    assert said in flat(made.text)
    assert "!" not in made.text
    assert made.key == f"recu:42:{changes['status']}"
