"""From the header that the operator wrote to the contract's columns."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from territoires.anomalies import Anomaly, UnreadableFile
from territoires.contracts.model import Contract, Field
from territoires.contracts.names import normalise
from territoires.contracts.wording import clue_words
from territoires.reading.errors import anomaly, unreadable
from territoires.reading.model import Limits
from territoires.reading.recognition import Recognised, recognise, title_row

if TYPE_CHECKING:
    import pyarrow as pa

SEARCHED_LINES = 20
"""A header is looked for in that many first rows: exports put a title, a date and a few notes above it."""

_THOUSANDS = re.compile(r"\b[kM] ?(?:€|EUR|euros?)|_[km](?:eur|€)|milliers?|millions?", re.IGNORECASE)
_LONGEST_NAME = 300
_SHOWN = 5
_NEAR = 0.6
"""difflib's ratio above which a name is suggested: ``date_sortie`` and ``date_fin`` have 0.63."""


@dataclass(frozen=True, slots=True)
class Header:
    """A recognised header: its last row in the list searched, its cells, how many of the contract's columns it has.

    One whose names say nothing is known *by_content*: by the codes of the contract that stand under it.
    """

    index: int
    cells: tuple[str, ...]
    score: int
    by_content: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """What each column of the file is.

    ``names`` has one unique name for each column of the file (untitled ones included), ``columns`` maps the contract's
    fields to them, ``ignored`` are those that the contract does not know, ``untitled`` are the positions without title.
    """

    names: tuple[str, ...]
    columns: Mapping[str, str]
    ignored: tuple[str, ...]
    untitled: tuple[int, ...]
    anomalies: tuple[Anomaly, ...]


