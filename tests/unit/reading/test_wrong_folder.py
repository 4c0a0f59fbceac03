"""A file in another delivery's folder is refused as such, whichever of the contracts the two are."""

from __future__ import annotations

from itertools import permutations
from pathlib import Path

import pytest

from territoires.anomalies import UnreadableFile
from territoires.contracts import Contract, load_all
from territoires.contracts.template import write_csv
from territoires.reading import read

ALL = load_all()


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Each contract's own template, with its example row: what its operator's files look like."""
    folder = tmp_path_factory.mktemp("modeles")
    made = {}
    for name, contract in ALL.items():
        made[name] = folder / f"{name.replace('/', '_')}.csv"
        write_csv(contract, made[name])
    return made


def read_as(path: Path, contract: Contract) -> None:
    read(path, path.name, contract, others=tuple(other for other in ALL.values() if other.name != contract.name))


def test_each_file_is_read_in_its_own_folder(templates: dict[str, Path]) -> None:
    for name, path in templates.items():
        read_as(path, ALL[name])


@pytest.mark.parametrize(("owner", "folder"), list(permutations(ALL, 2)))
def test_and_refused_elsewhere_as_what_it_is(owner: str, folder: str, templates: dict[str, Path]) -> None:
    with pytest.raises(UnreadableFile) as refused:
        read_as(templates[owner], ALL[folder])
    told = refused.value.anomalies[0]
    assert told.code == "mauvaise_livraison"
    # Contacts are alike for all operators: dropped into another folder, they are taken for its own operator's.
    assert f"/{ALL[owner].delivery} »" in told.message
