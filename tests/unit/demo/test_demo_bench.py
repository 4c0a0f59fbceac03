"""The bench file: as many rows and defects as it says, readable by plain Python."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from demo import make_bench
from demo.bench import DEFECTS
from demo.investments import COLUMNS


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_rows_ids_and_defects(tmp_path: Path, encoding: str) -> None:
    bench = make_bench(tmp_path / "b.csv", 20_000, encoding=encoding)  # type: ignore[arg-type]
    header, *lines = (tmp_path / "b.csv").read_bytes().decode(encoding).split("\r\n")
    assert header.split(";") == list(COLUMNS)
    assert lines.pop() == ""
    assert len(lines) == bench.rows == 20_000
    assert bench.bad_rows == 100
    assert set(bench.bad) == set(DEFECTS)
    assert min(bench.bad.values()) >= 7
    ids = [line.split(";")[0] for line in lines]
    assert len(ids) - len(set(ids)) == bench.bad["cle_en_double"] + bench.bad["identifiant_mal_forme"] - 1
    wrong_ids = [key for key in ids if not re.fullmatch(r"BDT-\d{4}-\d{5}", key)]
    assert len(wrong_ids) == bench.bad["identifiant_mal_forme"]
    broken = [line for line in lines if line.count(";") != len(COLUMNS) - 1]
    assert len(broken) == bench.bad["ligne_courte"] + bench.bad["ligne_longue"]
    assert sum(";ti-9999;" in line for line in lines) == bench.bad["territoire_inconnu"]


def test_ids_spread_over_years_when_one_is_full(tmp_path: Path) -> None:
    make_bench(tmp_path / "b.csv", 100_002, bad_share=0)
    lines = (tmp_path / "b.csv").read_text(encoding="cp1252").splitlines()
    assert lines[1].startswith("BDT-2019-00000;")
    assert lines[100_000].startswith("BDT-2019-99999;")
    assert lines[100_001].startswith("BDT-2020-00000;")


def test_same_seed_same_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make_bench(tmp_path / name, 1_000, seed=seed)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes() != (tmp_path / "c").read_bytes()


def test_given_territories_are_used(tmp_path: Path) -> None:
    make_bench(tmp_path / "b.csv", 200, bad_share=0, territories=["ti-0101"])
    lines = (tmp_path / "b.csv").read_text(encoding="cp1252").splitlines()[1:]
    assert {line.split(";")[1] for line in lines} == {"ti-0101"}


def test_too_many_rows_is_said(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="more ids"):
        make_bench(tmp_path / "b.csv", 10**9)
