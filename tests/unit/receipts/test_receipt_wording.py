"""Every status speaks its own words: what happened in one sentence, then what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from territoires.anomalies import Anomaly
from territoires.receipts.causes import gather
from territoires.receipts.model import Counts, Duplicate, Former, Receipt, Status
from territoires.receipts.wording import Story, tell
from tests.unit.receipts.making import FILE_WARNING, receipt, spaced

EARLIER = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)
NOTHING_TO_DO = "Vous n'avez rien à faire."


def story(said: Receipt) -> Story:
    return tell(said, gather(said))


def duplicate_of(status: Status, **changes: object) -> Story:
    changes = {"refused": (), "anomalies": (), "counts": Counts(), **changes}
    return story(receipt(status="doublon", duplicate_of=Duplicate(37, EARLIER, status), **changes))


def test_a_loaded_file_asks_for_nothing() -> None:
    told = story(receipt(status="chargee", refused=(), anomalies=(), counts=Counts(1234, 1234)))
    assert spaced(told.headline) == "Votre fichier a été chargé : 1 234 lignes acceptées."
    assert (told.tag, told.tone, told.steps) == ("Chargé", "succes", (NOTHING_TO_DO,))


def test_a_loaded_file_with_warnings_asks_to_read_them() -> None:
    told = story(receipt(status="chargee", refused=(), counts=Counts(2, 2, warnings=3)))
    assert spaced(told.headline) == "Votre fichier a été chargé : 2 lignes acceptées, 3 points à vérifier."
    assert "points à vérifier ci-dessous" in told.steps[0]
    assert told.tag == "Chargé, à vérifier"


def test_a_file_loaded_in_part_says_how_to_give_the_rest_back() -> None:
    told = story(receipt(counts=Counts(100, 96, 4)))
    assert spaced(told.headline) == "Votre fichier a été chargé en partie : 96 lignes acceptées, 4 à corriger."
    assert "ce qu'il faut écrire" in told.steps[0]
    assert "peuvent rester" in told.steps[1]
    assert "elle ne vous sera plus demandée" in told.steps[-1]
    assert spaced(told.steps[2]) == (
        "Déposez-le dans votre dossier de dépôt « banque_des_territoires/investissements ». "
        "Il ne faut pas y remettre les lignes déjà acceptées."
    )


def test_a_whole_state_is_never_mended_by_a_part_of_it() -> None:
    """Dropping four corrected rows of a `complet` delivery alone would close all the others."""
    steps = " ".join(story(receipt(redrop="whole")).steps)
    assert "déposez-le de nouveau en entier" in steps
    assert "Il ne faut pas y remettre" not in steps


def test_a_file_that_cannot_be_read_counts_what_is_to_be_mended() -> None:
    errors = (Anomaly("colonne_manquante", "m", "r", column="a"), Anomaly("colonne_manquante", "m", "r", column="b"))
    told = story(receipt(status="refusee", refused=(), anomalies=(*errors, FILE_WARNING), counts=Counts()))
    assert spaced(told.headline) == "Votre fichier n'a pas été chargé : 2 points sont à corriger."
    assert "Aucune ligne de ce fichier n'est enregistrée" in told.explanation[-1]
    assert told.tone == "erreur"


def test_a_file_refused_for_its_rows_must_come_back_whole() -> None:
    changes = {"counts": Counts(5, 1, 4), "status_reason": "Le chargement a été rejeté.", "redrop": "whole"}
    told = story(receipt(status="refusee", **changes))
    assert spaced(told.headline) == "Votre fichier n'a pas été chargé : 4 lignes sont à corriger."
    assert told.explanation[0] == "Le chargement a été rejeté."
    assert "déposez-le de nouveau en entier" in told.steps[-1]


def test_a_refusal_without_any_detail_still_makes_sense() -> None:
    why = "Export filtré : envoyez la liste entière."
    told = story(receipt(status="refusee", refused=(), anomalies=(), counts=Counts(8, 8), status_reason=why))
    assert spaced(told.explanation[0]) == why
    assert "motif ci-dessus" in told.steps[0]
    assert told.headline == "Votre fichier n'a pas été chargé."


def test_a_held_file_asks_for_patience() -> None:
    told = story(receipt(status="en_attente"))
    assert told.headline == "Votre fichier est bien reçu et attend notre accord avant d'être chargé."
    assert told.steps[0].startswith("Vous n'avez rien à faire pour l'instant")
    assert any("préparez déjà vos corrections" in step for step in told.steps)
    assert told.tone == "info"


def test_a_duplicate_of_an_accepted_file_asks_for_nothing() -> None:
    told = duplicate_of("chargee")
    assert spaced(told.headline) == "Vous avez déjà déposé ce fichier : il n'a pas été chargé une seconde fois."
    assert spaced(told.explanation[0]) == (
        "Son contenu est le même, à l'octet près, que celui de la livraison n° 37, reçue le 1er novembre 2026 à "
        "9 h 00 : elle a été entièrement chargée."
    )
    assert told.steps[0] == NOTHING_TO_DO
    assert "vérifiez qu'elles sont bien enregistrées" in told.steps[-1]


def test_a_duplicate_of_a_partly_accepted_file_recalls_the_corrections() -> None:
    told = duplicate_of("chargee_partiellement", still_open=4)
    assert "attend encore vos corrections" in told.explanation[0]
    assert spaced(told.explanation[1]) == "4 lignes de dépôts précédents restent à corriger."
    assert told.tone == "attention"
    given_back = duplicate_of("chargee_partiellement", refused=receipt().refused)
    assert "Ouvrez le fichier de vos lignes à corriger" in given_back.steps[0]
    mended = duplicate_of("chargee_partiellement")
    assert (mended.steps[0], "corrigées depuis" in mended.explanation[0]) == (NOTHING_TO_DO, True)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("refusee", "n'avait pas pu être chargée"),
        ("en_attente", "attend notre accord"),
        ("remplacee", "remplacée depuis"),
        ("recue", "en cours de traitement"),
    ],
)
def test_a_duplicate_says_what_became_of_the_original(status: Status, words: str) -> None:
    assert words in duplicate_of(status).explanation[0]


def test_a_duplicate_without_its_original_still_makes_sense() -> None:
    assert story(receipt(status="doublon", duplicate_of=None)).steps == (NOTHING_TO_DO,)


@pytest.mark.parametrize("status", ["recue", "en_lecture"])
def test_an_unfinished_delivery_says_that_nothing_is_lost(status: Status) -> None:
    told = story(receipt(status=status, refused=(), anomalies=()))
    assert told.explanation == (
        "Rien n'est perdu\u00a0: le fichier est conservé tel quel et son traitement reprendra de lui-même.",
    )


def test_a_replaced_file_is_said_to_be() -> None:
    assert story(receipt(status="remplacee")).headline == "Ce fichier a été remplacé par une livraison plus récente."


def test_corrections_are_acknowledged_and_the_rest_recalled() -> None:
    told = story(receipt(fixed=1, still_open=2))
    assert [spaced(sentence) for sentence in told.explanation[-2:]] == [
        "Ce dépôt corrige 1 ligne qui était refusée jusqu'ici : merci.",
        "2 lignes de dépôts précédents restent à corriger.",
    ]


def test_the_last_correction_says_that_nothing_is_left() -> None:
    told = story(receipt(status="chargee", refused=(), fixed=3))
    assert spaced(told.explanation[-1]) == (
        "Ce dépôt corrige 3 lignes qui étaient refusées jusqu'ici : merci. "
        "Il ne reste rien à corriger de vos dépôts précédents."
    )
    waiting = story(receipt(status="chargee", refused=(), anomalies=(), fixed=3, still_open=1))
    assert "Il ne reste rien" not in waiting.explanation[0]
    assert spaced(waiting.steps[1]).startswith("Pour les précédents, « Où en sont vos corrections »")


def test_a_file_that_takes_the_place_of_unread_ones_names_them() -> None:
    one = Former(37, "T3.csv", datetime(2026, 11, 1, tzinfo=UTC))
    told = story(receipt(status="chargee", refused=(), former=(one,)))
    assert spaced(told.explanation[-1]) == (
        "Il prend la place de votre dépôt « T3.csv » du 1er novembre 2026, dont rien n'avait été chargé."
    )
    both = story(receipt(status="chargee", refused=(), former=(one, replace(one, file_name="T3 bis.csv"))))
    assert "de vos dépôts « T3.csv » du 1er novembre 2026 et « T3 bis.csv »" in spaced(both.explanation[-1])


def test_rows_that_a_later_file_has_answered_are_not_asked_for() -> None:
    told = story(receipt(settled=3, refused=receipt().refused[:1]))
    assert spaced(told.headline) == "Votre fichier a été chargé en partie : 1 296 lignes acceptées, 1 à corriger."
    assert "3 lignes refusées de ce fichier ont déjà été reprises" in spaced(told.explanation[-1])
    done = story(receipt(settled=4, refused=()))
    assert (done.tone, done.steps) == ("succes", (NOTHING_TO_DO,))


def test_one_row_is_in_the_singular() -> None:
    told = story(receipt(status="refusee", counts=Counts(1, 0, 1), refused=receipt().refused[:1]))
    assert spaced(told.headline) == "Votre fichier n'a pas été chargé : 1 ligne est à corriger."
