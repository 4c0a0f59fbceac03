"""The versions of one contract: linked to each other when they are loaded, and asked for afterwards.

A version gives the *rules* that judge a file: it is the one in force on the day of reception, never one that is guessed
from the header. Names are another matter: every version knows the names that the others give to its columns, so that a
file laid out by a former template is read under the rules in force, with a word on the new names. For that to be
always possible, a version may rename a column, add an optional one, change the values of a list or the rules; it does
not take a column away, nor change a type or a key: that is another delivery.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from territoires.contracts.faults import Finding
from territoires.contracts.model import Changes, Contract, Field, ListChange
from territoires.contracts.names import normalise


class UnknownVersion(LookupError):
    """No version of the contract has this number: its file was never here, or was taken away."""

    def __init__(self, contract: Contract, version: str) -> None:
        self.contract, self.version = contract, version
        known = ", ".join(one.version for one in versions(contract))
        super().__init__(f"{contract.name} has no version {version!r}; its versions: {known}")


def versions(contract: Contract) -> tuple[Contract, ...]:
    """Return every version of *contract*, which is the present one, the newest first."""
    return (contract, *contract.former)


def at_version(contract: Contract, version: str) -> Contract:
    """Return one version of *contract* by its number.

    Raises:
        UnknownVersion: there is none.
    """
    for one in versions(contract):
        if one.version == version:
            return one
    raise UnknownVersion(contract, version)


def in_force(contract: Contract, day: date) -> Contract:
    """Return the version of *contract* that judges what is received on *day*; before the first one, the first."""
    return next((one for one in versions(contract) if one.valid_from <= day), versions(contract)[-1])


def present_names(former: Contract, contract: Contract) -> dict[str, str]:
    """Return the name that *contract* gives to each column of *former*, one of its own versions or itself."""
    later = [one for one in versions(contract) if number(one.version) > number(former.version)]
    names = {name: name for name in former.headers}
    for version in reversed(later):
        renamed = version.replaces.renamed if version.replaces else {}
        names = {old: renamed.get(name, name) for old, name in names.items()}
    return names


def number(version: str) -> tuple[int, ...]:
    """Return a version as numbers, so that 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in version.split("."))


def link(found: Sequence[Contract]) -> Contract:
    """Return the newest of *found*, versions of one contract without fault, knowing the others and their names."""
    ordered = sorted(found, key=lambda one: number(one.version), reverse=True)
    linked = [_with_names(one, ordered) for one in ordered]
    # Each version knows those before it, so that any of them can be asked like the present one.
    former: tuple[Contract, ...] = ()
    for one in reversed(linked):
        former = (replace(one, former=former), *former)
    return former[0]


def version_findings(later: Contract, earlier: Contract) -> Iterator[Finding]:
    """Yield what keeps *later* from taking the place of *earlier*, the version before it; places are in *later*."""
    if earlier.valid_until is None or earlier.valid_until + timedelta(days=1) != later.valid_from:
        until = earlier.valid_until or "no day"
        yield (
            ("valide_depuis",),
            f"{earlier.version} is valid until {until}, {later.version} from {later.valid_from}.",
            "Let each version begin the day after the one before it ends (valide_jusqu_a).",
        )
    changes = later.replaces
    if changes is None or changes.version != earlier.version:
        yield ("remplace",), f"This version comes after {earlier.version}.", "Say what it changed of that one."
        return
    yield from _renaming_findings(later, earlier, changes)
    pairs = list(_pairs(later, earlier, changes))
    known = {new.name for _, new in pairs}
    yield from _added_findings(later, known, changes)
    if earlier.primary_key != later.primary_key:
        yield ("primaryKey",), f"The key of {earlier.version} is another one.", "Another key is another delivery."
    if (earlier.mode, earlier.scope) != (later.mode, later.scope):
        yield ("mode",), f"{earlier.version} is {earlier.mode}.", "A mode is for the whole table: keep it."
    for old, new in pairs:
        for what, remedy in _field_findings(old, new):
            yield ("fields", later.headers.index(new.name)), what, remedy
        yield from _list_findings(old, new, changes.lists.get(new.name, ListChange()))
    for name in set(changes.lists) - known:
        yield ("remplace", "valeurs", name), f"{earlier.version} has no such column.", "Take it away."


def chain_findings(found: Sequence[Contract]) -> Iterator[tuple[Contract, Finding]]:
    """Yield what is wrong between versions of one contract, the newest first, each with the version to mend."""
    ordered = sorted(found, key=lambda one: number(one.version), reverse=True)
    for later, earlier in pairwise(ordered):
        for finding in version_findings(later, earlier):
            yield later, finding
    if ordered[-1].replaces is not None:
        remedy = f"Put the file of {ordered[-1].replaces.version} beside the others, or take this away."
        yield ordered[-1], (("remplace",), "The version that it replaces is not here.", remedy)


