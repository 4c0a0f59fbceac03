"""What happened and what to do next, in one calm French sentence and a few numbered steps, for each status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from territoires.receipts.causes import Causes
from territoires.receipts.convention import REASON_COLUMN, REMEDY_COLUMN
from territoires.receipts.french import NBSP, count, integer, moment, quoted, typography
from territoires.receipts.model import Receipt, Status
from territoires.receipts.safe import SENTENCE_LENGTH, shown

Tone = Literal["succes", "info", "attention", "erreur"]


@dataclass(frozen=True, slots=True)
class Story:
    """The words of a receipt: a short tag and its tone, the headline, sentences that explain it, and the next steps."""

    tag: str
    tone: Tone
    headline: str
    explanation: tuple[str, ...]
    steps: tuple[str, ...]


def tell(receipt: Receipt, causes: Causes) -> Story:
    """Put *receipt* into words. A duplicate without its original, or an unfinished delivery, still gets a sentence."""
    story = _TELLERS[receipt.status](receipt, causes)
    return Story(
        tag=story.tag,
        tone=story.tone,
        headline=typography(story.headline),
        explanation=tuple(typography(sentence) for sentence in (*story.explanation, *_corrections(receipt))),
        steps=tuple(typography(step) for step in story.steps),
    )


def _loaded(receipt: Receipt, causes: Causes) -> Story:
    accepted = count(receipt.counts.accepted, "ligne acceptée", "lignes acceptées")
    reason = _reason(receipt)
    if not causes.warnings:
        headline = f"Votre fichier a été chargé : {accepted}."
        return Story("Chargé", "succes", headline, reason, ("Vous n'avez rien à faire.",))
    points = count(max(receipt.counts.warnings, len(causes.warnings)), "point à vérifier", "points à vérifier")
    return Story(
        "Chargé, à vérifier",
        "succes",
        f"Votre fichier a été chargé : {accepted}, {points}.",
        reason,
        (
            "Relisez les points à vérifier ci-dessous : les lignes concernées sont chargées telles quelles.",
            f"Si l'une d'elles est fausse, corrigez-la dans votre outil et déposez un nouvel export {_where(receipt)}.",
            "Si tout est exact, vous n'avez rien à faire.",
        ),
    )


def _partly(receipt: Receipt, causes: Causes) -> Story:  # noqa: ARG001 - every teller is called alike
    accepted = count(receipt.counts.accepted, "ligne acceptée", "lignes acceptées")
    return Story(
        "Chargé en partie",
        "attention",
        f"Votre fichier a été chargé en partie : {accepted}, {_to_correct(receipt)} à corriger.",
        (*_reason(receipt), "Les lignes acceptées sont enregistrées. Les autres attendent votre correction."),
        _correction_steps(receipt),
    )


def _refused(receipt: Receipt, causes: Causes) -> Story:
    nothing = "Aucune ligne de ce fichier n'est enregistrée ; vos données déjà chargées ne changent pas."
    if receipt.refused or receipt.counts.refused:
        refused = receipt.counts.refused or len(receipt.refused)
        verb = "est" if refused < 2 else "sont"
        headline = f"Votre fichier n'a pas été chargé : {count(refused, 'ligne')} {verb} à corriger."
        steps = (*_open_steps(receipt), f"Reportez ces corrections dans votre fichier, puis {_drop_whole(receipt)}.")
    else:
        wrong = len(causes.file_errors) + len(causes.row_errors)
        verb = "est" if wrong < 2 else "sont"
        what = f" : {count(wrong, 'point')} {verb} à corriger" if wrong else ""
        headline = f"Votre fichier n'a pas été chargé{what}."
        steps = ("Corrigez votre fichier comme indiqué ci-dessous.", f"Ensuite, {_drop_whole(receipt)}.")
    return Story("Non chargé", "erreur", headline, (*_reason(receipt), nothing), steps)


def _held(receipt: Receipt, causes: Causes) -> Story:  # noqa: ARG001
    wait = "Vous n'avez rien à faire pour l'instant : vous recevrez un nouveau reçu dès que la décision sera prise."
    early = (
        ("Si vous le souhaitez, préparez déjà vos corrections : les lignes à corriger figurent ci-dessous.",)
        if receipt.refused
        else ()
    )
    return Story(
        "En attente",
        "info",
        "Votre fichier est bien reçu et attend notre accord avant d'être chargé.",
        (
            *_reason(receipt),
            "Aucune ligne de ce fichier n'est encore enregistrée ; vos données déjà chargées ne changent pas.",
        ),
        (wait, *early, "Si ce dépôt est une erreur, dites-le-nous."),
    )


def _duplicate(receipt: Receipt, causes: Causes) -> Story:  # noqa: ARG001
    original = receipt.duplicate_of
    headline = "Vous avez déjà déposé ce fichier : il n'a pas été chargé une seconde fois."
    if original is None:
        return Story("Déjà reçu", "info", headline, _reason(receipt), ("Vous n'avez rien à faire.",))
    same = f"Son contenu est le même, à l'octet près, que celui de la livraison n°{NBSP}{original.delivery_id}, "
    same += f"reçue le {moment(original.received_at)}"
    saved = "Si vous vouliez envoyer des corrections, vérifiez qu'elles sont bien enregistrées dans le fichier déposé."
    explanation, steps = _duplicate_of(receipt, original.status)
    tone: Tone = "info" if original.status in {"chargee", "en_attente", "remplacee"} else "attention"
    return Story("Déjà reçu", tone, headline, (*_reason(receipt), f"{same} : {explanation}"), (*steps, saved))


def _duplicate_of(receipt: Receipt, status: Status) -> tuple[str, tuple[str, ...]]:
    """End of the sentence about the original, and the steps that its status calls for."""
    if status == "chargee_partiellement":
        if not receipt.refused and not receipt.still_open:
            return "ses lignes refusées ont été corrigées depuis.", ("Vous n'avez rien à faire.",)
        if receipt.refused:
            return "elle a été chargée en partie et attend encore vos corrections.", _correction_steps(receipt)
        step = f"Corrigez les lignes signalées dans le reçu de cette livraison, puis déposez-les {_where(receipt)}."
        return "elle a été chargée en partie et attend encore vos corrections.", (step,)
    if status == "refusee":
        step = f"Corrigez le fichier comme l'indique le reçu de cette livraison, puis {_drop_whole(receipt)}."
        return "elle n'avait pas pu être chargée, ce dépôt ne le peut donc pas non plus.", (step,)
    if status == "en_attente":
        return "elle attend notre accord.", ("Vous n'avez rien à faire pour l'instant.",)
    if status == "remplacee":
        return "elle a été remplacée depuis par une livraison plus récente.", ("Vous n'avez rien à faire.",)
    if status == "chargee":
        return "elle a été entièrement chargée.", ("Vous n'avez rien à faire.",)
    return "elle est en cours de traitement.", ("Vous n'avez rien à faire.",)


def _replaced(receipt: Receipt, causes: Causes) -> Story:  # noqa: ARG001
    headline = "Ce fichier a été remplacé par une livraison plus récente."
    return Story("Remplacé", "info", headline, _reason(receipt), ("Vous n'avez rien à faire.",))


def _in_progress(receipt: Receipt, causes: Causes) -> Story:  # noqa: ARG001
    headline = "Votre fichier est bien reçu : son traitement n'est pas encore terminé."
    kept = "Rien n'est perdu : le fichier est conservé tel quel et son traitement reprendra de lui-même."
    steps = ("Vous n'avez rien à faire : un reçu complet remplacera celui-ci.",)
    return Story("Reçu", "info", headline, (*_reason(receipt), kept), steps)


_TELLERS: dict[Status, Callable[[Receipt, Causes], Story]] = {
    "chargee": _loaded,
    "chargee_partiellement": _partly,
    "refusee": _refused,
    "en_attente": _held,
    "doublon": _duplicate,
    "remplacee": _replaced,
    "recue": _in_progress,
    "en_lecture": _in_progress,
}


def _correction_steps(receipt: Receipt) -> tuple[str, ...]:
    if receipt.redrop == "whole":
        whole = (
            "Reportez ces corrections dans votre fichier complet : ce dépôt remplace toujours le précédent en entier."
        )
        return (*_open_steps(receipt), whole, f"Ensuite, {_drop_whole(receipt)}.")
    write = "Écrivez vos corrections dans ce fichier, sans changer ses colonnes, et enregistrez-le."
    added = f"Les colonnes {quoted(REASON_COLUMN)} et {quoted(REMEDY_COLUMN)} peuvent rester : elles ne sont pas lues."
    return (
        *_open_steps(receipt),
        f"{write} {added}",
        f"Déposez-le {_where(receipt)}. Il ne faut pas y remettre les lignes déjà acceptées.",
    )


def _open_steps(receipt: Receipt) -> tuple[str, ...]:
    if not receipt.refused:
        return ()
    where = "Ouvrez le fichier de vos lignes à corriger, rangé à côté de ce reçu."
    added = f"La colonne {quoted(REASON_COLUMN)} dit ce qui ne va pas, la colonne {quoted(REMEDY_COLUMN)}"
    return (f"{where} {added} ce qu'il faut écrire.",)


def _corrections(receipt: Receipt) -> tuple[str, ...]:
    """What this delivery mended of earlier ones, and what they still wait for."""
    sentences = []
    if receipt.fixed:
        verb = "était refusée" if receipt.fixed < 2 else "étaient refusées"
        sentences.append(f"Ce dépôt corrige {count(receipt.fixed, 'ligne')} qui {verb} jusqu'ici : merci.")
    if receipt.still_open:
        word = "ligne d'un dépôt précédent reste", "lignes de dépôts précédents restent"
        sentences.append(f"{count(receipt.still_open, *word)} à corriger.")
    return tuple(sentences)


def _to_correct(receipt: Receipt) -> str:
    return integer(receipt.counts.refused or len(receipt.refused))


def _where(receipt: Receipt) -> str:
    return f"dans votre dossier de dépôt {quoted(f'{receipt.operator}/{receipt.delivery}')}"


def _drop_whole(receipt: Receipt) -> str:
    return f"déposez-le de nouveau en entier {_where(receipt)}"


def _reason(receipt: Receipt) -> tuple[str, ...]:
    return (shown(receipt.status_reason, SENTENCE_LENGTH),) if receipt.status_reason else ()
