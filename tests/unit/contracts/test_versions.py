"""Versions of one contract: they follow each other without a gap, say what they change, and know each other's names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from territoires.contracts import Contract, FaultyContract, load_all
from territoires.contracts.dictionary import page
from territoires.contracts.versions import UnknownVersion, at_version, in_force, present_names, versions
from tests.unit.contracts.samples import WHOLE, write

FIRST = WHOLE.replace("valide_depuis: 2019-03-05", "valide_depuis: 2019-03-05\nvalide_jusqu_a: 2021-12-31")
SECOND = (
    WHOLE.replace("version: 1.0.0", "version: 1.10.0")
    .replace("valide_depuis: 2019-03-05", "valide_depuis: 2022-01-01\nvalide_jusqu_a: 2023-12-31")
    .replace(
        "titre: Projets d'essai",
        "titre: Projets d'essai\nremplace: {version: 1.0.0, pourquoi: Un mot plus juste.,\n"
        "  renomme: {emplois: emplois_prevus}}",
    )
    .replace("name: emplois\n    title: Emplois\n", "name: emplois_prevus\n    title: Emplois prévus\n")
)
CHANGES = """remplace:
  version: 1.10.0
  pourquoi: Un pays, un autre mot, une colonne.
  renomme: {emplois_prevus: postes}
  ajoute: [code_projet]
  valeurs: {pays: {ajoutees: [se], retirees: [fr]}}
