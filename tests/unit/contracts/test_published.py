"""What a contract says of files that their publisher makes: names, secrets, widths, clues, parts of a table."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from frictionless import Dialect, Resource, Schema, formats, system

from territoires.contracts import load_all, load_contract
from territoires.contracts.ddl import core_ddl
from territoires.contracts.dictionary import page
from territoires.contracts.model import Clues
from territoires.contracts.table_schema import table_schema
from territoires.reading.headers import known_names
from tests.unit.contracts.samples import changed, faults, write

NEEDS = load_all()["pole_emploi/besoins_main_oeuvre"]
PAYS = "    constraints: {enum: [fr, no]}\n"


def test_every_part_reaches_the_contract() -> None:
    basin, seasonal = NEEDS.column("code_bassin"), NEEDS.column("projets_saisonniers")
    assert (NEEDS.scope, NEEDS.whole_table) == (("annee",), False)
    assert (basin.width, basin.clues) == (4, Clues(form="^[0-9]{3,4}$"))
    assert (seasonal.secret, seasonal.mandatory, seasonal.always_known) == ("*", True, False)
    assert seasonal.clues == Clues(at_most="projets", after="projets_difficiles", hidden_more_than="projets_difficiles")
    assert NEEDS.column("projets").clues == Clues(), "its own values alone"
    assert NEEDS.column("code_region").clues == Clues(form="^[0-9]{1,2}$", one_for_each="code_departement")


@pytest.mark.parametrize(
    ("header", "field"),
    [("be17", "code_bassin"), ("be2031", "code_bassin"), ("nombe26", "nom_bassin"), ("met", "projets")],
)
def test_names_that_hold_the_year_are_known_by_their_form(header: str, field: str) -> None:
    assert known_names(NEEDS)[header] == field
    assert "be3" not in known_names(NEEDS)


def test_a_secret_value_makes_the_column_of_core_empty_and_is_missing_to_other_tools(tmp_path: Path) -> None:
    assert "projets bigint,\n" in core_ddl(NEEDS)
    assert "annee bigint not null,\n" in core_ddl(NEEDS)
    schema = table_schema(NEEDS)
    [told] = [field for field in schema["fields"] if field["name"] == "projets"]
    assert (told["missingValues"], "required" in told["constraints"]) == (["", "*"], False)
    path = tmp_path / "bmo.csv"
    row = [column.example if column.secret is None else "*" for column in NEEDS.fields]
    path.write_text(";".join(NEEDS.headers) + "\n" + ";".join(row) + "\n", encoding="utf-8")
    dialect = Dialect(controls=[formats.CsvControl(delimiter=";")])
    with system.use_context(trusted=True):
        standard = Schema.from_descriptor(json.loads(json.dumps(schema)))
        report = Resource(path=str(path), schema=standard, dialect=dialect).validate()
    assert report.flatten(["fieldName", "type"]) == []


def test_the_page_says_it_in_words() -> None:
    said = page(NEEDS)
    for words in (
        "l'état entier de chaque `annee` qu'il contient",
        "« * » est une valeur secrète, chargée comme inconnue et jamais comme 0",
        "un nombre qui a perdu ses zéros de tête est ramené à 4 chiffres",
        "En-têtes reconnus par leur forme (minuscules, sans accent, `_` entre les mots) : `^(?:code_)?be",
        "reconnue à son contenu : chaque valeur a la forme `^20[0-9]{2}$`, la même valeur sur toutes les lignes",
        "reconnue à son contenu : un libellé par `code_metier`",
        "placée après `projets_difficiles`, plus souvent secrète que `projets_difficiles`",
    ):
        assert words in said, words


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("mode: delta", "mode: delta\ncomplet_par: [id_projet]", "complet_par", "no whole state"),
        ("mode: delta", "mode: complet\ncomplet_par: [pays]", "complet_par[0]", "no part of the key"),
        (PAYS, f"{PAYS}    secret: '*'\n", "fields[2].secret", "has no secret values"),
        (PAYS, f"{PAYS}    largeur: 3\n    alias_motifs: ['^fin$']\n", "fields[2].alias_motifs[0]", "a header of fin"),
        (PAYS, f"{PAYS}    alias_motifs: ['^pays']\n", "fields[2].alias_motifs[0]", "begins and ends"),
        (PAYS, f"{PAYS}    reconnu_a: {{libelle_de: pays}}\n", "fields[2].reconnu_a.libelle_de", "no other column"),
        (PAYS, f"{PAYS}    reconnu_a: {{au_plus: debut}}\n", "fields[2].reconnu_a.au_plus", "Only numbers"),
        (PAYS, f"{PAYS}    reconnu_a: {{plus_secret_que: fin}}\n", "fields[2].reconnu_a.plus_secret_que", "secret"),
        (PAYS, f"{PAYS}    reconnu_a: {{forme: 'x|y'}}\n", "fields[2].reconnu_a.forme", "begins and ends"),
        ("    decimales: 2\n", "    decimales: 2\n    largeur: 4\n", "fields[4].largeur", "keeps no zeros"),
        ("    decimales: 2\n", "    decimales: 2\n    secret: s\n", "fields[4].secret", "could be a value"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, old: str, new: str, place: str, said: str) -> None:
    found = faults(tmp_path, changed(old, new))
    assert said in found.get(place, ""), found


def test_a_code_may_be_judged_in_the_year_of_its_row(tmp_path: Path) -> None:
    dated = changed("fields: id_ti}}", "fields: id_ti}, a_la_date: emplois}")
    assert load_contract(write(tmp_path, dated)).foreign_keys[0].at == "emplois"
    found = faults(tmp_path, dated.replace("a_la_date: emplois", "a_la_date: pays"))
    assert "is no date" in found["foreignKeys[0].a_la_date"]