def name_findings(contract: Contract) -> Iterator[Finding]:
    """Yield the names that would lead a header to two columns, once *contract* knows those of its former versions."""
    owners = {normalise(column.name): column.name for column in contract.fields}
    for position, column in enumerate(contract.fields):
        for alias in column.aliases:
            if owners.setdefault(normalise(alias), column.name) != column.name:
                yield (
                    ("fields", position),
                    f"'{alias}' names this column in one of its versions, and also {owners[normalise(alias)]}.",
                    "Leave it to one of the two.",
                )


def _renaming_findings(later: Contract, earlier: Contract, changes: Changes) -> Iterator[Finding]:
    for old, new in changes.renamed.items():
        place = ("remplace", "renomme", old)
        if old not in earlier.headers or new not in later.headers:
            missing, version = (old, earlier) if old not in earlier.headers else (new, later)
            yield place, f"{version.version} has no column {missing}.", "Name columns of both versions."
        elif old in later.headers:
            yield place, f"{later.version} still has a column {old}.", "A name keeps its sense: choose another one."
    for name in earlier.headers:
        if changes.renamed.get(name, name) not in later.headers:
            yield (
                ("fields",),
                f"The column {name} of {earlier.version} is gone.",
                "Keep it, optional, or say under remplace.renomme what it is called now.",
            )


def _pairs(later: Contract, earlier: Contract, changes: Changes) -> Iterator[tuple[Field, Field]]:
    for old in earlier.fields:
        name = changes.renamed.get(old.name, old.name)
        if name in later.headers:
            yield old, later.column(name)


def _added_findings(later: Contract, known: set[str], changes: Changes) -> Iterator[Finding]:
    added = tuple(name for name in later.headers if name not in known)
    if set(added) != set(changes.added):
        told = ", ".join(added) or "none"
        yield ("remplace", "ajoute"), f"The columns added are: {told}.", "List these."
    for name in added:
        if later.column(name).mandatory:
            yield (
                ("fields", later.headers.index(name)),
                f"{name} is new and required: former files lack it.",
                "Make it optional.",
            )


def _field_findings(old: Field, new: Field) -> Iterator[tuple[str, str]]:
    if (old.type, old.decimals, old.identifier) != (new.type, new.decimals, new.identifier):
        yield f"{new.name} is no longer of the type of {old.name}.", "Another type is another column."
    if new.mandatory and not old.mandatory:
        yield f"{new.name} was optional: former rows lack it.", "Warn instead (obligatoire: severite: warning)."


def _list_findings(old: Field, new: Field, told: ListChange) -> Iterator[Finding]:
    place = ("remplace", "valeurs", new.name)
    if bool(old.enum) != bool(new.enum):
        yield place, f"{new.name} has a list in one version only.", "A list stays a list."
        return
    added = tuple(value for value in new.enum if value not in old.enum)
    withdrawn = tuple(value for value in old.enum if value not in new.enum)
    if (set(added), set(withdrawn)) != (set(told.added), set(told.withdrawn)):
        facts = f"added: {', '.join(added) or 'none'}; withdrawn: {', '.join(withdrawn) or 'none'}"
        yield place, f"The list of {new.name} changed ({facts}).", "Say so (ajoutees, retirees)."


def _with_names(contract: Contract, ordered: Sequence[Contract]) -> Contract:
    """Give each column of *contract* the names by which its other versions know it."""
    fields = []
    for column in contract.fields:
        former: list[str] = []
        others: list[str] = []
        for other in ordered:
            same = _counterpart(column.name, contract, other, ordered)
            if same is not None and other is not contract:
                names = [same.name, *same.aliases]
                (former if number(other.version) < number(contract.version) else others).extend(names)
        own = {normalise(name) for name in (column.name, *column.aliases)}
        gone = _once(name for name in former if normalise(name) not in own)
        fields.append(
            replace(column, aliases=_once((*column.aliases, *gone, *others), without=column.name), former_names=gone)
        )
    return replace(contract, fields=tuple(fields))


def _counterpart(name: str, contract: Contract, other: Contract, ordered: Sequence[Contract]) -> Field | None:
    """Return the column of *other* that is the column *name* of *contract*, None where it has none."""
    newest = replace(ordered[0], former=tuple(ordered[1:]))
    wanted = present_names(contract, newest)[name]
    return next((one for one in other.fields if present_names(other, newest)[one.name] == wanted), None)


def _once(names: Iterable[str], without: str = "") -> tuple[str, ...]:
    """Return *names* in order, each once, *without* one of them."""
    return tuple(dict.fromkeys(name for name in names if name != without))
