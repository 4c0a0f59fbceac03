"""Everything that the templates show, already put into French and made safe: they only lay it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from territoires.receipts import names
from territoires.receipts.causes import Cause, gather
from territoires.receipts.french import NBSP, count, integer, lines, moment, size, typography
from territoires.receipts.model import Former, Reason, Receipt, RefusedRow, SourceFacts
from territoires.receipts.safe import HEADER_LENGTH, SENTENCE_LENGTH, shown
from territoires.receipts.sheets import XLSX_ROWS
from territoires.receipts.wording import FORMER_TITLE, Story, tell

ROWS_SHOWN = 100
CAUSES_SHOWN = 50
COLUMNS_SHOWN = 200
FORMER_SHOWN = 20

_FORMATS = {
    "csv": "texte CSV",
    "xlsx": "classeur Excel (xlsx)",
    "xls": "ancien classeur Excel (xls)",
    "ods": "classeur OpenDocument (ods)",
}
_ENCODINGS = {"utf-8": "UTF-8", "utf-8-sig": "UTF-8 avec marque d'ordre", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
_SEPARATORS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class CauseView:
    """One cause. ``example`` says whose words ``message`` and ``remedy`` are, when lines differ.

    ``rows`` counts its lines (or names the only one) and ``lines`` names them; ``where`` says both in one go. All are
    empty for a fault of the file itself.
    """

    column: str | None
    message: str
    remedy: str
    where: str
    rows: str
    lines: str
    example: str


@dataclass(frozen=True, slots=True)
class ReasonView:
    """One reason of one row; ``value`` is None where the cell is empty or the whole row is meant."""

    column: str | None
    value: str | None
    message: str
    remedy: str
    rule: str
    warning: bool


@dataclass(frozen=True, slots=True)
class RowView:
    """One refused row: its line number and its reasons."""

    line: str
    reasons: tuple[ReasonView, ...]


@dataclass(frozen=True, slots=True)
class FormerView:
    """An earlier delivery: its file, and its lines that are corrected, refused again, or still expected."""

    file: str
    about: str
    fixed: str
    again: str
    again_about: str
    waiting: str


@dataclass(frozen=True, slots=True)
class Headings:
    """Headings that speak of one row or of many."""

    causes: str
    rows: str
    former: str = FORMER_TITLE


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the summary, with the words under it and the tone that it is shown in."""

    number: str
    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class View:
    """A receipt ready to be laid out. ``files`` are the names of the files of refused rows, with a word about each."""

    title: str
    operator: str
    delivery: str
    file_name: str
    received: str
    delivery_id: str
    demo: str | None
    contact: str
    story: Story
    headings: Headings
    former: tuple[FormerView, ...]
    former_note: str
    figures: tuple[Figure, ...]
    changes: Facts
    files: Facts
    file_errors: tuple[CauseView, ...]
    row_errors: tuple[CauseView, ...]
    warnings: tuple[CauseView, ...]
    rows: tuple[RowView, ...]
    rows_note: str
    understood: Facts
    columns: Facts
    columns_note: str
    ignored: tuple[str, ...]
    details: Facts


def view(receipt: Receipt) -> View:
    """Prepare *receipt*; at most ``ROWS_SHOWN`` rows and ``CAUSES_SHOWN`` causes of each kind are kept."""
    causes = gather(receipt)
    story = tell(receipt, causes)
    name = shown(receipt.file_name)
    return View(
        title=f"{story.tag} — {name}",
        operator=shown(receipt.operator_title),
        delivery=shown(receipt.delivery_title),
        file_name=name,
        received=moment(receipt.received_at),
        delivery_id=str(receipt.delivery_id),
        demo=_sentence(receipt.demo) if receipt.demo else None,
        contact=_sentence(receipt.contact),
        story=story,
        headings=_headings(receipt),
        former=tuple(_former(one) for one in _told(receipt)[:FORMER_SHOWN]),
        former_note=_former_note(receipt),
        figures=_figures(receipt),
        changes=_changes(receipt),
        files=_files(receipt),
        file_errors=cause_views(causes.file_errors),
        row_errors=cause_views(causes.row_errors),
        warnings=cause_views(causes.warnings),
        rows=tuple(_row(row) for row in receipt.refused[:ROWS_SHOWN]),
        rows_note=_rows_note(receipt.refused),
        understood=_understood(receipt.source),
        columns=tuple(
            (_header(header), shown(title, HEADER_LENGTH))
            for header, title in list(receipt.columns.items())[:COLUMNS_SHOWN]
        ),
        columns_note=_columns_note(receipt),
        ignored=tuple(_header(header) for header in receipt.ignored[:COLUMNS_SHOWN]),
        details=_details(receipt),
    )


