"""Contracts load whole or tell all their faults."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from territoires.contracts import FaultyContract, load_all, load_contract
from territoires.contracts.model import Calendar, Comparison, DisjointPeriods, ForeignKey, RequiredIf
from tests.unit.contracts.samples import PERIODS, WHOLE, changed, faults, sample, write


def test_every_part_of_the_yaml_reaches_the_contract(tmp_path: Path) -> None:
    contract = sample(tmp_path)
    assert (contract.name, contract.table, contract.version) == ("essai/projets", "essai_projets", "1.0.0")
    assert (contract.valid_from, contract.valid_until) == (date(2019, 3, 5), None)
    assert contract.headers[:4] == ("id_projet", "id_ti", "pays", "siret")
    assert contract.primary_key == ("id_projet",)
    assert contract.foreign_keys == (ForeignKey("id_ti", "territoire"),)
    assert contract.calendar == Calendar("Chaque mois", period="mois", due_days=10, late_after_days=5)
    amount = contract.column("montant_eur")
    assert (amount.minimum, amount.maximum, amount.soft_maximum, amount.decimals) == (0, 1_000_000, 500_000, 2)
    assert contract.column("debut").minimum == date(2018, 11, 22)
    assert contract.column("id_projet").aliases == ("Identifiant du projet", "N° projet")
    comparison, required_if, periods = contract.rules
    assert isinstance(comparison, Comparison)
    assert (comparison.left, comparison.operator, comparison.right) == ("fin", ">=", "debut")
    assert isinstance(required_if, RequiredIf)
    assert (required_if.column, required_if.when, required_if.values) == ("note", "pays", ("no",))
    assert isinstance(periods, DisjointPeriods)
    assert (periods.group, periods.start, periods.end) == (("id_ti",), "debut", "fin")
    assert (contract.decision_days, contract.reminder_days) == (7, 7)


def test_a_register_at_a_date_has_a_rule_of_its_own(tmp_path: Path) -> None:
    dated = changed("fields: id_ti}}", "fields: id_ti}, a_la_date: debut}\ndecision_sous_jours: 3")
    contract = load_contract(write(tmp_path, dated))
    assert contract.foreign_keys == (ForeignKey("id_ti", "territoire", at="debut"),)
    assert contract.decision_days == 3
    rules = contract.column("id_ti").rules
    assert "« debut »" in rules["registre_a_la_date"].message


def test_a_model_gives_what_the_file_does_not_say(tmp_path: Path) -> None:
    own = "modele: ../commun.yaml\noperateur: essai\nlivraison: projets\ntitre: Le mien\n"
    shared = WHOLE.replace("operateur: essai\n", "").replace("livraison: projets\n", "")
    (tmp_path / "commun.yaml").write_text(shared, encoding="utf-8")
    path = write(tmp_path, own)
    contract = load_contract(path)
    assert (contract.name, contract.title) == ("essai/projets", "Le mien")
    assert contract.fields == sample(tmp_path / "seul").fields
    write(tmp_path, own.replace("commun", "absent"))
    with pytest.raises(FaultyContract, match=r"modele \(line 1\): There is no file"):
        load_contract(path)
    write(tmp_path, own)
    (tmp_path / "commun.yaml").write_text("mode: delta\nmode: complet\n", encoding="utf-8")
    with pytest.raises(FaultyContract, match=r"modele: mode \(line 2\): This key is written twice"):
        load_contract(path)


def test_no_is_norway_and_not_false(tmp_path: Path) -> None:
    """YAML 1.1 reads ``no`` as false: the enum of countries would hold a boolean, or refuse Norway."""
    assert sample(tmp_path).column("pays").enum == ("fr", "no")


def test_the_texts_of_the_house_stand_where_the_contract_says_nothing(tmp_path: Path) -> None:
    contract = sample(tmp_path)
    rules = contract.column("montant_eur").rules
    assert set(rules) == {"type", "minimum", "maximum", "maximum_alerte"}
    assert rules["maximum"].severity == "error"
    assert rules["maximum_alerte"].severity == "warning"
    assert "1\u00a0000\u00a0000" in rules["maximum"].message


def test_a_contract_may_say_it_better_for_one_of_its_columns(tmp_path: Path) -> None:
    own = 'example: no\n    regles: {liste: {severite: warning, message: "« {valeur} » ? {attendu} !"}}'
    text = load_contract(write(tmp_path, changed("example: no", own))).column("pays").rules["liste"]
    assert (text.severity, text.message) == ("warning", "« {valeur} » ? fr, no !")
    assert text.remedy == "Écrivez l'une de ces valeurs : fr, no."


def test_a_text_for_a_rule_that_the_column_does_not_have_is_a_fault(tmp_path: Path) -> None:
    found = faults(tmp_path, changed("example: no", "example: no\n    regles: {minimum: {severite: warning}}"))
    assert "no such rule" in found["fields[2].regles.minimum"]


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("mode: delta", "mode: tout", "mode", "Write one of: delta, complet."),
        ("mode: delta\n", "", "mode", "missing"),
        ("mode: delta", "mode: delta\nmode: complet", "mode", "written twice"),
        ("mode: delta", "mode: delta\nplafond_refu: 3", "plafond_refu", "Did you mean plafond_refus?"),
        ("version: 1.0.0", "version: 1.0", "version", "not of type string"),
        ("version: 1.0.0", "version: 1.0.x", "version", "form"),
        ("valide_depuis: 2019-03-05", "valide_depuis: 2019-02-29", "valide_depuis", "no date of the calendar"),
        ("plafond_refus: 0.1", "plafond_refus: 10", "plafond_refus", "maximum"),
        ("operateur: essai", "operateur: autre", "operateur", "path says essai"),
        ("livraison: projets", "livraison: projet", "livraison", "path says projets"),
        ("colonnes_inconnues: discard", "colonnes_inconnues: evolve", "colonnes_inconnues", "freeze, discard"),
        ("name: emplois", "name: Emplois", "fields[5].name", "form"),
        ("name: emplois", "name: ligne", "fields[5].name", "every table has"),
        ("name: emplois", "name: order", "fields[5].name", "reserved in PostgreSQL"),
        ("name: emplois", "name: confirmee_par", "fields[5].name", "a column that every table has"),
        ("name: emplois", "name: " + "e" * 51, "fields[5].name", "maxLength"),
        ("name: emplois", "name: emplois__illisible", "fields[5].name", "our own columns"),
        ("name: fin\n", "name: debut\n", "fields[7].name", "Two fields are called debut"),
        ("title: Fin", "title: Début ?", "fields[7].title", "also a header of debut"),
        ("[N° projet]", "[N° projet, Pilote]", "fields[0].alias[1]", "also a header of pilote"),
        ("[N° projet]", "['?']", "fields[0].alias[0]", "neither letter nor digit"),
        ("[fr, no]", "[fr, 33]", "fields[2].constraints.enum[1]", "quotation marks"),
        ("[fr, no]", "[fr, no, NO]", "fields[2].constraints.enum", "differ only by"),
        ("^P-[0-9]{3}$", "^P-[0-9{3}$", "fields[0].constraints.pattern", "does not compile"),
        ("^P-[0-9]{3}$", "P-[0-9]{3}", "fields[0].constraints.pattern", "begins and ends"),
        ("example: P-001", "example: P-1", "fields[0].example", "motif"),
        ('"35600000000048"', '"35600000000049"', "fields[3].example", "siret"),
        ("example: 2019-03-05", "example: 2018-03-05", "fields[6].example", "minimum"),
        ('"1250,50"', '"1250,505"', "fields[4].example", "type"),
        ("minimum: 0, maximum: 1000000", "minimum: 0, maximum: -1", "fields[4].constraints.maximum", "is below"),
        ("maximum_alerte: 500000", "maximum_alerte: 5000000", "fields[4].constraints.maximum", "is below"),
        ("minimum: 0, maximum: 1000000", "minimum: 0", "fields[4].constraints.maximum", "fits the warehouse"),
        ("minimum: 0, maximum: 10000}", "minimum: 0, maximum: 1e5}", "fields[5].constraints.maximum", "no date"),
        ("minimum: 2018-11-22", "minimum: 2018", "fields[6].constraints.minimum", "no bound for a date"),
        ("decimales: 2\n", "\n", "fields[4].decimales", "how many decimals"),
        ("constraints: {maxLength: 20}", "constraints: {minimum: 3}", "fields[9].constraints.minimum", "no bounds"),
        ("primaryKey: [id_projet]", "primaryKey: [id_projets]", "primaryKey[0]", "Did you mean id_projet?"),
        ("primaryKey: [id_projet]", "primaryKey: [id_projet, fin]", "primaryKey[1]", "not required"),
        ("primaryKey: [id_projet]", "primaryKey: [id_ti]", "primaryKey[0]", "longer than an index"),
        ("{fields: id_ti,", "{fields: debut,", "foreignKeys[0].fields", "codes are text"),
        ("resource: territoire", "resource: epci", "foreignKeys[0].reference.resource", "territoire, commune, rome"),
        ("fields: id_ti}}", "fields: id_ti}, a_la_date: debuts}", "foreignKeys[0].a_la_date", "Did you mean debut?"),
        ("fields: id_ti}}", "fields: id_ti}, a_la_date: pays}", "foreignKeys[0].a_la_date", "pays is no date"),
        (
            "resource: territoire, fields: id_ti}}",
            "resource: rome, fields: id_ti}, a_la_date: debut}",
            "foreignKeys[0].a_la_date",
            "no dates",
        ),
        ("periode: mois", "periode: lundi", "calendrier.periode", "mois, trimestre, semestre, annee"),
        ("mode: delta", "mode: delta\ndecision_sous_jours: 0", "decision_sous_jours", "minimum"),
        (PERIODS, PERIODS.replace("fin\n", "note\n"), "regles[2].autre_colonne", "note is no date"),
        (PERIODS, PERIODS.replace("[id_ti]", "[id_tis]"), "regles[2].par[0]", "Did you mean id_ti?"),
        (PERIODS, PERIODS.replace("    par: [id_ti]\n", ""), "regles[2].par", "missing"),
        ("autre_colonne: debut", "autre_colonne: debuts", "regles[0].autre_colonne", "Did you mean debut?"),
        ("autre_colonne: debut", "autre_colonne: fin", "regles[0].autre_colonne", "with itself"),
        ("autre_colonne: debut", "autre_colonne: montant_eur", "regles[0].colonne", "not compared with"),
        (
            'colonne: fin, operateur: ">=", autre_colonne: debut',
            'colonne: note, operateur: ">=", autre_colonne: pays',
            "regles[0].operateur",
            "have no order",
        ),
        ("code: note_si_norvege", "code: fin_apres_debut", "regles[1].code", "Two rules"),
        ("code: note_si_norvege", "code: obligatoire", "regles[1].code", "rule of the house"),
        ("valeurs: [no]", "valeurs: [se]", "regles[1].valeurs[0]", "never is 'se'"),
        ("colonne: note, si: pays", "colonne: debut, si: pays", "regles[1].colonne", "required anyway"),
        ("colonne: note, si: pays", "colonne: note, si: pilote", "regles[1].si", "no string"),
        (
            "titre: Fin après début",
            "titre: Fin, message: '{valeure} ?'",
            "regles[0].message",
            "Nothing fills in {valeure}",
        ),
    ],
)
def test_each_fault_is_told_with_its_place(tmp_path: Path, old: str, new: str, place: str, said: str) -> None:
    found = faults(tmp_path, changed(old, new))
    assert place in found, found
    assert said in found[place]


def test_all_faults_come_at_once_each_with_its_line(tmp_path: Path) -> None:
    text = WHOLE.replace("mode: delta", "mode: tout").replace("name: fin\n", "name: ligne\n")
    text = text.replace("primaryKey: [id_projet]", "primaryKey: [rien]").replace("version: 1.0.0", "version: un")
    text = text.replace("  - name: emplois\n    title: Emplois\n", "  - name: emplois\n")
    with pytest.raises(FaultyContract) as caught:
        load_contract(write(tmp_path, text))
    places = {fault.place for fault in caught.value.all}
    assert {"mode", "version", "primaryKey[0]", "fields[5].title", "fields[7].name"} <= places
    lines = text.splitlines()
    for fault in caught.value.all:
        key = fault.place.rpartition(".")[2].partition("[")[0]
        assert fault.line is not None
        assert key in lines[fault.line - 1] or fault.what == "This key is missing."


def test_what_names_a_field_already_refused_is_not_refused_again(tmp_path: Path) -> None:
    found = faults(
        tmp_path,
        changed("    type: date\n    constraints: {required: true", "    type: jour\n    constraints: {required: true"),
    )
    assert list(found) == ["fields[6].type"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("- un\n- deux\n", "no contract"),
        ("a: [1\n", "no YAML"),
        ("a: &x 1\nb: *x\n", "alias"),
        ("titre: !!python/object:os.system x\n", "no YAML"),
    ],
)
def test_a_file_that_is_no_contract_is_told_not_raised_from_yaml(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(FaultyContract, match=said):
        load_contract(write(tmp_path, text))


_JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(),
    st.sampled_from(["", "x", "2018-11-22", "2018-99-99", "^(", "^[a]$", "id_ti", "note", "{", "{valeur}", "pays"]),
    st.lists(st.sampled_from(["pays", "x", 1, None]), max_size=2),
    st.dictionaries(st.sampled_from(["type", "name", "required"]), st.sampled_from(["x", 1, None]), max_size=2),
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_stands_anywhere_a_contract_loads_or_tells_its_faults(tmp_path: Path, data: st.DataObject) -> None:
    """A check that meets a value of the wrong kind must not hide, by its own exception, what the others found."""
    content = yaml.safe_load(WHOLE.replace("no]", '"no"]').replace("example: no", 'example: "no"'))
    content = json.loads(json.dumps(content, default=str))
    for _ in range(data.draw(st.integers(1, 3))):
        node: Any = content
        while True:
            keys = list(node) if isinstance(node, dict) else list(range(len(node)))
            if not keys:
                break
            key = data.draw(st.sampled_from(keys))
            if isinstance(node[key], (dict, list)) and data.draw(st.booleans()):
                node = node[key]
                continue
            node[key] = data.draw(_JUNK)
            break
    path = write(tmp_path, json.dumps(content, allow_nan=True))
    with contextlib.suppress(FaultyContract):
        assert load_contract(path).fields


def test_a_file_that_is_no_utf8_is_told(tmp_path: Path) -> None:
    path = write(tmp_path)
    path.write_bytes(WHOLE.encode("cp1252"))
    with pytest.raises(FaultyContract, match="no YAML"):
        load_contract(path)


def test_load_all_names_contracts_by_operator_and_delivery(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, WHOLE.replace("operateur: essai", "operateur: autre"), "autre/projets.yaml")
    assert list(load_all(tmp_path)) == ["autre/projets", "essai/projets"]


def test_load_all_tells_the_faults_of_every_file(tmp_path: Path) -> None:
    first = write(tmp_path, changed("mode: delta", "mode: tout"))
    second = write(tmp_path, WHOLE, "autre/projets.yaml")
    write(tmp_path, WHOLE.replace("operateur: essai", "operateur: sain"), "sain/projets.yaml")
    with pytest.raises(FaultyContract) as caught:
        load_all(tmp_path)
    assert set(caught.value.faults) == {first, second}
    assert f"{first}: mode (line 8)" in str(caught.value)


def test_a_folder_without_contracts_is_a_fault_and_not_an_empty_answer(tmp_path: Path) -> None:
    with pytest.raises(FaultyContract, match="no contract here"):
        load_all(tmp_path)


def test_loading_imports_nothing_heavy() -> None:
    """DAG files load contracts at every parse: pandas alone would cost each parse half a second."""
    code = "import sys; from territoires.contracts import load_all; load_all(); print(*sorted(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=_environment())
    heavy = {"pandas", "numpy", "pyarrow", "great_expectations", "openpyxl", "airflow", "sqlalchemy"}
    assert not heavy & set(found.stdout.split())


def _environment() -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[3] / "plugins")}
