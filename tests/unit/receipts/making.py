"""Receipts to test with: one delivery of Banque des Territoires, four rows of a hundred refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from territoires.anomalies import Anomaly
from territoires.receipts.model import Counts, Reason, Receipt, RefusedRow, SourceFacts

HEADERS = ("N° opération", "SIREN", "domaine", "Montant engagé (€)", "date_engagement", "Observations internes")
DATE = Reason(
    "date_engagement", "31/02/2026", "type", "Cette date n'existe pas : février a 28 jours.", "Écrivez 28/02/2026."
)
SIREN = Reason("SIREN", "552100555", "siren", "La clé de ce numéro est fausse.", "Vérifiez ses neuf chiffres.")
MISSING = Reason("Montant engagé (€)", None, "obligatoire", "Le montant est obligatoire.", "Écrivez 1250000,00.")
HOSTILE = '"><script>alert(1)</script>\u202egpj.exe\x00\x1b[31m' + "x" * 10_000
FILE_WARNING = Anomaly(
    "colonne_inconnue",
    "La colonne n'est pas prévue.",
    "Vous pouvez la retirer.",
    column="Observations internes",
    severity="warning",
)


def refused_row(line: int, *reasons: Reason, **cells: str | None) -> RefusedRow:
    """A row whose cells are sound but for the values that the reasons and *cells* give."""
    sound = (f"OP-{line}", "552100554", "friches", "1 250 000,00", "12/03/2026", None)
    blamed = {reason.column: reason.value for reason in reasons if reason.column is not None}
    return RefusedRow(line, {**dict(zip(HEADERS, sound, strict=True)), **blamed, **cells}, reasons)


ROWS = (
    refused_row(12, DATE),
    refused_row(13, SIREN),
    refused_row(47, SIREN, MISSING),
    refused_row(1200, SIREN, domaine="=1+1"),
)


def receipt(**changes: Any) -> Receipt:
    """A delivery loaded in part; *changes* replace its fields."""
    values: dict[str, Any] = {
        "delivery_id": 42,
        "operator": "banque_des_territoires",
        "operator_title": "Banque des Territoires",
        "delivery": "investissements",
        "delivery_title": "Investissements",
        "file_name": "Export opérations T4.csv",
        "received_at": datetime(2026, 11, 22, 13, 5, tzinfo=UTC),
        "answered_at": datetime(2026, 11, 22, 13, 6, tzinfo=UTC),
        "sha256": "9f86d081" * 8,
        "size": 18_432,
        "contract_version": "1.0.0",
        "status": "chargee_partiellement",
        "contact": "Une question ? Écrivez-nous.",
        "counts": Counts(read=1300, accepted=1296, refused=4, warnings=1, added=1000, changed=96, unchanged=200),
        "source": SourceFacts("csv", "cp1252", ";", None, 1),
        "layout": HEADERS,
        "columns": {"SIREN": "SIREN du bénéficiaire", "domaine": "Domaine"},
        "ignored": ("Observations internes",),
        "anomalies": (FILE_WARNING,),
        "refused": ROWS,
    }
    return Receipt(**{**values, **changes})


def spaced(text: str) -> str:
    """*text* with plain spaces, so that an expectation can be typed."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def flat(text: str) -> str:
    """:func:`spaced` text on one line, whatever its wrapping."""
    return " ".join(spaced(text).split())
