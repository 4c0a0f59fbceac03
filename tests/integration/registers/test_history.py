"""Lists of territories loaded in any order give the history that a plain reading of their dates gives."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from territoires.registers import store
from territoires.registers.catalogue import Register
from territoires.registers.errors import RefusedRegisterError
from territoires.registers.fetch import Fetched
from territoires.registers.parsed import Parsed
from territoires.registers.source import source
from tests.integration.registers.conftest import Bench
from tests.unit.registers.files import geojson

DAY = date(2023, 11, 7)
Content = dict[str, tuple[str, frozenset[str]]]
"""One list: id → name and members."""


def put(bench: Bench, day: date, content: Content, *, perimeters: bool = True) -> store.Loaded:
    """Load *content* as the list of *day*, past reader and suite."""
    origin = source(Register.TERRITORIES, "file:///x")
    found = Fetched("0" * 64, 1, "x", None, None)
    number = store.record_fetch(bench.connection, origin, found, None)
    rows = [(key, name, None, None) for key, (name, _) in content.items()]
    members = [(key, "epci", code, code) for key, (_, codes) in content.items() for code in sorted(codes)]
    tables = {"territoire": pd.DataFrame(rows, columns=["id_ti", "libelle", "pilote", "date_entree"], dtype="object")}
    if perimeters:
        tables["territoire_perimetre"] = pd.DataFrame(members, columns=["id_ti", "type_maille", "code", "libelle"])
    parsed = Parsed(origin.register, day.isoformat(), 2, tables, len(rows), len(members) if perimeters else None)
    store.record_parsed(bench.connection, number, parsed, [])
    return store.load(bench.connection, number, tables)


def history(lists: dict[date, dict[Any, Any]]) -> set[tuple[Any, ...]]:
    """The versions (key, value, from, to) that lists by date mean: each holds until the next list."""
    versions: set[tuple[Any, ...]] = set()
    days = sorted(lists)
    for key in {key for content in lists.values() for key in content}:
        value, since = None, None
        for day in days:
            if lists[day].get(key) != value:
                if since is not None and value is not None:
                    versions.add((key, value, since, day))
                value, since = lists[day].get(key), day
        if value is not None:
            versions.add((key, value, since, None))
    return versions


def stored(bench: Bench) -> tuple[set[tuple[Any, ...]], set[tuple[Any, ...]]]:
    territories = bench.rows("select id_ti, libelle, valide_de, valide_a from core.territoire")
    perimeters = bench.rows("select id_ti, code, valide_de, valide_a from core.territoire_perimetre")
    return set(territories), {((key, code), True, since, until) for key, code, since, until in perimeters}


@pytest.mark.parametrize("seed", range(12))
def test_any_order_of_lists_and_of_their_corrections(bench: Bench, seed: int) -> None:
    dice = random.Random(seed)
    last: dict[date, Content] = {}
    for _ in range(7):
        day = DAY + timedelta(days=7 * dice.randrange(4))
        content: Content = {
            f"ti-{number:04d}": (dice.choice("AB"), frozenset(dice.sample(["1", "2", "3"], dice.randrange(3))))
            for number in range(4)
            if dice.random() < 0.7
        }
        put(bench, day, content)
        last[day] = content
        territories, perimeters = stored(bench)
        assert territories == history({d: {key: name for key, (name, _) in c.items()} for d, c in last.items()})
        members = {d: {(key, code): True for key, (_, codes) in c.items() for code in codes} for d, c in last.items()}
        assert perimeters == history(members)


def test_a_list_without_perimeters_leaves_them(bench: Bench) -> None:
    put(bench, DAY, {"ti-0101": ("A", frozenset({"1"}))})
    put(bench, DAY + timedelta(days=14), {"ti-0101": ("A", frozenset({"2"}))})
    put(bench, DAY + timedelta(days=7), {"ti-0101": ("B", frozenset())}, perimeters=False)
    _, perimeters = stored(bench)
    change = DAY + timedelta(days=14)
    assert perimeters == {(("ti-0101", "1"), True, DAY, change), (("ti-0101", "2"), True, change, None)}


def test_the_same_id_in_two_phases_is_two_territories(bench: Bench, tmp_path: Path) -> None:
    old = geojson(tmp_path / "a_2023-10-16.geojson", {"id_ti": "ti-0101", "lib_ti": "Cap Excellence"})
    new = geojson(
        tmp_path / "b_2023-11-14.geojson",
        {"id_territoire": "ti-0101", "lib_territoire": "Basse-Terre", "liste_geo": "CA (249710062)"},
    )
    bench.run(Register.TERRITORIES, old.as_uri())
    bench.run(Register.TERRITORIES, new.as_uri())
    assert bench.rows("select phase, libelle, valide_a from core.territoire order by phase") == [
        (1, "Cap Excellence", None),
        (2, "Basse-Terre", None),
    ]


def test_counts_of_a_load(bench: Bench) -> None:
    put(bench, DAY, {"ti-1": ("A", frozenset()), "ti-2": ("B", frozenset()), "ti-3": ("C", frozenset())})
    loaded = put(bench, DAY + timedelta(days=7), {"ti-1": ("A", frozenset()), "ti-2": ("Z", frozenset())})
    assert (loaded.added, loaded.changed, loaded.closed) == (0, 1, 1)
    again = put(bench, DAY + timedelta(days=14), {"ti-1": ("A", frozenset()), "ti-2": ("Z", frozenset())})
    assert again.rows == 0
    origin = "select libelle, id_registre::int, id_registre_fin::int from core.territoire order by id_ti, valide_de"
    assert bench.rows(origin) == [("A", 1, None), ("B", 1, 2), ("Z", 2, None), ("C", 1, 2)]


def test_a_run_that_was_stuck_does_not_put_the_old_revision_back(bench: Bench) -> None:
    origin = source(Register.TERRITORIES, "file:///x")
    stuck = store.record_fetch(bench.connection, origin, Fetched("0" * 64, 1, "x", None, None), None)
    tables = {"territoire": pd.DataFrame([("ti-1", "ancien")], columns=["id_ti", "libelle"])}
    store.record_parsed(bench.connection, stuck, Parsed(origin.register, DAY.isoformat(), 2, tables, 1), [])
    put(bench, DAY, {"ti-1": ("nouveau", frozenset())})
    with pytest.raises(RefusedRegisterError, match="plus récente"):
        store.load(bench.connection, stuck, tables)
    assert bench.value("select libelle from core.territoire") == "nouveau"
