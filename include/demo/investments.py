"""The investment files of Banque des Territoires: ten months of 2019, six half-years until 2022, dirty ones between.

Each file is what changed since the last one that was loaded, which is what a delta is; so whatever a refused file
carried comes again in the next, and the envelope's path is whole in the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from demo.drops import Drop
from demo.formats import (
    Cell,
    Layout,
    csv_text,
    euro_text,
    iso_day,
    xlsx_bytes,
    xlsx_cells,
    zip_bytes,
)
from demo.model import MARK, Decision, Row, Status
from demo.operations import Operation
from demo.story import SHEET, Story, Writer, csv_writer, xlsx_writer

OPERATOR, DELIVERY = "banque_des_territoires", "investissements"
COLUMNS = (
    "id_operation", "id_ti", "siren_beneficiaire", "libelle", "axe", "domaine", "nature", "montant_engage_eur",
    "montant_decaisse_eur", "date_engagement", "date_fin_prevue", "statut",
)  # fmt: skip
_ALIASES = {
    "id_operation": "N° opération", "id_ti": "Code TI", "siren_beneficiaire": "N° SIREN", "libelle": "Intitulé",
    "axe": "Axe stratégique", "domaine": "Thématique", "nature": "Type de concours",
    "montant_engage_eur": "Montant engagé (€)", "montant_decaisse_eur": "Montant versé",
    "date_engagement": "Date de décision", "date_fin_prevue": "Échéance", "statut": "Avancement",
}  # fmt: skip
_REORDERED = (
    "statut", "date_engagement", "date_fin_prevue", "montant_engage_eur", "montant_decaisse_eur", "nature", "domaine",
    "axe", "libelle", "siren_beneficiaire", "id_ti", "id_operation",
)  # fmt: skip
_PLAIN = Layout(COLUMNS)


def investment_drops(operations: Sequence[Operation]) -> tuple[list[Drop], tuple[Row, ...]]:
    """Return the files in order and the current rows that they must leave in the warehouse."""
    story = _Story(operations)
    story.spring_2019()
    story.summer_2019()
    story.autumn_2019()
    story.half_years()
    return story.drops, story.current()


class _Story(Story):
    """Files so far, and what the warehouse holds after them."""

    def __init__(self, operations: Sequence[Operation]) -> None:
        super().__init__(OPERATOR, DELIVERY, ("id_operation",), "BDT_investissements")
        self.operations = operations

    def spring_2019(self) -> None:
        self.send(date(2019, 3, 31), "csv", "Premier envoi : UTF-8, point-virgule, dates françaises.", _csv("utf-8"))
        self.send(
            date(2019, 4, 30), "csv", "Export d'un tableur français : cp1252 et virgule décimale.", _csv("cp1252"),
            kind="cp1252_virgule",
        )  # fmt: skip
        self.send(
            date(2019, 5, 31), "csv", "CSV UTF-8 d'Excel, marque d'ordre (BOM) en tête.", _csv("utf-8-sig"), kind="bom"
        )
        self.ruin(
            date(2019, 6, 30), "csv", "La colonne obligatoire « statut » manque.", _without("statut"),
            kind="colonne_manquante",
        )  # fmt: skip
        self.send(
            date(2019, 6, 30), "xlsx", "Classeur dont les dates sont restées des nombres d'Excel.", _serial_workbook,
            kind="dates_excel", again=2,
        )  # fmt: skip

    def summer_2019(self) -> None:
        self.send(date(2019, 7, 31), "csv", "Quatre lignes de titre avant l'en-tête.", _titled, kind="lignes_de_titre")
        self.send(
            date(2019, 8, 31), "csv", "Colonnes dans un autre ordre, sous d'autres noms.",
            _csv("utf-8", Layout(_REORDERED, _ALIASES)), kind="colonnes_alias",
        )  # fmt: skip
        self.ruin(
            date(2019, 9, 30), "csv", "Des deux-points séparent les colonnes.", _csv("utf-8", separator=":"),
            kind="separateur",
        )  # fmt: skip
        self.send(
            date(2019, 9, 30), "csv", "Montants écrits « 1 234,56 € », dates ISO.",
            _csv("utf-8", Layout(COLUMNS, amount=euro_text, day=iso_day)), kind="montants_euro", again=2,
        )  # fmt: skip

    def autumn_2019(self) -> None:
        overpaid = self.harm(
            date(2019, 10, 31), "Trois opérations décaissées au-delà de l'engagement.", "decaisse_superieur", _overpay,
            lambda row: row["statut"] == "decaisse", 3,
        )  # fmt: skip
        self.deliver(
            date(2019, 11, 12), "2019-10_correction.csv",
            "Les trois lignes refusées en octobre, corrigées : mêmes clés, autres valeurs.", overpaid, _csv("utf-8"),
            kind="correction",
        )  # fmt: skip
        self.harm(
            date(2019, 11, 30), "Deux opérations dans un territoire qui n'existe pas.", "territoire_inconnu", _misplace,
            lambda row: row["id_ti"] != "ti-4413", 2,
        )  # fmt: skip
        self.send(date(2019, 12, 31), "zip", "Archive zip qui contient un seul CSV.", _zipped, kind="zip")
        self.spoil(
            date(2020, 1, 15), "2019-12_bis.zip", "Le fichier de décembre, déposé une seconde fois sous un autre nom.",
            self.drops[-1].content, kind="doublon", status="doublon",
        )  # fmt: skip

    def half_years(self) -> None:
        first, second, third = date(2020, 6, 30), date(2020, 12, 31), date(2021, 6, 30)
        self.ruin(
            first, "csv", "Codes de territoire d'un autre système : presque toutes les lignes sont refusées.",
            _foreign_codes, kind="plafond_depasse", status="remplacee", decision="rejetee",
        )  # fmt: skip
        self.send(first, "xlsx", "Classeur ordinaire, dates et nombres typés.", xlsx_writer(_PLAIN), again=2)
        self.ruin(second, "csv", "Fichier vide.", lambda _: b"", kind="vide")
        self.send(second, "csv", "CSV cp1252.", _csv("cp1252"), again=2)
        self.ruin(third, "csv", "L'en-tête seul, aucune ligne.", lambda _: _csv("utf-8")(()), kind="entete_seul")
        self.send(third, "xlsx", "Classeur ordinaire.", xlsx_writer(_PLAIN), again=2)
        self.ruin(date(2021, 12, 31), "xlsx", "Classeur coupé au milieu du transfert.", _cut, kind="tronque")
        self.send(date(2021, 12, 31), "xlsx", "Le même, entier.", xlsx_writer(_PLAIN), again=2)
        self.ruin(
            date(2022, 6, 30), "zip", "Archive dont le chemin interne sort du dossier.", _escaping_zip, kind="zip_piege"
        )
        self.send(date(2022, 6, 30), "csv", "CSV UTF-8.", _csv("utf-8"), again=2)
        self.ruin(
            date(2022, 12, 31), "csv", "Un fichier de contrats du programme, dans le dossier d'un autre opérateur.",
            lambda _: _foreign_file(), kind="mauvais_operateur",
        )  # fmt: skip
        self.send(date(2022, 12, 31), "csv", "Dernier semestre, CSV UTF-8.", _csv("utf-8"), again=2)

    def changes(self, cut: date) -> list[Row]:
        """Return the rows of *cut* that are not, or are otherwise, in the warehouse."""
        return self.changed(row for operation in self.operations if (row := operation.at(cut)))

    def send(self, cut: date, ending: str, why: str, write: Writer, kind: str = "sain", again: int = 1) -> None:
        """Add a file that loads whole, with all that changed up to *cut*; *again* is 2 after a refused attempt."""
        name = f"{_period(cut)}{'' if again == 1 else '_v2'}.{ending}"
        self.deliver(cut + timedelta(days=4 + 3 * again), name, why, self.changes(cut), write, kind=kind)

    def ruin(
        self, cut: date, ending: str, why: str, write: Writer, *, kind: str, status: Status = "refusee",
        decision: Decision | None = None,
    ) -> None:  # fmt: skip
        """Add a file of which nothing loads, of what changed up to *cut*."""
        name, content = f"{_period(cut)}.{ending}", write(self.changes(cut))
        self.spoil(cut + timedelta(days=7), name, why, content, kind=kind, status=status, decision=decision)

    def harm(
        self, cut: date, why: str, kind: str, damage: Callable[[Row], Row], eligible: Callable[[Row], bool], count: int
    ) -> list[Row]:
        """Add a file of which *count* rows are refused, damaged by *damage*; return these rows as they should be."""
        rows = self.changes(cut)
        chosen = [self.key_of(row) for row in rows if eligible(row)][:count]
        if len(chosen) != count:
            raise ValueError(f"{_period(cut)} has {len(chosen)} rows to damage, not {count}")
        return self.part(
            cut + timedelta(days=7), f"{_period(cut)}.csv", why, rows, _csv("utf-8"), kind=kind, damage=damage,
            refused=chosen,
        )  # fmt: skip


def _period(cut: date) -> str:
    return f"{cut:%Y-%m}" if cut.year == 2019 else f"{cut.year}-S{1 if cut.month == 6 else 2}"


def _csv(encoding: str, layout: Layout = _PLAIN, separator: str = ";") -> Writer:
    return csv_writer(layout, encoding, separator)


def _without(column: str) -> Writer:
    return _csv("utf-8", Layout([name for name in COLUMNS if name != column]))


def _titled(rows: Sequence[Row]) -> bytes:
    """Return a CSV whose header comes after a title, as reports exported from a spreadsheet have it."""
    titles = (f"{MARK} - Suivi des investissements", "Programme Territoires d'industrie", "Édition du 05/08/2019", "")
    lines = [[title, *[""] * (len(COLUMNS) - 1)] for title in titles]
    return csv_text([*lines, _PLAIN.header(), *map(_PLAIN.texts, rows)]).encode("cp1252")


def _serial_workbook(rows: Sequence[Row]) -> bytes:
    lines: list[Sequence[Cell]] = [_PLAIN.header(), *(xlsx_cells(row, _PLAIN, serial_dates=True) for row in rows)]
    return xlsx_bytes(SHEET, lines)


def _cut(rows: Sequence[Row]) -> bytes:
    content = xlsx_writer(_PLAIN)(rows)
    return content[: len(content) // 2]


def _zipped(rows: Sequence[Row]) -> bytes:
    return zip_bytes([("DEMONSTRATION_BDT_investissements_2019-12.csv", _csv("utf-8")(rows))])


def _escaping_zip(rows: Sequence[Row]) -> bytes:
    return zip_bytes([("../../demonstration_hors_du_dossier.csv", _csv("utf-8")(rows))])


def _overpay(row: Row) -> Row:
    """Return *row* with a disbursement ten times too high, as a misplaced comma makes it."""
    committed = row["montant_engage_eur"]
    if not isinstance(committed, Decimal):
        raise TypeError(f"no commitment in {row['id_operation']}")
    return row | {"montant_decaisse_eur": committed * 10}


def _misplace(row: Row) -> Row:
    return row | {"id_ti": "ti-9999"}


def _foreign_codes(rows: Sequence[Row]) -> bytes:
    """Return a file in which four rows of five bear a territory code that is not the programme's."""
    spoiled = [
        row if rank % 5 == 0 else row | {"id_ti": f"{row['id_ti']}".replace("ti-", "TERR")}
        for rank, row in enumerate(rows)
    ]
    return _csv("utf-8")(spoiled)


def _foreign_file() -> bytes:
    """Return a file of the programme's contracts, dropped in the wrong folder."""
    header = ("id_contrat", "id_ti", "pilote", "statut", "date_protocole", "date_signature", "signataires")
    signatories = f"État ({MARK}) | {MARK} Optique SAS"
    line = ("CTR-2019-0001", "ti-0101", "non", "signe", "", "14/09/2022", signatories)
    return csv_text([header, line]).encode()
