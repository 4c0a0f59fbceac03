"""The suite of a contract judges a frame as the contract says, in one expectation for each rule."""

from __future__ import annotations

import logging
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from great_expectations.execution_engine import PandasExecutionEngine
from great_expectations.validator.validator import Validator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territoires.contracts import Contract, Field, load_all, texts
from territoires.contracts.cells import broken_rules, parse
from territoires.contracts.model import Comparison, RequiredIf, RowRule
from territoires.contracts.template import write_csv, write_xlsx
from territoires.reading import convert, has_formula_companion, read
from territoires.registers.activities import divisions
from territoires.registers.codes import Codes, Span
from territoires.registers.countries import countries
from territoires.validation.suite import compile_suite, unjudged
from territoires.validation.zeros import restore_zeros

ALL = load_all()
INVESTMENTS = ALL["banque_des_territoires/investissements"]
CONTACTS = ALL["banque_des_territoires/referents"]
CONTRACTS = ALL["programme/contrats"]
SUPPORTS = ALL["bpifrance/accompagnements"]
ACTIONS = ALL["pole_emploi/actions_recrutement"]
PROJECTS = ALL["business_france/projets_attractivite"]
OBJECTIVES = ALL["programme/conventions"]
SHEETS = ALL["programme/fiches_actions"]
NEEDS = ALL["pole_emploi/besoins_main_oeuvre"]
NEW_LIST = date(2023, 11, 7)
SOME = tuple(f"ti-9{rank:03d}" for rank in range(100))
REGISTERS = {
    "territoire": Codes(
        {"ti-0101", "ti-4413", "ti-4499", *SOME},
        (
            Span("ti-0101"),
            Span("ti-4413", None, NEW_LIST),
            Span("ti-4413", NEW_LIST),
            Span("ti-4499", NEW_LIST),
            *map(Span, SOME),
        ),
    ),
    "commune": Codes(
        {"01001", "54430", "54999", "14712"},
        (Span("01001"), Span("54430"), Span("54999", None, date(2019, 1, 1)), Span("14712", end=date.min)),
    ),
    "rome": Codes({"H2903", "H2901"}),
    "contrat": Codes({"CTR-2019-0017"}),
    "fap": Codes({"A0X40", "A0Z40"}, (Span("A0Z40", None, date(2024, 1, 1)), Span("A0X40", date(2024, 1, 1)))),
    "bassin": Codes({"0101", *(f"0{rank:03d}" for rank in range(100))}),
    "pays": countries(),
    "naf": divisions(),
}
FORMAT = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
_DTYPES = {"number": "float64", "integer": "Int64", "date": "datetime64[s]", "boolean": "boolean"}


def frame_of(contract: Contract, rows: list[dict[str, str]]) -> pd.DataFrame:
    """Rows of text in the form of our templates, as ``reading.convert`` types them."""
    columns: dict[str, Any] = {}
    for column in contract.fields:
        cells = [row.get(column.name, "") for row in rows]
        values = [parse(column, cell) if cell and cell != column.secret else None for cell in cells]
        if column.type == "string":
            found = pa.chunked_array([pa.array(values, type=pa.string())])
            columns[column.name] = pd.StringDtype(na_value=np.nan).__from_arrow__(found)
            if column.free_text:
                columns[f"{column.name}__formule"] = [cell.startswith("=") for cell in cells]
            continue
        plain = [float(value) if isinstance(value, Decimal) else value for value in values]
        plain = [value.isoformat() if isinstance(value, date) else value for value in plain]
        columns[column.name] = pd.array(plain, dtype=_DTYPES[column.type])
        unread = [c not in {"", column.secret} and v is None for c, v in zip(cells, values, strict=True)]
        columns[f"{column.name}__illisible"] = unread
        if column.secret is not None:
            columns[f"{column.name}__vide"] = [not cell for cell in cells]
    return pd.DataFrame(columns)


