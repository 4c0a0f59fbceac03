"""One good and one bad file of each delivery that joined the first three, all the way into one warehouse."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.integration.delivery.conftest import Way
from tests.integration.delivery.test_registers_of_rows import REGISTERS

FOLDER = Path(__file__).resolve().parents[2] / "fixtures" / "livraisons"
EXPECTED: dict[str, dict[str, Any]] = yaml.safe_load((FOLDER / "attendu.yaml").read_text(encoding="utf-8"))


def test_every_file_is_announced() -> None:
    assert {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.csv")} == set(EXPECTED)


def test_each_file_is_judged_as_announced(way: Way, entrepot: Any) -> None:
    with entrepot.connect("owner") as connection:
        connection.execute(REGISTERS)
    found: dict[str, dict[str, Any]] = {}
    for name in EXPECTED:
        target = name.partition(".")[0]
        way.drop_bytes((FOLDER / name).read_bytes(), Path(name).name, target)
        [row] = way.go(target.partition("/")[0])
        number = row["id_livraison"]
        refused = way.query("select ligne, motifs from quarantaine.ligne where id_livraison = %s", number)
        flagged = way.query("select ligne, colonne, regle from quarantaine.signalement where id_livraison = %s", number)
        warned: dict[int, list[str]] = {}
        for one in flagged:
            warned.setdefault(one["ligne"], []).append(f"{one['colonne']} {one['regle']}")
        found[name] = {
            "acceptees": row["lignes_acceptees"],
            "refus": {one["ligne"]: [f"{why['column']} {why['rule']}" for why in one["motifs"]] for one in refused},
            "avertissements": warned,
        }
        assert row["repondue_le"] is not None
    assert found == {name: {"refus": {}, "avertissements": {}, **told} for name, told in EXPECTED.items()}
