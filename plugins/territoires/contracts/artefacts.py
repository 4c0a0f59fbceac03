"""The files of the repository that derive from the contracts; tests hold them equal to what stands on disk."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from territoires.contracts.dictionary import page
from territoires.contracts.model import Contract
from territoires.contracts.table_schema import table_schema

DICTIONARY = Path("docs") / "dictionnaire"


def artefacts(contracts: Iterable[Contract]) -> dict[Path, str]:
    """Return the text of each derived file, by its path from the root of the repository."""
    made: dict[Path, str] = {}
    for contract in contracts:
        home = DICTIONARY / contract.operator
        made[home / f"{contract.delivery}.md"] = page(contract)
        for former in contract.former:
            made[home / contract.delivery / f"{former.version}.md"] = page(former, present=contract)
        schema = json.dumps(table_schema(contract), ensure_ascii=False, indent=2) + "\n"
        made[DICTIONARY / "schemas" / f"{contract.operator}.{contract.delivery}.json"] = schema
    return made


def stale(made: Mapping[Path, str], root: Path) -> tuple[Path, ...]:
    """Return the paths of the artefacts that *root* lacks or has otherwise."""
    return tuple(path for path, text in made.items() if _read(root / path) != text)


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
