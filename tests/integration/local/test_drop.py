"""``make drop`` against a real journal: the file laid at once, its own delivery recognised, its receipt read."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from territoires.local import drop
from territoires.local.console import LocalError

PLACE = "banque_des_territoires/investissements"


@pytest.fixture
def inbound(tmp_path: Path) -> Path:
    folder = tmp_path / "inbound"
    (folder / PLACE).mkdir(parents=True)
    return folder


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Été 2019.csv"
    path.write_bytes("montant;libellé\r\n".encode("cp1252"))
    return path


def record(entrepot: Any, dropped: drop.Dropped, status: str, **more: object) -> None:
    """Write into the journal what the pipeline writes of a dropped file."""
    row = {
        "operateur": dropped.operator,
        "livraison": dropped.delivery,
        "nom_fichier": dropped.name,
        "sha256": dropped.sha256,
        "statut": status,
        "recu": None,
        "doublon_de": None,
        "reponse": True,
    } | more
    with entrepot.connect("loader") as connection:
        connection.execute(
            "insert into journal.livraison (cle_depot, operateur, livraison, nom_fichier, taille_octets, sha256,"
            " modifie_le, statut, recu, doublon_de, repondue_le) values (gen_random_uuid(), %(operateur)s,"
            " %(livraison)s, %(nom_fichier)s, 1, %(sha256)s, now(), %(statut)s, %(recu)s, %(doublon_de)s,"
            " case when %(reponse)s then now() end)",
            row,
        )


def test_a_file_keeps_its_name_and_bytes_and_no_half_of_it_is_ever_seen(
    entrepot: Any, inbound: Path, file: Path
) -> None:
    dropped = drop.lay(file, PLACE, inbound, entrepot.loader_url)
    assert [path.name for path in (inbound / PLACE).iterdir()] == ["Été 2019.csv"]
    assert (inbound / PLACE / dropped.name).read_bytes() == file.read_bytes()


@pytest.mark.parametrize("place", ["banque_des_territoires", "bpifrance/autre", "../..", ".", ""])
def test_an_unknown_place_is_refused_with_those_that_are_known(
    place: str, entrepot: Any, inbound: Path, file: Path
) -> None:
    with pytest.raises(LocalError, match=PLACE):
        drop.lay(file, place, inbound, entrepot.loader_url)
    assert list((inbound / PLACE).iterdir()) == []


def test_a_file_that_waits_there_is_not_overwritten(entrepot: Any, inbound: Path, file: Path) -> None:
    (inbound / PLACE / file.name).write_text("le premier")
    with pytest.raises(LocalError, match="attend déjà"):
        drop.lay(file, PLACE, inbound, entrepot.loader_url)
    assert (inbound / PLACE / file.name).read_text() == "le premier"


def test_no_file_no_drop(entrepot: Any, inbound: Path, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="n'existe pas"):
        drop.lay(tmp_path / "absent.csv", PLACE, inbound, entrepot.loader_url)


def test_the_answer_is_that_of_this_drop_not_of_a_former_one(entrepot: Any, inbound: Path, file: Path) -> None:
    outbound = inbound.parent / "outbound"
    first = drop.lay(file, PLACE, inbound, entrepot.loader_url)
    record(entrepot, first, "chargee", recu="r1.txt")
    (inbound / PLACE / file.name).unlink()
    second = drop.lay(file, PLACE, inbound, entrepot.loader_url)
    assert drop.answer(second, outbound, entrepot.loader_url) is None
    record(entrepot, second, "doublon", doublon_de=1, recu="r2.txt", reponse=False)
    assert drop.answer(second, outbound, entrepot.loader_url) is None, "not answered yet"
    outbound.mkdir()
    (outbound / "r2.txt").write_text("déjà reçu")
    with entrepot.connect("loader") as connection:
        connection.execute("update journal.livraison set repondue_le = now()")
    found = drop.answer(second, outbound, entrepot.loader_url)
    assert found is not None
    assert (found.code, found.status, found.receipt) == (drop.ACCEPTED, "doublon", "déjà reçu")


def test_without_answer_the_code_says_so_and_a_dead_platform_ends_the_wait(
    entrepot: Any, inbound: Path, file: Path
) -> None:
    dropped = drop.lay(file, PLACE, inbound, entrepot.loader_url)
    found = drop.wait(dropped, inbound, entrepot.loader_url, 0.1, lambda: None)
    assert found.code == drop.NO_ANSWER

    def dead() -> None:
        raise LocalError("scheduler s'est arrêté")

    with pytest.raises(LocalError, match="scheduler"):
        drop.wait(dropped, inbound, entrepot.loader_url, 60, dead)