class Names(Mapping[str, str]):
    """Every name by which a field may come, normalised → the field's name. A field's own name wins over an alias.

    Names of which a part changes are known by their patterns; only the others are listed.
    """

    def __init__(self, contract: Contract) -> None:
        self._names = {normalise(alias): column.name for column in contract.fields for alias in column.aliases}
        self._names.update({normalise(column.name): column.name for column in contract.fields})
        self._patterns = [
            (re.compile(pattern), column.name) for column in contract.fields for pattern in column.name_patterns
        ]

    def __getitem__(self, name: str) -> str:
        """Return the field that *name*, normalised, stands for; KeyError for none."""
        if name in self._names:
            return self._names[name]
        for pattern, column in self._patterns:
            if pattern.fullmatch(name):
                return column
        raise KeyError(name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def known_names(contract: Contract) -> Names:
    """Return every name by which the fields of *contract* may come."""
    return Names(contract)


def find_header(rows: Iterable[Sequence[str]], contract: Contract) -> Header | None:
    """Find the row that has the most of the contract's column names; None if none has enough of them.

    Enough is two columns and a third of the required ones: a file with missing columns must still be recognised, so
    that the operator is told which ones. Names may stand on two rows, groups above and details below. Where no name is
    known, a contract may tell the row by what stands under it (``recognition``).
    """
    rows = list(rows)
    names = known_names(contract)
    best: Header | None = None
    above: Sequence[str] = ()
    for index, cells in enumerate(islice(rows, SEARCHED_LINES)):
        for candidate in (cells, _stacked(above, cells, names)):
            score = len({names[name] for name in map(_name, candidate) if name in names})
            if score > (best.score if best else 0):
                best = Header(index, tuple(candidate), score)
        above = cells
    if best and best.score >= _enough(contract):
        return best
    untold = title_row(rows, contract, SEARCHED_LINES)
    return None if untold is None else Header(untold, tuple(rows[untold]), _enough(contract), by_content=True)


def _stacked(above: Sequence[str], below: Sequence[str], names: Mapping[str, str]) -> Sequence[str]:
    """Read two rows as one header; none where a cell stands under a name, since *below* is then a row of data.

    A detail is known by itself (« Montant engagé ») or with the group above it (« Montant » over « engagé »).
    """
    width = max(len(above), len(below))
    upper, lower = ([*cells, *[""] * (width - len(cells))] for cells in (above, below))
    found: list[str] = []
    group = ""
    for top, bottom in zip(upper, lower, strict=True):
        group = top.strip() or group
        if not bottom.strip():
            found.append(top)
        elif _name(top) in names:
            return ()
        else:
            found.append(f"{group} {bottom}" if _name(f"{group} {bottom}") in names else bottom)
    return found


def _name(cell: str) -> str:
    """A cell as a column's name; what is too long for one is not looked at."""
    return normalise(cell) if len(cell) <= _LONGEST_NAME else ""


def _enough(contract: Contract) -> int:
    required = sum(column.required for column in contract.fields)
    return min(len(contract.fields), max(2, -(-required // 3)))


def is_complete(cells: Sequence[str], contract: Contract) -> bool:
    """Tell whether *cells* have every required column of the contract, under any of its names."""
    names = known_names(contract)
    present = {names.get(normalise(cell)) for cell in cells}
    return all(column.name in present for column in contract.fields if column.mandatory)


def better_contract(rows: Sequence[Sequence[str]], contract: Contract, others: Sequence[Contract]) -> Contract | None:
    """Tell which of *others* the file is really for: it has all that one requires, and more of it than of *contract*.

    The same operator's other deliveries come first: ``referents`` is alike for the four operators.
    """
    own = find_header(rows, contract)
    if own and is_complete(own.cells, contract):
        return None
    found: list[tuple[int, bool, str, Contract]] = []
    for other in others:
        header = find_header(rows, other)
        if header and header.score > (own.score if own else 0) and is_complete(header.cells, other):
            found.append((header.score, other.operator == contract.operator, other.name, other))
    return max(found, key=lambda item: item[:3])[3] if found else None


def wrong_delivery(contract: Contract, other: Contract, clue: str = "") -> UnreadableFile:
    """Make the refusal of a file dropped into the wrong folder; *clue* says what shows it, where columns do not."""
    return unreadable("mauvaise_livraison", autre=other.name, contrat=contract.name, indice=clue and f" ({clue})")


def check_width(columns: int, limits: Limits) -> None:
    """Refuse a table with so many columns that only a lost cell or a wrong separator explains them."""
    if columns > limits.max_columns:
        raise unreadable("trop_de_colonnes", nombre=columns, limite=limits.max_columns)


def header_not_found(contract: Contract, seen: str) -> UnreadableFile:
    """Make the refusal of a file without a recognisable header; *seen* is its first line."""
    required = [column.name for column in contract.fields if column.required] or list(contract.headers)
    expected = ", ".join(required[:6]) + (", …" if len(required) > 6 else "")
    return unreadable("entete_introuvable", line=1, value=seen, nombre=SEARCHED_LINES, attendu=expected)


def lay_out(cells: Sequence[str], contract: Contract, header_line: int, table: pa.Table | None = None) -> Layout:
    """Say what each column of the file is, by its name, or else by what *table* has under it (see ``recognition``).

    Raises:
        UnreadableFile: required columns are missing, columns stand twice, or columns are unknown and the contract
            freezes them; all of them at once, so that the operator mends the file in one go.
    """
    known = known_names(contract)
    names = _unique_names(cells)
    untitled = tuple(position for position, cell in enumerate(cells) if not cell.strip())
    named = {place: known[form] for place, cell in enumerate(cells) if (form := normalise(cell)) in known}
    free = [place for place in range(len(cells)) if place not in named and place not in untitled]
    shown = Recognised() if table is None else recognise(table, named, free, contract)
    by_field: dict[str, list[str]] = {}
    for position, field_name in sorted((named | dict(shown.columns)).items()):
        by_field.setdefault(field_name, []).append(names[position])
    unknown = [names[place] for place in free if place not in shown.columns]
    doubtful = {name: [names[place] for place in places] for name, places in shown.candidates.items()}
    found = [
        *_duplicates(by_field, header_line),
        *_missing(contract, by_field, unknown, doubtful, header_line),
        *_unknown(contract, by_field, unknown, header_line),
        *_former(contract, by_field, header_line),
        *_recognised(contract, {names[place]: name for place, name in shown.columns.items()}, header_line),
    ]
    errors = tuple(item for item in found if item.severity == "error")
    if errors:
        raise UnreadableFile(errors)
    columns = {column.name: by_field[column.name][0] for column in contract.fields if column.name in by_field}
    return Layout(names, columns, tuple(unknown), untitled, tuple(found))


def _unique_names(cells: Sequence[str]) -> tuple[str, ...]:
    """Name each column as written; a name that stands twice gets a number, since a table's names are unique."""
    taken: set[str] = set()
    names: list[str] = []
    for position, cell in enumerate(cells):
        base = cell.strip() or f"(sans titre {position + 1})"
        name, count = base, 1
        while name in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name)
        names.append(name)
    return tuple(names)


def _duplicates(by_field: Mapping[str, list[str]], line: int) -> list[Anomaly]:
    return [
        anomaly("colonne_en_double", line=line, column=name, entetes=", ".join(f"« {h} »" for h in headers))
        for name, headers in by_field.items()
        if len(headers) > 1
    ]


def _missing(
    contract: Contract,
    by_field: Mapping[str, list[str]],
    unknown: Sequence[str],
    doubtful: Mapping[str, list[str]],
    line: int,
) -> list[Anomaly]:
    found: list[Anomaly] = []
    for column in contract.fields:
        if column.name in by_field:
            continue
        near = _nearest(normalise(column.name), {normalise(header): header for header in unknown})
        said = f" « {near} » : vouliez-vous « {column.name} » ?" if near else ""
        said += _doubt(column, doubtful[column.name]) if column.name in doubtful else ""
        code = "colonne_manquante" if column.mandatory else "colonne_absente"
        fix = _fix(column.name, near)
        found.append(anomaly(code, line=line, column=column.name, value=near, suggestion=said, correction=fix))
    return found


def _doubt(column: Field, candidates: Sequence[str]) -> str:
    """Say which columns of the file hold what the missing one would hold."""
    if not candidates:
        return " Aucune colonne au nom inconnu n’en a le contenu."
    named = ", ".join(f"« {name} »" for name in candidates[:_SHOWN])
    return f" Ce pourrait être {named}, mais leur contenu ne le prouve pas (attendu : {_clues(column)})."


def _recognised(contract: Contract, shown: Mapping[str, str], line: int) -> list[Anomaly]:
    return [
        anomaly("colonne_reconnue", line=line, column=header, nouveau=name, indices=_clues(contract.column(name)))
        for header, name in shown.items()
    ]


def _clues(column: Field) -> str:
    return clue_words(column).replace("`", "")


def _fix(name: str, near: str | None) -> str:
    if near is None:
        return f"Ajoutez la colonne « {name} »."
    if _THOUSANDS.search(near) and not _THOUSANDS.search(name):
        return f"Convertissez les montants en euros, puis renommez « {near} » en « {name} »."
    return f"Renommez « {near} » en « {name} »."


def _unknown(contract: Contract, by_field: Mapping[str, list[str]], unknown: Sequence[str], line: int) -> list[Anomaly]:
    free = {normalise(name): name for name in contract.headers if name not in by_field}
    code = "colonne_inconnue" if contract.unknown_columns == "freeze" else "colonne_ignoree"
    found: list[Anomaly] = []
    for header in unknown:
        near = _nearest(normalise(header), free)
        said = f" « {header} » : vouliez-vous « {near} » ?" if near else ""
        found.append(anomaly(code, line=line, column=header, suggestion=said))
    return found


def _former(contract: Contract, by_field: Mapping[str, list[str]], line: int) -> list[Anomaly]:
    """Tell the present name of each column that comes under one that only former versions of the contract gave it."""
    return [
        anomaly("ancien_entete", line=line, column=headers[0], nouveau=name)
        for name, headers in by_field.items()
        if normalise(headers[0]) in {normalise(former) for former in contract.column(name).former_names}
    ]


def _nearest(name: str, candidates: Mapping[str, str]) -> str | None:
    near = difflib.get_close_matches(name, list(candidates), n=1, cutoff=_NEAR)
    return candidates[near[0]] if near else None
