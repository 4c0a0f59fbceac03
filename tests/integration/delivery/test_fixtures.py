"""Every file of tests/fixtures goes the whole way and gets the answer that expected.yaml announces."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.delivery.conftest import Way

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((FIXTURES / "expected.yaml").read_text(encoding="utf-8"))
EXITS = {"chargee": 0, "chargee_partiellement": 1, "refusee": 1, "en_attente": 2}


def test_every_fixture_is_announced() -> None:
    found = {
        path.relative_to(FIXTURES).as_posix() for kind in ("bad", "good") for path in (FIXTURES / kind).rglob("*.*")
    }
    assert found == set(EXPECTED)
    assert len([name for name in found if name.startswith("bad/")]) >= 25


@pytest.mark.parametrize("name", EXPECTED)
def test_a_fixture_is_answered_as_announced_and_kept(way: Way, name: str) -> None:
    announced = EXPECTED[name]
    content = (FIXTURES / name).read_bytes()
    way.drop_bytes(content, Path(name).name, announced["livraison"])
    [row] = way.go()
    assert EXITS[row["statut"]] == announced["sortie"], row["motif"]
    codes = set(announced["codes"])
    found = {anomaly["code"] for anomaly in row["anomalies"] if anomaly["severity"] == "error"}
    rules = way.query("select regle from journal.resultat_regle where severite = 'error' and lignes_en_defaut > 0")
    broken = way.query("select motifs from quarantaine.ligne")
    found |= {rule["regle"] for rule in rules}
    found |= {reason["rule"] for one in broken for reason in one["motifs"]}
    assert found == codes
    if row["lignes_lues"] is not None:
        assert row["lignes_refusees"] == announced["lignes_refusees"]
        assert row["lignes_acceptees"] == announced["lignes_acceptees"]
    assert way.platform.archive.path(row["sha256"]).read_bytes() == content
    told = way.receipt(row)
    assert Path(name).name in told.replace("\n", "").replace(" ", "") or Path(name).stem[:20] in told
    if announced["sortie"]:
        assert "→" in told, "a refusal says what to write instead"
