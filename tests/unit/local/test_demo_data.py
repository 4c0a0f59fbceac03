"""The addresses of the made registers, as the registers read them."""

from __future__ import annotations

from pathlib import Path

from demo.model import Registers
from territoires.local.demo_data import lead_to
from territoires.registers.catalogue import Register
from territoires.registers.source import sources
from territoires.settings import Settings


def made(folder: Path) -> Registers:
    files = {"territoires": "t.geojson", "epci": "e.xlsx", "communes": "c.csv", "rome": "r.csv"}
    vintages = {"epci": "2019", "communes": "2019", "rome": "v460"}
    told = {name: f"millesime={vintage}" for name, vintage in vintages.items()}
    told["territoires"] = "phase=1&millesime=2019-03-05"
    return Registers({name: folder / file for name, file in files.items()}, told, folder / "announced.geojson")


def test_a_folder_with_spaces_and_accents_gives_addresses_that_the_registers_read(tmp_path: Path) -> None:
    settings = lead_to(Settings.from_env({}), made(tmp_path / "mes données"))
    [territories] = sources(Register.TERRITORIES, settings.registers["territoires"])
    assert (territories.phase, territories.millesime) == (1, "2019-03-05")
    assert territories.url == (tmp_path / "mes données" / "t.geojson").as_uri()
    assert [found.millesime for found in sources(Register.EPCI, settings.registers["epci"])] == ["2019"]
    assert [found.millesime for found in sources(Register.COMMUNES, settings.registers["communes"])] == ["2019"]
    assert [found.millesime for found in sources(Register.OCCUPATIONS, settings.registers["rome"])] == ["v460"]


def test_an_address_that_is_given_stays(tmp_path: Path) -> None:
    given = Settings.from_env({"TI_REGISTER_EPCI_URL": "https://example.org/Epcicom2024.xlsx"})
    assert lead_to(given, made(tmp_path)).registers["epci"] == "https://example.org/Epcicom2024.xlsx"
