"""What the versions of a contract changed, in Markdown and in French, for the pages of the dictionary."""

from __future__ import annotations

from collections.abc import Iterator

from territoires.contracts import texts
from territoires.contracts.model import Changes, Contract
from territoires.contracts.versions import versions


def versions_part(contract: Contract) -> list[str]:
    """Return the part « Versions » of a page, newest first; nothing for a contract that never changed."""
    if not contract.former:
        return []
    told = [_version(one, link=one is not contract) for one in versions(contract)]
    intro = (
        "Une livraison est jugée par la version en vigueur le jour de sa réception. Les noms de colonnes de toutes les "
        "versions restent reconnus : un ancien modèle est lu, et le reçu rappelle les noms d'aujourd'hui."
    )
    return ["## Versions", intro, "\n".join(told)]


def validity(contract: Contract) -> str:
    """Say when a version is in force: ``Du 5 mars 2019 au 31 décembre 2023``."""
    until = f" au {texts.spoken_bound(contract.valid_until)}" if contract.valid_until else ""
    return f"{'Du' if until else 'Depuis le'} {texts.spoken_bound(contract.valid_from)}{until}"


def _version(contract: Contract, *, link: bool) -> str:
    name = f"[{contract.version}]({contract.delivery}/{contract.version}.md)" if link else contract.version
    changes = [] if contract.replaces is None else [contract.replaces.reason, *_changes(contract.replaces)]
    said = "\n".join(f"  - {change}" for change in changes)
    return f"- **{name}** : {validity(contract).lower()}" + (f"\n{said}" if said else "")


def _changes(changes: Changes) -> Iterator[str]:
    for old, new in changes.renamed.items():
        yield f"`{old}` s'appelle désormais `{new}`"
    for name in changes.added:
        yield f"`{name}` est ajoutée, facultative"
    for name, change in changes.lists.items():
        for verb, values in (("accepte aussi", change.added), ("n'accepte plus", change.withdrawn)):
            if values:
                yield f"`{name}` {verb} : {', '.join(values)}"