def judge(contract: Contract, frame: pd.DataFrame) -> dict[tuple[str, str], list[int]]:
    """Positions at fault, by column and rule."""
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    suite = compile_suite(contract, REGISTERS)
    frame, _ = restore_zeros(frame, contract, REGISTERS)
    validator = Validator(execution_engine=PandasExecutionEngine(batch_data_dict={"lignes": frame}))
    results = validator.graph_validate(
        configurations=[expectation.configuration for expectation in suite.expectations],
        runtime_configuration={"result_format": FORMAT},
    )
    assert len(results) == len(suite.expectations)
    found = {}
    for result in results:
        # A metric that fails is told by its id, not under raised_exception: an empty answer would pass for "no fault".
        assert result.exception_info["raised_exception"] is False, result.exception_info
        meta = result.expectation_config.meta
        found[meta["colonne"], meta["regle"]] = result.result["unexpected_index_list"]
    return found


def good(contract: Contract) -> dict[str, str]:
    return {column.name: column.example for column in contract.fields}


def faults(contract: Contract, rows: list[dict[str, str]]) -> dict[tuple[str, str], list[int]]:
    return {rule: lines for rule, lines in judge(contract, frame_of(contract, rows)).items() if lines}


@pytest.mark.parametrize("contract", ALL.values(), ids=lambda contract: contract.name)
def test_the_template_of_each_contract_is_accepted_as_read(contract: Contract, tmp_path: Path) -> None:
    for name, write in (("modele.csv", write_csv), ("modele.xlsx", write_xlsx)):
        write(contract, tmp_path / name)
        reading = read(tmp_path / name, name, contract)
        assert reading.raw.num_rows == 1
        found = judge(contract, convert(reading, contract))
        assert {rule: lines for rule, lines in found.items() if lines} == {}


def column_of(rule: RowRule) -> str:
    """The column on which a rule across columns or between rows stands."""
    if isinstance(rule, Comparison):
        return rule.left
    return rule.column if isinstance(rule, RequiredIf) else rule.start


@pytest.mark.parametrize("contract", ALL.values(), ids=lambda contract: contract.name)
def test_every_rule_has_one_expectation_and_says_its_words(contract: Contract) -> None:
    suite = compile_suite(contract, REGISTERS)
    rules = [(expectation.meta["colonne"], expectation.meta["regle"]) for expectation in suite.expectations]
    expected = {
        (column.name, code)
        for column in contract.fields
        for code in texts.codes_of(column, texts.key_of(contract.foreign_keys, column.name))
    }
    expected.add((contract.primary_key[0], "cle_unique"))
    expected |= {(column_of(rule), rule.code) for rule in contract.rules}
    assert len(rules) == len(set(rules))
    assert set(rules) == expected
    for expectation in suite.expectations:
        meta = expectation.meta
        assert set(meta) == {"regle", "colonne", "message", "remede", "severite"}
        assert expectation.severity == {"error": "critical", "warning": "warning"}[meta["severite"]]
        assert "{attendu}" not in meta["message"] + meta["remede"]


def test_the_suite_survives_being_kept_as_json() -> None:
    suite = compile_suite(INVESTMENTS, REGISTERS)
    kept = [expectation.configuration.to_json_dict() for expectation in suite.expectations]
    dates = [one["kwargs"] for one in kept if one["kwargs"].get("column") == "date_engagement"]
    assert {"column": "date_engagement", "minimum": "2018-11-22"} in dates


