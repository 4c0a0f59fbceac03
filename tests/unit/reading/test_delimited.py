"""CSV: separators, lines as a spreadsheet counts them, broken and cut files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from reading_samples import codes

from territoires.anomalies import UnreadableFile
from territoires.reading import Limits, Reading, broken_row_anomaly

HEADER = "code;libelle;montant;nombre;date_fin;actif;siren\n"
ROW = "A{0};Friche n° {0};12,50;3;05/03/2019;oui;\n"
BODY = "".join(ROW.format(number) for number in range(1, 4))

ReadBytes = Callable[..., Reading]
Refusal = Callable[..., UnreadableFile]


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_four_separators_are_recognised(read_bytes: ReadBytes, separator: str) -> None:
    text = (HEADER + BODY.replace(",", ".")).replace(";", separator)
    reading = read_bytes(text)
    assert (reading.source.separator, reading.raw.num_rows) == (separator, 3)


def test_the_separator_is_that_of_the_header_and_not_the_most_frequent(read_bytes: ReadBytes) -> None:
    reading = read_bytes(HEADER + "A1;un, deux, trois, quatre, cinq, six, sept, huit, neuf;1,5;;;;\n")
    assert reading.source.separator == ";"


@pytest.mark.parametrize("separator", ["~", ":", "^", "¤", " "])
def test_other_separators_are_named_in_the_refusal(refusal: Refusal, separator: str) -> None:
    error = refusal((HEADER + BODY).replace(";", separator))
    assert codes(error) == ["separateur_inconnu"]
    assert f"« {separator} »" in error.anomalies[0].message


def test_cells_stay_as_the_file_has_them_and_empty_ones_are_null(read_bytes: ReadBytes) -> None:
    reading = read_bytes(HEADER + 'A1; "x" ;007;"";;NA;null\n')
    assert reading.raw.to_pylist() == [
        {
            "code": "A1",
            "libelle": ' "x" ',
            "montant": "007",
            "nombre": None,
            "date_fin": None,
            "actif": "NA",
            "siren": "null",
        }
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_a_spreadsheet_does(read_bytes: ReadBytes, end: str) -> None:
    """Titles, blank lines and rows of separators alone count; a cell on two lines is one row."""
    rows = [
        "Titre",
        "",
        HEADER.strip(),
        "",
        "A1;x;1;;;;",
        ";;;;;;",
        'A2;"deux' + end + 'lignes";1;;;;',
        "  ",
        "A3;y;1;;;;",
        "",
        "",
    ]
    reading = read_bytes(end.join(rows))
    assert reading.source.header_line == 3
    assert reading.lines.to_pylist() == [5, 7, 9]
    assert reading.broken == ()


def test_broken_rows_are_listed_and_never_padded(read_bytes: ReadBytes) -> None:
    reading = read_bytes(
        HEADER + ROW.format(1) + "A2;trop;court\n" + ROW.format(3) + ROW.format(4).strip() + ";x;y\n" + ROW.format(5)
    )
    assert reading.lines.to_pylist() == [2, 4, 6]
    assert [(row.line, row.found, row.expected) for row in reading.broken] == [(3, 3, 7), (5, 9, 7)]
    assert reading.broken[0].text == "A2;trop;court"
    assert [broken_row_anomaly(row).code for row in reading.broken] == ["ligne_incomplete", "ligne_trop_longue"]


def test_broken_rows_beyond_reason_refuse_the_file(refusal: Refusal) -> None:
    error = refusal(HEADER + "a;b\n" * 12, limits=Limits(max_broken_rows=10))
    assert [(item.code, item.line) for item in error.anomalies] == [("lignes_cassees", 2)]


def test_a_file_cut_in_its_last_row(refusal: Refusal, read_bytes: ReadBytes) -> None:
    error = refusal(HEADER + BODY + "A4;Friche")
    assert [(item.code, item.line) for item in error.anomalies] == [("fichier_tronque", 5)]
    assert read_bytes(HEADER + BODY.rstrip("\n")).raw.num_rows == 3


def test_a_file_cut_inside_a_quoted_cell(refusal: Refusal) -> None:
    error = refusal(HEADER + BODY + 'A4;"Friche')
    assert [(item.code, item.line) for item in error.anomalies] == [("fichier_tronque", 5)]


@pytest.mark.parametrize("after", ["", 'A9;"entre guillemets";1;;;;\n'])
def test_a_quote_never_closed_is_found_where_it_opens(refusal: Refusal, after: str) -> None:
    error = refusal(HEADER + BODY + 'A4;"Friche;1;;;;\n' + BODY + after)
    assert [(item.code, item.line) for item in error.anomalies] == [("guillemet_non_ferme", 5)]


def test_a_quote_inside_a_cell_is_a_sign_like_another(read_bytes: ReadBytes) -> None:
    reading = read_bytes(HEADER + 'A1;Tube de 12" et plus;1;;;;\nA2;"a ""b""";1;;;;\n')
    assert reading.raw["libelle"].to_pylist() == ['Tube de 12" et plus', 'a "b"']


