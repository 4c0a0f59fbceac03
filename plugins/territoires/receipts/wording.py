"""What happened and what to do next, in one calm French sentence and a few numbered steps, for each status."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from territoires.receipts.causes import Causes
from territoires.receipts.convention import ORIGIN_COLUMN, REASON_COLUMN, REMEDY_COLUMN
from territoires.receipts.french import NBSP, count, day, integer, listed, moment, quoted, typography
from territoires.receipts.model import Receipt, Status
from territoires.receipts.safe import SENTENCE_LENGTH, shown

FORMER_TITLE = "Où en sont vos corrections"
"""Heading of the part that names, of earlier deliveries, the lines corrected and those that still wait."""
FORMER_NAMED = 3
"""Earlier files named in one sentence."""

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
        return Story("Chargé", "succes", headline, reason, _nothing(receipt))
    points = count(receipt.counts.warnings, "point à vérifier", "points à vérifier")
    return Story(
        "Chargé, à vérifier",
        "succes",
        f"Votre fichier a été chargé : {accepted}, {points}.",
        reason,
        (
            "Relisez les points à vérifier ci-dessous : ils disent ce qui est inhabituel, et comment nous l'avons lu.",
            f"Si c'est une erreur, corrigez-la dans votre outil et déposez un nouvel export {_where(receipt)}.",
            "Si tout est exact, vous n'avez rien à faire.",
        ),
    )


def _partly(receipt: Receipt, causes: Causes) -> Story:  # noqa: ARG001 - every teller is called alike
    accepted = count(receipt.counts.accepted, "ligne acceptée", "lignes acceptées")
    left = _left(receipt)
    if not left:
        headline = f"Votre fichier a été chargé en partie : {accepted}."
        return Story("Chargé en partie", "succes", headline, (*_reason(receipt), _answered(receipt)), _nothing(receipt))
    one = receipt.counts.accepted < 2
    stored = "La ligne acceptée est enregistrée." if one else "Les lignes acceptées sont enregistrées."
    others = "L'autre attend votre correction." if left < 2 else "Les autres attendent votre correction."
    answered = (_answered(receipt),) if receipt.settled else ()
    return Story(
        "Chargé en partie",
        "attention",
        f"Votre fichier a été chargé en partie : {accepted}, {integer(left)} à corriger.",
        (*_reason(receipt), f"{stored} {others}", *answered),
        _correction_steps(receipt),
    )


def _refused(receipt: Receipt, causes: Causes) -> Story:
    nothing = "Aucune ligne de ce fichier n'est enregistrée ; vos données déjà chargées ne changent pas."
    if receipt.refused or receipt.counts.refused:
        left = _left(receipt)
        verb = "est" if left < 2 else "sont"
        headline = f"Votre fichier n'a pas été chargé : {count(left, 'ligne')} {verb} à corriger."
        steps = _correction_steps(receipt)
    else:
        wrong = len(causes.file_errors) + len(causes.row_errors)
        verb = "est" if wrong < 2 else "sont"
        what = f" : {count(wrong, 'point')} {verb} à corriger" if wrong else ""
        headline = f"Votre fichier n'a pas été chargé{what}."
        how = (
            "Corrigez votre fichier comme indiqué ci-dessous."
            if wrong
            else "Corrigez votre fichier d'après le motif ci-dessus ; s'il est juste, dites-le-nous."
        )
        steps = (how, f"Ensuite, {_drop_whole(receipt)}.")
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
    return Story("Déjà reçu", tone, headline, (f"{same} : {explanation}", *_reason(receipt)), (*steps, saved))


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
    if receipt.redrop == "whole" or not receipt.refused:
        them = "cette correction" if _left(receipt) < 2 else "ces corrections"
        return (*_open_steps(receipt), f"Reportez {them} dans votre fichier, puis {_drop_whole(receipt)}.")
    write = "Écrivez vos corrections dans ce fichier, sans changer ses colonnes, et enregistrez-le."
    ours = f"Les colonnes {quoted(REASON_COLUMN)} et {quoted(REMEDY_COLUMN)} peuvent rester : elles ne sont pas lues."
    known = f"Laissez la colonne {quoted(ORIGIN_COLUMN)} telle quelle : elle nous dit quelle ligne vous corrigez."
    again = " Il ne faut pas y remettre les lignes déjà acceptées." if receipt.counts.accepted else ""
    return (
        *_open_steps(receipt),
        f"{write} {ours} {known}",
        f"Déposez-le {_where(receipt)}.{again}",
        "Si vous préférez, corrigez plutôt dans votre outil et déposez un nouvel export complet.",
        "Si une ligne n'avait pas lieu d'être, dites-le-nous : elle ne vous sera plus demandée.",
    )


def _open_steps(receipt: Receipt) -> tuple[str, ...]:
    if not receipt.refused:
        return ()
    rows = "de votre ligne à corriger" if len(receipt.refused) < 2 else "de vos lignes à corriger"
    where = f"Ouvrez le fichier {rows}, {receipt.refused_at}."
    added = f"La colonne {quoted(REASON_COLUMN)} dit ce qui ne va pas, la colonne {quoted(REMEDY_COLUMN)}"
    return (f"{where} {added} ce qu'il faut écrire.",)


def _nothing(receipt: Receipt) -> tuple[str, ...]:
    if not receipt.still_open:
        return ("Vous n'avez rien à faire.",)
    return (
        "Pour ce fichier, vous n'avez rien à faire.",
        f"Pour les précédents, {quoted(FORMER_TITLE)}, ci-dessous, dit quelles lignes attendent encore.",
    )


def _answered(receipt: Receipt) -> str:
    """Rows that were refused here, and that a later delivery has settled before this receipt was written."""
    if receipt.settled < 2:
        return "Une ligne refusée de ce fichier a déjà été reprise par un de vos dépôts plus récents."
    return (
        f"{count(receipt.settled, 'ligne')} refusées de ce fichier ont déjà été reprises par vos dépôts plus récents."
    )


def _corrections(receipt: Receipt) -> tuple[str, ...]:
    """What this delivery mended of earlier ones, and what they still wait for."""
    sentences = []
    if receipt.fixed:
        verb = "était refusée" if receipt.fixed < 2 else "étaient refusées"
        done = "" if receipt.still_open or receipt.refused else " Il ne reste rien à corriger de vos dépôts précédents."
        sentences.append(f"Ce dépôt corrige {count(receipt.fixed, 'ligne')} qui {verb} jusqu'ici : merci.{done}")
    if receipt.still_open:
        rows = count(receipt.still_open, "ligne d'un dépôt précédent reste", "lignes de dépôts précédents restent")
        sentences.append(f"{rows} à corriger.")
    whole = [one for one in receipt.former if not (one.fixed or one.again or one.waiting)]
    if whole:
        named = [f"{quoted(shown(one.file_name))} du {day(one.received_at)}" for one in whole[-FORMER_NAMED:]]
        word = "votre dépôt" if len(named) < 2 else "vos dépôts"
        sentences.append(f"Il prend la place de {word} {listed(named)}, dont rien n'avait été chargé.")
    return tuple(sentences)


def _left(receipt: Receipt) -> int:
    """Rows of this delivery that are still to be corrected."""
    return max(len(receipt.refused), receipt.counts.refused - receipt.settled)


def _where(receipt: Receipt) -> str:
    return f"dans votre dossier de dépôt {quoted(f'{receipt.operator}/{receipt.delivery}')}"


def _drop_whole(receipt: Receipt) -> str:
    return f"déposez-le de nouveau en entier {_where(receipt)}"


def _reason(receipt: Receipt) -> tuple[str, ...]:
    return (shown(receipt.status_reason, SENTENCE_LENGTH),) if receipt.status_reason else ()