CASES: list[tuple[Contract, dict[str, str], set[tuple[str, str]]]] = [
    (INVESTMENTS, {"id_operation": ""}, {("id_operation", "obligatoire")}),
    (INVESTMENTS, {"id_operation": "BDT-20-1"}, {("id_operation", "motif")}),
    (INVESTMENTS, {"id_ti": "ti-8999"}, {("id_ti", "registre")}),
    (INVESTMENTS, {"id_ti": "TI-4413"}, {("id_ti", "motif"), ("id_ti", "registre")}),
    (INVESTMENTS, {"siren_beneficiaire": "245400602"}, {("siren_beneficiaire", "siren")}),
    (INVESTMENTS, {"siren_beneficiaire": ""}, set()),
    (INVESTMENTS, {"libelle": "é" * 201}, {("libelle", "longueur")}),
    (INVESTMENTS, {"libelle": "=SOMME(A1)"}, {("libelle", "formule")}),
    (INVESTMENTS, {"axe": "Attirer"}, {("axe", "liste")}),
    (INVESTMENTS, {"montant_engage_eur": "60000000"}, {("montant_engage_eur", "maximum_alerte")}),
    (
        INVESTMENTS,
        {"montant_engage_eur": "-1", "montant_decaisse_eur": "0"},
        {("montant_engage_eur", "minimum"), ("montant_decaisse_eur", "decaisse_dans_engage")},
    ),
    (INVESTMENTS, {"date_engagement": "2018-11-21"}, {("date_engagement", "minimum")}),
    (INVESTMENTS, {"date_fin_prevue": "2020-02-12"}, {("date_fin_prevue", "fin_apres_engagement")}),
    (INVESTMENTS, {"date_fin_prevue": "2020-02-13"}, set()),
    (INVESTMENTS, {"montant_decaisse_eur": "1250000,01"}, {("montant_decaisse_eur", "decaisse_dans_engage")}),
    (INVESTMENTS, {"montant_decaisse_eur": ""}, {("montant_decaisse_eur", "decaisse_renseigne")}),
    (INVESTMENTS, {"montant_decaisse_eur": "", "statut": "engage"}, set()),
    (INVESTMENTS, {"date_fin_prevue": "demain"}, {("date_fin_prevue", "type")}),
    (INVESTMENTS, {"date_engagement": "hier"}, {("date_engagement", "type"), ("date_engagement", "obligatoire")}),
    (CONTACTS, {"email_professionnel": "camille.exemple"}, {("email_professionnel", "motif")}),
    (CONTACTS, {"telephone_professionnel": "383000000"}, {("telephone_professionnel", "motif")}),
    (CONTACTS, {"telephone_professionnel": ""}, set()),
    (CONTACTS, {"date_fin": "2019-03-04"}, {("date_fin", "fin_apres_debut")}),
    (INVESTMENTS, {"id_ti": "ti-4499"}, {("id_ti", "registre_a_la_date")}),
    (INVESTMENTS, {"id_ti": "ti-4499", "date_engagement": "2023-11-07", "date_fin_prevue": ""}, set()),
    (SUPPORTS, {"siret": "12345678200011"}, {("siret", "siret")}),
    (SUPPORTS, {"siret": "35600000049837"}, set()),
    (SUPPORTS, {"siret": "35600000049836"}, {("siret", "siret")}),
    (SUPPORTS, {"dispositif": "pret", "montant_eur": ""}, {("montant_eur", "montant_d_un_financement")}),
    (SUPPORTS, {"promotion": ""}, {("promotion", "promotion_d_un_accelerateur")}),
    (SUPPORTS, {"dispositif": "diagnostic", "promotion": "", "montant_eur": "", "date_fin": ""}, set()),
    (SUPPORTS, {"date_fin": "2020-02-02"}, {("date_fin", "fin_apres_debut")}),
    (ACTIONS, {"code_rome": "H2999"}, {("code_rome", "registre")}),
    (ACTIONS, {"code_rome": "Z2903"}, {("code_rome", "motif"), ("code_rome", "registre")}),
    (ACTIONS, {"code_rome": "", "code_commune": ""}, set()),
    (ACTIONS, {"code_commune": "54000"}, {("code_commune", "registre")}),
    (ACTIONS, {"code_commune": "54999"}, {("code_commune", "registre_a_la_date")}),
    (ACTIONS, {"code_commune": "54999", "date_action": "2018-12-31"}, set()),
    (ACTIONS, {"code_commune": "14712"}, {("code_commune", "registre_a_la_date")}),
    (ACTIONS, {"code_commune": "1001"}, {("code_commune", "zero_de_tete")}),
    (ACTIONS, {"code_commune": "1002"}, {("code_commune", "motif"), ("code_commune", "registre")}),
    (ACTIONS, {"nb_embauches": "49"}, {("nb_embauches", "embauches_parmi_participants")}),
    (PROJECTS, {"pays_origine": "de"}, {("pays_origine", "motif"), ("pays_origine", "registre")}),
    (PROJECTS, {"pays_origine": "UK"}, {("pays_origine", "registre")}),
    (PROJECTS, {"secteur_naf": "2822Z"}, set()),
    (PROJECTS, {"secteur_naf": "04.22Z"}, {("secteur_naf", "registre")}),
    (PROJECTS, {"secteur_naf": "28"}, {("secteur_naf", "motif")}),
    (PROJECTS, {"investissement_eur": "12"}, {("investissement_eur", "minimum_alerte")}),
    (PROJECTS, {"etape": "decision", "emplois_prevus": ""}, {("emplois_prevus", "emplois_d_un_projet_decide")}),
    (PROJECTS, {"id_ti": "ti-4499", "date_etape": "2023-11-06"}, {("id_ti", "registre_a_la_date")}),
    (OBJECTIVES, {"annee_fin": "2018"}, {("annee_fin", "fin_apres_debut")}),
    (OBJECTIVES, {"unite": "M€"}, {("unite", "liste")}),
    (SHEETS, {"id_contrat": "CTR-2019-0099"}, {("id_contrat", "registre")}),
    (SHEETS, {"budget_eur": "60000000"}, {("budget_eur", "maximum_alerte")}),
    (SHEETS, {"intitule": ""}, {("intitule", "obligatoire")}),
    (NEEDS, {"projets": "*", "projets_difficiles": "*", "projets_saisonniers": "*"}, set()),
    (NEEDS, {"projets": "*"}, set()),
    (NEEDS, {"projets": ""}, {("projets", "obligatoire")}),
    (NEEDS, {"projets_saisonniers": "**"}, {("projets_saisonniers", "type")}),
    (NEEDS, {"projets_difficiles": "96"}, {("projets_difficiles", "difficiles_parmi_projets")}),
    (NEEDS, {"projets_saisonniers": "96"}, {("projets_saisonniers", "saisonniers_parmi_projets")}),
    (NEEDS, {"annee": "2023", "code_metier": "A0Z40"}, set()),
    (NEEDS, {"code_metier": "A0Z40"}, {("code_metier", "registre_a_la_date")}),
    (NEEDS, {"annee": "2009"}, {("annee", "minimum"), ("code_metier", "registre_a_la_date")}),
    (NEEDS, {"code_bassin": "9999"}, {("code_bassin", "registre")}),
    (NEEDS, {"nom_bassin": ""}, {("nom_bassin", "obligatoire")}),
    (CONTRACTS, {"pilote": "peut-être"}, {("pilote", "type"), ("pilote", "obligatoire")}),
    (CONTRACTS, {"date_signature": "2019-03-20"}, {("date_signature", "signature_apres_protocole")}),
    (CONTRACTS, {"date_signature": "", "statut": "avenant"}, {("date_signature", "signature_datee")}),
    (CONTRACTS, {"date_signature": "", "statut": "projet"}, set()),
    (CONTRACTS, {"date_protocole": "", "statut": "protocole"}, {("date_protocole", "protocole_date")}),
]


