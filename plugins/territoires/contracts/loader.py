"""Contracts from their YAML files, whole and without fault, or all their faults at once."""

from __future__ import annotations

from pathlib import Path

from territoires.contracts.builder import Builder
from territoires.contracts.document import read_document
from territoires.contracts.faults import Fault, FaultyContract, Finding
from territoires.contracts.model import Contract
from territoires.contracts.shape import shape_findings

CONTRACTS = Path(__file__).parents[3] / "include" / "contracts"
"""Where the contracts of this repository stand."""


def load_contract(path: Path) -> Contract:
    """Load the contract at *path*, ``<operateur>/<livraison>.yaml``.

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
    raise FaultyContract({path: tuple(sorted(set(faults), key=lambda fault: (fault.line or 0, fault.place)))})


def _path_findings(contract: Contract, path: Path) -> tuple[Finding, ...]:
    """The operator and the delivery are told twice, by the path and by the contract: they must agree."""
    told = (("operateur", contract.operator, path.resolve().parent.name), ("livraison", contract.delivery, path.stem))
    return tuple(
        ((key,), f"The file's path says {in_path}.", "Make the key and the path agree.")
        for key, in_file, in_path in told
        if in_file and in_file != in_path
    )


def load_all(folder: Path = CONTRACTS) -> dict[str, Contract]:
    """Load every contract under *folder*, by ``operateur/livraison``, in alphabetical order.

    Raises:
        FaultyContract: with every fault of every file; also when the folder holds no contract at all.
    """
    contracts: dict[str, Contract] = {}
    faults: dict[Path, tuple[Fault, ...]] = {}
    for path in sorted(folder.glob("*/*.yaml")):
        try:
            contract = load_contract(path)
        except FaultyContract as error:
            faults.update(error.faults)
        else:
            contracts[contract.name] = contract
    if not contracts and not faults:
        faults[folder] = (Fault("(folder)", "There is no contract here.", "Expected: <operateur>/<livraison>.yaml."),)
    if faults:
        raise FaultyContract(faults)
    return contracts
