"""The operators by their code: how people name them, wherever a delivery is spoken of."""

from __future__ import annotations

from typing import Final

ENGINEERS: Final = "equipe-donnees"
"""Stands where an operator would in the ledger of mails, and names the engineers' outbound folder."""

OPERATORS: Final = {
    "banque_des_territoires": "Banque des Territoires",
    "bpifrance": "Bpifrance",
    "business_france": "Business France",
    "pole_emploi": "Pôle emploi",
    "programme": "Programme Territoires d'industrie",
    ENGINEERS: "Équipe données",
}


def operator_title(code: str) -> str:
    """Return the name of an operator for people; its code where it has none."""
    return OPERATORS.get(code, code)
