"""The demonstration as a whole: the same bytes from the same seed, in the order of its story, each defect once."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from pathlib import Path

import pytest

from demo import Demo, make_demo

DEFECTS = {
    "cp1252_virgule", "bom", "colonne_manquante", "dates_excel", "lignes_de_titre", "colonnes_alias", "separateur",
    "montants_euro", "decaisse_superieur", "correction", "territoire_inconnu", "zip", "doublon", "plafond_depasse",
    "vide", "entete_seul", "tronque", "zip_piege", "mauvais_operateur", "colonne_inconnue", "tabulations",
    "deux_referents", "liste_corrigee", "total_en_bas", "zeros_perdus", "rome_inconnu", "pays_en_lettres",
    "pays_corriges", "contrat_version_2", "siret_tronques", "etoiles",
}  # fmt: skip


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_same_bytes_even_later(tmp_path: Path) -> None:
    make_demo(tmp_path / "a")
    time.sleep(2.1)  # the clock of a zip counts by two seconds: a time of writing that slipped in would show
    make_demo(tmp_path / "b")
    first = fingerprints(tmp_path / "a")
    assert len(first) > 50
    assert first == fingerprints(tmp_path / "b")


def test_another_seed_makes_another_demonstration_that_holds_too(tmp_path: Path) -> None:
    first, second = make_demo(tmp_path / "a"), make_demo(tmp_path / "b", seed=7)
    assert fingerprints(tmp_path / "a") != fingerprints(tmp_path / "b")
    assert [file.kind for file in first.files] == [file.kind for file in second.files]


@pytest.mark.parametrize("seed", range(4))
def test_the_story_fits_every_seed(tmp_path: Path, seed: int) -> None:
    assert len(make_demo(tmp_path, seed).files) == 54


def test_making_it_is_fast(tmp_path: Path) -> None:
    begin = time.process_time()
    make_demo(tmp_path)
    assert time.process_time() - begin < 3


def test_each_defect_comes_once(demo: Demo) -> None:
    kinds = Counter(file.kind for file in demo.files)
    assert set(kinds) - {"sain"} == DEFECTS
    assert [kind for kind, count in kinds.items() if count > 1] == ["sain"]


def test_every_status_is_met(demo: Demo) -> None:
    assert {file.expected_status for file in demo.files} == {
        "chargee", "chargee_partiellement", "refusee", "remplacee", "doublon",
    }  # fmt: skip


def test_files_are_numbered_named_and_dated_in_the_order_of_dropping(demo: Demo) -> None:
    for number, file in enumerate(demo.files, start=1):
        assert file.path.name == f"{number:03d}_{file.operator}__{file.delivery}__{file.name}"
        assert file.path.is_file()
    times = [file.path.stat().st_mtime for file in demo.files]
    assert times == sorted(times)
    assert len(set(times)) == len(times)


def test_only_the_duplicate_repeats_a_content(demo: Demo) -> None:
    first_with: dict[str, str] = {}
    repeated = []
    for file in demo.files:
        digest = hashlib.sha256(file.path.read_bytes()).hexdigest()
        if first_with.setdefault(digest, file.path.name) != file.path.name:
            repeated.append(file.kind)
    assert repeated == ["doublon"]


def test_it_says_everywhere_that_it_is_a_demonstration(demo: Demo) -> None:
    assert all("DEMONSTRATION" in file.name for file in demo.files)
    assert all(
        str(row["libelle"]).startswith("DÉMONSTRATION")
        for row in demo.ledger.current["banque_des_territoires/investissements"]
    )
    assert all(
        str(row["email_professionnel"]).endswith("@demo.example") and str(row["nom"]).startswith("Exemple")
        for operator in ("banque_des_territoires", "bpifrance", "business_france", "pole_emploi")
        for row in demo.ledger.current[f"{operator}/referents"]
    )
    for delivery, column in (
        ("bpifrance/accompagnements", "raison_sociale"),
        ("pole_emploi/actions_recrutement", "partenaires"),
        ("programme/fiches_actions", "intitule"),
    ):
        assert all(str(row[column]).startswith("DÉMONSTRATION") for row in demo.ledger.current[delivery]), delivery
    assert all(
        "DÉMONSTRATION" in str(row["signataires"])
        for row in demo.ledger.current["programme/contrats"]
        if row["signataires"]
    )


def test_the_only_real_names_are_val_de_lorraine_and_its_epci(demo: Demo) -> None:
    territories = demo.ledger.territories
    assert [one.label for one in territories if "Démonstration" not in one.label] == ["Val de Lorraine"]
    real = [epci for one in territories for epci in one.epcis if "Démonstration" not in epci.name]
    assert [(epci.siren, epci.name) for epci in real if epci.real] == [
        ("245400601", "CC du Bassin de Pompey"),
        ("200041515", "CC du Bassin de Pont-à-Mousson"),
        ("200070589", "CC de Seille et Grand Couronné"),
        ("200070738", "CC Mad et Moselle"),
    ]
    assert all(epci.real for epci in real)
