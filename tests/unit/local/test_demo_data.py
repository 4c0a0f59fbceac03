"""The addresses of the made registers, as the registers read them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from territoires.local.demo_data import lead_to
from territoires.registers.source import Register, sources
from territoires.settings import Settings


def made(folder: Path) -> Any:
    return SimpleNamespace(
        territories=folder / "t.geojson",
        epcis=folder / "e.xlsx",
        communes=folder / "c.csv",
        occupations=folder / "r.csv",
    )


def test_a_folder_with_spaces_and_accents_gives_addresses_that_the_registers_read(tmp_path: Path) -> None:
    settings = lead_to(Settings.from_env({}), made(tmp_path / "mes données"))
    [territories] = sources(Register.TERRITORIES, settings.register_territoires_url)
    assert (territories.phase, territories.millesime) == (1, "2019-03-05")
    assert territories.url == (tmp_path / "mes données" / "t.geojson").as_uri()
    assert [found.millesime for found in sources(Register.EPCI, settings.register_epci_url)] == ["2019"]
    assert [found.millesime for found in sources(Register.COMMUNES, settings.register_communes_url)] == ["2019"]
    assert [found.millesime for found in sources(Register.OCCUPATIONS, settings.register_rome_url)] == ["v460"]


def test_an_address_that_is_given_stays(tmp_path: Path) -> None:
    given = Settings.from_env({"TI_REGISTER_EPCI_URL": "https://example.org/Epcicom2024.xlsx"})
    assert lead_to(given, made(tmp_path)).register_epci_url == "https://example.org/Epcicom2024.xlsx"
