"""The whole demonstration from one seed."""

from __future__ import annotations

from pathlib import Path

from demo.agreements import contract_drops
from demo.drops import write_drops
from demo.investments import investment_drops
from demo.model import Demo, Ledger
from demo.operations import make_operations
from demo.people import referent_drops
from demo.registers import write_registers
from demo.territories import make_territories

SEED = 20181122
"""The day on which the programme was announced."""


def make_demo(folder: Path, seed: int = SEED) -> Demo:
    """Write registers into ``folder/registres`` and files to drop into ``folder/livraisons``; same seed, same bytes.

    Raises:
        OSError: *folder* cannot be written.
        ValueError: a seed whose draw does not fit the story (too few operations to damage, pilots in too few regions).
    """
    territories = make_territories(seed)
    registers = write_registers(folder / "registres", territories)
    investments, operations = investment_drops(make_operations(seed, territories))
    referents, contacts = referent_drops(seed, territories)
    agreements, contracts = contract_drops(seed, territories)
    files = write_drops(folder / "livraisons", [*investments, *referents, *agreements])
    current = {
        "banque_des_territoires/investissements": operations,
        "banque_des_territoires/referents": contacts,
        "programme/contrats": contracts,
    }
    return Demo(registers, files, Ledger(territories, current))
