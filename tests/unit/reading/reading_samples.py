"""A small contract with every type of column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from territoires.anomalies import UnreadableFile
from territoires.contracts.model import Calendar, Contract, Field, ForeignKey
from territoires.reading import Reading


def field(name: str, kind: str = "string", **facts: object) -> Field:
    return Field(name=name, title=name, description=name, type=kind, example="", **facts)  # type: ignore[arg-type]


def contract(
    fields: Sequence[Field],
    name: str = "operateur/livraison",
    unknown: str = "discard",
    key: tuple[str, ...] = ("code",),
    keys: tuple[ForeignKey, ...] = (),
    recipients: tuple[str, ...] = (),
) -> Contract:
    operator, delivery = name.split("/")
    return Contract(
        operator=operator,
        delivery=delivery,
        version="1.0.0",
        valid_from=date(2019, 1, 1),
        valid_until=None,
        title="",
        description="",
        grain="",
        mode="delta",
        unknown_columns=unknown,  # type: ignore[arg-type]
        refusal_ceiling=0.1,
        closing_ceiling=0.1,
        calendar=Calendar("chaque mois", "mois", 10, 5),
        recipients=recipients,
        fields=tuple(fields),
        primary_key=key,
        foreign_keys=keys,
    )


FIELDS = (
    field("code", required=True, pattern=r"^[A-Z]\d+$"),
    field("libelle", required=True, aliases=("Intitulé",)),
    field("montant", "number", required=True, decimals=2),
    field("nombre", "integer"),
    field("date_fin", "date", aliases=("Échéance",)),
    field("actif", "boolean"),
    field("siren", identifier="siren"),
)


def codes(found: UnreadableFile | Reading) -> list[str]:
    return [anomaly.code for anomaly in found.anomalies]