@pytest.mark.parametrize("contract", ALL.values(), ids=lambda contract: contract.name)
def test_each_rule_refuses_the_row_that_breaks_it_and_no_other(contract: Contract) -> None:
    """Every case of a contract in one frame, each row with a key of its own, between two good rows."""
    cases = [({}, set()), *((change, broken) for other, change, broken in CASES if other is contract), ({}, set())]
    rows = [good(contract) | own_key(contract, rank) | change for rank, (change, _) in enumerate(cases)]
    found: dict[int, set[tuple[str, str]]] = {rank: set() for rank in range(len(cases))}
    for rule, ranks in faults(contract, rows).items():
        for rank in ranks:
            found[rank].add(rule)
    assert found == {rank: broken for rank, (_, broken) in enumerate(cases)}


def own_key(contract: Contract, rank: int) -> dict[str, str]:
    """A key that no other row of the frame has, and breaks no rule."""
    others = {"conventions": "indicateur", "besoins_main_oeuvre": "code_bassin"}
    name = others.get(contract.delivery, contract.primary_key[0])
    example = contract.column(name).example
    return {name: f"ti-9{rank:03d}" if name == "id_ti" else f"{example[:-3]}{rank:03d}"}


def test_both_rows_of_a_key_that_stands_twice_are_at_fault() -> None:
    row = good(INVESTMENTS)
    other = row | {"id_operation": "BDT-2020-00043"}
    assert faults(INVESTMENTS, [row, other, row]) == {("id_operation", "cle_unique"): [0, 2]}


