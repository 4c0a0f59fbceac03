"""Contracts from their YAML files, whole and without fault, or all their faults at once.

``<operateur>/<livraison>.yaml`` is the present version of a contract, ``<operateur>/<livraison>/<version>.yaml`` each
of its former ones.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from territoires.contracts.builder import Builder
from territoires.contracts.document import read_document
from territoires.contracts.faults import Fault, FaultyContract, Finding
from territoires.contracts.model import Contract
from territoires.contracts.shape import shape_findings
from territoires.contracts.versions import chain_findings, link, name_findings, number

CONTRACTS = Path(__file__).parents[3] / "include" / "contracts"
"""Where the contracts of this repository stand."""

_VERSION = re.compile(r"[0-9]+[.][0-9]+[.][0-9]+")


def load_contract(path: Path) -> Contract:
    """Load one file: a contract (``<operateur>/<livraison>.yaml``) or a former version of it, alone.

    Raises:
        FaultyContract: with every fault of the file, each with its place, its line and its remedy.
    """
    document = read_document(path)
    faults = list(document.faults)
    if isinstance(document.content, dict):
        builder = Builder(document.content, shape_findings(document.content))
        contract = builder.build()
        faults += [document.fault(*finding) for finding in (*builder.findings, *_path_findings(contract, path))]
        if not faults:
            return contract
    elif not faults:
        faults = [document.fault((), "This is no contract.", "Write keys and values.")]
    raise FaultyContract({path: _sorted(faults)})


def _path_findings(contract: Contract, path: Path) -> tuple[Finding, ...]:
    """The operator, the delivery and a former version are told twice, by path and contract: they must agree."""
    place = path.resolve()
    told = {"operateur": (contract.operator, place.parent.name), "livraison": (contract.delivery, place.stem)}
    if _VERSION.fullmatch(place.stem):
        told = {
            "operateur": (contract.operator, place.parent.parent.name),
            "livraison": (contract.delivery, place.parent.name),
            "version": (contract.version, place.stem),
        }
    return tuple(
        ((key,), f"The file's path says {in_path}.", "Make the key and the path agree.")
        for key, (in_file, in_path) in told.items()
        if in_file and in_file != in_path
    )


def delivery_types(folder: Path = CONTRACTS) -> dict[str, list[str]]:
    """Return which deliveries each operator has a contract for, by file names alone: all that a DAG file needs.

    A DAG file is read every minute and again in each task; loading what the contracts say takes 60 ms.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        found.setdefault(path.parent.name, []).append(path.stem)
    return found


def load_all(folder: Path = CONTRACTS) -> dict[str, Contract]:
    """Load every contract under *folder*, by ``operateur/livraison``, each with its former versions, in order.

    Raises:
        FaultyContract: with every fault of every file; also when the folder holds no contract at all.
    """
    contracts: dict[str, Contract] = {}
    faults: dict[Path, tuple[Fault, ...]] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        try:
            contract = _with_former(path)
        except FaultyContract as error:
            faults.update(error.faults)
        else:
            contracts[contract.name] = contract
    for former in sorted(folder.glob("*/*/*.yaml")):
        if not former.parent.with_suffix(".yaml").is_file():
            faults[former] = (Fault("(path)", "It is the version of no contract.", f"Add {former.parent.name}.yaml."),)
    if not contracts and not faults:
        faults[folder] = (Fault("(folder)", "There is no contract here.", "Expected: <operateur>/<livraison>.yaml."),)
    if faults:
        raise FaultyContract(faults)
    return contracts


def _with_former(path: Path) -> Contract:
    """Load the contract at *path* and its former versions, and link them."""
    found: dict[Path, Contract] = {}
    faults: dict[Path, tuple[Fault, ...]] = {}
    for one in (path, *sorted((path.parent / path.stem).glob("*.yaml"))):
        try:
            found[one] = load_contract(one)
        except FaultyContract as error:
            faults.update(error.faults)
    if faults:
        raise FaultyContract(faults)
    _judge(path, found)
    return link(tuple(found.values()))


def _judge(path: Path, found: Mapping[Path, Contract]) -> None:
    """Refuse versions that do not follow each other, each fault told in the file to mend."""
    files = {contract.version: file for file, contract in found.items()}
    faults: dict[Path, list[Fault]] = {}
    if len(files) < len(found) or max(files, key=number) != found[path].version:
        told = Fault("version", "A former version has this number or a later one.", "Give the present one the highest.")
        raise FaultyContract({path: (told,)})
    for contract, finding in chain_findings(tuple(found.values())):
        faults.setdefault(files[contract.version], []).append(read_document(files[contract.version]).fault(*finding))
    if not faults:
        linked = link(tuple(found.values()))
        for contract in (linked, *linked.former):
            for finding in name_findings(contract):
                file = files[contract.version]
                faults.setdefault(file, []).append(read_document(file).fault(*finding))
    if faults:
        raise FaultyContract({file: _sorted(told) for file, told in faults.items()})


def _sorted(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(set(faults), key=lambda fault: (fault.line or 0, fault.place)))
