"""A large investment file in the French manner, some of its rows bad, written fast: for `make bench` and load tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from demo.dice import luhn_key
from demo.investments import COLUMNS
from demo.model import MARK
from demo.names import WORKS, places
from demo.territories import make_territories

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_CHUNK = 100_000
_IDS_A_YEAR = 100_000
_FIRST_YEAR = 2019
_COMPANIES = 5_000


@dataclass(frozen=True, slots=True)
class Bench:
    """The file that was written: its rows, and how many of them are bad, by kind of defect."""

    path: Path
    rows: int
    bad: dict[str, int]

    @property
    def bad_rows(self) -> int:
        """Return how many rows are bad, each for one reason."""
        return sum(self.bad.values())

    @property
    def refused_rows(self) -> int:
        """Return how many rows must be refused: a key that stands twice refuses both its rows, also the good one."""
        return self.bad_rows + self.bad["cle_en_double"]


def make_bench(
    path: Path,
    rows: int,
    bad_share: float = 0.005,
    seed: int = 20181122,
    encoding: Literal["cp1252", "utf-8"] = "cp1252",
    territories: Sequence[str] = (),
) -> Bench:
    """Write *rows* operations to *path* as CSV: ``;``, decimal comma, dd/mm/yyyy, CRLF; about 190 bytes a row.

    A share of *bad_share* of the rows is bad, in `DEFECTS`' kinds in turn. *territories* are the ids that the register
    knows (default: the demonstration's 136). The memory needed does not grow with *rows*; a million takes some seconds.

    Raises:
        ValueError: more rows than there are ids (``BDT-AAAA-NNNNN`` until year 9999).
    """
    import numpy as np

    if rows > (10_000 - _FIRST_YEAR) * _IDS_A_YEAR:
        raise ValueError(f"{rows} rows need more ids than BDT-AAAA-NNNNN has")
    rng = np.random.default_rng(seed)
    maker = _Maker(rng, tuple(territories) or tuple(one.id_ti for one in make_territories(seed)))
    # Never the first row, so that a repeated key has a row to repeat; never two in a row, so that this one is good.
    bad = np.sort(rng.choice(np.arange(1, rows, 2), size=min(round(rows * bad_share), rows // 2), replace=False))
    kinds = list(DEFECTS)
    counts = dict.fromkeys(kinds, 0)
    with path.open("wb") as sink:
        sink.write((";".join(COLUMNS) + "\r\n").encode(encoding))
        for start in range(0, rows, _CHUNK):
            end = min(start + _CHUNK, rows)
            lines = maker.lines(start, end)
            first, last = np.searchsorted(bad, (start, end))
            for rank in range(int(first), int(last)):
                kind, place = kinds[rank % len(kinds)], int(bad[rank]) - start
                lines[place] = _damaged(lines[place], kind, lines[place - 1])
                counts[kind] += 1
            sink.write(("\r\n".join(lines) + "\r\n").encode(encoding))
    return Bench(path, rows, counts)


def _put(column: str, value: str) -> Callable[[list[str], list[str]], None]:
    """Return a defect that writes *value* into *column*."""
    place = COLUMNS.index(column)

    def damage(cells: list[str], _: list[str]) -> None:
        cells[place] = value

    return damage


def _overpay(cells: list[str], _: list[str]) -> None:
    cells[COLUMNS.index("montant_decaisse_eur")] = "9" + cells[COLUMNS.index("montant_engage_eur")]


def _repeat_key(cells: list[str], before: list[str]) -> None:
    cells[0] = before[0]


def _shorten(cells: list[str], _: list[str]) -> None:
    del cells[-2:]


def _lengthen(cells: list[str], _: list[str]) -> None:
    cells.insert(4, "suite d'un libellé coupé par un point-virgule")


DEFECTS: dict[str, Callable[[list[str], list[str]], None]] = {
    "montant_illisible": _put("montant_engage_eur", "douze mille"),
    "date_illisible": _put("date_engagement", "31/02/2021"),
    "hors_liste": _put("domaine", "tourisme"),
    "obligatoire_vide": _put("libelle", ""),
    "territoire_inconnu": _put("id_ti", "ti-9999"),
    "decaisse_superieur": _overpay,
    "siren_faux": _put("siren_beneficiaire", "999200011"),
    "cle_en_double": _repeat_key,
    "ligne_courte": _shorten,
    "ligne_longue": _lengthen,
    "identifiant_mal_forme": _put("id_operation", "BDT/2020/1"),
    "montant_negatif": _put("montant_engage_eur", "-1500,00"),
    "trop_ancien": _put("date_engagement", "14/07/1989"),
}
"""What is done to a bad row: its cells and those of the row before it are given, the former is changed in place."""


def _damaged(line: str, kind: str, before: str) -> str:
    cells = line.split(";")
    # Other rules must hold, so that a bad row is bad for one reason: no payment, and no end to compare with.
    cells[COLUMNS.index("montant_decaisse_eur")] = cells[COLUMNS.index("date_fin_prevue")] = ""
    cells[-1] = "engage"
    DEFECTS[kind](cells, before.split(";"))
    return ";".join(cells)


class _Maker:
    """Makes good lines, column by column, from small pools of ready texts."""

    def __init__(self, rng: np.random.Generator, territories: Sequence[str]) -> None:
        import numpy as np
        import pyarrow as pa

        self._rng = rng
        works = [(domain, work) for domain, names in WORKS.items() for work in names]
        named = [(domain, f"{MARK} - {work} {where}") for domain, work in works for where in places()]
        self._domains, self._labels = pa.array([one[0] for one in named]), pa.array([one[1] for one in named])
        self._territories = pa.array(list(territories))
        sirens = (f"9992{number:04d}" for number in range(_COMPANIES))
        self._sirens = pa.array([siren + luhn_key(siren) for siren in sirens])
        self._axes = pa.array(["recruter", "innover", "attirer", "simplifier"])
        self._natures = pa.array(["fonds_propres", "pret", "ingenierie", "subvention"])
        self._states = pa.array(["engage", "decaisse", "solde"])
        days = np.arange(np.datetime64("2019-01-01"), np.datetime64("2030-12-31"))
        self._days = pa.array([f"{day[8:]}/{day[5:7]}/{day[:4]}" for day in np.datetime_as_string(days)])

    def lines(self, start: int, end: int) -> list[str]:
        """Return the lines of the rows from *start* up to *end*, without their ends."""
        import numpy as np
        import pyarrow as pa
        import pyarrow.compute as pc

        count = end - start
        kind = self._draw(len(self._labels), count)
        committed, state = self._rng.integers(1_000_000, 200_000_000, count), self._draw(3, count)
        paid = np.where(state == 2, committed, committed // 3)
        begun = self._draw(len(self._days) - 800, count)
        numbers = np.arange(start, end)
        key = pc.binary_join_element_wise(
            "BDT",
            pa.array(_FIRST_YEAR + numbers // _IDS_A_YEAR).cast(pa.string()),
            pc.utf8_lpad(pa.array(numbers % _IDS_A_YEAR).cast(pa.string()), 5, "0"),
            "-",
        )
        paid_text = pc.if_else(pa.array(state > 0), _amounts(paid), "")
        columns = [
            key,
            self._from(self._territories, count),
            self._from(self._sirens, count),
            self._labels.take(kind),
            self._from(self._axes, count),
            self._domains.take(kind),
            self._from(self._natures, count),
            _amounts(committed),
            paid_text,
            self._days.take(pa.array(begun)),
            self._days.take(pa.array(begun + self._draw(800, count))),
            self._states.take(pa.array(state)),
        ]
        joined: list[str] = pc.binary_join_element_wise(*columns, ";").to_pylist()
        return joined

    def _draw(self, limit: int, count: int) -> np.ndarray[Any, np.dtype[np.int64]]:
        return self._rng.integers(0, limit, count)

    def _from(self, pool: pa.Array, count: int) -> pa.Array:
        return pool.take(self._draw(len(pool), count))


def _amounts(cents: np.ndarray[Any, np.dtype[np.int64]]) -> pa.Array:
    """Return whole cents as euros with a decimal comma."""
    import pyarrow as pa
    import pyarrow.compute as pc

    euros = pa.array(cents // 100).cast(pa.string())
    rest = pc.utf8_lpad(pa.array(cents % 100).cast(pa.string()), 2, "0")
    return pc.binary_join_element_wise(euros, rest, ",")
