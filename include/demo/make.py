"""The whole demonstration from one seed."""

from __future__ import annotations

from pathlib import Path

from demo.agreements import contract_drops, make_agreements
from demo.attractiveness import attractiveness_story
from demo.conventions import convention_story
from demo.country import make_country
from demo.drops import write_drops
from demo.investments import investment_drops
from demo.model import Demo, Ledger
from demo.needs import needs_story, write_fetched
from demo.operations import make_operations
from demo.people import referent_drops
from demo.recruitment import recruitment_story
from demo.registers import write_registers
from demo.sheets import sheet_story
from demo.support import support_story
from demo.territories import make_territories

SEED = 20181122
"""The day on which the programme was announced."""


def make_demo(folder: Path, seed: int = SEED) -> Demo:
    """Write registers, files to drop and a file to fetch into *folder*; same seed, same bytes.

    Their places below it: ``registres``, ``livraisons``, ``publications``.

    Raises:
        OSError: *folder* cannot be written.
        ValueError: a seed whose draw does not fit the story (too few operations to damage, pilots in too few regions).
    """
    territories = make_territories(seed)
    country = make_country(seed, territories)
    registers = write_registers(folder / "registres", territories, country)
    investments, operations = investment_drops(make_operations(seed, territories))
    referents, contacts = referent_drops(seed, territories)
    signed = make_agreements(seed, territories)
    agreements, contracts = contract_drops(signed)
    others = [
        convention_story(),
        sheet_story(seed, signed),
        support_story(seed, territories),
        recruitment_story(seed, territories),
        attractiveness_story(seed, territories),
        needs_story(seed, country),
    ]
    needs, fetched = write_fetched(folder / "publications", seed, country)
    drops = [*investments, *referents, *agreements, *(drop for story in others for drop in story.drops)]
    current = {
        "banque_des_territoires/investissements": operations,
        "programme/contrats": contracts,
        **contacts,
        **{f"{story.operator}/{story.delivery}": story.current() for story in others},
    }
    ledger = Ledger(territories, current, {f"{needs.operator}/{needs.delivery}": tuple(fetched)})
    return Demo(registers, country, write_drops(folder / "livraisons", drops), needs, ledger)