def test_a_key_of_two_columns_is_one_key() -> None:
    row = good(CONTACTS)
    later = row | {"date_debut": "2021-09-01", "date_fin": ""}
    assert faults(CONTACTS, [row, later]) == {}
    found = faults(CONTACTS, [row, later, later])
    assert found == {("id_ti", "cle_unique"): [1, 2], ("date_debut", "un_seul_referent"): [1, 2]}


def test_a_territory_has_one_contact_at_a_time() -> None:
    """Both days belong to a period: the successor begins the day after; a period without end has not ended."""
    first = good(CONTACTS)
    same_day, elsewhere = first | {"date_debut": "2021-08-31", "date_fin": ""}, first | {"id_ti": "ti-0101"}
    assert faults(CONTACTS, [first, same_day, elsewhere]) == {("date_debut", "un_seul_referent"): [0, 1]}
    still = first | {"date_fin": ""}
    assert faults(CONTACTS, [still, elsewhere, same_day]) == {("date_debut", "un_seul_referent"): [0, 2]}


def test_the_rules_of_a_register_that_cannot_be_asked_are_left_out_and_told() -> None:
    known = REGISTERS | {"commune": None}
    suite = compile_suite(ACTIONS, known)
    judged = {(one.meta["colonne"], one.meta["regle"]) for one in suite.expectations}
    left_out = {(rule.column, rule.code) for rule in unjudged(ACTIONS, known)}
    assert left_out == {("code_commune", "registre"), ("code_commune", "registre_a_la_date")}
    assert not judged & left_out
    assert all(rule.examined == 0 for rule in unjudged(ACTIONS, known))
    assert ("code_rome", "registre") in judged


def test_an_empty_file_breaks_no_rule() -> None:
    assert faults(INVESTMENTS, []) == {}


def test_a_register_that_is_not_given_is_an_error_and_not_an_accepted_column() -> None:
    with pytest.raises(LookupError, match="territoire"):
        compile_suite(INVESTMENTS, {})


def test_reading_marks_formulas_where_the_contract_judges_them() -> None:
    """``convert`` adds ``__formule`` by its own predicate: were it another, the suite would name a missing column."""
    for contract in ALL.values():
        for column in contract.fields:
            assert has_formula_companion(column) == ("formule" in column.rules)


def cells(column: Field) -> st.SearchStrategy[str]:
    own = [
        column.example,
        *column.enum,
        "",
        "x",
        "0",
        "-1",
        "600000000",
        "60000000",
        "2018-11-21",
        "2031-01-01",
        "é" * 300,
    ]
    return st.sampled_from(own)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_the_suite_agrees_with_plain_python_cell_by_cell(data: st.DataObject) -> None:
    contract = data.draw(st.sampled_from(list(ALL.values())))
    row = st.fixed_dictionaries({column.name: cells(column) for column in contract.fields})
    rows = data.draw(st.lists(row, min_size=1, max_size=8))
    found = judge(contract, frame_of(contract, rows))
    for column in contract.fields:
        for position, cell in enumerate(values[column.name] for values in rows):
            expected = set(broken_rules(column, cell))
            # Where values may be secret, an unknown one is none that is missing: only the cell tells.
            if "type" in expected and column.required and column.secret is None:
                expected.add("obligatoire")
            codes = set(texts.codes_of(column)) - {"formule", "zero_de_tete"}
            assert {code for code in codes if position in found[column.name, code]} == expected
