"""Rows that are no data: left out and told; a row that may be data is never taken for one."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reading_samples import codes

from territoires.anomalies import UnreadableFile
from territoires.reading import Reading

HEADER = "code;libelle;montant;nombre;date_fin;actif;siren\n"
BODY = "".join(f"A{number};Friche n° {number};12,50;3;05/03/2019;oui;\n" for number in range(1, 4))

ReadBytes = Callable[..., Reading]


@pytest.mark.parametrize(
    "total",
    [
        "TOTAL;;37,50;;;;\n",
        "Total général;37,50\n",
        "Sous-total;;37,50;9;;;\n",
        ";Total;37,50;9;;;\n",
        "Somme;;37,50;;;;\n",
        "** TOTAL **;;37,50;;;;\n",
        ";;37,50;9;;;\n",
        "\n;;;;;;\nTotaux;;;9;;;\n",
    ],
)
def test_totals_at_the_bottom_are_left_out_with_a_warning(read_bytes: ReadBytes, total: str) -> None:
    reading = read_bytes(HEADER + BODY + total)
    assert (reading.lines.to_pylist(), reading.broken, codes(reading)) == ([2, 3, 4], (), ["ligne_total"])


def test_sub_totals_are_left_out_wherever_they_stand(read_bytes: ReadBytes) -> None:
    reading = read_bytes(HEADER + BODY + "Sous-total;;37,50;;;;\n" + BODY.replace("A", "B") + "Total;;75,00;;;;\n")
    assert reading.lines.to_pylist() == [2, 3, 4, 6, 7, 8]
    (found,) = reading.anomalies
    assert (found.code, found.line, found.value) == ("ligne_total", 5, "Sous-total")
    assert "lignes 5 et 9" in found.message


@pytest.mark.parametrize(
    "row",
    [
        "A4;Total Énergies;5;;;;\n",
        "A4;Total Énergies;;;;;\n",
        ";Totalement neuf;5;;;;\n",
        ";Friche;5;;;;\n",
        "A4;;5;;;;\n",
        ";Sans code;;;;;\n",
    ],
)
def test_a_row_that_may_be_data_is_kept(read_bytes: ReadBytes, row: str) -> None:
    assert read_bytes(HEADER + BODY + row).lines.to_pylist() == [2, 3, 4, 5]


def test_a_company_called_total_is_no_total(read_bytes: ReadBytes) -> None:
    text = "libelle;code;montant\nFriche;A1;1\nTotal Énergies;A2;5\n"
    assert read_bytes(text).raw.num_rows == 2


@pytest.mark.parametrize(
    ("below", "line"),
    [
        ("Source : nos services, export du 01/02/2020\n", 5),
        ("\nDocument de travail\n", 6),
        ("* montants provisoires;;;;;;\n", 5),
        ("\n\nDate d'édition :;01/02/2020\n", 7),
        ("\nBon à savoir", 6),
    ],
)
def test_notes_under_the_table_are_left_out_with_a_warning(read_bytes: ReadBytes, below: str, line: int) -> None:
    reading = read_bytes(HEADER + BODY + below)
    assert (reading.raw.num_rows, reading.broken) == (3, ())
    (found,) = reading.anomalies
    assert (found.code, found.line, f"ligne {line}" in found.message) == ("ligne_note", line, True)


def test_a_total_then_notes(read_bytes: ReadBytes) -> None:
    reading = read_bytes(HEADER + BODY + "Total;;37,50;;;;\n\nSource : nous\n(1) estimation\n")
    assert (reading.raw.num_rows, codes(reading)) == (3, ["ligne_total", "ligne_note"])
    assert "lignes 7 et 8" in reading.anomalies[1].message


@pytest.mark.parametrize("cut", ["A4", "\nA4", "A4;Friche"])
def test_a_cut_row_is_no_note(refusal: Callable[..., UnreadableFile], cut: str) -> None:
    assert codes(refusal(HEADER + BODY + cut)) == ["fichier_tronque"]


def test_a_key_alone_is_a_row_to_be_refused_and_no_note(read_bytes: ReadBytes) -> None:
    assert read_bytes(HEADER + BODY + "\nA4;;;;;;\n").lines.to_pylist() == [2, 3, 4, 6]
    assert [row.line for row in read_bytes(HEADER + BODY + "\nA4\n").broken] == [6]


def test_titles_repeated_among_the_data_are_left_out(read_bytes: ReadBytes) -> None:
    reading = read_bytes(HEADER + "CODE;Intitulé;Montant;;;;\n" + BODY + HEADER + BODY.replace("A", "B"))
    assert (reading.raw.num_rows, reading.lines.to_pylist()[:3]) == (6, [3, 4, 5])
    (found,) = reading.anomalies
    assert (found.code, "lignes 2 et 6" in found.message) == ("entete_repete", True)


def test_a_broken_row_as_long_as_a_block_is_still_cut_into_cells(read_bytes: ReadBytes) -> None:
    """The csv module gives up above 131 072 signs."""
    assert [row.line for row in read_bytes(HEADER + BODY + "A4;" + "x" * 200_000 + "\n").broken] == [5]
