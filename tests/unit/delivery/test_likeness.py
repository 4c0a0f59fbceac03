"""Which row of a file looks like a refused row whose key could not be read, and which only seems to."""

from __future__ import annotations

import time

import pyarrow as pa

from territoires.delivery.likeness import OpenRow, alike
from territoires.reading import BrokenRow, Reading, Source

HEADERS = ("id", "libelle", "axe", "nature", "montant", "statut")


def reading(*rows: tuple[str | None, ...], broken: tuple[BrokenRow, ...] = ()) -> Reading:
    """A file whose rows begin on line 2."""
    columns = {header: pa.array([row[place] for row in rows], pa.string()) for place, header in enumerate(HEADERS)}
    lines = pa.array(range(2, len(rows) + 2), pa.int32())
    return Reading(pa.table(columns), lines, {}, Source("csv", "utf-8", ";", None, 1), broken=broken)


def waiting(
    row_id: int, line: int, *cells: str | None, blamed: tuple[str, ...] = ("id",), here: bool = False
) -> OpenRow:
    reasons = [{"column": column} for column in blamed]
    found = {"id_ligne": row_id, "ligne": line, "contenu": dict(zip(HEADERS, cells, strict=True)), "motifs": reasons}
    return OpenRow.of(found, same_name=here)


def pairs(open_rows: list[OpenRow], file: Reading) -> list[tuple[int, int, str]]:
    return [(one.row_id, one.line, one.clue) for one in alike(open_rows, file)]


HALL = ("A1", "Halle", "attirer", "pret", "100", "engage")
YARD = ("A2", "Friche", "attirer", "pret", "200", "engage")
WRONG_HALL = ("?", "Halle", "attirer", "pret", "100", "engage")


def test_the_one_row_with_all_the_cells_that_were_not_blamed_is_found_whatever_its_line_and_columns() -> None:
    assert pairs([waiting(7, 40, *WRONG_HALL)], reading(YARD, HALL)) == [(7, 3, "contenu")]
    moved = ("engage", "100", "A1", "attirer", " Halle ", "pret")
    assert pairs([waiting(7, 40, *WRONG_HALL)], reading(YARD, moved)) == [(7, 3, "contenu")]


def test_two_rows_alike_for_one_open_row_settle_nothing_and_two_for_two_are_paired_in_order() -> None:
    twice = reading(HALL, YARD, ("A3", *HALL[1:]))
    assert pairs([waiting(7, 40, *WRONG_HALL)], twice) == []
    both = [waiting(8, 41, *WRONG_HALL), waiting(7, 40, *WRONG_HALL)]
    assert pairs(both, twice) == [(7, 2, "contenu"), (8, 4, "contenu")]


def test_one_row_answers_no_two_open_rows_of_other_cells() -> None:
    part = waiting(8, 41, "?", "Halle", "attirer", "pret", "?", "engage", blamed=("id", "montant"))
    assert pairs([waiting(7, 40, *WRONG_HALL), part], reading(HALL, YARD)) == []


def test_rows_of_which_too_little_is_sure_are_not_compared() -> None:
    mostly_blamed = waiting(7, 40, *WRONG_HALL, blamed=("id", "libelle", "montant"))
    assert pairs([mostly_blamed], reading(HALL)) == []


def test_on_the_same_line_of_the_same_name_one_cell_may_have_changed_too() -> None:
    changed = ("A1", "Halle", "attirer", "pret", "150", "engage")
    assert pairs([waiting(7, 2, *WRONG_HALL, here=True)], reading(changed, YARD)) == [(7, 2, "nom")]
    assert pairs([waiting(7, 2, *WRONG_HALL)], reading(changed, YARD)) == []
    assert pairs([waiting(7, 3, *WRONG_HALL, here=True)], reading(changed, YARD)) == []


def test_on_the_same_line_cells_that_many_rows_share_prove_nothing() -> None:
    other = ("A1", "Port", "attirer", "pret", "100", "engage")
    rows = reading(other, ("A2", "Quai", "attirer", "pret", "100", "engage"))
    assert pairs([waiting(7, 2, *WRONG_HALL, here=True)], rows) == []


def test_a_line_that_did_not_fit_its_header_is_known_when_it_does_and_when_it_still_does_not() -> None:
    cut = waiting(7, 2, "A1", "Halle", "quai", "attirer", "pret", "100;engage", blamed=(), here=True)
    mended = ("A1", "Halle ; quai", "attirer", "pret", "100;engage", "engage")
    assert pairs([cut], reading(mended, YARD)) == []
    again = BrokenRow(2, "A1;Halle;quai;attirer;pret;100;engage", 7, 6)
    split = waiting(7, 2, "A1", "Halle", "quai", "attirer", "pret", "100", blamed=(), here=True)
    assert pairs([split], Reading(*_parts(reading(YARD)), broken=(again,))) == [(7, 2, "nom")]


def test_a_line_is_found_in_a_million_without_a_walk_through_all_of_them() -> None:
    """Each look-up widened the whole array of line numbers: 5,000 open rows took 14 CPU s under the type's lock."""
    rows = 1_000_000
    lines = pa.array(range(2, rows + 2), pa.int32())
    file = Reading(pa.table({"id": pa.nulls(rows, pa.string())}), lines, {}, Source("csv", "utf-8", ";", None, 1))
    open_rows = [waiting(number, number, *WRONG_HALL, here=True) for number in range(2, 5_002)]
    begun = time.process_time()
    assert alike(open_rows, file) == []
    assert time.process_time() - begun < 1


def _parts(file: Reading) -> tuple[pa.Table, pa.Array, dict[str, str], Source]:
    return file.raw, pa.array([3], pa.int32()), {}, file.source