def _figures(receipt: Receipt) -> tuple[Figure, ...]:
    counts = receipt.counts
    if not counts.read:
        return ()
    figures = [Figure(integer(counts.read), _word(counts.read, "ligne lue", "lignes lues"), "neutre")]
    if receipt.status in {"chargee", "chargee_partiellement"}:
        accepted = _word(counts.accepted, "ligne acceptée", "lignes acceptées")
        figures.append(Figure(integer(counts.accepted), accepted, "succes"))
    left = counts.refused - receipt.settled
    if left > 0:
        figures.append(Figure(integer(left), _word(left, "ligne à corriger", "lignes à corriger"), "erreur"))
    if counts.warnings:
        warnings = _word(counts.warnings, "point à vérifier", "points à vérifier")
        figures.append(Figure(integer(counts.warnings), warnings, "attention"))
    return tuple(figures)


def _headings(receipt: Receipt) -> Headings:
    if len(receipt.refused) == 1:
        return Headings("Pourquoi une ligne est à corriger", "Votre ligne à corriger")
    return Headings("Pourquoi des lignes sont à corriger", "Vos lignes à corriger, une à une")


def _told(receipt: Receipt) -> list[Former]:
    """Earlier deliveries of which there are lines to tell, the newest first."""
    return [one for one in reversed(receipt.former) if one.fixed or one.again or one.waiting]


def _former(one: Former) -> FormerView:
    return FormerView(
        file=shown(one.file_name),
        about=f"reçu le {moment(one.received_at)} (livraison n°{NBSP}{one.delivery_id})",
        fixed=_numbered(one.fixed),
        again=_numbered(one.again),
        again_about=f"{'refusée' if len(one.again) < 2 else 'refusées'} de nouveau dans ce fichier : voyez plus haut",
        waiting=_numbered(one.waiting),
    )


def _numbered(numbers: Sequence[int]) -> str:
    if not numbers:
        return ""
    return f"{'ligne' if len(numbers) < 2 else 'lignes'}{NBSP}{lines(numbers)}"


def _former_note(receipt: Receipt) -> str:
    hidden = len(_told(receipt)) - FORMER_SHOWN
    return f"Et {count(hidden, 'autre dépôt plus ancien', 'autres dépôts plus anciens')}." if hidden > 0 else ""


def _changes(receipt: Receipt) -> Facts:
    counts = receipt.counts
    if receipt.status not in {"chargee", "chargee_partiellement"}:
        return ()
    words = (
        (counts.added, "Nouvelles"),
        (counts.changed, "Modifiées"),
        (counts.unchanged, "Déjà connues, inchangées"),
        (counts.closed, "Closes (absentes de ce fichier)"),
    )
    return tuple((word, count(number, "ligne")) for number, word in words if number)


def _files(receipt: Receipt) -> Facts:
    if not receipt.refused:
        return ()
    published = names.of(receipt)
    sheet = (published.refused_xlsx, "conseillé : pour Excel et LibreOffice, cellules à corriger en couleur")
    text = (published.refused_csv, "le même en texte CSV, séparateur point-virgule")
    return (sheet, text) if len(receipt.refused) <= XLSX_ROWS else (text,)