def test_a_record_without_end_is_refused_and_not_held_in_memory(refusal: Refusal) -> None:
    error = refusal(HEADER + "A1;" + "x" * 3_000_000 + ";1;;;;\n")
    assert codes(error) == ["ligne_demesuree"]


@pytest.mark.parametrize(
    "text",
    [
        (HEADER + BODY).replace("\n", ";\n"),
        (HEADER + BODY).replace("\n", ";;;\n"),
        HEADER + BODY.replace("\n", ";\n"),
        HEADER.replace("\n", ";\n") + BODY,
    ],
)
def test_separators_too_many_at_the_end_are_ignored_with_a_warning(read_bytes: ReadBytes, text: str) -> None:
    reading = read_bytes(text)
    assert (reading.raw.num_columns, reading.raw.num_rows, reading.broken) == (7, 3, ())
    assert "separateur_final" in codes(reading)


def test_values_under_no_title_are_kept_and_told(read_bytes: ReadBytes) -> None:
    text = (HEADER + BODY).replace("\n", ";\n").replace("oui;;\n", "oui;;note\n", 1)
    reading = read_bytes(text)
    (found,) = [item for item in reading.anomalies if item.code == "colonne_sans_titre"]
    assert (found.line, found.value) == (2, "note")
    assert reading.raw["(sans titre 8)"].to_pylist() == ["note", None, None]


def test_excel_s_hint_is_no_line(read_bytes: ReadBytes) -> None:
    """Excel and LibreOffice neither show nor count « sep=; »."""
    reading = read_bytes("sep=;\r\n" + HEADER + BODY)
    assert (reading.source.header_line, reading.lines.to_pylist()) == (1, [2, 3, 4])


def test_titles_and_data_with_two_separators(refusal: Refusal) -> None:
    (found,) = refusal(HEADER + "A1,Friche,12.5,3,,oui,\nA2,Friche,12.5,3,,oui,\n").anomalies
    assert (found.code, found.line) == ("separateurs_differents", 2)
    assert "« ; », mais les données par « , »" in found.message


@pytest.mark.parametrize("separator", [";", ","])
def test_whole_lines_between_quotes(refusal: Refusal, separator: str) -> None:
    lines = (HEADER + BODY).replace(",", ".").replace(";", separator).splitlines()
    assert codes(refusal("".join(f'"{line}"\n' for line in lines))) == ["lignes_entre_guillemets"]


@pytest.mark.parametrize(
    ("order", "last", "told"),
    [
        ("code;libelle;montant", "12,5", True),
        ("code;montant;libelle", "Friche", True),
        ("code;libelle;montant;date_fin", "05/03/2019", True),
        ("code;libelle;montant;nombre", "", True),
        ("code;libelle;montant;actif", "", True),
        ("code;montant;libelle", "", False),
        ("code;montant;libelle", '"Friche"', False),
        ("montant;libelle;code", "A12", False),
        ("libelle;montant;code;actif", "oui", False),
        ("code;libelle;montant;autre", "x", False),
    ],
)
def test_a_last_cell_that_may_be_cut_is_told(read_bytes: ReadBytes, order: str, last: str, told: bool) -> None:
    """« 1250 » of « 125000 » is a number too; where a rule would see the cut, nothing is said."""
    good = {"code": "A1", "libelle": "x", "montant": "1"}
    row = ";".join([*(good.get(name, "") for name in order.split(";")[:-1]), last])
    assert ("fin_sans_retour" in codes(read_bytes(f"{order}\n{row}"))) is told
    assert "fin_sans_retour" not in codes(read_bytes(f"{order}\n{row}\n"))


def test_the_end_of_file_sign_of_dos_is_no_row(read_bytes: ReadBytes) -> None:
    assert read_bytes(HEADER + BODY + "\x1a").broken == ()


def test_lines_of_whole_broken_and_blank_rows_together(read_bytes: ReadBytes) -> None:
    rows = ["A1;x;1;;;;", "", "court", "A4;x;1;;;;", ";;;;;;", "a;b", "c;d", "", "A9;x;1;;;;", "e"]
    reading = read_bytes(HEADER + "\n".join(rows) + "\n")
    assert reading.lines.to_pylist() == [2, 5, 10]
    assert [row.line for row in reading.broken] == [4, 7, 8, 11]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("", "fichier_vide"),
        (" \n\n", "fichier_vide"),
        (b"\xef\xbb\xbf", "fichier_vide"),
        (HEADER, "entete_seul"),
        (HEADER.strip(), "entete_seul"),
        (HEADER + "\n;;;;;;\n", "entete_seul"),
        ("a;b;c\n1;2;3\n", "entete_introuvable"),
        (BODY, "entete_introuvable"),
    ],
)
def test_files_without_rows_or_header(refusal: Refusal, content: str | bytes, code: str) -> None:
    assert codes(refusal(content)) == [code]


def test_a_file_above_the_limit_is_refused_unread(refusal: Refusal) -> None:
    assert codes(refusal(HEADER + BODY, limits=Limits(max_csv_bytes=10))) == ["fichier_trop_gros"]
