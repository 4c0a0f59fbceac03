"""Every file of tests/fixtures goes the whole way and gets the answer that expected.yaml announces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from territoires.delivery.validate import keep_judges
from tests.integration.delivery.conftest import Way
from tests.integration.delivery.test_registers_of_rows import REGISTERS

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((FIXTURES / "expected.yaml").read_text(encoding="utf-8"))
EXITS = {"chargee": 0, "chargee_partiellement": 1, "refusee": 1, "en_attente": 2}

FAILED = (
    "select regle from journal.resultat_regle where severite = 'error' and lignes_en_defaut > 0 and id_livraison = %s"
)


def test_every_fixture_is_announced() -> None:
    found = {
        path.relative_to(FIXTURES).as_posix() for kind in ("bad", "good") for path in (FIXTURES / kind).rglob("*.*")
    }
    assert found == set(EXPECTED)
    assert len([name for name in found if name.startswith("bad/")]) >= 25


@pytest.fixture
def registers(entrepot: Any) -> None:
    with entrepot.connect("owner") as connection:
        connection.execute(REGISTERS)


@pytest.mark.usefixtures("registers")
@pytest.mark.parametrize("delivery", sorted({announced["livraison"] for announced in EXPECTED.values()}))
def test_fixtures_are_answered_as_announced_and_kept(way: Way, delivery: str) -> None:
    """All files of a delivery are dropped at once, as they may come: none spoils another one's answer.

    But for whole states: of two at once, the former would be overtaken by the latter.
    """
    names = [name for name, announced in EXPECTED.items() if announced["livraison"] == delivery]
    operator = delivery.partition("/")[0]
    if way.platform.contracts[delivery].mode == "delta":
        for name in names:
            way.drop_bytes((FIXTURES / name).read_bytes(), Path(name).name, delivery)
        with keep_judges():
            rows = {row["nom_fichier"]: row for row in way.go(operator)}
    else:
        rows = {}
        for name in names:
            way.drop_bytes((FIXTURES / name).read_bytes(), Path(name).name, delivery)
            rows |= {row["nom_fichier"]: row for row in way.go(operator)}
    assert len(rows) == len(names)
    wrong = {name: fault for name in names if (fault := _fault(way, name, rows[Path(name).name]))}
    assert wrong == {}


def _fault(way: Way, name: str, row: dict[str, Any]) -> object:
    """Say how the answer differs from what is announced; None if it does not."""
    announced = EXPECTED[name]
    number = row["id_livraison"]
    found = {anomaly["code"] for anomaly in row["anomalies"] if anomaly["severity"] == "error"}
    rules = way.query(FAILED, number)
    broken = way.query("select motifs from quarantaine.ligne where id_livraison = %s", number)
    found |= {rule["regle"] for rule in rules}
    found |= {reason["rule"] for one in broken for reason in one["motifs"]}
    answer = (EXITS[row["statut"]], found)
    if answer != (announced["sortie"], set(announced["codes"])):
        return answer, row["motif"]
    counts = (row["lignes_acceptees"], row["lignes_refusees"])
    if row["lignes_lues"] is not None and counts != (announced["lignes_acceptees"], announced["lignes_refusees"]):
        return counts
    content = (FIXTURES / name).read_bytes()
    if way.platform.archive.path(row["sha256"]).read_bytes() != content:
        return "the archive does not hold what was dropped"
    told = way.receipt(row)
    if Path(name).name not in told.replace("\n", "").replace(" ", "") and Path(name).stem[:20] not in told:
        return "the receipt does not name the file"
    if announced["sortie"] and "→" not in told:
        return "a refusal says what to write instead"
    return None
