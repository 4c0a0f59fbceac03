"""What a mail does not quote: it goes through servers that are not ours."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from territoires.contracts.model import Contract
from territoires.receipts.french import typography
from territoires.receipts.view import CauseView

_MESSAGE = "Des valeurs de cette colonne sont à corriger."
_REMEDY = "Le reçu les montre et dit ce qu'il faut écrire : un courrier ne cite pas de coordonnées."


def personal_titles(contract: Contract) -> frozenset[str]:
    """Return the titles of the fields of *contract* that hold personal data."""
    return frozenset(column.title for column in contract.fields if column.personal_data != "aucune")


def discreet(causes: Sequence[CauseView], headers: Collection[str]) -> tuple[CauseView, ...]:
    """Return *causes* without what they quote of the columns *headers*, as they are shown."""
    return tuple(
        replace(cause, message=_MESSAGE, remedy=typography(_REMEDY), example="") if cause.column in headers else cause
        for cause in causes
    )
