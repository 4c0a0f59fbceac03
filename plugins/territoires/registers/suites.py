"""Great Expectations suites of the registers, and their run. An error refuses the register, a warning is told."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from territoires.anomalies import Severity
from territoires.registers.parsed import Parsed
from territoires.registers.source import Register

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations import ExpectationSuite
    from great_expectations.core import ExpectationValidationResult
    from great_expectations.expectations.expectation import Expectation

_RESULT_FORMAT = {"result_format": "SUMMARY", "partial_unexpected_count": 3, "return_unexpected_index_query": False}
_SHRINK = 0.8
"""A register that lost more than a fifth of its records since the last one is a truncated file, not a reform."""
_TERRITORY = r"^ti-\d{4}$"
_COMMUNE = r"^\d[0-9AB]\d{3}$"
_SIREN = r"^\d{9}$"
_ROME = r"^[A-N]\d{4}$"
_LEGAL_FORMS = ("CC", "CA", "CU", "METRO", "MET69")


@dataclass(frozen=True, slots=True)
class Outcome:
    """One rule and what it found; ``examples`` are a few of the values at fault (registers hold no personal data)."""

    table: str
    column: str
    rule: str
    severity: Severity
    message: str
    examined: int
    failed: int
    examples: tuple[str, ...]

    @property
    def text(self) -> str:
        """The breach in one French sentence."""
        examples = f" ({', '.join(self.examples)})" if self.examples else ""
        return f"{self.table}.{self.column} : {self.message}, {self.failed} en défaut{examples}"

    def record(self) -> dict[str, Any]:
        """The outcome as JSON-ready values."""
        return asdict(self)


def check(parsed: Parsed, bounds: tuple[int, int], previous_rows: int | None) -> list[Outcome]:
    """Run the suite of each table of *parsed*; return every rule's outcome.

    *bounds* are the fewest and most plausible records, *previous_rows* the records of the last version in use.

    Raises:
        RuntimeError: an expectation could not be evaluated: a defect of ours, not of the file.
    """
    # Importing Great Expectations takes seconds and logs hundreds of lines: only here, and quietly.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}  # type: ignore[assignment]
    source = context.data_sources.add_pandas("registre")
    low, high = bounds
    if previous_rows:
        low = max(low, int(previous_rows * _SHRINK))
    outcomes: list[Outcome] = []
    for table, frame in _frames(parsed).items():
        suite = _suite(parsed.register, table, frame)
        if table == _COUNTED[parsed.register]:
            suite.add_expectation(_count(low, high))
        definition = source.add_dataframe_asset(table).add_batch_definition_whole_dataframe("tout")
        result = definition.get_batch({"dataframe": frame}).validate(suite, result_format=_RESULT_FORMAT)
        outcomes += [_outcome(table, one, len(frame)) for one in result.results]
    return outcomes


_COUNTED = {
    Register.TERRITORIES: "territoire",
    Register.EPCI: "epci_commune",
    Register.COMMUNES: "commune",
    Register.OCCUPATIONS: "rome",
}
"""The table that has one row for each record of the file."""


def _frames(parsed: Parsed) -> dict[str, pd.DataFrame]:
    """Return the tables with the facts that only another row tells, beside the row that they concern."""
    frames = dict(parsed.tables)
    if parsed.register is Register.EPCI:
        members = frames["epci_commune"].groupby("siren")
        counted = members.agg(
            membres=("code_commune", "size"),
            totale=("population_totale", "sum"),
            municipale=("population_municipale", "sum"),
        )
        frames["epci"] = frames["epci"].join(counted.astype("Int64"), on="siren")
    if parsed.register is Register.COMMUNES:
        frame = frames["commune"]
        known = frame.loc[frame["type_commune"] == "COM", "code_commune"]
        frames["commune"] = frame.assign(
            parent_connu=frame["code_parent"].isin(known) | (frame["type_commune"] == "COM"),
            situee=frame[["code_departement", "code_region"]].notna().all(axis=1)
            | frame["type_commune"].isin(["COMD", "COMA"]),
        )
    if parsed.register is Register.OCCUPATIONS:
        frame = frames["rome"]
        frames["rome"] = frame.assign(parent_connu=frame["code_parent"].isin(frame["code_rome"]))
    return frames


def _suite(register: Register, table: str, frame: pd.DataFrame) -> ExpectationSuite:
    import great_expectations as gx

    build = {
        "territoire": _territory,
        "territoire_perimetre": lambda: _perimeter(frame),
        "epci": _epci,
        "epci_commune": _member,
        "commune": _commune,
        "rome": _occupation,
    }[table]
    return gx.ExpectationSuite(name=f"{register}_{table}", expectations=build())


def _territory() -> list[Expectation]:
    return [
        *_keys("id_ti"),
        _pattern("id_ti", _TERRITORY, "code de la forme ti-0101"),
        _filled("libelle"),
        _alone("libelle", "nom porté par un seul territoire", "warning"),
    ]


def _perimeter(frame: pd.DataFrame) -> list[Expectation]:
    # The reader took code and grain by form; what is left to check is that no member is listed twice.
    return [
        *(_filled(name) for name in ("id_ti", "code", "libelle")),
        _pattern("id_ti", _TERRITORY, "code de la forme ti-0101"),
        _together(["id_ti", "type_maille", "code"]),
        *([] if len(frame) else [_count(1, 1)]),
    ]


def _epci() -> list[Expectation]:
    return [
        *_keys("siren"),
        _pattern("siren", _SIREN, "SIREN à 9 chiffres"),
        *(_filled(name) for name in ("raison_sociale", "nb_membres")),
        _listed("nature_juridique", _LEGAL_FORMS, "warning"),
        _equal("nb_membres", "membres", "nombre de membres annoncé et communes listées égaux", "error"),
        _equal("population_totale", "totale", "population égale à la somme de ses communes", "warning"),
        _equal("population_municipale", "municipale", "population égale à la somme de ses communes", "warning"),
    ]


def _member() -> list[Expectation]:
    return [
        # A commune belongs to one EPCI à fiscalité propre at most (CGCT, article L. 5210-2).
        *_keys("code_commune"),
        _pattern("code_commune", _COMMUNE, "code de commune à 5 caractères"),
        _filled("siren"),
        _filled("nom_commune"),
        _pattern("siren_commune", _SIREN, "SIREN à 9 chiffres"),
    ]


def _commune() -> list[Expectation]:
    return [
        *(_filled(name) for name in ("type_commune", "code_commune", "libelle")),
        _listed("type_commune", ("COM", "ARM", "COMD", "COMA"), "error"),
        _pattern("code_commune", _COMMUNE, "code de commune à 5 caractères"),
        _together(["type_commune", "code_commune"]),
        _true("situee", "département et région d'une commune"),
        _true("parent_connu", "commune de rattachement présente dans la liste"),
    ]


def _occupation() -> list[Expectation]:
    return [
        *_keys("code_rome"),
        _pattern("code_rome", _ROME, "code de la forme H2901"),
        *(_filled(name) for name in ("libelle", "code_parent")),
        _true("parent_connu", "métier de rattachement présent dans la liste"),
    ]


def _meta(column: str, rule: str, message: str, severity: Severity = "error") -> dict[str, Any]:
    facts = {"colonne": column, "regle": rule, "message": message, "severite": severity}
    return {"meta": facts, "severity": "critical" if severity == "error" else "warning"}


def _expect(kind: str, meta: dict[str, Any], **arguments: object) -> Expectation:
    from great_expectations import expectations

    made: Expectation = getattr(expectations, f"Expect{kind}")(**arguments, **meta)
    return made


def _filled(column: str) -> Expectation:
    return _expect("ColumnValuesToNotBeNull", _meta(column, "obligatoire", "valeur obligatoire"), column=column)


def _alone(column: str, message: str, severity: Severity = "error") -> Expectation:
    return _expect("ColumnValuesToBeUnique", _meta(column, "unique", message, severity), column=column)


def _keys(column: str) -> list[Expectation]:
    return [_filled(column), _alone(column, "valeur présente une seule fois")]


def _pattern(column: str, regex: str, message: str) -> Expectation:
    return _expect("ColumnValuesToMatchRegex", _meta(column, "motif", message), column=column, regex=regex)


def _listed(column: str, values: tuple[str, ...], severity: Severity) -> Expectation:
    meta = _meta(column, "liste", f"valeur parmi {', '.join(values)}", severity)
    return _expect("ColumnValuesToBeInSet", meta, column=column, value_set=list(values))


def _together(columns: list[str]) -> Expectation:
    meta = _meta(", ".join(columns), "unique", "clé présente une seule fois")
    return _expect("CompoundColumnsToBeUnique", meta, column_list=columns)


def _equal(column: str, counted: str, message: str, severity: Severity) -> Expectation:
    meta = _meta(column, "somme", message, severity)
    missing = "either_value_is_missing"
    return _expect("ColumnPairValuesToBeEqual", meta, column_A=column, column_B=counted, ignore_row_if=missing)


def _true(column: str, message: str) -> Expectation:
    return _expect("ColumnValuesToBeInSet", _meta(column, "coherence", message), column=column, value_set=[True])


def _count(low: int, high: int) -> Expectation:
    meta = _meta("nombre de lignes", "nombre", f"de {low} à {high} lignes plausibles")
    return _expect("TableRowCountToBeBetween", meta, min_value=low, max_value=high)


def _outcome(table: str, one: ExpectationValidationResult, rows: int) -> Outcome:
    rule = one.expectation_config
    if rule is None or (one.exception_info and one.exception_info.get("raised_exception")):
        raise RuntimeError(f"{rule and rule.type} could not be evaluated: {one.exception_info}")
    meta = rule.meta or {}
    failed, examples = int(one.result.get("unexpected_count") or 0), one.result.get("partial_unexpected_list") or []
    if not one.success and not failed:  # a rule on the whole table has no rows at fault, but a value
        failed, examples = 1, [one.result.get("observed_value")]
    return Outcome(
        table=table,
        column=meta["colonne"],
        rule=meta["regle"],
        severity=meta["severite"],
        message=meta["message"],
        examined=rows,
        failed=failed,
        examples=tuple(dict.fromkeys(str(value) for value in examples)),
    )
