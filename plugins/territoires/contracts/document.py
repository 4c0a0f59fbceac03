"""Read the YAML of a contract strictly: YAML 1.2 scalars, no key twice, each value's line known.

YAML 1.1, which PyYAML speaks, reads ``no`` as false (the country code of Norway), ``2018-11-22`` as a date, ``0123``
as octal and ``12:30`` as 750. Here only ``true``/``false``, ``null`` and decimal numbers are anything but text, as in
the core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar, Final

import yaml

from territoires.contracts.faults import Fault, Place, spell

MODEL: Final = "modele"
"""The key under which a contract names the file of what it shares with others."""


class _Core(yaml.CSafeLoader):
    """The C loader with the implicit types of YAML 1.2 alone."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = {}  # type: ignore[misc]


_Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:null|~|)$"), ["n", "~", ""])
_Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^-?(?:0|[1-9][0-9]*)$"), list("-0123456789"))
_Core.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^-?[0-9]+[.][0-9]+$"), list("-0123456789"))


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML file says, the line of each place in it, and what is wrong with its writing."""

    content: Any
    lines: dict[Place, int]
    faults: tuple[Fault, ...]

    def fault(self, place: Place, what: str, remedy: str) -> Fault:
        """Make a fault at *place*, with the line of the nearest thing that the file has there."""
        near = place
        while near and near not in self.lines:
            near = near[:-1]
        return Fault(spell(place), what, remedy, self.lines.get(near))


def read_document(path: Path) -> Document:
    """Read one YAML file; a fault instead of an exception where it is no YAML, so that all faults come together.

    A file may name a model under ``modele``, by its path from the file: its keys are then those of the model, save for
    what it says itself.
    """
    document = _read(path)
    if not isinstance(document.content, dict) or MODEL not in document.content:
        return document
    own = {key: value for key, value in document.content.items() if key != MODEL}
    named = path.parent / str(document.content[MODEL])
    if not named.is_file():
        missing = document.fault((MODEL,), f"There is no file {named}.", "Give its path from this file.")
        return replace(document, content=own, faults=(*document.faults, missing))
    model = _read(named)
    told = tuple(replace(fault, place=f"{MODEL}: {fault.place}") for fault in model.faults)
    shared = model.content if isinstance(model.content, dict) else {}
    return replace(document, content=shared | own, faults=(*document.faults, *told))


def _read(path: Path) -> Document:
    try:
        loader = _Core(path.read_bytes())
        node = loader.get_single_node()
        if node is None:
            return Document(None, {}, (Fault(spell(()), "The file is empty.", "Write the contract."),))
        lines: dict[Place, int] = {}
        faults = tuple(_walk(node, (), lines, set()))
        content = None if any(fault.place == spell(()) for fault in faults) else loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        return Document(None, {}, (Fault(spell(()), f"This is no YAML: {error.problem}.", "Mend the writing.", line),))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        return Document(None, {}, (Fault(spell(()), f"This is no YAML: {error}.", "Save the file as UTF-8 text."),))
    return Document(content, lines, faults)


def _walk(node: yaml.Node, place: Place, lines: dict[Place, int], seen: set[int]) -> Iterator[Fault]:
    """Note the line of each place and find the keys written twice, of which YAML would keep the last in silence."""
    line = node.start_mark.line + 1
    lines.setdefault(place, line)
    if id(node) in seen:
        yield Fault(spell(()), "An alias (*name) stands for a value.", "Write the value itself.", line)
        return
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for position, item in enumerate(node.value):
            yield from _walk(item, (*place, position), lines, seen)
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            inner = (*place, str(key.value))
            if str(key.value) in keys:
                yield Fault(spell(inner), "This key is written twice.", "Keep one of them.", key.start_mark.line + 1)
            keys.add(str(key.value))
            lines[inner] = key.start_mark.line + 1
            yield from _walk(value, inner, lines, seen)
