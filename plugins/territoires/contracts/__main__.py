"""``python -m territoires.contracts``: check the contracts, then write the files that derive from them."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from territoires.contracts.artefacts import artefacts, stale
from territoires.contracts.faults import FaultyContract
from territoires.contracts.loader import CONTRACTS, load_all
from territoires.contracts.template import publish_templates


def main(arguments: list[str] | None = None) -> int:
    """Run the command; return 0, or 1 if a contract is faulty or ``--check`` finds a file that is not up to date."""
    parser = argparse.ArgumentParser(prog="python -m territoires.contracts", description=__doc__)
    parser.add_argument("--contracts", type=Path, default=CONTRACTS, help="folder of the contracts")
    parser.add_argument("--root", type=Path, default=CONTRACTS.parents[1], help="root of the repository")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a file is not up to date")
    parser.add_argument("--templates", type=Path, metavar="FOLDER", help="also write the operators' templates there")
    options = parser.parse_args(arguments)
    try:
        contracts = load_all(options.contracts)
    except FaultyContract as error:
        sys.stderr.write(f"{error}\n")
        return 1
    made = artefacts(contracts.values())
    old = stale(made, options.root)
    for path in old:
        if not options.check:
            (options.root / path).parent.mkdir(parents=True, exist_ok=True)
            (options.root / path).write_text(made[path], encoding="utf-8")
        sys.stdout.write(f"{'not up to date' if options.check else 'written'}: {path}\n")
    if options.templates is not None:
        for template in publish_templates(contracts.values(), options.templates):
            sys.stdout.write(f"written: {template}\n")
    return 1 if options.check and old else 0


if __name__ == "__main__":
    sys.exit(main())