def cause_views(causes: Sequence[Cause]) -> tuple[CauseView, ...]:
    """Prepare causes to be laid out; the first ``CAUSES_SHOWN`` are kept."""
    return tuple(_cause(cause) for cause in causes[:CAUSES_SHOWN])


def _cause(cause: Cause) -> CauseView:
    if not cause.lines:
        rows, numbers, where = "", "", ""
    elif cause.rows == 1:
        rows = where = f"ligne{NBSP}{lines(cause.lines)}"
        numbers = ""
    else:
        rows, numbers = count(cause.rows, "ligne"), lines(cause.lines)
        where = f"{rows} ({numbers})"
    example = f"Par exemple, ligne{NBSP}{integer(cause.lines[0])}{NBSP}: " if cause.varied and cause.lines else ""
    return CauseView(
        column=None if cause.column is None else _header(cause.column),
        message=_sentence(cause.message),
        remedy=_sentence(cause.remedy),
        where=where,
        rows=rows,
        lines=numbers,
        example=example,
    )


def _row(row: RefusedRow) -> RowView:
    return RowView(integer(row.line), tuple(_reason(reason, row) for reason in row.reasons))


def _reason(reason: Reason, row: RefusedRow) -> ReasonView:
    value = row.text if reason.column is None and reason.value is None else reason.value
    return ReasonView(
        column=None if reason.column is None else _header(reason.column),
        value=shown(value) if value else None,
        message=_sentence(reason.message),
        remedy=_sentence(reason.remedy),
        rule=_header(reason.rule),
        warning=reason.severity == "warning",
    )


def _rows_note(refused: Sequence[RefusedRow]) -> str:
    if len(refused) <= ROWS_SHOWN:
        return ""
    total = count(len(refused), "ligne")
    return typography(f"Voici les {ROWS_SHOWN} premières. Les {total} à corriger sont toutes dans le fichier joint.")


def _understood(source: SourceFacts | None) -> Facts:
    if source is None:
        return ()
    separator = source.separator
    facts = (
        ("Format", _FORMATS.get(source.format.lower(), shown(source.format, HEADER_LENGTH))),
        ("Encodage", source.encoding and _ENCODINGS.get(source.encoding.lower(), shown(source.encoding, 40))),
        ("Séparateur", separator and _SEPARATORS.get(separator, shown(separator, 10))),
        ("Feuille", source.sheet and shown(source.sheet, HEADER_LENGTH)),
        ("Ligne des en-têtes", source.header_line and integer(source.header_line)),
    )
    return tuple((label, text) for label, text in facts if text)


def _columns_note(receipt: Receipt) -> str:
    """Columns that do not fit, and those that were left aside."""
    sentences = []
    if len(receipt.columns) > COLUMNS_SHOWN:
        hidden = len(receipt.columns) - COLUMNS_SHOWN
        sentences.append(f"Et {count(hidden, 'autre colonne reconnue', 'autres colonnes reconnues')}.")
    if len(receipt.ignored) > COLUMNS_SHOWN:
        hidden = len(receipt.ignored) - COLUMNS_SHOWN
        sentences.append(f"Et {count(hidden, 'autre colonne ignorée', 'autres colonnes ignorées')}.")
    return " ".join(sentences)


def _details(receipt: Receipt) -> Facts:
    return (
        ("Fichier", shown(receipt.file_name)),
        ("Livraison", f"n°{NBSP}{receipt.delivery_id} ({shown(receipt.operator)}/{shown(receipt.delivery)})"),
        ("Reçu le", moment(receipt.received_at)),
        ("Réponse le", moment(receipt.answered_at)),
        ("Taille", size(receipt.size)),
        ("Empreinte SHA-256", shown(receipt.sha256)),
        ("Version du contrat", shown(receipt.contract_version)),
    )


def _header(text: str) -> str:
    return shown(text, HEADER_LENGTH)


def _sentence(text: str) -> str:
    return typography(shown(text, SENTENCE_LENGTH))


def _word(number: int, singular: str, plural: str) -> str:
    return singular if number < 2 else plural
