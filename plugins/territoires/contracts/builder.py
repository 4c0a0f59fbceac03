"""A contract's values from its YAML content. What its shape forbids is left out, and all faults are told at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from territoires.contracts import texts
from territoires.contracts.cells import parse_date
from territoires.contracts.checks import Places, contract_findings, field_findings
from territoires.contracts.faults import Finding, Place
from territoires.contracts.model import (
    Calendar,
    Changes,
    Clues,
    Comparison,
    Contract,
    DisjointPeriods,
    Field,
    ForeignKey,
    ListChange,
    RequiredIf,
    RowRule,
    RuleText,
)

_NO_DATE = date(1, 1, 1)
"""Stands for a refused date, in a contract that is refused anyway."""
_NO_CALENDAR = {"frequence": "", "periode": "mois", "attendue_apres_jours": 0, "retard_apres_jours": 1}
"""Stands for a refused calendar, likewise."""
DEFAULT_TOLERATED = 5
"""A handful of refused rows is for their operator to mend, whatever share of a small file they are."""
DEFAULT_DAYS = 7
"""A week: long enough for an absence, short enough that nobody has forgotten what the file was about."""


class Builder:
    """Builds one contract, and gathers in ``findings`` what keeps it from being used.

    A contract with findings holds stand-ins for its refused parts: it is not to be used.
    """

    def __init__(self, content: Mapping[str, Any], shape: Iterable[Finding]) -> None:
        self._content = content
        self.findings: list[Finding] = list(shape)
        self._refused = {place[:depth] for place, _, _ in self.findings for depth in range(1, len(place) + 1)}

    def build(self) -> Contract:
        """Return the contract, texts filled in; look at ``findings`` before using it."""
        keys = {
            place: ForeignKey(raw["fields"], raw["reference"]["resource"], raw.get("a_la_date"))
            for place, raw in self._sound("foreignKeys")
        }
        fields = {place: self._field(raw, place, tuple(keys.values())) for place, raw in self._sound("fields")}
        rules = {place: _rule(raw) for place, raw in self._sound("regles")}
        contract = self._contract(tuple(fields.values()), tuple(keys.values()), tuple(rules.values()))
        for place, column in fields.items():
            self.findings += field_findings(column, place)
        self._judge_overrides(fields, contract)
        names = {
            raw["name"] for raw in self._list("fields") if isinstance(raw, dict) and isinstance(raw.get("name"), str)
        }
        refused = frozenset(names - set(contract.headers))
        self.findings += contract_findings(contract, Places(tuple(fields), tuple(keys), tuple(rules), refused))
        return contract if self.findings else _spoken(contract)

    def _contract(
        self, fields: tuple[Field, ...], keys: tuple[ForeignKey, ...], rules: tuple[RowRule, ...]
    ) -> Contract:
        # A part refused within the calendar refuses it whole.
        calendar = self._get("calendrier", _NO_CALENDAR)
        until = self._get("valide_jusqu_a", None)
        unique_key = self._get("cle_unique", None)
        return Contract(
            operator=self._get("operateur", ""),
            delivery=self._get("livraison", ""),
            version=self._get("version", ""),
            valid_from=self._date(self._get("valide_depuis", None), ("valide_depuis",)) or _NO_DATE,
            valid_until=None if until is None else self._date(until, ("valide_jusqu_a",)),
            title=self._get("titre", ""),
            description=self._get("description", ""),
            grain=self._get("grain", ""),
            mode=self._get("mode", "delta"),
            scope=tuple(self._get("complet_par", ())),
            unknown_columns=self._get("colonnes_inconnues", "freeze"),
            refusal_ceiling=float(self._get("plafond_refus", 0)),
            refusals_tolerated=int(self._get("refus_toleres", DEFAULT_TOLERATED)),
            closing_ceiling=float(self._get("plafond_fermeture", 0)),
            calendar=Calendar(
                calendar["frequence"],
                calendar["periode"],
                calendar["attendue_apres_jours"],
                calendar["retard_apres_jours"],
            ),
            decision_days=self._get("decision_sous_jours", DEFAULT_DAYS),
            reminder_days=self._get("relance_apres_jours", DEFAULT_DAYS),
            recipients=tuple(self._get("destinataires", ())),
            fields=fields,
            primary_key=tuple(self._get("primaryKey", ())),
            foreign_keys=keys,
            rules=rules,
            unique_key=None if unique_key is None else _text(texts.house_rule("cle_unique"), unique_key),
            replaces=_changes(self._get("remplace", None)),
        )

    def _field(self, raw: Mapping[str, Any], place: Place, keys: tuple[ForeignKey, ...]) -> Field:
        constraints = raw.get("constraints", {})
        column = Field(
            name=raw["name"],
            title=raw["title"],
            description=raw["description"],
            type=raw["type"],
            example=raw["example"],
            required=constraints.get("required", False),
            enum=tuple(constraints.get("enum", ())),
            pattern=constraints.get("pattern"),
            minimum=self._bound(constraints.get("minimum"), (*place, "constraints", "minimum")),
            maximum=self._bound(constraints.get("maximum"), (*place, "constraints", "maximum")),
            soft_minimum=self._bound(raw.get("minimum_alerte"), (*place, "minimum_alerte")),
            soft_maximum=self._bound(raw.get("maximum_alerte"), (*place, "maximum_alerte")),
            max_length=constraints.get("maxLength"),
            decimals=raw.get("decimales"),
            identifier=raw.get("identifiant"),
            width=raw.get("largeur"),
            secret=raw.get("secret"),
            name_patterns=tuple(raw.get("alias_motifs", ())),
            clues=_clues(raw.get("reconnu_a")),
            # The title stands in our templates and pages: it is a header that people will write.
            aliases=(raw["title"], *raw.get("alias", ())),
            personal_data=raw.get("donnee_personnelle", "aucune"),
        )
        overrides, key = raw.get("regles", {}), texts.key_of(keys, column.name)
        return replace(
            column, rules={code: _text(texts.house_text(column, code, key), given) for code, given in overrides.items()}
        )

    def _judge_overrides(self, fields: Mapping[Place, Field], contract: Contract) -> None:
        for place, column in fields.items():
            known = texts.codes_of(column, texts.key_of(contract.foreign_keys, column.name))
            for code in column.rules:
                if code not in known and ("foreignKeys",) not in self._refused:
                    remedy = f"Its rules: {', '.join(known)}." if known else "Take it away."
                    self.findings.append(((*place, "regles", code), "The field has no such rule.", remedy))

    def _bound(self, raw: object, place: Place) -> float | date | None:
        return raw if isinstance(raw, int | float) else self._date(raw, place)

    def _date(self, raw: object, place: Place) -> date | None:
        if raw is None:
            return None
        found = parse_date(str(raw))
        if found is None:
            self.findings.append((place, f"'{raw}' is no date of the calendar.", "Write it as 2018-11-22."))
        return found

    def _sound(self, key: str) -> Iterator[tuple[Place, Mapping[str, Any]]]:
        """The items of a list whose shape is right, each with its place."""
        for position, raw in enumerate(self._list(key)):
            if (key, position) not in self._refused:
                yield (key, position), raw

    def _list(self, key: str) -> list[Any]:
        items = self._content.get(key, [])
        return items if isinstance(items, list) else []

    def _get(self, key: str, stand_in: object) -> Any:  # noqa: ANN401 - shape_findings has judged its type
        """The value of a key at the top, or *stand_in* where it is absent or refused."""
        return stand_in if (key,) in self._refused else self._content.get(key, stand_in)


def _rule(raw: Mapping[str, Any]) -> RowRule:
    text = _text(texts.house_rule(raw["type"]), raw)
    if raw["type"] == "comparaison":
        return Comparison(raw["code"], raw["titre"], raw["colonne"], raw["operateur"], raw["autre_colonne"], text)
    if raw["type"] == "periodes_disjointes":
        return DisjointPeriods(raw["code"], raw["titre"], tuple(raw["par"]), raw["colonne"], raw["autre_colonne"], text)
    return RequiredIf(raw["code"], raw["titre"], raw["colonne"], raw["si"], tuple(raw["valeurs"]), text)


def _clues(raw: Mapping[str, Any] | None) -> Clues | None:
    if raw is None:
        return None
    return Clues(
        form=raw.get("forme"),
        constant=raw.get("constante", False),
        label_of=raw.get("libelle_de"),
        one_for_each=raw.get("un_par"),
        at_most=raw.get("au_plus"),
        after=raw.get("apres"),
        hidden_more_than=raw.get("plus_secret_que"),
    )


def _changes(raw: Mapping[str, Any] | None) -> Changes | None:
    if raw is None:
        return None
    lists = {
        name: ListChange(tuple(change.get("ajoutees", ())), tuple(change.get("retirees", ())))
        for name, change in raw.get("valeurs", {}).items()
    }
    return Changes(raw["version"], raw["pourquoi"], raw.get("renomme", {}), tuple(raw.get("ajoute", ())), lists)


def _text(house: RuleText, given: Mapping[str, Any]) -> RuleText:
    return RuleText(
        severity=given.get("severite", house.severity),
        message=given.get("message", house.message),
        remedy=given.get("remede", house.remedy),
    )


def _spoken(contract: Contract) -> Contract:
    """Give each rule its text, with all that the contract knows filled in."""
    fields = []
    for column in contract.fields:
        key = texts.key_of(contract.foreign_keys, column.name)
        said = {code: texts.rule_text(column, code, key) for code in texts.codes_of(column, key)}
        fields.append(replace(column, rules=said))
    rules = tuple(replace(rule, text=texts.row_text(contract, rule)) for rule in contract.rules)
    return replace(contract, fields=tuple(fields), rules=rules, unique_key=texts.key_text(contract))