"""
THIRD = (
    WHOLE.replace("version: 1.0.0", "version: 2.0.0")
    .replace("valide_depuis: 2019-03-05\n", f"valide_depuis: 2024-01-01\n{CHANGES}")
    .replace("name: emplois\n    title: Emplois\n", "name: postes\n    title: Postes\n")
    .replace("enum: [fr, no]", "enum: [no, se]")
    .replace(
        "  - name: note\n",
        "  - name: code_projet\n    title: Code\n    description: Code.\n    type: string\n    example: A1\n"
        "  - name: note\n",
    )
)


def load(folder: Path, third: str = THIRD, second: str = SECOND, first: str = FIRST) -> Contract:
    write(folder, third)
    write(folder, second, "essai/projets/1.10.0.yaml")
    write(folder, first, "essai/projets/1.0.0.yaml")
    return load_all(folder)["essai/projets"]


def test_three_versions_stand_side_by_side_the_newest_first(tmp_path: Path) -> None:
    contract = load(tmp_path)
    assert [one.version for one in versions(contract)] == ["2.0.0", "1.10.0", "1.0.0"]
    assert [one.version for one in versions(contract.former[0])] == ["1.10.0", "1.0.0"]
    assert at_version(contract, "1.0.0").headers[5] == "emplois"
    with pytest.raises(UnknownVersion, match=r"has no version '1.2.0'; its versions: 2.0.0, 1.10.0, 1.0.0"):
        at_version(contract, "1.2.0")


@pytest.mark.parametrize(
    ("day", "version"),
    [
        (date(2018, 1, 1), "1.0.0"),
        (date(2021, 12, 31), "1.0.0"),
        (date(2022, 1, 1), "1.10.0"),
        (date(2023, 12, 31), "1.10.0"),
        (date(2024, 1, 1), "2.0.0"),
        (date(2099, 1, 1), "2.0.0"),
    ],
)
def test_the_day_of_reception_tells_which_one_judges(tmp_path: Path, day: date, version: str) -> None:
    assert in_force(load(tmp_path), day).version == version


def test_names_are_followed_through_every_version_and_known_to_all(tmp_path: Path) -> None:
    contract = load(tmp_path)
    for former, name in ((contract.former[1], "emplois"), (contract.former[0], "emplois_prevus"), (contract, "postes")):
        assert present_names(former, contract)[name] == "postes"
        assert {"emplois", "emplois_prevus", "postes", "Emplois", "Postes"} <= {name, *former.column(name).aliases}
    assert contract.column("postes").former_names == ("emplois_prevus", "Emplois prévus", "emplois", "Emplois")
    assert contract.former[1].column("emplois").former_names == ()  # a name of the future is no former one
    assert present_names(contract.former[1], contract).keys() == set(contract.former[1].headers)


def test_a_former_name_that_the_present_version_still_gives_is_not_former(tmp_path: Path) -> None:
    third = THIRD.replace("title: Postes\n", "title: Postes\n    alias: [EMPLOIS]\n")
    assert "emplois" not in load(tmp_path, third).column("postes").former_names


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("2024-01-01", "2024-02-01", "valide_depuis", "until 2023-12-31, 2.0.0 from 2024-02-01"),
        ("2024-01-01", "2023-06-01", "valide_depuis", "until 2023-12-31, 2.0.0 from 2023-06-01"),
        (CHANGES, "", "remplace", "Say what it changed"),
        ("  version: 1.10.0\n", "  version: 1.0.0\n", "remplace", "comes after 1.10.0"),
        ("  renomme: {emplois_prevus: postes}\n", "", "fields", "emplois_prevus of 1.10.0 is gone"),
        ("emplois_prevus: postes", "effectif: postes", "remplace.renomme.effectif", "1.10.0 has no column effectif"),
        ("emplois_prevus: postes", "emplois_prevus: poste", "remplace.renomme.emplois_prevus", "no column poste"),
        ("{emplois_prevus: postes}", "{emplois_prevus: postes, note: debut}", "remplace.renomme.note", "still has"),
        ("  ajoute: [code_projet]\n", "", "remplace.ajoute", "added are: code_projet"),
        ("  ajoute: [code_projet]\n", "  ajoute: [code_projet, note]\n", "remplace.ajoute", "List these"),
        ("    example: A1", "    constraints: {required: true}\n    example: A1", "fields[9]", "new and required"),
        ("ajoutees: [se], ", "", "remplace.valeurs.pays", "added: se; withdrawn: fr"),
        ("constraints: {enum: [no, se]}", "constraints: {maxLength: 2}", "remplace.valeurs.pays", "one version only"),
        ("valeurs: {pays:", "valeurs: {paix: {ajoutees: [x]}, pays:", "remplace.valeurs.paix", "no such column"),
        ("type: boolean", "type: string", "fields[8]", "no longer of the type"),
        ("    example: 2020", "    constraints: {required: true}\n    example: 2020", "fields[7]", "was optional"),
        ("mode: delta", "mode: complet\nplafond_fermeture: 0.1", "mode", "1.10.0 is delta"),
        ("primaryKey: [id_projet]", "primaryKey: [id_projet, debut]", "primaryKey", "another one"),
        ("title: Code\n", "title: Emplois\n", "fields[9]", "names this column in one of its versions"),
    ],
)  # fmt: skip
def test_each_fault_between_versions_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, place: str, said: str
) -> None:
    assert THIRD.count(old) == 1
    with pytest.raises(FaultyContract) as caught:
        load(tmp_path, THIRD.replace(old, new))
    found = {fault.place: f"{fault.what} {fault.remedy}" for fault in caught.value.all}
    assert said in found.get(place, ""), found
    assert all(fault.line for fault in caught.value.all)


@pytest.mark.parametrize(
    ("path", "old", "new", "said"),
    [
        ("essai/projets/1.2.0.yaml", "", "", "The file's path says 1.2.0"),
        ("essai/projets/3.0.0.yaml", "version: 1.0.0", "version: 3.0.0", "Give the present one the highest"),
        ("essai/absent/1.0.0.yaml", "livraison: projets", "livraison: absent", "the version of no contract"),
    ],
)
def test_a_version_that_is_out_of_place_is_told(tmp_path: Path, path: str, old: str, new: str, said: str) -> None:
    write(tmp_path, FIRST.replace(old, new, 1), path)
    with pytest.raises(FaultyContract, match=said):
        load(tmp_path)


def test_a_version_that_replaces_one_which_is_not_there_is_told(tmp_path: Path) -> None:
    write(tmp_path, THIRD)
    with pytest.raises(FaultyContract, match="not here"):
        load_all(tmp_path)


def test_the_pages_tell_what_changed_and_which_version_is_in_force(tmp_path: Path) -> None:
    contract = load(tmp_path)
    said = page(contract)
    for words in (
        "- **2.0.0** : depuis le 01/01/2024",
        "- **[1.10.0](projets/1.10.0.md)** : du 01/01/2022 au 31/12/2023",
        "`emplois_prevus` s'appelle désormais `postes`",
        "`code_projet` est ajoutée, facultative",
        "`pays` accepte aussi : se",
        "`pays` n'accepte plus : fr",
        "- Anciens noms, encore reconnus : emplois_prevus, Emplois prévus, emplois, Emplois",
    ):
        assert words in said, words
    former = page(contract.former[1], present=contract)
    assert "# Projets d'essai (version 1.0.0)" in former
    assert "En vigueur : [version 2.0.0](../projets.md)." in former
    assert "## Versions" not in former
